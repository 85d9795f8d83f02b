"""Which stretches of an article tell the story of which patient."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from medloom.kit.cases.words import Words, plain
from medloom.tables.literature import Article, Passage

_TOLD_IN = frozenset({"paragraph", "list_item", "quote", "statement", "definition"})
_ELSEWHERE = frozenset(
    ["introduction", "discussion", "conclusion", "abstract", "supplementary", "acknowledgement", "funding", "conflict", "contributions", "ethics", "data", "abbreviations"]
)


class Stretch(NamedTuple):
    """A part of a passage."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.passage.text[self.start : self.end]


class Story(NamedTuple):
    """The stretches that tell of one patient."""

    label: str | None
    title: str | None
    stretches: list[Stretch]
    how: str

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(one.text for one in self.stretches)


def is_case_report(article: Article, words: Words) -> bool:
    """Whether an article says of itself that it reports cases."""
    kind, title = article.article_type or "", article.title or ""
    if words.not_types.match(kind) or words.not_titles.search(title):
        return False
    return bool(
        words.types.match(kind)
        or any(words.subjects.search(one) for one in (*article.subjects, *article.keywords))
        or words.titles.search(title)
    )


def stories(
    article: Article, passages: Sequence[Passage], words: Words, abstracts: bool
) -> list[Story]:
    """The stories of an article, one a patient."""
    declared = is_case_report(article, words)
    if not declared and words.not_types.match(article.article_type or ""):
        return []
    body = [one for one in passages if one.part in ("body", "appendix") and one.kind in _TOLD_IN]
    body = [one for one in body if one.text.strip() and not _is_aside(one, words)]
    for find in (_in_sections, *([_unsectioned] if declared else [])):
        found = [one for one in find(body, words) if _tells(one, words, declared)]
        if found:
            return found
    if declared and abstracts and not body:
        return [one for one in _in_abstract(passages) if _tells(one, words, declared)]
    return []


def _in_sections(body: Sequence[Passage], words: Words) -> list[Story]:
    """Stories of the sections whose titles say that they hold cases."""
    roots: dict[tuple[str, ...], list[Passage]] = {}
    for passage in body:
        root = _root(passage, words)
        if root:
            roots.setdefault(root, []).append(passage)
    made: list[Story] = []
    for root, held in roots.items():
        made += _of_section(root, held, words)
    return _joined(made)


def _root(passage: Passage, words: Words) -> tuple[str, ...] | None:
    """The innermost labelled section around a passage, else the outermost case section."""
    path = [plain(title) for title in passage.section]
    labelled = [at for at, title in enumerate(path) if label_at(title, words)]
    if labelled:
        return tuple(passage.section[: labelled[0] + 1])
    for at, title in enumerate(path):
        if is_case_title(title, words):
            return tuple(passage.section[: at + 1])
    return None


def is_case_title(title: str, words: Words) -> bool:
    """Whether a section with this title holds the story of a patient."""
    return bool(words.sections.match(title)) and not words.not_sections.search(title)


def _is_aside(passage: Passage, words: Words) -> bool:
    """Whether a passage lies in a part of a case, or of the article, that tells no story."""
    if passage.section_kind in _ELSEWHERE and not any(
        is_case_title(plain(one), words) or label_at(plain(one), words) for one in passage.section
    ):
        return True
    return any(words.asides.match(plain(title)) for title in passage.section)


def _of_section(root: tuple[str, ...], held: list[Passage], words: Words) -> list[Story]:
    title = plain(root[-1])
    label = label_at(title, words)
    whole = [Stretch(one, 0, len(one.text)) for one in held]
    if label:
        return [Story(label, root[-1], whole, "sections")]
    for how, starts in (
        ("labels", _labels(held, words)),
        ("ordinals", _ordinals(held, words)),
        ("ages", _introductions(held, words)),
    ):
        if len({name for _, _, name in starts}) > 1:
            return _cut(held, starts, root[-1], how)
    first = _labels(held, words)
    return [Story(first[0][2] if first else None, root[-1], whole, "section")]


_Start = tuple[int, int, str]
"""The number of a passage, the place in it, and the patient's name."""


def label_at(text: str, words: Words, at: int = 0) -> str | None:
    """The label of a patient that stands at a place, as `Case 1`; None where several are named."""
    match = words.label.match(text, at)
    if match is None or words.several.match(text[match.end() : match.end() + 30]):
        return None
    return " ".join(text[at : match.end()].strip(" :.#(–-").split())


def _labels(held: Sequence[Passage], words: Words) -> list[_Start]:
    """Where labels such as `Patient 2.` begin a passage or a sentence."""
    found = []
    for number, passage in enumerate(held):
        places = [0, *(match.end() for match in re.finditer(r"[.!?)]\s+", passage.text))]
        for place in places:
            label = label_at(passage.text, words, place)
            if label and (place == 0 or _opens(passage.text, place, words)):
                found.append((number, place, _name(label)))
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
        match = words.ordinal.match(passage.text)
        if match:
            found.append((number, 0, match["number"].lower()))
    return found


def _introductions(held: Sequence[Passage], words: Words) -> list[_Start]:
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


def _name(label: str) -> str:
    return re.sub(r"\W+", " ", label).strip().capitalize()


def _cut(held: Sequence[Passage], starts: list[_Start], title: str, how: str) -> list[Story]:
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
        label = name if how != "ages" else None
        made.append(Story(label, title, stretches, how))
    return _joined(made)


def _joined(made: Sequence[Story]) -> list[Story]:
    """Join what is told of one label in several places."""
    kept: dict[object, Story] = {}
    for number, story in enumerate(made):
        key = _name(story.label).lower() if story.label else number
        if key in kept and story.label:
            kept[key] = kept[key]._replace(stretches=kept[key].stretches + story.stretches)
        else:
            kept[key] = story
    return list(kept.values())


def _unsectioned(body: Sequence[Passage], words: Words) -> list[Story]:
    """The story of a case report without case sections: from its introduction to where it ends."""
    for how, starts in (("labels", _labels(body, words)), ("ages", _introductions(body, words))):
        if len({name for _, _, name in starts}) > 1:
            return _cut(_until_end(body, words), starts, "", how)
    for number, passage in enumerate(body):
        if words.introduction.search(passage.text[:300]):
            held = _until_end(body[number:], words)
            stretches = [Stretch(one, 0, len(one.text)) for one in held]
            return [Story(None, None, stretches, "paragraphs")]
    return []


def _until_end(body: Sequence[Passage], words: Words) -> list[Passage]:
    held: list[Passage] = []
    for passage in body:
        if held and words.ends.search(passage.text[:200]):
            break
        held.append(passage)
    return held


def _in_abstract(passages: Sequence[Passage]) -> Iterator[Story]:
    """The story that an abstract tells: its case section, else all of it."""
    held = [one for one in passages if one.kind == "abstract"]
    cases = [one for one in held if one.section_kind == "case"]
    stretches = [Stretch(one, 0, len(one.text)) for one in cases or held]
    if stretches:
        yield Story(None, stretches[0].passage.section[-1] or None, stretches, "abstract")


def _tells(story: Story, words: Words, declared: bool) -> bool:
    """Whether stretches introduce a person; where no case is declared, also go on about him."""
    text = story.text
    if len(text.split()) < 10:
        return False
    head = text[:1500]
    if not words.introduction.search(head):
        return declared and bool(words.person.search(head))
    return (
        declared
        or (bool(
            re.search(
                r"(?:year|month|week|day)s?[\s‐-―-]*old|\by/?o\b|\baged\b|años|jährig|\bans\b", head
            )
        )
        and bool(words.person.search(text)))
    )
