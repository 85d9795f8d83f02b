"""How much of hard articles the parser finds: found and present per field, over the gold articles.

    python tests/literature/completeness.py

The gold says what each key counts: tests/literature/gold/README.md.
"""

import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from medloom.steps.ingest.jats import parse

HERE = Path(__file__).resolve().parent
DATA = Path(
    os.environ.get("MEDLOOM_DATA") or HERE.parents[1].parent / "shared" / "data" / "literature"
)
RUNNING_TEXT = ("paragraph", "list_item", "quote", "definition", "statement", "verse")


class Check(NamedTuple):
    """One expectation held against a parse: how much of it was there, how much was made up."""

    field: str
    what: str
    expected: Any
    got: Any
    found: int
    present: int
    invented: int

    @property
    def ok(self) -> bool:
        return self.found == self.present and not self.invented

    def __str__(self) -> str:
        return f"{self.field}: {self.what}: expected {self.expected!r}, got {self.got!r}"


Checks = Iterator[Check]


def same(field: str, what: str, expected: Any, got: Any) -> Check:
    """The value must be equal."""
    return Check(field, what, expected, got, int(expected == got), 1, 0)


def count(field: str, what: str, expected: int, got: int) -> Check:
    """So many of them; more than that are invented."""
    return Check(field, what, expected, got, min(expected, got), expected, max(0, got - expected))


def spaced(text: str | None) -> str:
    """Runs of white space as one space."""
    return re.sub(r"\s+", " ", text or "").strip()


def tight(text: str | None) -> str:
    """Without any white space."""
    return re.sub(r"\s+", "", text or "")


# ---- reading gold and articles


def gold_files() -> list[Path]:
    """All gold files, by name."""
    return sorted((HERE / "gold").glob("*.yaml"))


def read_gold(path: Path) -> dict[str, Any]:
    """One gold file."""
    gold: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return gold


def read_article(path: str) -> tuple[bytes, str, list[str]]:
    """Bytes and name of an article, and the names of the files beside it."""
    package, _, member = path.partition("!")
    if member:
        with zipfile.ZipFile(DATA / package) as bundle:
            return bundle.read(member), member, [n for n in bundle.namelist() if n != member]
    file = DATA / path
    return file.read_bytes(), file.name, sorted(f.name for f in file.parent.iterdir() if f != file)


def parsed(gold: dict[str, Any]) -> Any:
    """The parser's document for a gold article."""
    data, name, siblings = read_article(gold["path"])
    return parse(data, name=name, siblings=siblings)


# ---- finding rows


def xml_id(row_id: str) -> str:
    """The id that the source gave: `PMC1/fig/F1` is F1."""
    return re.split(r"/(?:fig|table|supp|supplement|formula)/", row_id)[-1]


def by_xml_id(rows: Iterable[Any], wanted: str) -> Any:
    """The row with this source id, or none."""
    return next((row for row in rows if xml_id(row.id) == wanted), None)


def main_article(doc: Any) -> Any:
    """The article itself."""
    return next(a for a in doc.articles if a.parent_id is None)


def linked(doc: Any, wanted: str) -> list[tuple[Any, Any]]:
    """Passages and their explicit mentions of a figure or table, its own caption left out."""
    return [
        (passage, mention)
        for passage in doc.passages
        for mention in passage.mentions
        if mention.kind in ("figure", "table")
        and not mention.implied
        and xml_id(mention.target_id) == wanted
        and (passage.about is None or xml_id(passage.about) != wanted)
    ]


def running_text(doc: Any, article_id: str) -> list[Any]:
    """Body passages of one article that are text of the article."""
    return [
        p
        for p in doc.passages
        if p.article_id == article_id
        and p.part == "body"
        and p.kind in RUNNING_TEXT
        and p.about is None
    ]


# ---- one function per kind of expectation


def check_ids(gold: dict[str, Any], doc: Any) -> Checks:
    """Identifiers."""
    want, got = gold["article"], main_article(doc)
    for key in ("pmcid", "pmid", "doi"):
        yield same("ids", key, want[key], getattr(got, key))


def check_bibliographic(gold: dict[str, Any], doc: Any) -> Checks:
    """Title, journal, publisher, year, type."""
    want, got = gold["article"], main_article(doc)
    title = spaced(got.title)[: len(want["title_start"])]
    years = want["year"] if isinstance(want["year"], list) else [want["year"]]
    yield same("title", "start", want["title_start"], title)
    yield same("journal", "name", want["journal"], got.journal)
    yield same("publisher", "name", gold["publisher"], got.publisher)
    yield Check("year", "one of", years, got.year, int(got.year in years), 1, 0)
    yield same("article type", "type", want["type"], got.article_type)


