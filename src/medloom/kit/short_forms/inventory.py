"""What the short forms of a collection mean there: counts of definitions, gathered into senses."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from medloom.kit.short_forms.normal import long_key, merged, singular


class Spelling(NamedTuple):
    """A long form as it is spelled, in how many definitions and documents."""

    short: str
    long: str
    n_definitions: int
    n_documents: int


def senses_of(spellings: Iterable[Spelling]) -> dict[tuple[str, str], list[Spelling]]:
    """Gather spellings into senses: by short form and normal form, the most frequent first.

    >>> spellings = [Spelling("HR", "heart rate", 5, 4), Spelling("HR", "Heart-rates", 1, 1)]
    >>> {key: [one.long for one in same] for key, same in senses_of(spellings).items()}
    {('HR', 'heart rate'): ['heart rate', 'Heart-rates']}
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    spelled: dict[tuple[str, str], list[Spelling]] = defaultdict(list)
    for one in spellings:
        key, one = long_key(one.long), one._replace(short=singular(one.short, one.long))
        counts[one.short][key] += one.n_documents
        spelled[one.short, key].append(one)
    senses: dict[tuple[str, str], list[Spelling]] = defaultdict(list)
    for short, keys in counts.items():
        for key, head in merged(keys).items():
            senses[short, head] += spelled[short, key]
    return {
        key: sorted(same, key=lambda one: (-one.n_documents, one.long[:1].isupper(), one.long))
        for key, same in senses.items()
    }


def ambiguous(
    senses: dict[tuple[str, str], list[Spelling]], least_documents: int = 2
) -> dict[str, dict[str, list[Spelling]]]:
    """The short forms with two senses or more that enough documents define.

    >>> one, two = Spelling("PT", "physical therapy", 3, 3), Spelling("PT", "total protein", 2, 2)
    >>> list(ambiguous({("PT", "physical therapy"): [one], ("PT", "total protein"): [two]}))
    ['PT']
    """
    found: dict[str, dict[str, list[Spelling]]] = defaultdict(dict)
    for (short, key), same in senses.items():
        if len(short) > 1 and sum(one.n_documents for one in same) >= least_documents:
            found[short][key] = same
    return {short: keys for short, keys in found.items() if len(keys) > 1}
