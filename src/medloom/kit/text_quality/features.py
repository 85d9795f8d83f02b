"""The features of a text, in one pass over its characters, its words and its lines.

Most are those of Gopher (Rae et al. 2021, arXiv 2112.11446) and C4 (Raffel et al. 2020); new are
those that tell medical text from noise: strangeness, odd words, hints of citations.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel

from medloom.kit.rule_files import parsed, text_of
from medloom.kit.text_quality.characters import Counted, counted
from medloom.kit.text_quality.languages import Language, language_of, stop_words
from medloom.tables.text_quality import TextFeatures

PHRASE_WORDS, LEAST_LINES = 5, 5
_STEADY_WORDS, _STEADY_CHARACTERS = 40, 100
"""Shares of rare things are taken of at least so many: in a short text one is no sign."""
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+")
_ODD = re.compile(r"(?<=[a-z])[0-9@$|](?=[a-z])|(?<=[a-z][a-z])[A-Z]{1,2}(?=[a-z][a-z])")
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýœ")
_BULLET = re.compile(r"\s*(?:[-*•·▪◦‣●■○]|\(?\d{1,3}[.)\]]|\[\d{1,3}\]|\(?[a-z][.)])\s")
_STOPPED = re.compile(r"[.!?:;…。！？][\"'”’)\]]*\s*$")
_MOJIBAKE = re.compile(
    r"Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€.|â[\u0080-\u00bf]"
    r"|Â[\u00a0-\u00bf]|ï¿½|Î[±-¿]|â‰|Ð[°-¿]"
)
"""UTF-8 that was read as Latin-1 or Windows-1252."""


class _Hints(BaseModel):
    reference_hints: dict[str, str]
    boilerplate_hints: dict[str, str]
    markup_hints: dict[str, str]
    figure_words: list[str]


_Triggers = Sequence[tuple[str, re.Pattern[str] | None]]


class _Compiled(NamedTuple):
    reference: _Triggers
    boilerplate: _Triggers
    markup: _Triggers
    no_news: frozenset[str]


@cache
def _hints() -> _Compiled:
    hints = parsed("hints.yaml", text_of(None, __package__, "hints.yaml"), _Hints)
    return _Compiled(
        _compiled(hints.reference_hints),
        _compiled(hints.boilerplate_hints),
        _compiled(hints.markup_hints),
        frozenset(hints.figure_words) | stop_words("en"),
    )


def _compiled(hints: dict[str, str]) -> _Triggers:
    return [(trigger, re.compile(one) if one else None) for trigger, one in hints.items()]


def measure(text: str) -> tuple[Language, TextFeatures]:
    """The language and the features of a text.

    >>> language, of = measure("Figure 2. See text for details.")
    >>> language.code, of.words, of.content_words
    ('en', 5, 0)
    """
    kinds, language, lower = counted(text), language_of(text), text.lower()
    words = _WORD.findall(lower)
    n_words, visible = max(len(words), 1), max(kinds.visible, 1)
    steady, steadily_visible = max(n_words, _STEADY_WORDS), max(visible, _STEADY_CHARACTERS)
    common, hints = stop_words(language.code), _hints()
    different = set(words)
    news = different - common - hints.no_news
    lines = [line for line in text.split("\n") if line and not line.isspace()]
    return language, TextFeatures(
        characters=len(text),
        words=len(words),
        distinct_words=len(different),
        content_words=sum(len(one) > 1 or one > "\u3040" for one in news),
        mean_word_length=sum(map(len, words)) / n_words,
        longest_word=max(map(len, text.split()), default=0),
        letter_share=kinds.letters / visible,
        digit_share=kinds.digits / visible,
        symbol_share=kinds.symbols / steadily_visible,
        broken_share=_broken(text, kinds) / steadily_visible,
        upper_share=kinds.upper / (kinds.letters or 1),
        single_letter_share=sum(len(one) == 1 and one < "\u3040" for one in words) / steady,
        odd_word_share=_odd(text, words) / steady,
        stop_word_share=sum(one in common for one in words) / n_words,
        strangeness=language.strangeness,
        repeated_line_share=_repeated_lines(lines),
        repeated_phrase_share=_repeated_phrases(words),
        short_line_share=_short_lines(lines),
        list_line_share=_list_lines(lines),
        reference_hints=_per_100(hints.reference, text, steady),
        boilerplate_hints=_per_100(hints.boilerplate, lower, steady),
        markup_hints=_per_100(hints.markup, lower, steady),
    )


def _per_100(triggers: _Triggers, text: str, n_words: int) -> float:
    found = 0
    for trigger, pattern in triggers:
        if trigger in text:
            found += sum(1 for _ in pattern.finditer(text)) if pattern else text.count(trigger)
    return 100 * found / n_words


def _broken(text: str, kinds: Counted) -> int:
    if text.isascii():
        return kinds.broken
    return kinds.broken + sum(len(one.group()) for one in _MOJIBAKE.finditer(text))


def _odd(text: str, words: Sequence[str]) -> int:
    """Words of four letters and more without a vowel, and words with digits or capitals inside."""
    mute = sum(len(one) > 3 and one < "ĳ" and _VOWELS.isdisjoint(one) for one in words)
    return mute + sum(1 for _ in _ODD.finditer(text))


def _repeated_lines(lines: Sequence[str]) -> float:
    if len(lines) < 2:
        return 0.0
    seen: set[str] = set()
    repeated = 0
    for line in map(str.strip, lines):
        repeated += len(line) if line in seen else 0
        seen.add(line)
    return repeated / (sum(len(line.strip()) for line in lines) or 1)


def _repeated_phrases(words: Sequence[str]) -> float:
    """The share of words that stand in a run of five words which stood before."""
    if len(words) < 2 * PHRASE_WORDS:
        return 0.0
    seen: set[tuple[str, ...]] = set()
    repeated, done = 0, 0
    for start, phrase in enumerate(zip(*(words[n:] for n in range(PHRASE_WORDS)), strict=False)):
        if phrase in seen:
            repeated += start + PHRASE_WORDS - max(done, start)
            done = start + PHRASE_WORDS
        else:
            seen.add(phrase)
    return repeated / len(words)


def _short_lines(lines: Sequence[str]) -> float:
    if len(lines) < LEAST_LINES:
        return 0.0
    short = (len(line.split(None, 4)) < 4 and not _STOPPED.search(line) for line in lines)
    return sum(short) / len(lines)


def _list_lines(lines: Sequence[str]) -> float:
    if len(lines) < LEAST_LINES:
        return 0.0
    return sum(1 for line in lines if _BULLET.match(line)) / len(lines)