def check_licence(gold: dict[str, Any], doc: Any) -> Checks:
    """Licence code and retraction."""
    want, got = gold["article"], main_article(doc)
    yield same("licence", "code", want["license"], got.license)
    yield same("retracted", "flag", want["is_retracted"], got.is_retracted)


def check_authors(gold: dict[str, Any], doc: Any) -> Checks:
    """Authors in order, ORCIDs, affiliations."""
    want, got = gold["article"], main_article(doc)
    yield count("authors", "number", want["n_authors"], len(got.authors))
    for author in want["authors"]:
        there = got.authors[author["i"]] if author["i"] < len(got.authors) else None
        for key in sorted(set(author) - {"i", "orcid"}):
            yield same("author names", f"{author['i']} {key}", author[key], getattr(there, key, 0))
        if "orcid" in author:
            there_orcid = (getattr(there, "orcid", None) or "")[-19:]
            yield same("orcids", f"of {author['i']}", author["orcid"], there_orcid)
    orcids = sum(bool(a.orcid) for a in got.authors)
    yield count("orcids", "number", want["n_orcids"], orcids)
    if want["n_affiliations"] is not None:
        yield count("affiliations", "number", want["n_affiliations"], len(got.affiliations))


def check_abstracts(gold: dict[str, Any], doc: Any) -> Checks:
    """Abstracts, their kinds and section titles, none of them empty."""
    want, got = gold["article"]["abstracts"], main_article(doc).abstracts
    yield count("abstracts", "number", len(want), len(got))
    for i, (abstract, there) in enumerate(zip(want, got, strict=False)):
        kind_is_right = (abstract["kind"] == "main") == (there.kind == "main")
        titles = [spaced(s.title) for s in there.sections if s.title]
        missing = [t for t in abstract["sections"] if spaced(t) not in titles]
        text = "".join(s.text for s in there.sections).strip()
        right = int(kind_is_right)
        yield Check("abstracts", f"{i} kind", abstract["kind"], there.kind, right, 1, 0)
        yield same("abstract sections", f"{i} missing titles", [], missing)
        yield same("abstracts", f"{i} has text", True, bool(text))


def check_front(gold: dict[str, Any], doc: Any) -> Checks:
    """Keywords, awards, related articles."""
    want, got = gold["article"], main_article(doc)
    yield count("keywords", "number", want["n_keywords"], len(got.keywords))
    yield count("funding", "awards", len(want["funding"]), len(got.funding))
    for award, there in zip(want["funding"], got.funding, strict=False):
        yield same("funding", "funder", award["funder"], spaced(there.funder))
        yield same("funding", "award", award["award"], there.award)
    if want["related"] is None:
        return
    yield count("related", "number", len(want["related"]), len(got.related))
    for link, there in zip(want["related"], got.related, strict=False):
        yield same("related", "link", tuple(link.values()), tuple(there))


def check_figures(gold: dict[str, Any], doc: Any) -> Checks:
    """Every figure, and no other."""
    known = {f["id"] for f in gold["figures"]}
    extra = [f.id for f in doc.figures if xml_id(f.id) not in known]
    yield Check("figures", "invented", [], extra, 0, 0, len(extra))
    for want in gold["figures"]:
        got = by_xml_id(doc.figures, want["id"])
        if got is None and want.get("optional"):
            continue
        yield same("figures", want["id"], True, got is not None)
        yield from check_figure(want, got)


def check_figure(want: dict[str, Any], got: Any) -> Checks:
    """Label, caption ends, place, image files, group of one figure."""
    name = want["id"]
    caption = spaced(getattr(got, "caption", None))
    ends = (caption[: len(want["start"])], caption[len(caption) - len(want["end"]) :])
    yield same("labels", name, want["label"], getattr(got, "label", 0))
    yield same("captions", name, (want["start"], want["end"]), ends)
    yield same("part", name, want["part"], getattr(got, "part", None))
    yield same("groups", name, want["group"], bool(getattr(got, "group_id", None)))
    if "license" in want:
        yield same("figure licences", name, want["license"], getattr(got, "license", None))
    files = [f.href for f in getattr(got, "files", [])]
    yield from check_hrefs(name, want["hrefs"], files)


def check_hrefs(name: str, want: list[str], got: list[str]) -> Checks:
    """Image files that a figure or table names."""
    extra = len(set(got) - set(want))
    there = len(set(got) & set(want))
    yield Check("image files named", name, want, got, there, len(set(want)), extra)


