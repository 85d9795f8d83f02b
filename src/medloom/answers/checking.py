"""Check each sentence of an answer against what it cites; mark or drop what is not supported."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from medloom.answers.model import Evidence, Statement
from medloom.answers.statements import Said
from medloom.answers.support import Support, support
from medloom.kit.sentences import split

Unsupported = Literal["mark", "drop"]


def checked(said: Iterable[Said], evidence: Sequence[Evidence]) -> list[Statement]:
    """Each sentence with what the check found.

    A sentence that cites nothing gets the passage that supports it best, if one does.

    >>> one = Evidence(1, "t", "a", "text", "Aspirin prevents strokes in women.", 1.0)
    >>> [s.support.verdict for s in checked([Said("Aspirin prevents strokes.", (1,))], [one])]
    ['supported']
    """
    sentences = {one.number: _sentences(one) for one in evidence}
    return [_checked(one, sentences) for one in said]


def written(statements: Iterable[Statement], unsupported: Unsupported = "mark") -> str:
    """The answer as text, with citations; unsupported sentences marked, or left out.

    >>> found = Support("unsupported", 0.1, None, (), "the passages do not say 30%")
    >>> written([Statement("It fell by 30%.", (2,), found)])
    'It fell by 30% [2]. (not supported: the passages do not say 30%)'
    """
    lines = []
    for one in statements:
        if one.is_supported or unsupported == "mark":
            lines.append(_cited(one) + ("" if one.is_supported else _marked(one.support)))
    return " ".join(lines)


def _checked(said: Said, sentences: Mapping[int, Sequence[str]]) -> Statement:
    unknown = [one for one in said.citations if one not in sentences]
    known = tuple(one for one in said.citations if one in sentences)
    if not said.citations:
        return _found(said, sentences)
    found = support(said.text, [text for one in known for text in sentences[one]])
    if not known:
        why = f"there is no passage {', '.join(map(str, unknown))}"
        found = Support("unsupported", 0.0, None, (), why)
    return Statement(said.text, known or said.citations, found)


def _found(said: Said, sentences: Mapping[int, Sequence[str]]) -> Statement:
    """A sentence without citations, with the passage that supports it."""
    tried = {number: support(said.text, texts) for number, texts in sentences.items()}
    good = {number: one for number, one in tried.items() if one.verdict == "supported"}
    if not good:
        none = Support("unsupported", 0.0, None, (), "it cites no passage")
        return Statement(said.text, (), none)
    best = max(good, key=lambda number: good[number].score)
    return Statement(said.text, (best,), good[best], cited_by="check")


def _sentences(one: Evidence) -> list[str]:
    title = [one.title] if one.title and one.title not in one.text else []
    return [*title, *(one.text[s.start : s.end] for s in split(one.text, "prose"))]


def _cited(one: Statement) -> str:
    marks = "".join(f"[{number}]" for number in one.citations)
    if not marks:
        return one.text
    bare = one.text.rstrip(".!?")
    return f"{bare} {marks}{one.text[len(bare) :] or '.'}"


def _marked(found: Support) -> str:
    word = "contradicted" if found.verdict == "contradicted" else "not supported"
    return f" ({word}: {found.why})"
