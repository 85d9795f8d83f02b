"""One source to rows: every article in it, its sub-articles, and the links between them."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.identifiers import find_pmcid, find_pmid, normal_doi
from medloom.kit.licences import code_of_text
from medloom.steps.ingest.jats.abstracts import abstract_text
from medloom.steps.ingest.jats.body import read_part
from medloom.steps.ingest.jats.dates import publication_year
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.front import Front, read_ids
from medloom.steps.ingest.jats.licenses import License, read_license
from medloom.steps.ingest.jats.media import Siblings
from medloom.steps.ingest.jats.mentions import Links
from medloom.steps.ingest.jats.retraction import is_retracted
from medloom.steps.ingest.jats.source import drop_namespace, read_root
from medloom.tables.literature import Article, Document, Issue

_PARTS = {"body": "body", "back": "back", "floats-group": "floats", "floats-wrap": "floats"}
_SUB_ARTICLES = frozenset({"sub-article", "response"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENTS = frozenset({"front", "front-stub", *_PARTS, *_SUB_ARTICLES})


def parse(
    data: bytes,
    *,
    name: str,
    siblings: Sequence[str] = (),
    metadata: Mapping[str, Any] | None = None,
) -> Document:
    """Read a JATS or NLM article, or a set of them, into rows.

    `name` is the source's key, from which an article without any id takes its own. `siblings` are
    the names of the files beside it. `metadata` is PMC's JSON for the article, which fills what
    the XML does not say.

    >>> document = parse(b"<article><body><p>Well.</p></body></article>", name="notes/a.xml")
    >>> document.articles[0].id, document.passages[0].text
    ('file:a', 'Well.')

    Raises `NotThisFormat` where the root is something else, `SourceError` where it is not sound.
    """
    root, issues = read_root(data)
    rows = Document([], [], [], [], [], [], [], [])
    digest = hashlib.sha256(data).hexdigest()
    files = Siblings.of(siblings)
    try:
        articles = _articles(root)
        for number, article in enumerate(articles):
            source = _Source(name if number == 0 else f"{name}#{number + 1}", digest, metadata)
            _read_tree(article, rows, files, source, issues)
    except RecursionError as error:
        raise SourceError("refused: elements are nested too deeply") from error
    return rows


class _Source:
    """Where an article comes from, and what is known about it from outside."""

    def __init__(self, name: str, digest: str, metadata: Mapping[str, Any] | None) -> None:
        self.name = name
        self.digest = digest
        self.metadata: Mapping[str, Any] = metadata or {}

    @property
    def stem(self) -> str:
        """The file's name without suffixes, with the number of the article in it."""
        path = PurePosixPath(self.name.partition("#")[0].removesuffix(".gz"))
        number = self.name.rpartition("#")[1:] if "#" in self.name else ("", "")
        return (path.stem or self.name) + "".join(number)


def _articles(root: etree._Element) -> list[etree._Element]:
    """The articles under a root, without the namespace that some deliver them in."""
    tag = etree.QName(root).localname
    if tag == "article":
        found = [root]
    else:
        every = root.iter("{*}article")
        found = [a for a in every if next(a.iterancestors("{*}article"), None) is None]
    for article in found:
        drop_namespace(article)
    if not (tag == "article" and (len(root) == 0 or root.get("article-type"))):
        found = [a for a in found if any(child.tag in _CONTENTS for child in a)]
    if not found:
        raise NotThisFormat(f"not a JATS article: the root element is {tag}")
    return found


def _read_tree(
    article: etree._Element,
    rows: Document,
    files: Siblings,
    source: _Source,
    issues: list[Issue],
) -> None:
    links = Links(article)
    first = len(rows.passages)
    _read_article(article, rows, links, files, source, issues, None)
    links.resolve(rows.passages[first:])


def _read_article(
    element: etree._Element,
    rows: Document,
    links: Links,
    files: Siblings,
    source: _Source,
    issues: list[Issue],
    parent: Article | None,
) -> None:
    fronts = [child for child in element if child.tag in {"front", "front-stub"}]
    ids = read_ids(fronts[0]) if fronts else {}
    metadata = source.metadata if parent is None else {}
    pmcid = ids.get("pmcid") or find_pmcid(str(metadata.get("pmcid") or ""))
    pmid = ids.get("pmid") or find_pmid(str(metadata.get("pmid") or ""))
    doi = ids.get("doi") or normal_doi(str(metadata.get("doi") or ""))
    version = str(ids.get("version") or metadata.get("version") or "")
    if parent is not None:
        number = sum(a.parent_id == parent.id for a in rows.articles) + 1
        article_id = f"{parent.id}/sub/{element.get('id') or number}"
    else:
        article_id = (
            pmcid or (doi and f"doi:{doi}") or (pmid and f"pmid:{pmid}") or f"file:{source.stem}"
        )
    taken = {a.id for a in rows.articles}
    if article_id in taken:
        article_id = next(i for n in range(2, 10**6) if (i := f"{article_id}-{n}") not in taken)
    language = element.get(_LANGUAGE) or (parent.language if parent else None)
    draft = Draft(article_id, rows, links, files)
    if parent is None:
        draft.issues += issues
    front = Front(draft, language)
    for child in fronts:
        front.read(child)
    front.finish()
    later = [child for child in element if child.tag in _SUB_ARTICLES]
    for child in element:
        if child.tag in _PARTS:
            read_part(draft, child, _PARTS[child.tag])
    rights = read_license(front.permissions)
    if rights.code in {"none", "other"} and metadata.get("license_code"):
        code = code_of_text(str(metadata["license_code"])) or "other"
        rights = License(code, rights.url, rights.text, "metadata")
    elif parent is not None and rights.code == "none":
        rights = License(
            parent.license, parent.license_url, parent.license_text, parent.license_source
        )
    article_type = element.get("article-type") or element.get("response-type")
    row = Article(
        article_id,
        None if parent is None else parent.id,
        pmcid,
        pmid,
        doi,
        int(version) if version.isdecimal() else None,
        front.title or metadata.get("title"),
        abstract_text(front.abstracts),
        front.abstracts,
        front.journal or (parent.journal if parent else None),
        front.publisher or (parent.publisher if parent else None),
        front.issn or (parent.issn if parent else []),
        publication_year(front.dates) or (parent.year if parent else None),
        front.dates,
        article_type,
        language,
        rights.code,
        rights.url,
        rights.text,
        rights.source,
        is_retracted(article_type, front.title, front.subjects, draft.related)
        or metadata.get("is_retracted") in {True, "true", "yes"},
        front.keywords,
        front.subjects,
        front.people.authors,
        list(front.people.affiliations.values()),
        front.funding,
        draft.references,
        draft.related,
        draft.issues,
        source.digest,
    )
    rows.articles.append(row)
    for sub_article in later:
        _read_article(sub_article, rows, links, files, source, issues, row)
