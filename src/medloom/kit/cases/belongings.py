"""Which figures and tables belong to which patient."""

from collections.abc import Sequence

from medloom.kit.cases.story import Story
from medloom.kit.cases.words import Words
from medloom.tables.cases import CaseFigure
from medloom.tables.literature import Figure, Passage


def tables_of(stories: Sequence[Story], passages: Sequence[Passage]) -> list[list[str]]:
    """Ids of the tables of each story: those it mentions, and those in its section alone."""
    made = [[target for target, _, _ in _mentions(story, "table")] for story in stories]
    homes = [_homes(story) for story in stories]
    for one in passages:
        if one.about and "/table/" in one.about and one.part != "floats":
            inside = [at for at, each in enumerate(homes) if tuple(one.section) in each]
            if len(inside) == 1:
                made[inside[0]].append(one.about)
    return [list(dict.fromkeys(each)) for each in made]


def figures_of(
    case_ids: Sequence[str],
    stories: Sequence[Story],
    figures: Sequence[Figure],
    passages: Sequence[Passage],
    words: Words,
) -> list[list[CaseFigure]]:
    """The figures of each story.

    A figure belongs where a story mentions it; else, where its caption names the patient's label;
    else, where it stands in the story's section (which may be that of several: a pedigree); else,
    if the article has one patient and no passage mentions it, to that patient.
    """
    mentioned = [_by_figure(story) for story in stories]
    places = _places(passages)
    taken = {figure for each in mentioned for figure in each}
    made: list[list[CaseFigure]] = [[] for _ in stories]
    for figure in figures:
        for at in range(len(stories)):
            why = "mentioned" if figure.id in mentioned[at] else None
            if why is None and figure.id not in taken:
                why = _why(figure, at, stories, places)
            if why:
                letters, by = mentioned[at].get(figure.id, ([], []))
                made[at].append(_row(case_ids[at], figure, letters, why, by))
    return made


def _row(
    case_id: str, figure: Figure, panels: list[str], why: str, passages: list[str]
) -> CaseFigure:
    name = figure.id.removeprefix(f"{figure.article_id}/")
    files = [one.href for one in figure.files]
    return CaseFigure(
        f"{case_id}/{name}",
        case_id,
        figure.id,
        figure.article_id,
        figure.label,
        figure.caption,
        panels,
        why,
        files,
        passages,
    )


def _why(
    figure: Figure, at: int, stories: Sequence[Story], places: dict[str, tuple[str, ...]]
) -> str | None:
    named = [
        number
        for number, one in enumerate(stories)
        if one.label and _names(figure.caption, one.label)
    ]
    if named:
        return "caption" if at in named else None
    homes = [_homes(story) for story in stories]
    place = places.get(figure.id)
    inside = [
        number
        for number, each in enumerate(homes)
        if place is not None and any(place[: len(home)] == home for home in each if home)
    ]
    if at in inside:
        return "section"
    if len(stories) == 1 and not figure.mentions:
        return "only-case"
    return None


def _homes(story: Story) -> set[tuple[str, ...]]:
    return {tuple(one.passage.section) for one in story.stretches}


def _names(caption: str, label: str) -> bool:
    low = caption.lower()
    at = low.find(label.lower())
    return at >= 0 and not low[at + len(label) : at + len(label) + 1].isalnum()


def _places(passages: Sequence[Passage]) -> dict[str, tuple[str, ...]]:
    """The section in which the caption of each figure stands."""
    return {
        one.about: tuple(one.section)
        for one in passages
        if one.kind == "caption" and one.about and one.part != "floats"
    }


def _by_figure(story: Story) -> dict[str, tuple[list[str], list[str]]]:
    """For each figure that a story mentions: the panels named, and the passages that do so."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    whole = set()
    for target, panels, passage in _mentions(story, "figure"):
        letters, by = found.setdefault(target, ([], []))
        letters += [one for one in panels if one not in letters]
        if passage not in by:
            by.append(passage)
        if not panels:
            whole.add(target)
    return {
        figure: ([] if figure in whole else sorted(letters), by)
        for figure, (letters, by) in found.items()
    }


def _mentions(story: Story, kind: str) -> list[tuple[str, list[str], str]]:
    return [
        (mention.target_id, mention.panels, one.passage.id)
        for one in story.stretches
        for mention in one.passage.mentions
        if mention.kind == kind and one.start <= mention.start < one.end
    ]
