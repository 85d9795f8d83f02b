"""Figures, alone and in groups, with their captions, panels and files."""

from lxml import etree

from medloom.steps.ingest.jats.captions import Caption, read_caption, read_notes
from medloom.steps.ingest.jats.draft import Draft
from medloom.steps.ingest.jats.licenses import read_license
from medloom.steps.ingest.jats.media import image_files
from medloom.steps.ingest.jats.names import tags
from medloom.steps.ingest.jats.panels import split_caption
from medloom.steps.ingest.jats.text import plain
from medloom.tables.literature import Figure, Panel

_NOT_NOTES = tags(
    "label caption graphic media alternatives object-id alt-text long-desc permissions email "
    "ext-link uri kwd-group subj-group title inline-graphic supplementary-material"
)
Inherited = tuple[str | None, Caption]


def read_figure(draft: Draft, fig: etree._Element, inherited: Inherited | None = None) -> str:
    """Add the rows of a `fig`: the figure, its panels, its caption passages. Returns its id.

    `inherited` is the label and caption of the group, for a figure that has none of its own.
    """
    figure_id = draft.new_id("fig", fig)
    label: str | None = None
    captions: list[etree._Element] = []
    notes: list[etree._Element] = []
    license_code: str | None = None
    for child in fig:
        tag = child.tag
        if tag == "label":
            label = plain(child) or None
        elif tag == "caption" or tag == "title":
            captions.append(child)
        elif tag == "alternatives" or (tag == "media" and child.get("mimetype") == "image"):
            captions += child.iter("caption")
        elif tag == "media" or tag == "supplementary-material":
            draft.floats.append(child)
        elif tag == "permissions":
            license_code = read_license([child]).code
            license_code = None if license_code == "none" else license_code
        elif tag not in _NOT_NOTES:
            notes.append(child)
    caption = read_caption(draft, captions, figure_id)
    for note in notes:
        read_notes(draft, note, figure_id, "caption" if note.tag == "p" else "note")
    if inherited is not None:
        label = label or inherited[0]
        caption = caption if caption.text else inherited[1]
    figure = Figure(
        figure_id,
        draft.article_id,
        label,
        caption.title,
        caption.text,
        caption.marks,
        draft.part,
        draft.group_id,
        image_files(fig, draft.siblings),
        [],
        license_code,
    )
    draft.rows.figures.append(figure)
    draft.links.add(fig, "figure", figure_id, label, figure.mentions)
    if caption.text:
        _add_panels(draft, figure)
    return figure_id


def read_group(draft: Draft, group: etree._Element) -> list[etree._Element]:
    """Add the rows of a `fig-group`; return what stands in it that is no figure."""
    group_id = draft.new_id("fig-group", group)
    label = group.find("label")
    figures = group.findall("fig")
    if not figures:
        read_figure(draft, group)
        return []
    captions = [child for child in group if child.tag in {"caption", "title"}]
    inherited = (
        None if label is None else plain(label) or None,
        read_caption(draft, captions, group_id),
    )
    outer, draft.group_id = draft.group_id, group_id
    ids = [read_figure(draft, figure, inherited) for figure in figures]
    draft.group_id = outer
    draft.links.add_alias(group.get("id"), "figure", ids)
    known = {"fig", "label", "caption", "title", "object-id", "alternatives", "graphic"}
    return [child for child in group if child.tag not in known]


def _add_panels(draft: Draft, figure: Figure) -> None:
    caption = figure.caption
    taken: set[str] = set()
    for letters, start, end in split_caption(caption, figure.caption_marks):
        name = letters[0]
        while name in taken:
            name += "'"
        taken.add(name)
        panel_id = f"{figure.id}/panel/{name}"
        text = caption[start:end]
        draft.rows.panels.append(
            Panel(panel_id, figure.id, figure.article_id, letters, text, start, end)
        )
