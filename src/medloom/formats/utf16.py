"""Offsets in UTF-16 code units, as Java and JavaScript count, to and from code points."""

from bisect import bisect_left


class Utf16:
    """The two ways to count the places of one text.

    >>> places = Utf16("a😀b")
    >>> places.units(2), places.points(3)
    (3, 2)
    """

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [i for i, c in enumerate(text) if c > "\uffff"]
        self._units = [at + number for number, at in enumerate(self._wide)]

    def units(self, point: int) -> int:
        """Code units in front of a place that counts code points."""
        return point + bisect_left(self._wide, point)

    def points(self, unit: int) -> int:
        """Code points in front of a place that counts code units."""
        return unit - bisect_left(self._units, unit)
