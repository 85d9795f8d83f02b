"""Figures and tables: the passages that share an id become one row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from medloom.steps.ingest.bioc.grid import Grid, read_grid, rows_of_text
from medloom.steps.ingest.bioc.source import Text
from medloom.steps.ingest.bioc.vocabulary import passage_type
from medloom.tables.literature import Figure, FigureFile, Issue, Table

_IMAGES = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".svg", ".webp")


@dataclass
class Float:
    """The passages of one figure or table."""

    id: str
    kind: str
    """figure or table."""
    part: str
    passages: list[Text] = field(default_factory=list)

    @property
    def caption(self) -> str:
        """Title and caption, one paragraph a line."""
        found = [p.text for p in self.passages if self.is_caption(p) and p.text.strip()]
        return "\n".join(found)

    def is_caption(self, passage: Text) -> bool:
        """Whether a passage is neither a note nor the table itself."""
        kind = passage_type(passage)
        return "foot" not in kind and kind != "table"

    @property
    def title(self) -> str | None:
        """The first passage that is said to be a title."""
        titles = (p.text for p in self.passages if "title" in passage_type(p))
        return next((text for text in titles if text.strip()), None)

    @property
    def notes(self) -> list[str]:
        """The notes below."""
        found = (p.text for p in self.passages if "foot" in passage_type(p))
        return [text for text in found if text.strip()]

    def files(self, beside: Sequence[str]) -> list[FigureFile]:
        """The image files that it names, each once."""
        names = dict.fromkeys(p.infons.get("file", "").strip() for p in self.passages)
        return [_file(name, beside) for name in names if name.lower().endswith(_IMAGES)]


def _file(href: str, beside: Sequence[str]) -> FigureFile:
    wanted = PurePosixPath(href).name
    uri = next((name for name in beside if PurePosixPath(name).name == wanted), None)
    return FigureFile(href, uri, uri is not None)


def figure_row(float_: Float, article_id: str, beside: Sequence[str]) -> Figure:
    """The row of a figure. BioC keeps neither label nor markup of the caption."""
    label = next((p.infons["label"] for p in float_.passages if p.infons.get("label")), None)
    return Figure(
        id=float_.id,
        article_id=article_id,
        label=label,
        title=float_.title,
        caption=float_.caption,
        caption_marks=[],
        part=float_.part,
        group_id=None,
        files=float_.files(beside),
        mentions=[],
        license=None,
    )


def table_row(float_: Float, article_id: str, beside: Sequence[str], issues: list[Issue]) -> Table:
    """The row of a table: its cells from its XML, or else its rows from its text."""
    label = next((p.infons["label"] for p in float_.passages if p.infons.get("label")), None)
    grid, rows = Grid(), list[list[str]]()
    for passage in float_.passages:
        if passage_type(passage) == "table" and not rows:
            grid, rows = _read(passage, float_.id, issues)
    return Table(
        id=float_.id,
        article_id=article_id,
        label=label,
        title=float_.title,
        caption=float_.caption,
        part=float_.part,
        footnotes=float_.notes,
        n_header_rows=grid.n_header_rows,
        cells=grid.cells,
        html=grid.html() if grid.cells else None,
        rows=rows,
        files=float_.files(beside),
        mentions=[],
    )


def _read(passage: Text, where: str, issues: list[Issue]) -> tuple[Grid, list[list[str]]]:
    if xml := passage.infons.get("xml"):
        try:
            grid = read_grid(xml)
            return grid, grid.rows
        except ValueError as error:
            issues.append(Issue("bad-table", where, str(error)))
    return Grid(), rows_of_text(passage.text)
