"""Word lists of names and places, read once; where they are from is told in docs/reference."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from medloom.kit.rule_files import digest_of


class Given(NamedTuple):
    """A given name."""

    sex: str
    """`f`, `m`, or `u`: both, or not known."""
    languages: str
    """Those of ours in which it is common: `en`, `es`, `en es`, or none."""
    weak: bool
    """Whether it is an ordinary word, too."""


class Lexicons(NamedTuple):
    """What is known of words that begin with a capital; keys are in small letters."""

    given: Mapping[str, Given]
    surnames: Mapping[str, bool]
    """To whether it is an ordinary word, too."""
    surname_languages: Mapping[str, str]
    cities: Mapping[str, bool]
    """To whether it is an ordinary word or a name, too."""
    city_names: Mapping[str, tuple[str, ...]]
    """Of each language of ours, cities where it is spoken, as they are written."""
    eponyms: frozenset[str]
    after_eponyms: frozenset[str]
    digest: str


@cache
def lexicons() -> Lexicons:
    """The word lists.

    >>> lexicons().given["maria"].sex, lexicons().surnames["garcia"], "boston" in lexicons().cities
    ('f', False, True)
    """
    texts = {
        name: (resources.files("medloom.kit.phi") / "data" / name).read_text("utf-8")
        for name in (
            "given_names.tsv",
            "surnames.tsv",
            "cities.tsv",
            "eponyms.txt",
            "after_eponyms.txt",
        )
    }
    given, surnames, cities = (
        [line.split("\t") for line in texts[name].splitlines()] for name in list(texts)[:3]
    )
    return Lexicons(
        {row[0]: Given(row[1], row[2] if len(row) > 2 else "", row[-1] == "weak") for row in given},
        {row[0]: row[-1] == "weak" for row in surnames},
        {row[0]: row[1] if len(row) > 1 else "" for row in surnames},
        {row[0].lower(): row[-1] == "weak" for row in cities},
        {
            one: tuple(row[0] for row in cities if row[1:2] == [one] and row[-1] != "weak")
            for one in ("en", "es")
        },
        frozenset(texts["eponyms.txt"].lower().split()),
        frozenset(texts["after_eponyms.txt"].lower().split()),
        digest_of(*texts.values()),
    )
