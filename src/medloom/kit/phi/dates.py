"""Dates in texts moved by some days, written as they were."""

import re
from collections.abc import Callable
from datetime import date, timedelta

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
}
_DAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
_NUMBERS = re.compile(r"(\d{1,4})(\s?[/.-]\s?)(\d{1,2})(\s?[/.-]\s?)(\d{4}|\d{1,2})(?!\d)")
_TWO = re.compile(r"(\d{1,2})([/-])(\d{4}|\d{1,2})")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_LEAP = 2000
"""The year of dates that name none."""


def shifted(text: str, days: int, language: str = "en") -> str | None:
    """A date moved by some days, in the same form; None where it cannot be read.

    Where the year is missing the order of dates holds within a year only; where the day is missing
    the middle of the month is taken, where the month is missing the middle of the year. In Spanish
    the day comes first; in English the month, unless the number does not allow it.

    >>> shifted("03/04/2019", 10), shifted("03/04/2019", 10, "es"), shifted("2019-12-30", 3)
    ('03/14/2019', '13/04/2019', '2020-01-02')
    >>> shifted("March 3rd, 2019", 30), shifted("3 de marzo de 2019", 30, "es")
    ('April 2nd, 2019', '2 de abril de 2019')
    >>> shifted("Tuesday", 3), shifted("1999", 400), shifted("Easter", 3)
    ('Friday', '2000', None)
    """
    for way in (_numbers, _compact, _words, _two, _year, _weekday):
        try:
            found = way(text, days, language)
        except (ValueError, OverflowError):  # no day of the calendar, or beyond its years
            return None
        if found is not None:
            return found
    return None


def _numbers(text: str, days: int, language: str) -> str | None:
    match = _NUMBERS.search(text)
    if not match:
        return None
    a, first, b, second, c = match.groups()
    year_first = len(a) == 4
    if year_first:
        year, month, day = a, b, c
    else:
        day_first = int(a) > 12 or (language == "es" and int(b) <= 12)
        day, month, year = (a, b, c) if day_first else (b, a, c)
    moved = date(_full_year(year), int(month), int(day)) + timedelta(days)
    new_day, new_month = _like(moved.day, day, a, b), _like(moved.month, month, a, b)
    new_year = f"{moved.year:04}"[-len(year) :]
    if year_first:
        written = (new_year, new_month, new_day)
    else:
        day_month = (new_day, new_month) if day_first else (new_month, new_day)
        written = (*day_month, new_year)
    made = f"{written[0]}{first}{written[1]}{second}{written[2]}"
    rest = text[match.end() :]
    return text[: match.start()] + made + (_other_weekday(rest, days, language) or rest)


def _compact(text: str, days: int, language: str) -> str | None:
    match = _COMPACT.fullmatch(text)
    if not match:
        return None
    moved = date(*map(int, match.groups())) + timedelta(days)
    return f"{moved:%Y%m%d}"


def _words(text: str, days: int, language: str) -> str | None:
    """Dates whose month is a word, with or without a day and a year."""
    name = next((one for one in _WORD.finditer(text) if _month(one.group()) is not None), None)
    if name is None:
        return None
    tongue, month = _month(name.group()) or ("en", 1)
    years, rest = _YEAR.search(text), text
    if not years:
        years = re.search(r"(?<=[’' /-])\d\d$", text)
    year = _full_year(years.group()) if years else _LEAP
    outside = [
        one for one in re.finditer(r"\d{1,2}(?!\d)", text) if not years or _apart(one, years)
    ]
    day = outside[0] if outside else None
    moved = date(year, month, int(day.group()) if day else 15) + timedelta(days)
    edits = [(name.span(), _named(moved.month, name.group(), tongue, _MONTHS))]
    if years:
        edits.append((years.span(), f"{moved.year}"[-len(years.group()) :]))
    if day:
        edits.append((day.span(), _like(moved.day, day.group())))
        if ending := re.match(r"(?:st|nd|rd|th)\b", text[day.end() :]):
            edits.append(((day.end(), day.end() + len(ending.group())), _ordinal(moved.day)))
    for (start, end), new in sorted(edits, reverse=True):
        rest = rest[:start] + new + rest[end:]
    return _other_weekday(rest, days, language) or rest


def _two(text: str, days: int, language: str) -> str | None:
    """Month and year, or two of day and month."""
    match = _TWO.fullmatch(text.strip())
    if not match:
        return None
    a, mark, b = match.groups()
    if len(b) == 4:
        moved = date(int(b), int(a), 15) + timedelta(days)
        return f"{_like(moved.month, a)}{mark}{moved.year}"
    day_first = int(a) > 12 or (language == "es" and int(b) <= 12)
    day, month = (a, b) if day_first else (b, a)
    moved = date(_LEAP, int(month), int(day)) + timedelta(days)
    new = _like(moved.day, day, a, b), _like(moved.month, month, a, b)
    return mark.join(new if day_first else reversed(new))


def _year(text: str, days: int, language: str) -> str | None:
    match = _YEAR.search(text)
    if not match:
        return None
    moved = date(int(match.group()), 7, 1) + timedelta(days)
    return text[: match.start()] + str(moved.year) + text[match.end() :]


def _weekday(text: str, days: int, language: str) -> str | None:
    return _other_weekday(text, days, language)


def _other_weekday(text: str, days: int, language: str) -> str | None:
    for word in _WORD.finditer(text):
        for tongue, names in _DAYS.items():
            for at, name in enumerate(names.split()):
                if _is_form(word.group(), name, tongue):
                    new = _named((at + days) % 7 + 1, word.group(), tongue, _DAYS)
                    return text[: word.start()] + new + text[word.end() :]
    return None


def _month(word: str) -> tuple[str, int] | None:
    for tongue, names in _MONTHS.items():
        for number, name in enumerate(names.split(), start=1):
            if _is_form(word, name, tongue):
                return tongue, number
    return None


def _is_form(word: str, name: str, tongue: str) -> bool:
    """Whether a word is a name in full, or three letters or four of it.

    >>> _is_form("Sept", "september", "en"), _is_form("Jueves", "jueves", "es")
    (True, True)
    """
    low = word.lower().replace("setiembre", "septiembre")
    plain = {"miercoles": "miércoles", "sabado": "sábado"}.get(low, low)
    plural = plain == f"{name}s" and tongue == "en"
    return (
        plain == name or plural or (tongue == "en" and 3 <= len(low) <= 5 and name.startswith(low))
    )


def _named(number: int, old: str, tongue: str, names: dict[str, str]) -> str:
    new = names[tongue].split()[number - 1]
    if tongue == "en" and len(old) <= 4 and old.lower() not in names["en"].split():
        new = new[:3]
    case: Callable[[str], str] = (
        str.upper if old.isupper() else str.capitalize if old[0].isupper() else str
    )
    return case(new)


def _like(number: int, old: str, *others: str) -> str:
    """A number with a zero before it where the old has one, or where two digits are the rule."""
    padded = old.startswith("0") or (
        len(old) == 2 and all(len(one) != 1 for one in others) and others
    )
    return f"{number:02}" if padded else str(number)


def _full_year(year: str) -> int:
    number = int(year)
    return number if number > 99 else 2000 + number if number <= 40 else 1900 + number


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _apart(one: "re.Match[str]", other: "re.Match[str]") -> bool:
    return one.end() <= other.start() or other.end() <= one.start()
