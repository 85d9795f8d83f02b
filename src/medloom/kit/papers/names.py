"""Names of authors as listings print them."""

import re

from medloom.tables.literature import Author

_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,4}")
_PARTICLE_WORDS = "da de del della den der di dos du la le van von bin al ter ten zu"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_GROUP = re.compile(r"\b(?:group|consortium|collaboration|investigators|network|society)\b", re.I)
_SEPARATOR = re.compile(r"\s*;\s*|\s+and\s+|\s*&\s*")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.|\bet al\b\.?)\s*", re.IGNORECASE)


def author_of(name: str) -> Author:
    """An author from a name as printed.

    >>> [author_of(one)[:3] for one in ("Ng AB", "Ng, Ada B.", "Ada B. van der Ng", "Loom Group")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('Ng', 'AB', None), ('Ng', 'Ada B.', None), ('van der Ng', 'Ada B.', None),
     (None, None, 'Loom Group')]
    """
    name = " ".join(name.split())
    surname, given, collab = _parts(name)
    return Author(surname or None, given or None, collab or None, None, False, [])


def _parts(name: str) -> tuple[str, str, str]:
    if _GROUP.search(name):
        return "", "", name
    if "," in name:
        surname, _, given = name.partition(",")
        return surname.strip(), given.strip(), ""
    words = name.split()
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]) and not _INITIALS.fullmatch(words[0]):
        return " ".join(words[:-1]), words[-1], ""
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in _PARTICLES:
        at -= 1
    return " ".join(words[at:]), " ".join(words[:at]), ""


def listed_names(text: str) -> tuple[str, ...]:
    """The names of a printed list.

    >>> listed_names("Ng AB, Ek C, et al.")
    ('Ng AB', 'Ek C')
    >>> listed_names("Ng, Ada and Ek, Cy"), listed_names("Ada Ng & Cy Ek")
    (('Ng, Ada', 'Ek, Cy'), ('Ada Ng', 'Cy Ek'))
    """
    text = _ELLIPSIS.sub(" ", " ".join(text.split())).strip(" ,.;") if text else ""
    parts = _SEPARATOR.split(text)
    if len(parts) > 1 and all(one.count(",") <= 1 for one in parts):
        found = parts if any("," in one for one in parts) and _is_reversed(parts) else None
        found = found or [name for one in parts for name in one.split(",")]
    else:
        found = [name for one in parts for name in one.split(",")]
    return tuple(
        name for one in found if (name := one.strip(" .,;*†‡")) and any(map(str.isalpha, name))
    )


def _is_reversed(parts: list[str]) -> bool:
    """Whether most names have the form `Ng, Ada`."""
    return sum("," in one for one in parts) * 2 > len(parts)