def check_files_found(gold: dict[str, Any], doc: Any) -> Checks:
    """Images beside the article are found, and only those."""
    if "found" not in gold:
        return
    got = [f.href for row in (*doc.figures, *doc.tables) for f in row.files if f.found]
    there, extra = set(got) & set(gold["found"]), set(got) - set(gold["found"])
    want = gold["found"]
    yield Check("image files found", "hrefs", want, got, len(there), len(want), len(extra))


def check_panels(gold: dict[str, Any], doc: Any) -> Checks:
    """Panel letters of each caption; a caption without panels has none."""
    for want in gold["figures"]:
        figure = by_xml_id(doc.figures, want["id"])
        if want["panels"] is None or figure is None:
            continue
        rows = [p for p in doc.panels if p.figure_id == figure.id]
        got = sorted({x for p in rows for x in p.letters if len(x) == 1})
        field = "panels of captions" if want["panels"] else "captions without panels"
        yield same(field, want["id"], sorted(want["panels"]), got)
        for panel in rows:
            stretch = figure.caption[panel.start : panel.end]
            yield same("panel offsets", panel.id, tight(panel.caption), tight(stretch))


def check_mention_counts(gold: dict[str, Any], doc: Any) -> Checks:
    """How often the text links to each figure and table; it may find those without a link."""
    for want in (*gold["figures"], *gold["tables"]):
        links, loose = want["mentions"], want.get("unlinked", 0)
        got = len(linked(doc, want["id"]))
        extra = max(0, got - links - loose)
        yield Check("mentions", want["id"], links, got, min(links, got), links, extra)


def stands_at(passage: Any, mention: Any, want: dict[str, Any]) -> bool:
    """Does the mention overlap the link in its surroundings?"""
    start = len(tight(passage.text[: mention.start]))
    end = len(tight(passage.text[: mention.end]))
    before, anchor = tight(want["before"]), tight(want["anchor"])
    around = re.escape(before + anchor + tight(want["after"]))
    for hit in re.finditer(f"(?={around})", tight(passage.text)):
        first = hit.start() + len(before)
        if start < first + len(anchor) and first < end:
            return True
    return False


def check_mentions(gold: dict[str, Any], doc: Any) -> Checks:
    """Offsets and panels of each mention."""
    for want in gold["mentions"]:
        what = f"{want['of']} at {want['before']!r}{want['anchor']!r}"
        hits = [m for p, m in linked(doc, want["of"]) if stands_at(p, m, want)]
        yield same("mention offsets", what, True, bool(hits))
        if want["panels"]:
            got = sorted(hits[0].panels) if hits else None
            yield same("panels of mentions", what, want["panels"], got)
        elif hits and want["panels"] is not None:
            got = hits[0].panels
            yield Check("panels of mentions", what, [], got, 0, 0, len(got))


def check_links(gold: dict[str, Any], doc: Any) -> Checks:
    """Links of the running text to references and to supplements."""
    explicit = [m.kind for p in doc.passages for m in p.mentions if not m.implied]
    for kind, want in gold["links"].items():
        yield count(f"{kind} mentions", "number", want, explicit.count(kind))


def check_tables(gold: dict[str, Any], doc: Any) -> Checks:
    """Every table, and no other."""
    known = {t["id"] for t in gold["tables"]}
    extra = [t.id for t in doc.tables if not any(belongs(t, k) for k in known)]
    yield Check("tables", "invented", [], extra, 0, 0, len(extra))
    for want in gold["tables"]:
        got = [t for t in doc.tables if belongs(t, want["id"])]
        yield same("tables", want["id"], True, bool(got))
        if got:
            yield from check_table(want, got[0])
            yield from check_grid(want, got)


def belongs(table: Any, wanted: str) -> bool:
    """Is it this table, or a part of its wrap?"""
    return re.fullmatch(re.escape(wanted) + r"([-./_~]\d+)?", xml_id(table.id)) is not None


def check_table(want: dict[str, Any], got: Any) -> Checks:
    """Label, caption ends, place, image, notes of one table."""
    name, caption = want["id"], spaced(got.caption)
    ends = (caption[: len(want["start"])], caption[len(caption) - len(want["end"]) :])
    yield same("labels", name, want["label"], got.label)
    yield same("table captions", name, (want["start"], want["end"]), ends)
    yield same("part", name, want["part"], got.part)
    yield from check_hrefs(name, want["hrefs"], [f.href for f in got.files])
    yield count("table notes", name, want["n_footnotes"], len(got.footnotes))
    for note, there in zip(want["footnotes"], got.footnotes, strict=False):
        begins = tight(there).startswith((tight(note), tight(note)[1:]))
        yield Check("table notes", name, note, there, int(begins), 1, 0)


