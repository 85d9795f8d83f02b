"""Which panels a mention of a figure names: `Fig 1C-E`, `Figure 2A and B`, `Fig. 3 (a)`."""

import re

from medloom.steps.ingest.jats.panels import panel_letters

_ITEM = r"[A-Za-z](?:\d{1,2}|['’′]|(?<=[A-Z])i{1,3})?(?![A-Za-z0-9])"
_DASH = r"\-‐‑‒–—−"
_JOIN = rf"\s?(?:[{_DASH}&/+]|to\b|through\b|,?\s?and\b|,)\s?"
_LIST = rf"{_ITEM}(?:{_JOIN}{_ITEM})*"
_FIGURE = re.compile(
    r"\W*(?:(?:supp\w*|additional|extended|data|online|appendix)\.?\s+)*"
    r"(?:(?:fig(?:ure)?(?:s|\(s\))?|scheme|panels?|plate)(?![a-z])\.?\s*)?"
    r"(?:[A-Z]?(?P<number>\d+)(?:\.\d+)*)?"
    rf"(?:\s?[{_DASH}]+\s?figure supplements?\s\d+)?",
    re.IGNORECASE,
)
_BEGIN = re.compile(rf"\s?,?\s?({_LIST})")
_DIRECT = re.compile(rf"({_LIST})")
_BRACKET = re.compile(rf"\s?[(\[]\s?(?:panels?\s)?({_LIST})\s?[)\]]")
_NEXT_BRACKET = re.compile(rf"\s?(?:,?\s?and|,|&)?\s?(\d*)\s?[(\[]\s?({_LIST})\s?[)\]]")
_APART = re.compile(
    rf",?\s?(?:panels?\s({_LIST})|([A-Z](?:{_JOIN}[A-Z](?![A-Za-z0-9]))+)|([A-Z])(?=[,;.)\]]|$))"
)
_MORE = re.compile(rf"((?:{_JOIN}{_ITEM})+)")
_NUMBERED = re.compile(rf"(\d+)\s?({_LIST})?")


def named_panels(text: str, start: int, end: int, until: int) -> list[str]:
    """Panels named in the cross-reference `text[start:end]`, or right behind it up to `until`.

    >>> text = "Fig. 1A and B, not C"
    >>> named_panels(text, 0, 7, 20), named_panels(text, 0, 6, 20)
    (['a', 'b'], ['a', 'b'])
    >>> named_panels("Figure 2 A total of", 0, 8, 19)
    []
    """
    figure = _FIGURE.match(text, start, end)
    at, number = (figure.end(), figure["number"] or "") if figure else (start, "")
    limit = min(end + 40, until)
    if found := _BRACKET.match(text, at, limit):
        return _bracketed(text, found, limit, number)
    inside, after = text[at:end], text[end:limit]
    if inside and (found := _BEGIN.match(inside)):
        letters = found[1]
        if found.end() >= len(inside.rstrip(" )].,;")):
            letters += _continuation(letters, after)
        return panel_letters(letters)
    if not after or inside.strip(" .,;:)]"):
        return []
    found = _DIRECT.match(after) if text[end - 1].isdigit() else None
    found = found or _APART.match(after)
    return panel_letters(next(filter(None, found.groups()), "")) if found else []


def _bracketed(text: str, found: re.Match[str], limit: int, number: str) -> list[str]:
    """Letters in brackets of their own: `1(a)(b) and 1(d)`."""
    panels = panel_letters(found[1])
    at = found.end()
    while (following := _NEXT_BRACKET.match(text, at, limit)) and following[1] in {"", number}:
        panels += [letter for letter in panel_letters(following[2]) if letter not in panels]
        at = following.end()
    return panels


def numbered_panels(text: str) -> list[tuple[str, list[str]]]:
    """The figure numbers in one cross-reference to several figures, each with its panels.

    >>> numbered_panels("Figs. 1A,B and 2C")
    [('1', ['a', 'b']), ('2', ['c'])]
    """
    return [(m[1], panel_letters(m[2] or "")) for m in _NUMBERED.finditer(text)]


def _continuation(letters: str, after: str) -> str:
    """More letters behind the cross-reference: of one case, one after the other."""
    found = _MORE.match(after)
    if not found:
        return ""
    last, upper = letters.rstrip("0123456789'’′i")[-1:] or letters[0], letters[0].isupper()
    taken = 0
    for item in re.finditer(rf"{_JOIN}([A-Za-z])(?:\d|['’′]|i+)?(?![A-Za-z0-9])", found[1]):
        letter = item[1]
        is_article = letter in "aAI" and after[item.end() : item.end() + 2].strip()[:1].islower()
        if letter.isupper() != upper or letter.lower() <= last.lower() or is_article:
            break
        last, taken = letter, item.end()
    return found[1][:taken]
