"""A whole article: model to the bytes of its file, with what was written on the way."""

from dataclasses import dataclass

from benchmarks.corpus import model as m
from benchmarks.corpus.body import Writer
from benchmarks.corpus.front import front, front_stub
from benchmarks.corpus.inline import Inline
from benchmarks.corpus.xml import block, el, leaf, text

DOCTYPES = {
    "jats": '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange '
    'DTD v1.1 20151215//EN" "JATS-archivearticle1.dtd">\n',
    "nlm": '<!DOCTYPE article PUBLIC "-//NLM//DTD Journal Archiving and Interchange DTD v3.0 '
    '20080202//EN" "archivearticle3.dtd">\n',
}
NAMESPACE = "https://jats.nlm.nih.gov/ns/archiving/1.3/"
ENTITIES = {"\u00a0": "&nbsp;", "α": "&alpha;", "β": "&beta;", "µ": "&micro;", "±": "&plusmn;",
            "–": "&ndash;", "≥": "&ge;", "é": "&eacute;"}  # fmt: skip
DISCLAIMER = (
    "This article was written for software tests. The patients, authors, institutions, "
    "references and findings are invented, and nothing in it may guide care."
)


@dataclass
class Rendered:
    """The XML, and for the article and each sub-article what was written into it."""

    xml: bytes
    written: list[tuple[m.Article, Inline]]


def render(article: m.Article) -> Rendered:
    """The file of an article.

    Header lines that shape it: `dialect` (jats, nlm, namespace), `doctype` (yes, no),
    `encoding` (utf-8, utf-8-bom, latin-1), `entities` (yes).
    """
    written: list[tuple[m.Article, Inline]] = []
    dialect = article.get("dialect") or "jats"
    root = _article(article, written)
    body = _entities(root) if article.get("entities") else root
    doctype = DOCTYPES[dialect] if article.get("doctype", "yes") == "yes" else ""
    return Rendered(_encode(article, doctype + body + "\n"), written)


def _article(article: m.Article, written: list[tuple[m.Article, Inline]]) -> str:
    dialect = article.get("dialect", "jats")
    inline = Inline({r.id: r for r in article.references}, article.get("citations") or "brackets")
    writer = Writer(inline, nlm=dialect == "nlm")
    written.append((article, inline))
    parts = [
        front(article, writer),
        block("body", *writer.blocks(article.body)) if article.body else None,
        _back(article, writer, DISCLAIMER),
        block("floats-group", *writer.blocks(article.floats)) if article.floats else None,
        *[_sub_article(sub, written) for sub in article.subs],
    ]
    return block(
        "article",
        *parts,
        xmlns=NAMESPACE if dialect == "namespace" else None,
        xmlns_xlink="http://www.w3.org/1999/xlink",
        xmlns_mml="http://www.w3.org/1998/Math/MathML",
        article_type=article.need("type"),
        dtd_version="3.0" if dialect == "nlm" else "1.1",
        xml_lang=article.get("lang", "en"),
    )


def _sub_article(article: m.Article, written: list[tuple[m.Article, Inline]]) -> str:
    prefix = article.number
    article.header["prefix"] = [prefix]
    inline = Inline({r.id: r for r in article.references})
    writer = Writer(inline, prefix)
    written.append((article, inline))
    return block(
        "sub-article",
        front_stub(article, writer),
        block("body", *writer.blocks(article.body)) if article.body else None,
        article_type=article.need("type"),
        id=article.number,
        xml_lang=article.get("lang", "en"),
    )


def _back(article: m.Article, writer: Writer, disclaimer: str) -> str:
    thanks = article.get("ack")
    notes = block("notes", leaf("title", "Note"), el("p", text(disclaimer)))
    appendices = [
        block("app", el("title", writer.inline(a.title)), *writer.blocks(a.blocks), id=a.id)
        for a in article.appendices
    ]
    return block(
        "back",
        block("ack", leaf("title", "Acknowledgements"), el("p", writer.inline(thanks)))
        if thanks
        else None,
        *[writer.section(section) for section in article.back],
        block("app-group", *appendices) if appendices else None,
        _references(article),
        notes,
    )


def _references(article: m.Article) -> str | None:
    if not article.references:
        return None
    title = leaf("title", article.get("references-title", "References"))
    return block("ref-list", title, *[_reference(each) for each in article.references])


def _reference(ref: m.Reference) -> str:
    names = [
        el("name", leaf("surname", surname), leaf("given-names", given))
        for surname, given in ref.authors
    ]
    write = _mixed if ref.mixed else _element
    return el("ref", leaf("label", ref.label), write(ref, names), id=ref.id)


def _ids(ref: m.Reference) -> list[str | None]:
    return [
        leaf("pub-id", ref.pmid, pub_id_type="pmid"),
        leaf("pub-id", ref.doi, pub_id_type="doi"),
        leaf("pub-id", ref.pmcid, pub_id_type="pmcid"),
    ]


def _element(ref: m.Reference, names: list[str]) -> str:
    return el(
        "element-citation",
        el("person-group", *names, person_group_type="author"),
        leaf("article-title", ref.title),
        leaf("source", ref.source),
        leaf("year", str(ref.year)),
        leaf("volume", ref.volume),
        leaf("fpage", ref.fpage),
        leaf("lpage", ref.lpage),
        *_ids(ref),
        publication_type=ref.type,
    )


def _mixed(ref: m.Reference, names: list[str]) -> str:
    pages = [": ", leaf("fpage", ref.fpage), "–", leaf("lpage", ref.lpage)] if ref.fpage else []
    title = [leaf("article-title", ref.title), ". "] if ref.title else []
    volume = ["; ", leaf("volume", ref.volume)] if ref.volume else []
    ids = [part for id_ in _ids(ref) if id_ for part in (" ", id_)]
    return el(
        "mixed-citation", ", ".join(names), ". ", *title, el("source", leaf("italic", ref.source)),
        ". ", leaf("year", str(ref.year)), *volume, *pages, ".", *ids, publication_type=ref.type,
    )  # fmt: skip


def _entities(xml: str) -> str:
    """Named entities that only the DTD declares, in place of some characters."""
    for character, entity in ENTITIES.items():
        xml = xml.replace(character, entity)
    return xml


def _encode(article: m.Article, xml: str) -> bytes:
    encoding = article.get("encoding", "utf-8")
    name = "ISO-8859-1" if encoding == "latin-1" else "UTF-8"
    content = f'<?xml version="1.0" encoding="{name}"?>\n{xml}'
    if encoding == "utf-8-bom":
        return b"\xef\xbb\xbf" + content.encode("utf-8")
    return content.encode(name, "xmlcharrefreplace")
