"""What is measured of a text to judge how good it is."""

from typing import NamedTuple


class TextFeatures(NamedTuple):
    """Measures of a text; shares are 0 to 1. A word is a run of letters, or a Han or kana sign.

    Shares of rare things (symbols, broken characters, single letters, odd words, hints) are of 40
    words or 100 characters at least: one such thing is no sign in a short text.
    """

    characters: int
    words: int
    distinct_words: int
    content_words: int
    """Different words, less stop words, words that are true of any figure, and bare labels."""
    mean_word_length: float
    """In letters; 0 where there are no words."""
    longest_word: int
    """The longest run of characters without a space."""
    letter_share: float
    """Of the characters that are not space; so are the next four."""
    digit_share: float
    symbol_share: float
    """Neither letter, digit nor the marks of running text."""
    broken_share: float
    """Control, private and replacement characters, and the traces of a wrong decoding."""
    upper_share: float
    """Of letters."""
    single_letter_share: float
    """Of words: they are one letter long, as in badly read scans."""
    odd_word_share: float
    """Of words: no vowel, or digits and capitals amid lower case, and longer than 3 letters."""
    stop_word_share: float
    """Of words: the commonest ones of the text's language."""
    strangeness: float
    """Mean bits of a three-letter piece in the text's language."""
    repeated_line_share: float
    """Of characters: in lines that stood before."""
    repeated_phrase_share: float
    """Of words: in runs of five words that stood before."""
    short_line_share: float
    """Of lines: fewer than 4 words, and no full stop; 0 where there are fewer than 5 lines."""
    list_line_share: float
    """Of lines: they begin with a bullet or a number; 0 where there are fewer than 5 lines."""
    reference_hints: float
    """Traces of citations in 100 words: `12(3):45-67`, `et al.`, `doi:`."""
    boilerplate_hints: float
    """Phrases of web pages and publishers in 100 words: `all rights reserved`, `sign in`."""
    markup_hints: float
    """Traces of LaTeX, HTML, program code in 100 words."""


class FailedRule(NamedTuple):
    """A rule that a text does not keep."""

    rule: str
    """`too_short`."""
    reason: str
    """`12 words, least 20`: numbers alone, never the text."""


class TextQuality(NamedTuple):
    """The measures of a text and the rules of a profile that it fails."""

    language: str
    """ISO 639-1; `und` where the text has too few letters to say."""
    language_score: float
    features: TextFeatures
    failed: list[FailedRule]
