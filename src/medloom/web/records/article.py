"""An article, put together from its row, passages, figures, tables, formulas and references."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from markupsafe import Markup

from medloom.collection.collection import Collection
from medloom.kit.safe_html import safe_html, safe_math
from medloom.web.records import citing, rows, shapes
from medloom.web.records.highlight import Layer, Legend, marks, rendered
from medloom.web.records.pictures import Picture, of_figures, own
from medloom.web.words import link

_LEFT_OUT = ("title", "caption", "correspondence")
_SMALL = ("footnote", "table_note", "definition", "acknowledgement", "correspondence", "statement")


@dataclass
class Block:
    """One thing in the flow of an article: a heading, a text, a figure, a table."""

    kind: str
    """heading, text, list_item, small, quote, code, figure, table."""
    html: Markup = field(default_factory=Markup)
    id: str = ""
    anchor: str = ""
    level: int = 2
    row: Mapping[str, Any] = field(default_factory=dict)
    table: str = ""
    pictures: list[Picture] = field(default_factory=list)
    panels: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ArticlePage:
    """What the page of an article shows."""

    row: dict[str, Any]
    abstract: list[Block]
    body: list[Block]
    back: list[Block]
    references: list[dict[str, Any]]
    cited: dict[str, dict[str, Any]]
    citing: list[dict[str, Any]]
    legend: Legend
    passage_table: str | None

    @property
    def contents(self) -> list[Block]:
        """The headings of the first level."""
        return [one for one in self.body if one.kind == "heading" and one.level == 2]


def anchor(id_: str) -> str:
    """An id as the name of a place in a page.

    >>> anchor("PMC1/fig/F 1")
    'a-PMC1_fig_F_1'
    """
    return "a-" + re.sub(r"[^A-Za-z0-9-]", "_", id_)


def assemble(collection: Collection, table: str, row: dict[str, Any]) -> ArticlePage:
    """Put an article together."""
    legend = Legend()
    passage_table, passages = _passages(collection, row["id"])
    things = _things(collection, row["id"])
    formulas = _formulas(collection, row["id"])
    _join_entities(collection, passages)
    references = list(row.get("references") or ())
    made = [_block(one, formulas.get(one["id"], ()), legend) for one in passages]
    page = ArticlePage(
        row,
        [],
        [],
        [],
        references,
        citing.cited(collection, table, references),
        citing.citing(collection, table, row),
        legend,
        passage_table,
    )
    shown: set[str] = set()
    waiting: list[str] = []
    for passage, block in zip(passages, made, strict=True):
        part = _part(page, passage)
        about = passage.get("about")
        if passage["kind"] == "caption" and about in things and about not in shown:
            shown.add(about)
            part.append(_thing(things[about], block.html, legend))
        elif passage["kind"] not in _LEFT_OUT and passage["text"].strip():
            part.append(block)
            waiting += [one["target_id"] for one in passage.get("mentions") or ()]
    _put_rest(page, passages, things, shown, legend)
    return page


def _passages(collection: Collection, article: str) -> tuple[str | None, list[dict[str, Any]]]:
    for table in shapes.of_kind(collection, "passage"):
        found = rows.pointing(collection, table, "article_id", article)
        if found:
            return table, sorted(found, key=lambda one: one["order"] or 0)
    return None, []


def _things(collection: Collection, article: str) -> dict[str, Block]:
    """The figures and tables of an article by id, with their pictures and panels."""
    found: dict[str, Block] = {}
    for kind in ("figure", "table"):
        for table in shapes.of_kind(collection, kind):
            if "article_id" in shapes.names(collection, table):
                for row in rows.pointing(collection, table, "article_id", article):
                    id_ = row.get("figure_id") or row["id"]
                    pictures = own(collection, table, row)
                    block = Block(kind, id=row["id"], anchor=anchor(id_), row=row, table=table)
                    block.pictures = pictures
                    if id_ not in found or (pictures and not found[id_].pictures):
                        found[id_] = block
    bare = [id_ for id_, one in found.items() if not one.pictures]
    for id_, pictures in of_figures(collection, bare).items() if bare else ():
        found[id_].pictures = pictures
    for table in shapes.of_kind(collection, "panel"):
        if "article_id" in shapes.names(collection, table):
            for panel in rows.pointing(collection, table, "article_id", article):
                if panel["figure_id"] in found:
                    found[panel["figure_id"]].panels.append(panel)
    return found


def _formulas(collection: Collection, article: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table in shapes.of_kind(collection, "formula")[:1]:
        for one in rows.pointing(collection, table, "article_id", article):
            if one.get("passage_id"):
                found.setdefault(one["passage_id"], []).append(one)
    return found


def _join_entities(collection: Collection, passages: Sequence[dict[str, Any]]) -> None:
    """Give passages without spans the mentions that a table of entities keeps of them."""
    if not passages or any(one.get("spans") for one in passages):
        return
    by_id = {one["id"]: one for one in passages}
    for table in shapes.with_column(collection, "text_id"):
        if {"start", "end", "label", "name"} <= set(shapes.names(collection, table)):
            places = rows.having(collection, table, "text_id", list(by_id))[:20_000]
            for row in rows.taken(collection, table, [int(one) for one in places]):
                passage = by_id[row["text_id"]]
                passage["spans"] = [*(passage.get("spans") or ()), entity_as_span(row)]


def entity_as_span(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table of entities in the form of a span.

    >>> row = {"start": 0, "end": 4, "label": "Disease", "name": "x", "entity_id": "M:1"}
    >>> entity_as_span(row)["concepts"]
    [{'id': 'M:1', 'name': 'x'}]
    """
    said = {
        key: row.get(key)
        for key in ("negated", "uncertain", "historical", "hypothetical", "experiencer")
    }
    concept = {"id": row.get("entity_id") or "", "name": row.get("name")}
    by = {"step": row["made_by"]} if row.get("made_by") else None
    place = {key: row[key] for key in ("start", "end", "label")}
    return {**place, "concepts": [concept], "assertion": said, "made_by": by}


