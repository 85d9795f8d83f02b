"""What an article is made of, before it is XML. Text fields hold the inline markup of `inline`."""

from dataclasses import dataclass, field


@dataclass
class Paragraph:
    text: str


@dataclass
class ItemList:
    items: list[str]
    ordered: bool


@dataclass
class Definitions:
    """Abbreviations with their long forms."""

    terms: list[tuple[str, str]]
    title: str | None = None


@dataclass
class Picture:
    """An image file of a figure or table, and how it is drawn; `file` None: named but absent."""

    href: str
    file: str | None
    draw: str
    specific_use: str | None = None


@dataclass
class Figure:
    id: str | None
    label: str | None
    title: str | None
    caption: list[str]
    pictures: list[Picture]
    panels: list[list[str]] = field(default_factory=list)
    license: str | None = None


@dataclass
class FigureGroup:
    id: str
    label: str | None
    title: str | None
    caption: list[str]
    figures: list[Figure]


@dataclass
class Cell:
    text: str
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


@dataclass
class Table:
    id: str
    label: str | None
    title: str | None
    caption: list[str]
    head: list[list[Cell]]
    body: list[list[Cell]]
    notes: list[str]
    picture: Picture | None = None


@dataclass
class Equation:
    """A displayed formula by its name in `formulas`."""

    name: str
    id: str
    label: str | None


@dataclass
class Supplement:
    id: str
    label: str
    caption: str
    href: str
    mime: str
    content: str | None


@dataclass
class Box:
    title: str
    blocks: "list[Block]"


@dataclass
class Quote:
    text: str


@dataclass
class Code:
    text: str


@dataclass
class Section:
    title: str
    kind: str | None
    blocks: "list[Block]"
    id: str | None = None


Block = (
    Paragraph | ItemList | Definitions | Figure | FigureGroup | Table | Equation | Supplement
    | Box | Quote | Code | Section
)  # fmt: skip


@dataclass
class Abstract:
    blocks: list[Block]
    kind: str | None = None
    language: str | None = None
    title: str | None = None


@dataclass
class Author:
    surname: str | None
    given: str | None
    affiliations: list[str]
    collab: str | None = None
    orcid: str | None = None
    corresponding: bool = False


@dataclass
class Reference:
    id: str
    label: str
    type: str
    authors: list[tuple[str, str]]
    title: str | None
    source: str
    year: int
    volume: str | None = None
    fpage: str | None = None
    lpage: str | None = None
    pmid: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    mixed: bool = False


@dataclass
class Appendix:
    id: str
    title: str
    blocks: list[Block]


@dataclass
class Article:
    """One article, or a sub-article of it (then `number` is its id in the XML)."""

    number: str
    header: dict[str, list[str]]
    abstracts: list[Abstract] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    back: list[Section] = field(default_factory=list)
    appendices: list[Appendix] = field(default_factory=list)
    floats: list[Block] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    subs: "list[Article]" = field(default_factory=list)

    def get(self, key: str, default: str | None = None) -> str | None:
        """The first value of a header line."""
        values = self.header.get(key)
        return values[0] if values else default

    def all(self, key: str) -> list[str]:
        return self.header.get(key, [])

    def need(self, key: str) -> str:
        return self.header[key][0]
