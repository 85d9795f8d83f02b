"""What may still tell who a text is about, after what was found is gone."""

import re
from collections.abc import Iterator

from medloom.kit.phi import span_of
from medloom.kit.phi.finding import Finding, settled
from medloom.kit.phi.lexicons import Lexicons, lexicons
from medloom.step import adds
from medloom.tables import Span

_DIGITS = re.compile(r"(?<![\w.,])\d[\d-]{3,}\d(?![\w]|[.,]\d)")
_MARKS = re.compile(r"(?<![^\s@])[^\s@]++@[^\s@]+|(?<!\w)@\w+|\b(?:https?://|www\.)\S+")
_NUMBERS = re.compile(r"(?<![\w./-])\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}(?!\w)")
_CAPITAL = re.compile(r"(?<=[a-zà-ÿ,;][ \n])[A-ZÀ-Þ][a-zà-ÿ]{2,}(?:[- ][A-ZÀ-Þ][a-zà-ÿ]{2,})*")
_RISKS = {"mark": 0.5, "listed-name": 0.35, "date-like": 0.3, "digits": 0.2, "capital": 0.03}


@adds("phi_risk", "phi_leftovers")
def phi_residual(text: str, phi: list[Span] | None = None) -> tuple[float, list[Span]]:
    """Say what in a text looks as if it should not be there, and how likely one of it is.

    Looked at is what stands outside of `phi`, before or after `deidentify`. The rules are `mark`
    (at signs, addresses of the net), `listed-name` (a capital word inside a sentence that word
    lists know as a name and not as an eponym), `date-like`, `digits` (five or more), and `capital`
    (any other capital word inside a sentence). Each has a fixed weight; `phi_risk` is the chance
    that one of them is right if each were right with its weight. It ranks rows for review; it is no
    estimate of the risk that somebody is recognised.

    >>> risk, found = phi_residual("The plan was told to Garcia, file 4471902, and Parkinson.")
    >>> round(risk, 2), [(s.text, s.made_by.rule) for s in found]
    (0.5, [('Garcia', 'listed-name'), ('4471902', 'digits'), ('Parkinson', 'capital')])
    """
    taken = [(one.start, one.end) for one in phi or ()]
    found = [
        one
        for one in settled(_looked(text, lexicons()))
        if not any(start < one.end and one.start < end for start, end in taken)
    ]
    safe = 1.0
    for one in found:
        safe *= 1 - one.score
    return round(1 - safe, 4), [
        span_of(text, one)._replace(label="LEFTOVER", attributes=()) for one in found
    ]


def _looked(text: str, known: Lexicons) -> Iterator[Finding]:
    for rule, pattern in (("mark", _MARKS), ("date-like", _NUMBERS), ("digits", _DIGITS)):
        for match in pattern.finditer(text):
            yield Finding(*match.span(), "other", _RISKS[rule], rule, "residual")
    for match in _CAPITAL.finditer(text):
        rule = "capital"
        words = match.group().lower().split()
        if any(_is_name(word, known) for word in words):
            rule = "listed-name"
        yield Finding(*match.span(), "other", _RISKS[rule], rule, "residual")


def _is_name(word: str, known: Lexicons) -> bool:
    given = known.given.get(word)
    listed = bool(given and not given.weak and given.languages) or known.surnames.get(word) is False
    return listed and word not in known.eponyms