def _part(page: ArticlePage, passage: Mapping[str, Any]) -> list[Block]:
    if passage.get("section_kind") == "abstract" or passage["kind"] == "abstract":
        return page.abstract
    return page.back if passage["part"] in ("back", "front") else page.body


def _block(
    passage: Mapping[str, Any], formulas: Sequence[Mapping[str, Any]], legend: Legend
) -> Block:
    html = passage_html(passage, formulas, legend)
    kind = passage["kind"]
    level = min(1 + max(len(passage.get("section") or ()), 1), 5)
    if kind == "heading":
        return Block("heading", html, passage["id"], anchor(passage["id"]), level)
    shown = (
        "small" if kind in _SMALL else kind if kind in ("list_item", "quote", "code") else "text"
    )
    return Block(shown, html, passage["id"], anchor(passage["id"]), level)


def passage_html(
    passage: Mapping[str, Any], formulas: Sequence[Mapping[str, Any]], legend: Legend
) -> Markup:
    """The text of a passage with markup, links to what it mentions, formulas and annotations."""
    text = passage["text"]
    layers = [*marks(passage.get("marks")), *mentions(passage.get("mentions"))]
    layers += legend.spans(passage.get("spans"))
    layers += legend.abbreviations(passage.get("abbreviations"))
    for one in formulas:
        made = safe_math(one.get("mathml"))
        end = _formula_end(text, one)
        if made and end is not None:
            attributes = {"class": "formula display" if one.get("display") else "formula"}
            layers.append(Layer(one["start"], end, "span", {"class": "formula-text"}, 5, made))
            layers.append(Layer(one["start"], end, "span", attributes, 4))
    return rendered(text, layers)


