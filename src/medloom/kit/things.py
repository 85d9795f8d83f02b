"""What a mention stands for, where no terminology says it: one name for its spellings."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from medloom.tables.spans import Abbreviation, Span, covered

_SHORT = 4
_ONE = frozenset(
    ("ascites", "caries", "crackles", "diabetes", "herpes", "hives", "measles", "mumps", "rabies",
     "rales", "rickets", "scabies", "series", "shingles", "species", "wheezes")
)  # fmt: skip
"""Words that end as plurals do, or that are rarely said of one."""
_ENDS = (
    (r"(?<=[aeoy])ses$", "sis"),
    (r"uses$", "us"),
    (r"(?<=..)ies$", "y"),
    (r"(?<![sui])s$", ""),
)
_PLURAL = tuple((re.compile(pattern), instead) for pattern, instead in _ENDS)


LongForms = Mapping[tuple[int, int], str]
"""What the short forms of a text stand for, by their places."""


def long_forms(abbreviations: Sequence[Abbreviation] | None) -> LongForms:
    """The long form of each short form of a text, by its place."""
    return {(one.start, one.end): one.long for one in abbreviations or ()}


def thing(text: str, span: Span, longs: LongForms) -> tuple[str, str]:
    """The id and the name of what a mention stands for.

    That of its best concept; without one its label and its name in small letters and the singular,
    of a short form that of its long form. A short name in capitals stays as it is.

    >>> thing("Renal failures", Span(0, 14, "Disease"), {})
    ('Disease:renal failure', 'renal failure')
    >>> thing("MTX", Span(0, 3, "Chemical"), {(0, 3): "methotrexate"})
    ('Chemical:methotrexate', 'methotrexate')
    """
    written = span.text or covered(text, span.start, span.end, span.fragments)
    if span.concepts:  # annotated corpora often leave out the names of concepts
        return span.concepts[0].id, span.concepts[0].name or " ".join(written.split())
    long = longs.get((span.start, span.end), written)
    name = long if _is_code(long) else singular(long)
    return f"{span.label}:{name}", name


def _is_code(name: str) -> bool:
    """Whether capitals matter: `Ca` is not `CA`.

    >>> [_is_code(name) for name in ("CA", "Ca", "ca", "Pain", "HbA1c")]
    [True, True, False, False, True]
    """
    capitals = sum(letter.isupper() for letter in name)
    return " " not in name and (capitals > 1 or (capitals > 0 and len(name) < _SHORT))


@lru_cache(maxsize=1 << 16)
def singular(name: str) -> str:
    """A name in small letters, its last word in the singular.

    >>> [singular(n) for n in ("Metastases", "breast cancers", "Diabetes", "sepsis", "viruses")]
    ['metastasis', 'breast cancer', 'diabetes', 'sepsis', 'virus']
    """
    *others, last = name.lower().split() or [""]
    if last not in _ONE and len(last) > _SHORT:
        for pattern, instead in _PLURAL:
            one = pattern.sub(instead, last)
            if one != last:
                last = one
                break
    return " ".join([*others, last])
