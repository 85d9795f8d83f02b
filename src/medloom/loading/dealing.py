"""Who reads what: the windows of an epoch dealt to ranks and their workers, and what is left of it.

Every consumer (one worker of one rank) computes the same deal and takes its own hand: no word is
exchanged, no row is read twice, none is left out.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from medloom.errors import MedloomError

Even = Literal["no", "drop", "pad"]


class Piece(NamedTuple):
    """A stretch of one window: its rows from `start` up to `stop`, in the order of the epoch."""

    window: int
    start: int
    stop: int
    again: bool = False
    """Whether these rows are dealt a second time, to pad a rank."""


class Crew(NamedTuple):
    """How many consumers share an epoch."""

    ranks: int = 1
    workers: int = 1


ONE = Crew()


def quotas(rows: int, crew: Crew, even: Even) -> list[list[int]]:
    """How many rows each worker of each rank takes.

    >>> quotas(10, Crew(ranks=3, workers=2), "no")
    [[2, 2], [2, 1], [2, 1]]
    >>> quotas(10, Crew(ranks=3, workers=2), "drop")
    [[2, 1], [2, 1], [2, 1]]
    """
    if even == "pad" and rows:
        rows += -rows % crew.ranks
    elif even == "drop":
        rows -= rows % crew.ranks
    return [split(share, crew.workers) for share in split(rows, crew.ranks)]


def split(total: int, parts: int) -> list[int]:
    """A number in parts that differ by one at most, the larger first."""
    return [total // parts + (part < total % parts) for part in range(parts)]


def deal(pieces: Sequence[Piece], crew: Crew, even: Even) -> list[list[list[Piece]]]:
    """The hand of each worker of each rank: whole windows, cut only where a quota is full.

    A window goes to the consumer that has the fewest rows, the first of them.
    """
    hands: list[list[list[Piece]]] = [[[] for _ in range(crew.workers)] for _ in range(crew.ranks)]
    wanted = quotas(sum(one.stop - one.start for one in pieces), crew, even)
    places = [
        (0, worker, rank)
        for worker in range(crew.workers)
        for rank in range(crew.ranks)
        if wanted[rank][worker]
    ]
    heapq.heapify(places)
    for piece in _padded(pieces, sum(map(sum, wanted))):
        start = piece.start
        while start < piece.stop and places:
            held, worker, rank = heapq.heappop(places)
            stop = min(piece.stop, start + wanted[rank][worker] - held)
            hands[rank][worker].append(piece._replace(start=start, stop=stop))
            held, start = held + stop - start, stop
            if held < wanted[rank][worker]:
                heapq.heappush(places, (held, worker, rank))
    return hands


def _padded(pieces: Sequence[Piece], wanted: int) -> Iterable[Piece]:
    """The pieces, and again from the first until there are as many rows as wanted."""
    yield from pieces
    given = sum(one.stop - one.start for one in pieces)
    while given < wanted:
        for piece in pieces:
            yield piece._replace(again=True)
            given += piece.stop - piece.start


def rest(hand: Iterable[Piece], taken: int) -> list[Piece]:
    """What is left of a hand once some rows of it were taken.

    >>> rest([Piece(0, 0, 5), Piece(2, 0, 5)], 7)
    [Piece(window=2, start=2, stop=5, again=False)]
    """
    left = []
    for piece in hand:
        size = piece.stop - piece.start
        if taken < size:
            left.append(piece._replace(start=piece.start + taken))
        taken = max(0, taken - size)
    return left


@dataclass(frozen=True)
class Progress:
    """How far an epoch is: what was left when it was dealt last, and what each consumer took."""

    epoch: int = 0
    crew: Crew = ONE
    taken: tuple[tuple[int, ...], ...] = ((0,),)
    """Rows taken by each worker of each rank since the last deal."""
    left: tuple[Piece, ...] | None = None
    """Left at the last deal, before window `tail`; None at the beginning of an epoch."""
    tail: int = 0
    """From this window on nothing had been taken at the last deal."""

    @classmethod
    def begin(cls, epoch: int, crew: Crew) -> "Progress":
        """The beginning of an epoch."""
        return cls(epoch, crew, tuple((0,) * crew.workers for _ in range(crew.ranks)))

    def with_taken(self, rank: int, worker: int, rows: int) -> "Progress":
        """The same, but for the rows that one consumer has taken."""
        taken = [list(one) for one in self.taken]
        taken[rank][worker] = rows
        return replace(self, taken=tuple(map(tuple, taken)))

    def pieces(self, windows: Sequence[int]) -> list[Piece]:
        """What was left at the last deal, given the rows of each window."""
        whole = [Piece(at, 0, windows[at]) for at in range(self.tail, len(windows))]
        return [*(self.left or ()), *whole]

    def hands(self, windows: Sequence[int], even: Even) -> list[list[list[Piece]]]:
        """What each worker of each rank still has to read."""
        dealt = deal(self.pieces(windows), self.crew, even)
        return [
            [rest(hand, count) for hand, count in zip(hands, counts, strict=True)]
            for hands, counts in zip(dealt, self.taken, strict=True)
        ]

    def for_crew(self, crew: Crew, windows: Sequence[int], even: Even) -> "Progress":
        """The same progress for another number of ranks or workers: what is left is dealt anew.

        A pad is no part of what is left: it is made anew, too.
        """
        if crew == self.crew:
            return self
        hands = (hand for rank in self.hands(windows, even) for hand in rank)
        left = _joined(piece for hand in hands for piece in hand if not piece.again)
        tail = len(windows)
        while left and left[-1] == Piece(tail - 1, 0, windows[tail - 1]):
            left.pop()
            tail -= 1
        fresh = Progress.begin(self.epoch, crew)
        return replace(fresh, left=tuple(left), tail=tail)

    def as_json(self) -> dict[str, Any]:
        """Plain values, a few hundred bytes."""
        return {
            "epoch": self.epoch,
            "ranks": self.crew.ranks,
            "workers": self.crew.workers,
            "taken": [list(one) for one in self.taken],
            "left": None if self.left is None else [list(one[:3]) for one in self.left],
            "tail": self.tail,
        }

    @classmethod
    def of_json(cls, given: dict[str, Any]) -> "Progress":
        """Read what `as_json` gave."""
        try:
            left = given["left"]
            return cls(
                int(given["epoch"]),
                Crew(int(given["ranks"]), int(given["workers"])),
                tuple(tuple(map(int, one)) for one in given["taken"]),
                None if left is None else tuple(Piece(int(a), int(b), int(c)) for a, b, c in left),
                int(given["tail"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise MedloomError(f"not the state of a stream: {error!r}") from error


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces in the order of the epoch; those that touch or overlap become one."""
    joined: list[Piece] = []
    for piece in sorted(pieces):
        last = joined[-1] if joined else None
        if last and last.window == piece.window and piece.start <= last.stop:
            joined[-1] = Piece(last.window, last.start, max(last.stop, piece.stop))
        else:
            joined.append(piece)
    return joined
