"""Papers by what a page says of itself, the most telling standard first.

`citation_*` tags (Highwire Press, as Google Scholar reads them), schema.org in JSON-LD and in
microdata, Dublin Core, at last OpenGraph. What one lacks is filled in from the next.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from medloom.kit.identifiers import find_pmcid, find_pmid, normal_doi
from medloom.kit.papers import Paper
from medloom.kit.papers.dates import iso_date
from medloom.kit.papers.entry import arxiv_doi
from medloom.kit.papers.names import listed_names
from medloom.kit.papers.pages import text_of_html
from medloom.steps.ingest.paper_lists.schema_org import linked_data, microdata

_Tags = Mapping[str, Sequence[str]]
_TITLES = ("citation_title", "dc.title", "eprints.title", "bepress_citation_title")
_ABSTRACTS = ("citation_abstract", "dcterms.abstract", "eprints.abstract", "dc.description")
_DATES = (
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date",
    "prism.publicationdate",
    "citation_year",
    "article:published_time",
)
_JOURNALS = ("citation_journal_title", "citation_conference_title", "prism.publicationname")
_NOT_ARTICLES = frozenset({"website", "profile", "book", "video.other"})


def described_papers(page: etree._Element) -> Iterator[Paper]:
    """The papers that a page describes; none where it describes none."""
    tags = _tags(page)
    structured = [*linked_data(page), *microdata(page)]
    own = _of_tags(tags)
    if own.title:
        same = (one for one in structured if _is_same(one, own))
        yield _filled(_filled(own, next(same, Paper())), _open_graph(tags, own.title))
        yield from (one for one in structured if one.title and not _is_same(one, own))
    elif titled := [one for one in structured if one.title]:
        lonely = len(titled) == 1
        yield from (_filled(one, _open_graph(tags, one.title)) if lonely else one for one in titled)
    elif (paper := _open_graph(tags, "")).title:
        yield paper


def _tags(page: etree._Element) -> _Tags:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in page.iter("meta"):
        name = (one.get("name") or one.get("property") or "").strip().lower()
        content = " ".join((one.get("content") or "").split())
        if name and content:
            found[name].append(content)
    return found


def _of_tags(tags: _Tags) -> Paper:
    authors = (
        tags.get("citation_author") or tags.get("dc.creator") or tags.get("eprints.creators_name")
    )
    listed = listed_names(_first(tags, "citation_authors"))
    arxiv = _first(tags, "citation_arxiv_id")
    doi = normal_doi(_first(tags, "citation_doi", "prism.doi", "bepress_citation_doi")) or ""
    doi = doi or next(filter(None, map(_only_doi, tags.get("dc.identifier", ()))), "")
    return Paper(
        title=text_of_html(_first(tags, *_TITLES)),
        abstract=text_of_html(_first(tags, *_ABSTRACTS)),
        authors=tuple(authors or listed),
        journal=_first(tags, *_JOURNALS) or ("arXiv" if arxiv else ""),
        date=iso_date(_first(tags, *_DATES)),
        pmid=find_pmid(_first(tags, "citation_pmid")) or "",
        pmcid=find_pmcid(_first(tags, "citation_pmcid")) or "",
        doi=doi or arxiv_doi(arxiv),
        url=_first(tags, "citation_public_url", "citation_abstract_html_url", "og:url"),
        keywords=tuple(tags.get("citation_keywords", ())),
        publisher=_first(tags, "citation_publisher", "dc.publisher"),
        issn=tuple(dict.fromkeys(tags.get("citation_issn", ()))),
        language=_first(tags, "citation_language", "dc.language")[:2].lower(),
    )


def _open_graph(tags: _Tags, wanted: str) -> Paper:
    """What OpenGraph and the plain description say; only of an article, or of the wanted one."""
    kind = _first(tags, "og:type").lower()
    title = text_of_html(_first(tags, "og:title", "twitter:title"))
    if not wanted and (kind in _NOT_ARTICLES or not kind.startswith("article")):
        return Paper()
    about = text_of_html(_first(tags, "og:description", "twitter:description", "description"))
    date = iso_date(_first(tags, "article:published_time"))
    return Paper(title, about, tuple(tags.get("article:author", ())), date=date, snippet=True)


def _filled(paper: Paper, other: Paper) -> Paper:
    """The paper, with what it lacks taken from another account of it."""
    taken = {
        n: v for n, v in other._asdict().items() if n != "snippet" and v and not getattr(paper, n)
    }
    cut = other.snippet if "abstract" in taken else paper.snippet
    return paper._replace(**taken, snippet=cut)


def _is_same(one: Paper, other: Paper) -> bool:
    ids = [(one.doi.lower(), other.doi.lower()), (one.pmid, other.pmid)]
    told = [a == b for a, b in ids if a and b]
    return told[0] if told else one.title.casefold()[:80] == other.title.casefold()[:80]


def _only_doi(text: str) -> str | None:
    return normal_doi(text) if "10." in text else None


def _first(tags: _Tags, *names: str) -> str:
    return next((tags[name][0] for name in names if tags.get(name)), "")
