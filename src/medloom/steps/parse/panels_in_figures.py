"""The panels of figures with what their figure says of them all."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.labels import PanelInFigure
from medloom.tables.literature import Figure, FigureMention, Panel


@expands
def panels_in_figures(figures: list[Figure], panels: list[Panel]) -> Iterator[PanelInFigure]:
    """Make a row of each panel, with the lead of its figure's caption and its mentions.

    The lead is what stands in front of the first panel, the figure's title included. A mention of
    other panels only is left out.

    >>> caption = "MRI of the brain. (A) Before. (B) After."
    >>> figure = Figure("f", "a", "1", None, caption, [], "body", None, [], [], None)
    >>> panels = [Panel("f/a", "f", "a", ["a"], "(A) Before.", 18, 29)]
    >>> [row.lead for row in panels_in_figures([figure], panels)]
    ['MRI of the brain. ']
    """
    by_id = {figure.id: figure for figure in figures}
    first: dict[str, int] = {}
    for panel in panels:
        first[panel.figure_id] = min(panel.start, first.get(panel.figure_id, panel.start))
    for panel in panels:
        figure = by_id.get(panel.figure_id)
        lead = figure.caption[: first[panel.figure_id]] if figure else ""
        about = [one for one in figure.mentions if _is_about(one, panel)] if figure else []
        yield PanelInFigure(*panel, lead, about)


def _is_about(mention: FigureMention, panel: Panel) -> bool:
    return not mention.panels or not set(mention.panels).isdisjoint(panel.letters)