def check_grid(want: dict[str, Any], got: list[Any]) -> Checks:
    """Rows, columns, cells, spans, header rows, indents."""
    name, cells = want["id"], [c for t in got for c in t.cells]
    rows = [row for t in got for row in t.rows]
    spans = sum(c.rowspan > 1 or c.colspan > 1 for c in cells)
    yield count("table cells", name, want.get("n_cells", 0), len(cells))
    yield count("spanning cells", name, want.get("n_spans", 0), spans)
    yield same("grid", f"{name} rows", want.get("n_rows", 0), len(rows))
    yield same("grid", f"{name} cols", want.get("n_cols", 0), max(map(len, rows), default=0))
    yield same("grid", f"{name} rectangular", True, len({len(row) for row in rows}) <= 1)
    header = want.get("n_header_rows", 0)
    yield same("grid", f"{name} header rows", header, got[0].n_header_rows)
    indented = sum(c.indent > 0 for c in cells)
    yield count("indented cells", name, want.get("n_indented", 0), indented)
    for cell in want.get("cells", []):
        yield from check_cell(name, cell, got[0])


def check_cell(name: str, want: dict[str, Any], table: Any) -> Checks:
    """One cell at its place, its spans filled with its text."""
    what = f"{name} r{want['r']} c{want['c']}"
    got = next((c for c in table.cells if (c.r, c.c) == (want["r"], want["c"])), None)
    text = tight(getattr(got, "text", None))[: len(tight(want["text"]))]
    yield same("cells at their place", what, tight(want["text"]), text)
    if got is None:
        return
    yield same("cell spans", what, (want["rs"], want["cs"]), (got.rowspan, got.colspan))
    corner = (want["r"] + want["rs"] - 1, want["c"] + want["cs"] - 1)
    yield same("filled spans", what, tight(got.text), tight(at(table.rows, *corner)))
    indent = want.get("indent", 0)
    wanted = got.indent if indent is None and got.indent else indent
    yield same("indents", what, wanted, got.indent)


def at(rows: list[list[str]], r: int, c: int) -> str | None:
    """The text at a place of the filled grid."""
    return rows[r][c] if r < len(rows) and c < len(rows[r]) else None


def check_references(gold: dict[str, Any], doc: Any) -> Checks:
    """Number of references, of their identifiers, and a few in full."""
    want, got = gold["references"], main_article(doc).references
    yield count("references", "number", want["n"], len(got))
    for key in ("pmid", "doi", "pmcid"):
        there = sum(bool(getattr(r, key)) for r in got)
        yield count(f"reference {key}s", "number", want[f"n_{key}"], there)
    for example in want["examples"]:
        full = next((r for r in got if r.ref_id == example["ref_id"]), None)
        yield from check_reference(example, full)


def check_reference(want: dict[str, Any], got: Any) -> Checks:
    """One reference in full."""
    name = want["ref_id"]
    author = want.get("author")
    authors = getattr(got, "authors", [])
    if author is not None:
        yield same("reference fields", f"{name} author", True, author in "".join(authors[:1]))
    for key in ("title", "source"):
        value = spaced(getattr(got, key, None))
        if want[key]:
            begins = value.startswith(spaced(want[key]))
            yield Check("reference fields", f"{name} {key}", want[key], value, int(begins), 1, 0)
    for key in ("year", "pmid", "doi", "pmcid"):
        if want.get(key):
            yield same("reference fields", f"{name} {key}", want[key], getattr(got, key, None))
    yield same("reference fields", f"{name} raw", True, bool(getattr(got, "raw", "")))


def check_formulas(gold: dict[str, Any], doc: Any) -> Checks:
    """Formulas, displayed and in the line, and their source."""
    for key, want in gold["formulas"].items():
        got = [f for f in doc.formulas if f.display == (key == "display")]
        yield count("formulas", key, want["n"], len(got))
        yield count("formula mathml", key, want["mathml"], sum(bool(f.mathml) for f in got))
        yield count("formula latex", key, want["latex"], sum(bool(f.latex) for f in got))


