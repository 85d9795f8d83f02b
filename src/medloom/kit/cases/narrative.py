"""Which stretches of an article tell the story of which patient."""

import re
from collections.abc import Iterator, Sequence

from medloom.kit.cases.patients import (
    cut,
    introductions,
    joined,
    label_at,
    labels,
    name_of,
    of_section,
)
from medloom.kit.cases.story import Story, Stretch
from medloom.kit.cases.words import Words, plain
from medloom.tables.literature import Article, Passage

_AGE = re.compile(r"(\d+)[\s‐-―-]*(?:year|month|week|day)s?[\s‐-―-]*old")
_FEWEST_WORDS = 10  # as in PMC-Patients
_TOLD_IN = frozenset({"paragraph", "list_item", "quote", "statement", "definition"})
_ELSEWHERE = frozenset(
    [
        "introduction",
        "discussion",
        "conclusion",
        "abstract",
        "supplementary",
        "acknowledgement",
        "funding",
        "conflict",
        "contributions",
        "ethics",
        "data",
        "abbreviations",
    ]
)


def is_case_report(article: Article, words: Words) -> bool:
    """Whether an article says of itself that it reports cases."""
    kind, title = article.article_type or "", article.title or ""
    if words.not_types.match(kind) or words.not_titles.search(title):
        return False
    if words.titles.search(title):
        return True
    if words.review_types.match(kind):
        return False
    named = (*article.subjects, *article.keywords)
    return bool(words.types.match(kind) or any(map(words.subjects.search, named)))


def stories(
    article: Article, passages: Sequence[Passage], words: Words, abstracts: bool
) -> list[Story]:
    """The stories of an article, one a patient."""
    declared = is_case_report(article, words)
    kind = article.article_type or ""
    if words.not_types.match(kind) or (words.review_types.match(kind) and not declared):
        return []
    body = [one for one in passages if one.part in ("body", "appendix") and one.kind in _TOLD_IN]
    body = [one for one in body if one.text.strip() and not _is_aside(one, words)]
    finders = [_in_sections]
    if declared:
        finders += [_of_case_kind, _unsectioned]
    elif words.brief_types.match(kind):
        finders.append(_in_brief)
    for find in finders:
        found = [one for one in find(body, words) if _tells(one, words, declared)]
        if found:
            return found
    if declared and abstracts and not body:
        return [one for one in _in_abstract(passages) if _tells(one, words, declared)]
    return []


def _in_sections(body: Sequence[Passage], words: Words) -> list[Story]:
    """Stories of the sections whose titles say that they hold cases."""
    roots: dict[tuple[str, ...], list[Passage]] = {}
    last: tuple[str, ...] | None = None
    for passage in body:
        root = _root(passage, words)
        if root is None and last and _continues(passage, last, words):
            root = last
        if root:
            roots.setdefault(root, []).append(passage)
            last = root
    made: list[Story] = []
    for root, held in roots.items():
        made += of_section(root, held, words)
    made = joined(made)
    labelled = [one for one in made if one.label]
    if len(labelled) > 1:
        return labelled  # the others introduce them
    return _of_one_patient(made)


def _of_case_kind(body: Sequence[Passage], words: Words) -> list[Story]:
    """Stories of sections that the source marks as cases, whatever their titles."""
    roots: dict[str, list[Passage]] = {}
    for passage in body:
        titles = " ".join(passage.section)
        if passage.section_kind == "case" and not words.not_sections.search(titles):
            roots.setdefault(passage.section[0] if passage.section else "", []).append(passage)
    made = [one for root, held in roots.items() for one in of_section((root,), held, words)]
    return _of_one_patient(joined(made))


def _continues(passage: Passage, last: tuple[str, ...], words: Words) -> bool:
    """Whether a section goes on with the case before it: `Treatment`, `Outcome and follow-up`."""
    titles = [plain(title) for title in passage.section]
    return not label_at(plain(last[-1]), words) and any(map(words.continues.match, titles))


def _of_one_patient(made: Sequence[Story]) -> list[Story]:
    """Join the unlabelled stories of several sections, unless a later one introduces an age."""
    kept: list[Story] = []
    for story in made:
        alike = kept and kept[-1].how == story.how == "section"
        age = _AGE.search(story.text[:200])
        if alike and (age is None or age[1] in kept[-1].text[:400]):
            kept[-1] = kept[-1]._replace(stretches=kept[-1].stretches + story.stretches)
        else:
            kept.append(story)
    return kept


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


def _unsectioned(body: Sequence[Passage], words: Words) -> list[Story]:
    """The story of a case report without case sections: from its introduction to where it ends."""
    for how, starts in (("labels", labels(body, words)), ("ages", introductions(body, words))):
        if len({name_of(name) for _, _, name in starts}) > 1:
            return cut(_until_end(body, words), starts, None, how)
    for number, passage in enumerate(body):
        if words.introduction.search(passage.text[:300]):
            held = _until_end(body[number:], words)
            stretches = [Stretch(one, 0, len(one.text)) for one in held]
            return [Story(None, None, stretches, "paragraphs")]
    return []


def _in_brief(body: Sequence[Passage], words: Words) -> list[Story]:
    """The stories of a letter: passages that begin with a patient of an age."""
    starts = introductions(body, words)
    if not starts:
        return []
    return cut(_until_end(body, words), starts, None, "paragraphs")


def _until_end(body: Sequence[Passage], words: Words) -> list[Passage]:
    held: list[Passage] = []
    for passage in body:
        if held and words.ends.search(passage.text[:200]):
            break
        held.append(passage)
    while len(held) > 1 and not words.person.search(held[-1].text):
        held.pop()
    return held


def _in_abstract(passages: Sequence[Passage]) -> Iterator[Story]:
    """The story that an abstract tells: its case section, else all of it."""
    held = [one for one in passages if one.kind == "abstract"]
    cases = [one for one in held if one.section_kind == "case"]
    stretches = [Stretch(one, 0, len(one.text)) for one in cases or held]
    if stretches:
        yield Story(None, stretches[0].passage.section[-1] or None, stretches, "abstract")


def _tells(story: Story, words: Words, declared: bool) -> bool:
    """Whether stretches introduce a person; where no case is declared, with an age, and go on."""
    text = story.text
    if len(text.split()) < _FEWEST_WORDS:
        return False
    head = text[:1500]
    aged = words.aged.search(head)
    if not (aged and aged.start() < 400) and len(words.cohort.findall(head)) > 1:
        return False
    if declared:
        return bool(words.introduction.search(head) or words.person.search(head))
    return bool(aged and words.introduction.search(head) and words.person.search(text))
