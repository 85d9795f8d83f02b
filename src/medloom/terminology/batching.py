"""Texts as pieces of a size that numpy works on best: short ones together, long ones in parts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology.characters import Codes
from medloom.terminology.cutting import codes_of

BREAK = "\n\0\n"
"""Stands between texts; no term has it, so none is found across it."""
_PIECE = 400_000


class Piece(NamedTuple):
    """Some texts in one, or a part of one text."""

    codes: Codes
    rows: npt.NDArray[np.int64]
    """Which text each one is."""
    starts: npt.NDArray[np.int64]
    """Where each text begins in the codes."""
    offset: int = 0
    """Where the part begins in its text."""
    own: int | None = None
    """Where the next part begins: what starts there or later is the next part's."""


def pieces(texts: Sequence[str], overlap: int, size: int = _PIECE) -> Iterator[Piece]:
    """Cut texts into pieces; a part of a long text has `overlap` characters of the next one."""
    waiting: list[int] = []
    length = 0
    for row, text in enumerate(texts):
        if len(text) > size:
            yield from _parts(text, row, overlap, size)
            continue
        if length + len(text) > size and waiting:
            yield _together(texts, waiting)
            waiting, length = [], 0
        if text:
            waiting.append(row)
            length += len(text) + len(BREAK)
    if waiting:
        yield _together(texts, waiting)


def _together(texts: Sequence[str], rows: list[int]) -> Piece:
    lengths = np.array([len(texts[row]) + len(BREAK) for row in rows], np.int64)
    codes = codes_of(BREAK.join([texts[row] for row in rows]))
    return Piece(codes, np.array(rows, np.int64), np.cumsum(lengths) - lengths)


def _parts(text: str, row: int, overlap: int, size: int) -> Iterator[Piece]:
    at, rows, starts = 0, np.array([row], np.int64), np.zeros(1, np.int64)
    while at < len(text):
        end = _gap(text, at + size, overlap)
        codes = codes_of(text[at : end + overlap])
        yield Piece(codes, rows, starts, at, end - at)
        at = end


def _gap(text: str, near: int, within: int) -> int:
    """A place after a space, so that no token is cut; `near` where there is none."""
    if near >= len(text):
        return len(text)
    for at in range(near, max(near - within, 1), -1):
        if text[at - 1].isspace():
            return at
    return near