def check_supplements(gold: dict[str, Any], doc: Any) -> Checks:
    """Every supplementary file once, and no other."""
    want = {s["href"]: s for s in gold["supplements"]}
    got = [s.href for s in doc.supplements]
    extra = [h for h in got if h not in want]
    twice = len(got) - len(set(got))
    yield Check("supplements", "invented", [], extra, 0, 0, len(extra) + twice)
    figure_files = {f.href for figure in doc.figures for f in figure.files}
    for href, supplement in want.items():
        there = next((s for s in doc.supplements if s.href == href), None)
        if there is None and supplement.get("optional") and href in figure_files:
            continue
        yield same("supplements", href, True, there is not None)
        if supplement["label"] and there is not None:
            yield same("supplements", f"{href} label", supplement["label"], there.label)


def check_paragraphs(gold: dict[str, Any], doc: Any) -> Checks:
    """Body paragraphs, and the sections of a few."""
    want, got = gold["paragraphs"], running_text(doc, main_article(doc).id)
    yield count("body paragraphs", "number", want["n"], len(got))
    for example in want["examples"]:
        start, section = tight(example["start"]), example["section"]
        hits = [p for p in got if tight(p.text).startswith(start)]
        here = sum([spaced(s) for s in p.section] == section for p in hits)
        times = want["examples"].count(example)
        yield Check("body paragraphs", repr(example["start"]), 1, len(hits), int(bool(hits)), 1, 0)
        yield same("sections", f"{example['start']!r} in {section}", times, here)


def check_sub_articles(gold: dict[str, Any], doc: Any) -> Checks:
    """Sub-articles, their types, paragraphs, figures and tables."""
    got = [a for a in doc.articles if a.parent_id is not None]
    yield count("sub-articles", "number", len(gold["sub_articles"]), len(got))
    for want, there in zip(gold["sub_articles"], got, strict=False):
        yield same("sub-articles", f"{want['id']} type", want["type"], there.article_type)
        paragraphs = len(running_text(doc, there.id))
        yield count("body paragraphs", want["id"], want["n_paragraphs"], paragraphs)
    yield from check_owners(gold, doc)


def check_owners(gold: dict[str, Any], doc: Any) -> Checks:
    """Figures and tables of a sub-article belong to it."""
    main = main_article(doc).id
    pairs = [(w, by_xml_id(doc.figures, w["id"])) for w in gold["figures"]]
    pairs += [(w, by_xml_id(doc.tables, w["id"])) for w in gold["tables"]]
    for want, got in pairs:
        if got is not None:
            yield same("owners", want["id"], "sub" in want, got.article_id != main)


def check_offsets(gold: dict[str, Any], doc: Any) -> Checks:
    """Every offset lies in its text, for all passages."""
    bad = [
        (p.id, x)
        for p in doc.passages
        for x in (*p.marks, *p.mentions)
        if not 0 <= x.start < x.end <= len(p.text)
    ]
    yield same("offsets in range", gold["path"], [], bad[:5])


CHECKS: list[Callable[[dict[str, Any], Any], Checks]] = [
    check_ids,
    check_bibliographic,
    check_licence,
    check_authors,
    check_abstracts,
    check_front,
    check_figures,
    check_files_found,
    check_panels,
    check_mention_counts,
    check_mentions,
    check_links,
    check_tables,
    check_references,
    check_formulas,
    check_supplements,
    check_paragraphs,
    check_sub_articles,
    check_offsets,
]


# ---- the table


class Line(NamedTuple):
    """One field over all gold articles."""

    field: str
    found: int
    present: int
    invented: int


def checked(gold: dict[str, Any]) -> Checks:
    """All checks of one article; one that the parser refuses is only that."""
    try:
        doc = parsed(gold)
    except Exception as error:  # the benchmark counts it, the test shows it
        yield same("articles", gold["path"], "parsed", repr(error))
        return
    yield same("articles", gold["path"], "parsed", "parsed")
    for function in CHECKS:
        yield from function(gold, doc)


def completeness() -> list[Line]:
    """Found, present and invented per field, over all gold articles."""
    lines: dict[str, Line] = {}
    for path in gold_files():
        gold = read_gold(path)
        for check in checked(gold):
            old = lines.get(check.field, Line(check.field, 0, 0, 0))
            new = (old.found + check.found, old.present + check.present)
            lines[check.field] = Line(check.field, *new, old.invented + check.invented)
    return list(lines.values())


def as_markdown(lines: list[Line]) -> str:
    """The table as Markdown."""
    head = ["| field | found | present | invented |", "|---|---:|---:|---:|"]
    return "\n".join(head + [f"| {' | '.join(map(str, line))} |" for line in lines])


if __name__ == "__main__":
    sys.stdout.write(as_markdown(completeness()) + "\n")
