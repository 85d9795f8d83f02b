"""Which file beside an article an href means."""

from collections.abc import Sequence
from typing import ClassVar

from lxml import etree

from medloom.tables.literature import FigureFile

HREF = "{http://www.w3.org/1999/xlink}href"

_IMAGES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".gif", ".svg", ".eps")
"""Image suffixes, the ones easiest to use first."""


class Siblings:
    """The files beside an article, found by name with or without its suffix.

    >>> files = Siblings(["PMC1/fig-g001.jpg", "PMC1/fig-g001.gif", "PMC1/data.xlsx"])
    >>> files.find("fig-g001"), files.find("fig-g001.tif"), files.find("data.xlsx")
    ('PMC1/fig-g001.jpg', 'PMC1/fig-g001.jpg', 'PMC1/data.xlsx')
    >>> files.find("other.jpg") is None
    True
    """

    _last: ClassVar[tuple[Sequence[str], "Siblings"] | None] = None

    @classmethod
    def of(cls, names: Sequence[str]) -> "Siblings":
        """The files of a folder; articles that share one folder share them, too."""
        if cls._last is None or cls._last[0] is not names:
            cls._last = names, cls(names)
        return cls._last[1]

    def __init__(self, names: Sequence[str]) -> None:
        self._names: dict[str, str] = {}
        self._images: dict[str, tuple[int, str]] = {}
        for name in names:
            base = _base(name)
            self._names.setdefault(name.lower(), name)
            self._names.setdefault(base, name)
            stem, suffix = _split(base)
            if suffix in _IMAGES:
                found = (_IMAGES.index(suffix), name)
                self._images[stem] = min(found, self._images.get(stem, found))

    def find(self, href: str, *, image: bool = True) -> str | None:
        """The file's name as it was given, or null. An image may come in another format."""
        if not self._names:
            return None
        base = _base(href)
        exact = self._names.get(href.lower()) or self._names.get(base)
        if exact or not image:
            return exact
        stems = [base, _split(base)[0]]
        if base.startswith("journal."):  # info:doi/10.1371/journal.pone.0000217.g001
            stems += [stem.removeprefix("journal.") for stem in stems]
        return next((self._images[stem][1] for stem in stems if stem in self._images), None)


def image_files(element: etree._Element, siblings: Siblings) -> list[FigureFile]:
    """Every file that a float shows, in all renditions, those that were found first."""
    files: dict[str, FigureFile] = {}
    for graphic in element.iter("graphic", "media"):
        href = graphic.get(HREF) or graphic.get("href")
        if href and href not in files and not _is_supplement(graphic):
            uri = siblings.find(href)
            files[href] = FigureFile(href, uri, uri is not None)
    return sorted(files.values(), key=lambda file: not file.found)


def _is_supplement(graphic: etree._Element) -> bool:
    around = graphic.iterancestors("supplementary-material", "table", "caption")
    return next(around, None) is not None


def _base(name: str) -> str:
    return name.partition("?")[0].replace("\\", "/").rpartition("/")[2].lower()


def _split(base: str) -> tuple[str, str]:
    stem, dot, suffix = base.rpartition(".")
    if dot and f".{suffix}" in _IMAGES:
        return stem, f".{suffix}"
    return base, ""
