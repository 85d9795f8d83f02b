"""How much of an image is lines of print: to tell a scanned table or page from a figure."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.kit.pictures import Grey
from medloom.kit.splitting.components import components

_LEAST_GROUND = 0.5
_LEAST_CONTRAST = 40
_LEAST_HEIGHT, _MOST_HEIGHT = 4, 64
_LEAST_ON_LINE, _LEAST_MARKS = 4, 12
_Numbers = npt.NDArray[np.int64]
_Places = npt.NDArray[np.bool_]


class _Marks(NamedTuple):
    """Connected marks of ink: their boxes, and their pixels of ink."""

    top: _Numbers
    bottom: _Numbers
    left: _Numbers
    right: _Numbers
    ink: _Numbers

    @property
    def height(self) -> _Numbers:
        return self.bottom - self.top

    @property
    def width(self) -> _Numbers:
        return self.right - self.left


def text_share(pixels: Grey) -> float:
    """The share of print among all that is drawn, by area: 1 where there is nothing but text.

    Print is small marks of ink that stand in lines; horizontal rules and specks do not count. A
    curve, a bar, a box or a photo takes its whole area. Without a plain background it is 0.

    >>> text_share(np.full((64, 64), 255, np.uint8))
    0.0
    """
    ink = _ink(pixels)
    if ink is None:
        return 0.0
    marks = _marks(ink)
    speck = (marks.height < _LEAST_HEIGHT) & (marks.width < _LEAST_HEIGHT)
    rule = (marks.height <= 8) & (marks.width >= 12 * marks.height)
    print_like = _print_like(marks) & ~speck & ~rule
    print_like[print_like] = _in_lines(marks, print_like)
    if print_like.sum() < _LEAST_MARKS:
        return 0.0
    area = (marks.height * marks.width).astype(np.float64)
    text, other = area[print_like].sum(), area[~print_like & ~speck & ~rule].sum()
    return float(text / (text + other))


def _ink(pixels: Grey) -> _Places | None:
    """Where something is drawn on a plain background; None where there is no such thing."""
    counts = np.bincount(pixels.ravel(), minlength=256)
    ground = int(counts.argmax())
    near = counts[max(0, ground - 4) : ground + 5].sum()
    if near < _LEAST_GROUND * pixels.size:
        return None
    away = np.abs(pixels.astype(np.int16) - ground)
    contrast = int(np.percentile(away, 99.5))
    return None if contrast < _LEAST_CONTRAST else away > max(contrast // 4, _LEAST_CONTRAST // 2)


def _marks(ink: _Places) -> _Marks:
    """Connected components, corners included, out of the runs of each row."""
    edges = np.diff(np.pad(ink, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    end = np.nonzero(edges == -1)[1]
    label = components(len(row), *_touching(row, start, end, ink.shape[1] + 2))
    _, of = np.unique(label, return_inverse=True)
    n = int(of.max(initial=-1)) + 1
    top, left = np.full(n, ink.size), np.full(n, ink.size)
    bottom, right = np.zeros(n, np.int64), np.zeros(n, np.int64)
    np.minimum.at(top, of, row)
    np.maximum.at(bottom, of, row + 1)
    np.minimum.at(left, of, start)
    np.maximum.at(right, of, end)
    inked = np.bincount(of, end - start, minlength=n).astype(np.int64)
    return _Marks(top, bottom, left, right, inked)


def _touching(
    row: _Numbers, start: _Numbers, end: _Numbers, width: int
) -> tuple[_Numbers, _Numbers]:
    """Pairs of runs in rows that follow each other, which touch."""
    starts, ends = row * width + start, row * width + end
    first = np.searchsorted(ends, starts + width, side="left")
    last = np.searchsorted(starts, ends + width, side="right")
    count = np.maximum(last - first, 0)
    left = np.repeat(np.arange(len(row)), count)
    offset = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return left, np.repeat(first, count) + offset


def _print_like(marks: _Marks) -> _Places:
    """Marks of the size of letters and words that are neither solid blocks nor hollow frames."""
    box = np.maximum(marks.height * marks.width, 1)
    fill = marks.ink / box
    sized = (marks.height >= _LEAST_HEIGHT) & (marks.height <= _MOST_HEIGHT)
    solid = (fill > 0.9) & (marks.width > marks.height / 2) & (box > 64)
    print_like: _Places = sized & (marks.width <= 12 * marks.height) & (fill > 0.12) & ~solid
    return print_like


def _in_lines(marks: _Marks, some: _Places) -> _Places:
    """Of some marks, those that stand in a line with others."""
    middle = (marks.top[some] + marks.bottom[some]) / 2
    reach = np.maximum(marks.height[some] / 3, 1.5)
    ordered = np.sort(middle)
    beside = np.searchsorted(ordered, middle + reach, "right")
    beside -= np.searchsorted(ordered, middle - reach, "left")
    return beside >= _LEAST_ON_LINE
