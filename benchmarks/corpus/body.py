"""Sections, figures, tables and the other blocks of an article, as JATS."""

from dataclasses import dataclass, field
from itertools import count

from benchmarks.corpus import formulas
from benchmarks.corpus import model as m
from benchmarks.corpus.inline import Inline
from benchmarks.corpus.xml import block, el, leaf, text

EM_SPACE = "\u2003"


@dataclass
class Writer:
    """Writes blocks; `prefix` keeps the ids of a sub-article apart, `nlm` is the older dialect."""

    inline: Inline
    prefix: str = ""
    nlm: bool = False
    sections: "count[int]" = field(default_factory=lambda: count(1))

    def blocks(self, blocks: list[m.Block]) -> list[str]:
        return [self.block(each) for each in blocks]

    def block(self, each: m.Block) -> str:
        match each:
            case m.Paragraph():
                return self._p(each.text)
            case m.Section():
                return self.section(each)
            case m.Figure():
                return self._figure(each)
            case m.FigureGroup():
                return self._group(each)
            case m.Table():
                return self._table(each)
            case m.ItemList():
                items = [block("list-item", self._p(item)) for item in each.items]
                return block("list", *items, list_type="order" if each.ordered else "bullet")
            case m.Definitions():
                return self._definitions(each)
            case m.Equation():
                return self._equation(each)
            case m.Supplement():
                return self._supplement(each)
            case m.Box():
                caption = block("caption", el("title", self.inline(each.title)))
                return block("boxed-text", caption, *self.blocks(each.blocks))
            case m.Quote():
                return block("disp-quote", self._p(each.text))
            case m.Code():
                return el("preformat", text(each.text), preformat_type="code")

    def _p(self, words: str) -> str:
        return el("p", self.inline(words))

    def section(self, section: m.Section) -> str:
        number = f"{self.prefix}sec{next(self.sections)}"
        return block(
            "sec",
            el("title", self.inline(section.title)),
            *self.blocks(section.blocks),
            id=section.id or number,
            sec_type=section.kind,
        )

    def _caption(self, title: str | None, paragraphs: list[str]) -> str | None:
        if not title and not paragraphs:
            return None
        heading = el("title", self.inline(title)) if title else None
        return block("caption", heading, *[self._p(words) for words in paragraphs])

    def _pictures(self, pictures: list[m.Picture]) -> str:
        each = [el("graphic", xlink_href=p.href, specific_use=p.specific_use) for p in pictures]
        return block("alternatives", *each) if len(each) > 1 else each[0]

    def _figure(self, figure: m.Figure) -> str:
        licence = None
        if figure.license:
            link = leaf("ext-link", figure.license, ext_link_type="uri", xlink_href=figure.license)
            words = el("license-p", "The rights in this figure are held by others: ", link)
            licence = block("permissions", block("license", words, xlink_href=figure.license))
        return block(
            "fig",
            el("label", self.inline(figure.label)) if figure.label else None,
            self._caption(figure.title, figure.caption),
            self._pictures(figure.pictures),
            licence,
            id=figure.id,
            position="float",
        )

    def _group(self, group: m.FigureGroup) -> str:
        return block(
            "fig-group",
            leaf("label", group.label),
            self._caption(group.title, group.caption),
            *[self._figure(figure) for figure in group.figures],
            id=group.id,
        )

    def _table(self, table: m.Table) -> str:
        content = self._pictures([table.picture]) if table.picture else self._grid(table)
        notes = [el("fn", self._p(note), id=f"{table.id}-fn{n}")
                 for n, note in enumerate(table.notes, 1)]  # fmt: skip
        return block(
            "table-wrap",
            leaf("label", table.label),
            self._caption(table.title, table.caption),
            content,
            block("table-wrap-foot", *notes) if notes else None,
            id=table.id,
            position="float",
        )

    def _grid(self, table: m.Table) -> str:
        head = block("thead", *[self._tr(row, "th") for row in table.head]) if table.head else None
        body = block("tbody", *[self._tr(row, "td") for row in table.body])
        return block("table", head, body, frame="hsides", rules="groups")

    def _tr(self, row: list[m.Cell], kind: str) -> str:
        return el("tr", *[self._cell(cell, kind) for cell in row])

    def _cell(self, cell: m.Cell, kind: str) -> str:
        indent = len(cell.text) - len(cell.text.lstrip("_"))
        return el(
            "th" if cell.header else kind,
            EM_SPACE * indent + self.inline(cell.text[indent:]),
            align="left",
            rowspan=str(cell.rowspan) if cell.rowspan > 1 else None,
            colspan=str(cell.colspan) if cell.colspan > 1 else None,
        )

    def _definitions(self, terms: m.Definitions) -> str:
        items = [
            block("def-item", el("term", self.inline(short)), el("def", self._p(long)))
            for short, long in terms.terms
        ]
        return block("def-list", leaf("title", terms.title), *items)

    def _equation(self, equation: m.Equation) -> str:
        self.inline.formulas.append(equation.name)
        return block(
            "disp-formula",
            leaf("label", equation.label),
            formulas.alternatives(equation.name, equation.id + "-f"),
            id=equation.id,
        )

    def _supplement(self, file: m.Supplement) -> str:
        kind, _, subtype = file.mime.partition("/")
        return block(
            "supplementary-material",
            leaf("label", file.label),
            block("caption", self._p(file.caption)),
            el("media", xlink_href=file.href, mimetype=kind, mime_subtype=subtype),
            id=file.id,
            content_type="local-data",
        )
