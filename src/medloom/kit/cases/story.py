"""A story: the stretches of an article that tell of one patient."""

from typing import NamedTuple

from medloom.kit.cases.words import Words
from medloom.tables.literature import Passage


class Stretch(NamedTuple):
    """A part of a passage."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.passage.text[self.start : self.end]


class Story(NamedTuple):
    """The stretches that tell of one patient."""

    label: str | None
    title: str | None
    stretches: list[Stretch]
    how: str

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(one.text for one in self.stretches)

    def is_of_relative(self, words: Words) -> bool:
        """Whether it tells of a relative of another patient: `Patient II-4. Her uncle, aged 57`."""
        return bool(self.label and words.of_relative.match(self.text[:80]))
