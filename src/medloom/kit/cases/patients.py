"""Cutting a section in which several patients are told of."""

import re
from collections.abc import Sequence

from medloom.kit.cases.story import Story, Stretch
from medloom.kit.cases.words import Words, plain
from medloom.tables.literature import Passage

_TOLD = r"\s*,|\s+(?:was|is|had|presented|underwent)\b|\s+\("
_Start = tuple[int, int, str]
"""The number of a passage, the place in it, and the patient's name."""


def of_section(root: tuple[str, ...], held: list[Passage], words: Words) -> list[Story]:
    """The stories of a section: one, or one a patient where several are told apart."""
    title = plain(root[-1])
    label = label_at(title, words)
    whole = [Stretch(one, 0, len(one.text)) for one in held]
    if label:
        return [Story(label, root[-1], whole, "sections")]
    for how, starts in (
        ("labels", labels(held, words)),
        ("ordinals", _ordinals(held, words)),
        ("ages", introductions(held, words)),
    ):
        if len({name_of(name) for _, _, name in starts}) > 1:
            return cut(held, starts, root[-1], how)
    first = labels(held, words)
    return [Story(first[0][2] if first else None, root[-1], whole, "section")]


def label_at(text: str, words: Words, at: int = 0) -> str | None:
    """The label of a patient that stands at a place, as `Case 1`; None where several are named."""
    match = words.label.match(text, at)
    if match is None or words.several.match(text[match.end() : match.end() + 30]):
        return None
    return " ".join(text[at : match.end()].strip(" :.#(–-").split())


def labels(held: Sequence[Passage], words: Words) -> list[_Start]:
    """Where labels such as `Patient 2.` begin a passage or a sentence."""
    found = []
    for number, passage in enumerate(held):
        for place in _sentences(passage.text):
            label = label_at(passage.text, words, place)
            if label and (place == 0 or _opens(passage.text, place, words)):
                found.append((number, place, label))
    return found


def _opens(text: str, place: int, words: Words) -> bool:
    """Whether a label inside a passage begins a story: a mark follows, or an introduction."""
    match = words.label.match(text, place)
    assert match
    after = text[match.end() : match.end() + 60]
    return bool(re.match(r"\s*[:.(–—-]|\s+(?:was|is) an?\b|,\s+an?\b", after))


def _ordinals(held: Sequence[Passage], words: Words) -> list[_Start]:
    found = []
    for number, passage in enumerate(held):
        for place in _sentences(passage.text):
            match = words.ordinal.match(passage.text, place)
            if match and (place == 0 or re.match(_TOLD, passage.text[match.end() :])):
                found.append((number, place, match["number"].lower()))
    return found


def _sentences(text: str) -> list[int]:
    """Where sentences may begin."""
    return [0, *(match.end() for match in re.finditer(r"[.!?)]\s+", text))]


def introductions(held: Sequence[Passage], words: Words) -> list[_Start]:
    """Passages that begin by introducing a patient with an age: `A 54-year-old man`."""
    found = []
    for number, passage in enumerate(held):
        head = passage.text[:80]
        match = re.match(
            r"(?:An?|Another)\s[^.]{0,60}?(\S+)[\s‐-―-]*(?:year|month|week|day)s?[\s‐-―-]*old", head
        )
        if match and not words.relatives.search(passage.text[match.end() : match.end() + 30]):
            found.append((number, 0, f"{match[1]}/{number}"))
    return found


def name_of(label: str) -> str:
    """A label as it is compared with others."""
    return re.sub(r"\W+", " ", label).strip().lower()


def cut(held: Sequence[Passage], starts: list[_Start], title: str | None, how: str) -> list[Story]:
    """Cut a section at the places where patients begin; what stands before belongs to none."""
    made = []
    for at, (number, place, name) in enumerate(starts):
        last, end = starts[at + 1][:2] if at + 1 < len(starts) else (len(held), 0)
        stretches = []
        for index in range(number, min(last + (end > 0), len(held))):
            start = place if index == number else 0
            stop = end if index == last else len(held[index].text)
            text = held[index].text[start:stop]
            stop -= len(text) - len(text.rstrip())
            if text.strip():
                stretches.append(Stretch(held[index], start, stop))
        label = name if how not in ("ages", "paragraphs") else None
        made.append(Story(label, title, stretches, how))
    return joined(made)


def joined(made: Sequence[Story]) -> list[Story]:
    """Join what is told of one label in several places."""
    kept: dict[object, Story] = {}
    for number, story in enumerate(made):
        key = name_of(story.label) if story.label else number
        if key in kept and story.label:
            kept[key] = kept[key]._replace(stretches=kept[key].stretches + story.stretches)
        else:
            kept[key] = story
    return list(kept.values())