def _formula_end(text: str, formula: Mapping[str, Any]) -> int | None:
    """Where the characters of a formula end in its passage."""
    written = re.sub(r"<[^>]*>|\s", "", formula.get("mathml") or "")
    start = formula.get("start")
    if start is None or not written:
        return None
    wanted, at = unescape(written), start
    for character in wanted:
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text) or text[at] != character:
            return None
        at += 1
    return int(at)


def mentions(found: Sequence[Mapping[str, Any]] | None) -> list[Layer]:
    """Links from a text to the figures, tables and references that it mentions."""
    made = []
    reached = 0
    for one in sorted(found or (), key=lambda one: (one["start"], -one["end"])):
        place = (one["start"], one["end"])
        if place[0] < reached or one["kind"] not in ("figure", "table", "reference"):
            continue  # a link holds no other link
        reached = place[1]
        target = f"ref-{one['target_id']}" if one["kind"] == "reference" else one["target_id"]
        attributes = {"href": f"#{anchor(target)}", "class": f"to-{one['kind']}"}
        made.append(Layer(*place, "a", attributes, rank=1))
    return made


def _thing(block: Block, caption: Markup, legend: Legend) -> Block:
    own_marks = marks(block.row.get("caption_marks"))
    block.html = rendered(block.row["caption"] or "", own_marks) if own_marks else caption
    if block.row.get("spans"):
        layers = [*own_marks, *legend.spans(block.row["spans"])]
        block.html = rendered(block.row["caption"] or "", layers)
    return block


def _put_rest(
    page: ArticlePage,
    passages: Sequence[Mapping[str, Any]],
    things: Mapping[str, Block],
    shown: set[str],
    legend: Legend,
) -> None:
    """Put figures without a caption in the text behind the first text that mentions them."""
    first = {
        one["target_id"]: passage["id"]
        for passage in reversed(passages)
        for one in passage.get("mentions") or ()
    }
    for id_, block in things.items():
        if id_ in shown:
            continue
        made = _thing(block, Markup.escape(block.row["caption"] or ""), legend)
        at = next(
            (n for n, one in enumerate(page.body) if one.id == first.get(id_)), len(page.body) - 1
        )
        page.body.insert(at + 1, made)


def table_html(row: Mapping[str, Any]) -> Markup:
    """A table of an article as HTML: its own markup where it has some, else its cells."""
    if row.get("html"):
        return Markup(safe_html(row["html"]))
    return Markup("<table><tbody>{}</tbody></table>").format(
        Markup("").join(_lines(row.get("rows") or ()))
    )


def _lines(lines: Sequence[Sequence[str]]) -> Iterator[Markup]:
    for line in lines:
        cells = Markup("").join(Markup("<td>{}</td>").format(cell) for cell in line)
        yield Markup("<tr>{}</tr>").format(cells)


def authors(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The names of the authors, with the numbers of their affiliations."""
    numbers = {one["id"]: n for n, one in enumerate(row.get("affiliations") or (), 1)}
    made = []
    for one in row.get("authors") or ():
        name = one.get("collab") or " ".join(filter(None, (one.get("given"), one.get("surname"))))
        marks_ = [numbers[key] for key in one.get("affiliations") or () if key in numbers]
        orcid = one.get("orcid") or ""
        is_orcid = bool(re.fullmatch(r"(https?://orcid\.org/)?[\d-]{15,19}X?", orcid))
        made.append({"name": name, "numbers": marks_, "orcid": orcid[-19:] if is_orcid else ""})
    return made


def ids(row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The ids of an article in the world, with links: name, id, link."""
    found = []
    for key, name, at in (
        ("doi", "DOI", "https://doi.org/"),
        ("pmid", "PubMed", "https://pubmed.ncbi.nlm.nih.gov/"),
        ("pmcid", "PMC", "https://pmc.ncbi.nlm.nih.gov/articles/"),
    ):
        if row.get(key):
            found.append((name, str(row[key]), at + link(str(row[key]))))
    return found
