"""Row types of the literature: what one JATS article becomes.

Row types are named tuples: immutable, typed, and transposed into Arrow columns by one C call
(docs/decisions/0004-row-types-are-named-tuples.md). Text offsets count Unicode code points,
0-based, half-open, into exactly the `text` (or `caption`) of the row that carries them.
"""

from typing import NamedTuple

from medloom.tables.spans import Mark


class Issue(NamedTuple):
    """Something in a source that could not be read as the standard says; never a lost article."""

    code: str
    """Short and stable, for example `bad-date`, `dangling-rid`, `undefined-entity`."""
    xpath: str
    message: str


class Date(NamedTuple):
    """A publication or history date; `date` is ISO 8601 as precise as the source: 2014-05."""

    kind: str
    date: str


class Author(NamedTuple):
    """A contributor of type author, a person or a group (`collab`)."""

    surname: str | None
    given: str | None
    collab: str | None
    orcid: str | None
    corresponding: bool
    affiliations: list[str]
    """Ids that join `Article.affiliations`."""


class Affiliation(NamedTuple):
    """An institution with its address, as printed, without its label."""

    id: str
    text: str
    country: str | None


class AbstractSection(NamedTuple):
    """One part of a structured abstract."""

    title: str | None
    text: str


class Abstract(NamedTuple):
    """One of an article's abstracts: main, graphical, summary, teaser, translated."""

    kind: str
    language: str | None
    sections: list[AbstractSection]


class Reference(NamedTuple):
    """One cited work. `raw` is the whole citation as printed."""

    ref_id: str
    label: str | None
    type: str | None
    title: str | None
    source: str | None
    year: int | None
    authors: list[str]
    pmid: str | None
    doi: str | None
    pmcid: str | None
    raw: str


class Funding(NamedTuple):
    """Who paid, and the number of the grant."""

    funder: str | None
    award: str | None


class Related(NamedTuple):
    """A link to another work: retracted article, erratum, commentary, companion."""

    type: str
    target: str
    kind: str | None
    """What the target is: doi, pmid, pmcid, uri."""


class Article(NamedTuple):
    """One article, or one sub-article of it (then `parent_id` names the article)."""

    id: str
    """`PMC123`, else `doi:...`, else `pmid:...`, else `file:...`; sub-articles `PMC123/sub/S1`."""
    parent_id: str | None
    pmcid: str | None
    """With its prefix: `PMC123`."""
    pmid: str | None
    doi: str | None
    version: int | None
    title: str | None
    abstract: str | None
    """The main abstract as plain text; section titles in front of their sections."""
    abstracts: list[Abstract]
    journal: str | None
    publisher: str | None
    issn: list[str]
    year: int | None
    dates: list[Date]
    article_type: str | None
    language: str | None
    license: str
    """CC0, CC-BY, CC-BY-SA, CC-BY-NC, CC-BY-NC-SA, CC-BY-ND, CC-BY-NC-ND, public-domain, TDM,
    other (there is a text that is none of these), none (the article says nothing)."""
    license_url: str | None
    license_text: str | None
    license_source: str | None
    """Where the code was read: `url`, `text`, `metadata` (a PMC JSON file), or null."""
    is_retracted: bool
    keywords: list[str]
    subjects: list[str]
    authors: list[Author]
    affiliations: list[Affiliation]
    funding: list[Funding]
    references: list[Reference]
    related: list[Related]
    issues: list[Issue]
    sha256: str


class Mention(NamedTuple):
    """Where a passage refers to a figure, a table, a reference or a supplement."""

    kind: str
    """figure, table, reference, supplement, formula, section, affiliation, footnote, other."""
    target_id: str
    """The id of that row (`PMC123/fig/F1`); of a reference its `ref_id` (`B12`)."""
    start: int
    end: int
    panels: list[str]
    """Lower-case panel letters named with the figure: `Fig 1C-E` names c, d, e."""
    implied: bool
    """True where the target stands inside a range and has no markup of its own (`Figs 1-3`)."""


