"""Which names are too ambiguous to be found everywhere: the rules that a lexicon is compiled with.

A name of few capitals (`ALS`, `NF2`) is found only as it is written. A name that is a common word
of the language (`all`, `rest`) is not found at all, nor is a number, a single letter, or a letter
with a number (`S4`).
"""

from collections.abc import Collection, Iterable
from functools import cache

from medloom.terminology.characters import fold
from medloom.terminology.normal import rows

FREE, CASED, COMMON, TINY = 0, 1, 2, 4
"""How a name may be found: always; only in its own case; never, as it is a common word; never."""
_SHORT_LETTERS, _FEWEST_CAPITALS, _LONG = 6, 2, 20


def ambiguity(name: str) -> int:
    """How a name may be found.

    >>> [ambiguity(one) for one in ("Seizure", "ALS", "All", "7", "S4", "IgA")]
    [0, 1, 2, 4, 4, 1]
    """
    if len(name) > _LONG and " " in name:
        return FREE  # neither short nor one word: most names
    letters = sum(map(str.isalpha, name))
    if not letters or len(name) < 2 or (letters == 1 and len(name) < 4 and name.isalnum()):
        return TINY
    if is_short_capitals(name):
        return CASED
    return COMMON if fold(name) in common_words() else FREE


def is_short_capitals(name: str) -> bool:
    """Whether a name is one short word with two capitals or more, as an abbreviation is."""
    return (
        " " not in name
        and sum(map(str.isalpha, name)) <= _SHORT_LETTERS
        and sum(map(str.isupper, name)) >= _FEWEST_CAPITALS
    )


def says_case(names: Iterable[str]) -> bool:
    """Whether capitals mean anything in a list of names, or everything is in capitals.

    >>> says_case(["HYPERPIGMENTATION, FAMILIAL", "GOUT"])
    False
    """
    longer = [one for one in names if len(one) > _SHORT_LETTERS]
    return not longer or sum(one.isupper() for one in longer) < len(longer) / 2


@cache
def common_words() -> Collection[str]:
    """Common English words that terminologies have as names, too."""
    return frozenset(word for row in rows("common_words.tsv") for word in row[0].split())
