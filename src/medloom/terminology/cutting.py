"""Cut a text into hashed tokens, all at once.

The hash of a token is a polynomial of random numbers of its folded letters, modulo 2^64 (Karp and
Rabin 1987): sums over any stretch come from one running sum of the whole text.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology.characters import (
    APOSTROPHE,
    DIGIT,
    GREEK,
    HYPHEN,
    LETTER,
    MARK,
    SPACE,
    Codes,
    tables,
)

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_BASE = 0x5851F42D4C957F2D
_S = ord("s")


class Cut(NamedTuple):
    """The tokens of a text that count: hyphens inside of words and possessive endings do not."""

    starts: Places
    ends: Places
    """Code points of the text as it was given."""
    hashes: npt.NDArray[np.uint64]
    """Of the folded token; never 0."""
    glued: Flags
    """Whether letters or digits go on across the start of the token: `2` in `IL2`."""
    going_on: Flags
    """Whether letters or digits go on across its end: `IL` in `IL2`."""


def cut(codes: Codes) -> Cut:
    """Cut the code points of a text into hashed tokens.

    >>> made = cut(codes_of("Crohn's TNF-α"))
    >>> list(zip(made.starts.tolist(), made.ends.tolist()))
    [(0, 5), (8, 11), (12, 13)]
    """
    n_given = len(codes)
    codes, origin = _expanded(codes)
    starts, ends, kinds = _runs(codes)
    if not len(starts):
        none = np.zeros(0, bool)
        return Cut(starts, ends, np.zeros(0, np.uint64), none, none)
    counts = (kinds == LETTER) | (kinds == DIGIT) | (kinds == GREEK)
    joined = np.zeros(len(starts) + 1, bool)  # whether a token touches the one before it
    joined[1:-1] = starts[1:] == ends[:-1]
    inside = np.zeros(len(starts) + 1, bool)
    inside[1:-1] = joined[1:-1] & counts[1:] & counts[:-1]
    kept = ~_dropped(codes, starts, ends, kinds, joined)
    starts, ends = starts[kept], ends[kept]
    hashes = _hashes(codes, starts, ends)
    if origin is not None:
        following = np.searchsorted(origin, origin[ends - 1] + 1, "left")
        # Marks that follow a letter are gone: the token goes on to the next that is there.
        starts, ends = origin[starts], np.append(origin, n_given)[following]
    return Cut(starts, ends, hashes, inside[:-1][kept], inside[1:][kept])


def codes_of(text: str) -> Codes:
    """The code points of a text; lone surrogates are left as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _expanded(codes: Codes) -> tuple[Codes, Places | None]:
    """The text without combining marks and with ligatures spelt out, and where each came from."""
    sizes = tables().size[codes]
    if (sizes == 1).all():
        return codes, None
    origin = np.repeat(np.arange(len(codes)), sizes)
    new = codes[origin]
    at = np.cumsum(sizes, dtype=np.int64) - sizes
    for place in np.flatnonzero(sizes > 1):
        spelt = tables().long[int(codes[place])]
        new[at[place] : at[place] + len(spelt)] = spelt
    return new, origin


def _runs(codes: Codes) -> tuple[Places, Places, npt.NDArray[np.uint8]]:
    kind = tables().kind[codes]
    change = np.ones(len(codes) + 1, bool)
    if len(codes):
        np.not_equal(kind[1:], kind[:-1], out=change[1:-1])
        change[:-1] |= kind >= MARK
    bounds = np.flatnonzero(change)
    starts, ends = bounds[:-1], bounds[1:]
    kinds = kind[starts]
    words = kinds != SPACE
    return starts[words], ends[words], kinds[words]


def _dropped(
    codes: Codes, starts: Places, ends: Places, kinds: npt.NDArray[np.uint8], joined: Flags
) -> Flags:
    """Hyphens that join two tokens, and `'s` or `'` after a word of two letters or more."""
    left, right = joined[:-1], joined[1:]
    dropped: Flags = (kinds == HYPHEN) & left & right
    word = np.zeros(len(starts), bool)
    word[1:] = (kinds[:-1] == LETTER) & (ends[:-1] - starts[:-1] > 1)
    possessive = (kinds == APOSTROPHE) & left & word
    dropped |= possessive
    s: Flags = (kinds == LETTER) & (ends - starts == 1) & (tables().folded[codes[starts]] == _S)
    s[1:] &= possessive[:-1] & left[1:]
    s[0] = False
    return dropped | s


def _hashes(codes: Codes, starts: Places, ends: Places) -> npt.NDArray[np.uint64]:
    powers, inverses = _powers(1 << max(16, len(codes).bit_length()))
    sums = np.zeros(len(codes) + 1, np.uint64)
    values = tables().random[codes]
    np.multiply(values, powers[: len(codes)], out=values)
    np.cumsum(values, out=sums[1:])
    hashes = (sums[ends] - sums[starts]) * inverses[starts]
    hashes[hashes == 0] = 1
    return hashes


@cache
def _powers(size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The powers of the base modulo 2^64, and their inverses."""
    pair = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(size, base, np.uint64)
        powers[0] = 1
        pair.append(np.cumprod(powers))
    return pair[0], pair[1]
