"""What a figure shows (modality, body part, plane, stain), read from its caption by rules."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from medloom.kit.figure_labels.evidence import GRAPHIC, TISSUE, Evidence, evidence
from medloom.kit.figure_labels.taxonomy import KINDS, Label, Taxonomy
from medloom.tables.labels import FigureLabel

_ENOUGH, _ALSO, _SURE = 2, 3, 4
_SEEN = frozenset({"radiology", "visible light"})
_DRAWINGS = ("flowchart", "diagram")
_WORDY = (GRAPHIC, "laboratory")  # their plain words are words of any text: model, design, lane
_MOST = 5


class Text(NamedTuple):
    """A text about a figure, and what it is: caption, figure or mention."""

    source: str
    text: str


class _Scored(NamedTuple):
    label: Label
    score: int
    best: Evidence
    text: Text


def label(texts: Sequence[Text], known: Taxonomy) -> list[FigureLabel]:
    """The labels of a figure or panel, from its texts; a later text only if earlier ones lack.

    The first text is the caption; then come the caption of the figure around a panel, and the
    sentences that mention the figure, of which only strong words count.
    """
    chosen: dict[str, list[_Scored]] = {}
    tissue = False
    for one in texts:
        lacking = [kind for kind in KINDS if _lacks(chosen.get(kind, ()), kind)]
        if one.source == "mention" and not {"modality", "body_part"}.intersection(lacking):
            break
        found = evidence(one.text, known)
        tissue = tissue or any(each.label.name == TISSUE for each in found)
        for kind in lacking:
            scored = _scored(one, (each for each in found if each.label.kind == kind))
            if one.source == "mention":
                scored = [each for each in scored if _says_enough(each, chosen)]
            new = _modalities(scored) if kind == "modality" else scored
            if new and (kind not in chosen or not _lacks(new, kind)):
                chosen[kind] = new
    return [_row(one) for one in _shown(chosen, tissue, known)]


def _lacks(chosen: Iterable[_Scored], kind: str) -> bool:
    """Whether a later text may say it: nothing does yet, or only a guess."""
    enough = _ENOUGH if kind == "modality" else 1
    return all(one.score < enough for one in chosen)


def _says_enough(one: _Scored, chosen: dict[str, list[_Scored]]) -> bool:
    """Whether words in a sentence about a figure count: a text says much that is not shown."""
    groups = {each.label.group for each in chosen.get("modality", ())}
    if one.label.kind == "modality":
        return one.best.rule == "strong" and one.label.name not in ("diagram", "table", "formula")
    return not groups.isdisjoint(_SEEN)


def _scored(text: Text, found: Iterable[Evidence]) -> list[_Scored]:
    phrases: dict[Label, dict[str, Evidence]] = {}
    given = list(found)
    counting = [one for one in given if one.points]
    # Where nothing else is said, what was only measured or guided with may be what is shown.
    for one in counting or (each for each in given if each.rule == "measured"):
        best = phrases.setdefault(one.label, {})
        if one.phrase not in best or one.points > best[one.phrase].points:
            best[one.phrase] = one
    return [
        _Scored(
            label,
            min(sum(one.points for one in best.values()), _MOST),
            max(best.values(), key=lambda one: (one.points, -one.start)),
            text,
        )
        for label, best in phrases.items()
    ]


def _modalities(scored: list[_Scored]) -> list[_Scored]:
    """The modalities that have points enough, beside each other."""
    graphic = any(one.score >= _ENOUGH and one.label.group == GRAPHIC for one in scored)
    image = any(one.score >= _ALSO and one.label.group != GRAPHIC for one in scored)
    drawn = any(one.score >= _ALSO and one.label.name in _DRAWINGS for one in scored)
    sure = any(one.best.points >= _ALSO for one in scored)
    chosen = []
    for one in scored:
        needed = _ALSO if graphic and one.label.group != GRAPHIC else _ENOUGH
        if one.label.name == "chart" and (image or drawn) and one.best.points < _ENOUGH:
            needed = _SURE
        if one.label.group in _WORDY and one.label.name != "chart" and sure:
            needed = _ALSO if one.best.points >= _ALSO else _MOST + 1
        if one.score >= needed:
            chosen.append(one)
    if not chosen and scored:
        chosen = [max(scored, key=lambda one: one.score)]
    scores = {one.label.name: one.score for one in chosen}
    return [
        one
        for one in chosen
        if all(scores.get(other, -1) < min(one.score, _ALSO) for other in one.label.unless)
    ]


def _shown(chosen: dict[str, list[_Scored]], tissue: bool, known: Taxonomy) -> list[_Scored]:
    """All labels; body parts and what belongs to them only where some modality shows bodies."""
    modalities = chosen.get("modality", [])
    if modalities and not any(_shows_body(one.label, tissue, known) for one in modalities):
        return modalities
    parts = chosen.get("body_part") or _implied(modalities, known)
    return [*modalities, *parts, *(one for kind in KINDS[2:] for one in chosen.get(kind, ()))]


def _shows_body(one: Label, tissue: bool, known: Taxonomy) -> bool:
    without = known.without_body
    return one.group not in without and (tissue or one.name not in without)


def _implied(modalities: list[_Scored], known: Taxonomy) -> list[_Scored]:
    """The body parts of which a modality is always: a mammogram shows a breast."""
    return [
        one._replace(label=known.body_parts[part], best=one.best._replace(rule="implied"))
        for one in modalities
        for part in one.label.implies
        if part in known.body_parts
    ]


def _row(one: _Scored) -> FigureLabel:
    place, label = one.best, one.label
    return FigureLabel(
        label.kind,
        label.name,
        label.title,
        label.group,
        label.code,
        one.score,
        one.text.source,
        place.start,
        place.end,
        one.text.text[place.start : place.end],
        place.rule,
    )
