"""How a language tells age and sex: its rule file, compiled once."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

LANGUAGES = ("en", "es", "de", "fr")
_AROUND = 60
_PLACE = re.compile(r"\{(number|n|age|s|about)\}")
_DASH = "[\\s\\-\u00ad\u2010-\u2015\u2212]"


class Rules(NamedTuple):
    """The compiled rules of one language."""

    language: str
    ages: dict[str, re.Pattern[str]]
    weak: frozenset[str]
    numbers: dict[str, int]
    units: dict[str, re.Pattern[str]]
    decades: dict[str, int]
    words: dict[str, dict[str, Any]]
    contexts: dict[str, re.Pattern[str]]
    half: re.Pattern[str]
    sexes: dict[str, dict[str, re.Pattern[str]]]


@cache
def rules_of(language: str) -> Rules:
    """Load the rules of a language.

    >>> rules_of("en").numbers["fifty-four"]
    54

    Raises ValueError for a language without rules.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no rules for language {language!r}; there are: {', '.join(LANGUAGES)}")
    return compiled(_data(language), language)


@cache
def common_words(language: str) -> re.Pattern[str]:
    """The most common words of a language."""
    return re.compile(rf"\b(?:{'|'.join(_data(language)['common_words'])})\b", re.I)


@cache
def _data(language: str) -> dict[str, Any]:
    file = files("medloom.kit.demographics") / "languages" / f"{language}.yaml"
    data: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return data


def compiled(data: dict[str, Any], language: str) -> Rules:
    """Compile the content of a rule file."""
    words = data["numbers"]
    numbers = _numbers(words)
    parts = _parts(words, data["units"])
    make = _maker(parts)
    return Rules(
        language,
        {name: make(pattern) for name, pattern in data["ages"].items()},
        frozenset(data["weak"]),
        {_plain(word): value for word, value in numbers.items()},
        {name: re.compile(f"(?:{unit})$", re.I) for name, unit in data["units"].items()},
        data["decades"],
        data["words"],
        {name: make(data[name]) for name in _CONTEXTS if name in data}
        | {name: make(rf"\b(?:{data[name]})\b") for name in _WORD_CONTEXTS},
        re.compile(words["half"], re.I),
        {sex: _sex(make, lists) for sex, lists in data["sexes"].items()},
    )


_WORD_CONTEXTS = ("relatives", "not_persons")
_CONTEXTS = (
    "age_near",
    "gestation_near",
    "presentation",
    "history_before",
    "history_after",
    "past_before",
    "possessive",
    "animals",
    "children",
    "noun_ends",
    "at_before",
    "by_before",
    "mother_before",
    "measures",
    "gestation",
    "not_sexed",
)


def _sex(make: Any, lists: dict[str, str]) -> dict[str, re.Pattern[str]]:
    made = {kind: make(rf"\b(?:{words})\b") for kind, words in lists.items()}
    return made | {"tags": make(rf"[\s/,.-]{{0,3}}({lists['tags']})(?![\w'’])")}


def _parts(words: dict[str, Any], units: dict[str, str]) -> dict[str, str]:
    spelled = _spelled(words)
    half = words["half"]
    number = rf"(?<![\w.,/])(?:\d{{1,3}}(?:[.,]\d{{1,2}})?(?!\d)|(?:{spelled}))(?:{half})?"
    unit = "|".join(units.values())
    about = rf"(?:(?P<about>\b(?:{words['about']})|~|≈|±){_DASH}?(?:an?{_DASH})?)?"
    until = rf"(?:{_DASH}*(?:{unit}))?{_DASH}*\b(?:{words['to']})\b{_DASH}*"
    high = rf"(?:(?:{until}|{_DASH}*[-\u2010-\u2015\u2212]{_DASH}*)(?P<high>{number}))?"
    joint = rf"{_DASH}*(?:,|\b(?:{words['and']})\b)?{_DASH}*"
    more = rf"(?:{joint}(?P<n2>{number}){_DASH}*(?P<unit2>{unit}))?"
    return {
        "number": number,
        "n": rf"(?P<n>{number}){high}(?:{_DASH}{{0,3}}(?P<unit>{unit}))?",
        "age": rf"{about}(?P<n>{number}){high}{_DASH}*(?P<unit>{unit}){more}",
        "s": rf"{_DASH}{{0,3}}",
        "about": about,
    }


def _maker(parts: dict[str, str]) -> Any:
    def make(pattern: str) -> re.Pattern[str]:
        return re.compile(_PLACE.sub(lambda found: parts[found[1]], pattern), re.I)

    return make


def _numbers(words: dict[str, Any]) -> dict[str, int]:
    """All numbers below a hundred that a language spells, from its parts."""
    small, tens = words["small"], words["tens"]
    made = {**small, **words["other"], **tens}
    for ten, value in tens.items():
        for one, unit in small.items():
            made[words["joined"].format(tens=ten, small=one, s="-")] = value + unit
    return made


def _spelled(words: dict[str, Any]) -> str:
    """A pattern of the numbers below a hundred that a language spells; the longest come first."""
    small, tens, other = (_either(words[name]) for name in ("small", "tens", "other"))
    joined = re.sub(r"\s|-", lambda _: f"{_DASH}?", words["joined"]).format(
        tens=f"(?:{tens})", small=f"(?:{small})", s=f"{_DASH}?"
    )
    return f"{joined}|{other}|{tens}|{small}"


def _either(words: Iterable[str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.sub(r"[\s-]+", lambda _: f"{_DASH}?", one) for one in longest)


def _plain(word: str) -> str:
    return re.sub(r"[^\w]+", "-", word.lower())


def around(text: str, anchor: re.Pattern[str]) -> list[tuple[int, int]]:
    """The stretches of a text around the matches of a fast pattern, for slow ones to look at."""
    made: list[tuple[int, int]] = []
    for match in anchor.finditer(text):
        first, last = max(0, match.start() - _AROUND), match.end() + _AROUND
        if made and first <= made[-1][1]:
            made[-1] = made[-1][0], last
        else:
            made.append((first, last))
    return made


def number_of(text: str, rules: Rules) -> float | None:
    """The value of digits or of a spelled number, a half included.

    >>> number_of("two and a half", rules_of("en")), number_of("1,5", rules_of("de"))
    (2.5, 1.5)
    """
    half = rules.half.search(text)
    text = text[: half.start()] if half else text
    digits = text.strip().replace(",", ".")
    try:
        value = float(digits)
    except ValueError:
        plain = _plain(text.strip())
        found = rules.numbers.get(plain, rules.numbers.get(plain.replace("-", "")))
        if found is None:
            joined = {key.replace("-", ""): value for key, value in rules.numbers.items()}
            found = joined.get(plain.replace("-", ""))
        if found is None:
            return None
        value = found
    return value + 0.5 if half else value
