"""What others are to be like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wanted:
    """What others are to be like: a row, or a text or an image of the user's own."""

    text: str = ""
    image: bytes | None = None
    row: Mapping[str, Any] | None = None
    number: int | None = None
    """Its place in the table that is searched; None where it comes from elsewhere."""
    more_texts: tuple[str, ...] = ()
    """Texts that stand for it in the space of vectors: hypothetical documents."""