class Passage(NamedTuple):
    """A stretch of running text, in reading order."""

    id: str
    article_id: str
    kind: str
    """title, abstract, paragraph, heading, list_item, caption, footnote, table_note, quote, code,
    definition, acknowledgement, statement, ..."""
    section: list[str]
    """Titles from the root to here."""
    section_kind: str
    """introduction, methods, results, discussion, conclusion, case, abstract, supplementary,
    acknowledgement, funding, conflict, contributions, ethics, data, abbreviations, other."""
    part: str
    """front, body, back, appendix, floats."""
    about: str | None
    """The id of the figure, table or supplement that a caption or note belongs to."""
    order: int
    text: str
    marks: list[Mark]
    mentions: list[Mention]


class FigureFile(NamedTuple):
    """An image file that a figure or table names."""

    href: str
    uri: str | None
    """The name of the file that was found beside the article, else null."""
    found: bool


class FigureMention(NamedTuple):
    """A passage that refers to a figure, and the sentence around it."""

    passage_id: str
    start: int
    end: int
    panels: list[str]
    sentence: str


class Figure(NamedTuple):
    """A figure with its caption."""

    id: str
    article_id: str
    label: str | None
    title: str | None
    caption: str
    """The whole caption, its title included, one paragraph a line; without the label."""
    caption_marks: list[Mark]
    part: str
    group_id: str | None
    """The id of the `fig-group` around it."""
    files: list[FigureFile]
    mentions: list[FigureMention]
    license: str | None
    """A licence code of its own, where the figure carries a permissions element."""


class Panel(NamedTuple):
    """One panel of a figure, by its stretch of the figure's caption."""

    id: str
    figure_id: str
    article_id: str
    letters: list[str]
    """Lower-case labels that share this stretch: `(A, B)` gives a and b."""
    caption: str
    start: int
    end: int


class Cell(NamedTuple):
    """One cell of a table, at its place in the grid."""

    r: int
    c: int
    rowspan: int
    colspan: int
    text: str
    header: bool
    indent: int
    """Depth of a row header that the source indents with spaces: 0 is not indented."""


class Table(NamedTuple):
    """A table, as cells in the grid and as filled rows."""

    id: str
    article_id: str
    label: str | None
    title: str | None
    caption: str
    part: str
    footnotes: list[str]
    n_header_rows: int
    cells: list[Cell]
    html: str | None
    rows: list[list[str]]
    """The grid with every span filled with the text of its cell."""
    files: list[FigureFile]
    mentions: list[FigureMention]


class Formula(NamedTuple):
    """A formula, displayed or in the line of its passage."""

    id: str
    article_id: str
    passage_id: str | None
    start: int | None
    """Offset in the passage's text, where the formula stands in one."""
    label: str | None
    display: bool
    mathml: str | None
    latex: str | None


class Supplement(NamedTuple):
    """A supplementary file."""

    id: str
    article_id: str
    label: str | None
    caption: str | None
    href: str | None
    mime: str | None
    uri: str | None
    found: bool


class MediaFile(NamedTuple):
    """A file that came with a document, read into memory."""

    uri: str
    bytes: bytes


class Document(NamedTuple):
    """What a literature reader makes of one source: rows for every table of the literature."""

    articles: list[Article]
    passages: list[Passage]
    figures: list[Figure]
    panels: list[Panel]
    tables: list[Table]
    formulas: list[Formula]
    supplements: list[Supplement]
    media: list[MediaFile]


class Image(NamedTuple):
    """An image file of a figure or table, checked to decode."""

    id: str
    article_id: str
    figure_id: str
    """The figure, or the table that is only an image."""
    file: str
    bytes: bytes
    format: str
    """As Pillow names it: JPEG, PNG, TIFF, GIF, WEBP."""
    mode: str
    """Pixel mode as Pillow names it: L, RGB, CMYK, I;16, ..."""
    width: int
    height: int
    frames: int
    sha256: str
