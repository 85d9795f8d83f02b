"""Strict scores of a tagger: a mention counts where both ends and the label are the gold's."""

from collections.abc import Sequence
from typing import NamedTuple

from medloom.tagging.corpora import Document
from medloom.tagging.tagger import Tagger


class Counts(NamedTuple):
    """True positives, false positives and false negatives of one document."""

    tp: int
    fp: int
    fn: int

    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        >>> round(Counts(8, 2, 2).f1(), 3)
        0.8
        """
        return 2 * self.tp / ((2 * self.tp + self.fp + self.fn) or 1)


def compare(
    tagger: Tagger, head: str, documents: Sequence[Document], labels: Sequence[str]
) -> dict[str, list[Counts]]:
    """Counts a document for each label, of the mentions that one head finds."""
    found = tagger.mentions([one.text for one in documents])
    counts: dict[str, list[Counts]] = {label: [] for label in labels}
    for one, some in zip(documents, found, strict=True):
        mine = {(m.start, m.end, m.label) for m in some if m.head == head}
        gold = set(map(tuple, one.mentions))
        for label in labels:
            ours = {m for m in mine if m[2] == label}
            theirs = {m for m in gold if m[2] == label}
            counts[label].append(Counts(len(ours & theirs), len(ours - theirs), len(theirs - ours)))
    return counts


def total(counts: Sequence[Counts]) -> Counts:
    """The sum over documents."""
    return (
        Counts(*(sum(column) for column in zip(*counts, strict=True)))
        if counts
        else Counts(0, 0, 0)
    )
