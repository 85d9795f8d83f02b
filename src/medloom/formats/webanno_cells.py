"""The header lines and cells of WebAnno TSV 3.x."""

import re
from typing import NamedTuple

_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")
MARK = re.compile(r"(?<!\\)((?:\\\\)*)\[(\d+)\]$")
"""The number behind a value that says which mention it is of."""


class Layer(NamedTuple):
    """A line `#T_SP=` or `#T_RL=` of the header: a layer, and its columns."""

    kind: str
    name: str
    features: list[str]

    @property
    def short(self) -> str:
        """The name without its package: `NamedEntity`."""
        return self.name.rpartition(".")[2]


def stack(cell: str) -> list[str]:
    r"""The values of the mentions that stand on one token.

    >>> stack(r"A[1]|B\|C[2]")
    ['A[1]', 'B\\|C[2]']
    """
    return _BAR.sub(r"\1\0", cell).split("\0")


def value(cell: str) -> str:
    """A value without its number and marks; nothing where it is null.

    >>> value("Gene\\\\_x[3]"), value("*")
    ('Gene_x', '')
    """
    found = MARK.sub(r"\1", cell)
    return "" if found in ("*", "_") else plain(found)


def plain(text: str) -> str:
    """A text whose reserved characters are not marked any more."""
    return _ESCAPED.sub(lambda found: _PLAIN.get(found[1], found[1]), text)
