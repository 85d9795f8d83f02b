"""Several streams in one, by weight: which comes next is a fixed sequence of draws."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np

from medloom.errors import MedloomError
from medloom.loading.dealing import Progress
from medloom.loading.held import Row
from medloom.loading.order import draws, mixed
from medloom.loading.reading import SKIPPED
from medloom.loading.streaming import Stream

if TYPE_CHECKING:
    from medloom.loading.torch_data import IterableRows, Loader

Stop = Literal["first_exhausted", "all_exhausted", "each_once"]
_DRAWS = 1024
_ROUND = 1 << 32
"""A stream that begins again within an epoch of the mix does so at an epoch of its own."""
_AGAIN = "a mix whose streams have begun again can go on only with as many ranks and workers"


class Mark(NamedTuple):
    """How far one worker is."""

    draws: int
    rounds: tuple[int, ...]
    """How often each stream has begun again."""
    taken: tuple[int, ...]
    """Rows taken of each stream in its round."""
    ended: tuple[bool, ...]
    """Which streams have no more rows, and do not begin again."""


class Mix:
    """Streams mixed by weight; made by `medloom.mix`."""

    def __init__(self, streams: Mapping[Stream, float], seed: int, stop: Stop) -> None:
        if not streams or min(streams.values()) <= 0:
            raise MedloomError("mix at least one stream, each with a weight above 0")
        if stop not in get_args(Stop):
            raise MedloomError(f"stop={stop!r}: say one of {', '.join(get_args(Stop))}")
        if len({(one.rank, one.ranks) for one in streams}) > 1:
            raise MedloomError("streams of a mix must all be of the same rank and ranks")
        self.streams = list(streams)
        self.weights = np.array(list(streams.values()), float)
        self.seed, self.stop = seed, stop
        self._epoch = 0
        self._marks: list[Mark] = []
        self._skipped = Counter[str]()
        self.set_epoch(0)

    @property
    def epoch(self) -> int:
        """The epoch that the next row is of."""
        return self._epoch

    @property
    def forks(self) -> bool:
        """Whether forked processes may go on reading."""
        return all(one.forks for one in self.streams)

    @property
    def skipped(self) -> Counter[str]:
        """What could not be read, with on_error="skip": rows by what was wrong."""
        return self._skipped + sum((one.skipped for one in self.streams), Counter[str]())

    @skipped.setter
    def skipped(self, told: Counter[str]) -> None:
        self._skipped = told
        for one in self.streams:
            one.skipped = Counter()

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch, of the mix and of its streams."""
        self._epoch = epoch
        for one in self.streams:
            one.set_epoch(epoch)
        self._marks = [self._begin()] * max(1, len(self._marks))

    def _begin(self) -> Mark:
        count = len(self.streams)
        return Mark(0, (0,) * count, (0,) * count, (False,) * count)

    def share(self, rank: int, ranks: int) -> None:
        """Be one of so many ranks."""
        if (rank, ranks) == (self.streams[0].rank, self.streams[0].ranks):
            return
        self._sync()
        for one in self.streams:
            one.share(rank, ranks)
        self._resync(len(self._marks))

    def crew(self, workers: int) -> None:
        """Be shared by so many workers of each rank."""
        if workers == len(self._marks):
            return
        self._sync()
        for one in self.streams:
            one.crew(workers)
        self._resync(workers)

    def _sync(self) -> None:
        """Tell the streams what was taken of them, so that the rest can be dealt anew."""
        if any(any(mark.rounds) for mark in self._marks):
            raise MedloomError(_AGAIN)
        self._tell()

    def _tell(self) -> None:
        for at, one in enumerate(self.streams):
            one.crew(len(self._marks))
            for worker, mark in enumerate(self._marks):
                one.put(worker, mark.taken[at])

    def _resync(self, workers: int) -> None:
        drawn = max(mark.draws for mark in self._marks)
        self._marks = [
            self._begin()._replace(
                draws=drawn, taken=tuple(one.mark(worker) for one in self.streams)
            )
            for worker in range(workers)
        ]

    def mark(self, worker: int) -> Mark:
        """How far a worker of this rank is."""
        return self._marks[worker]

    def put(self, worker: int, mark: Sequence[Any]) -> None:
        """Say how far a worker of this rank is."""
        self._marks[worker] = Mark(*mark)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rest of the epoch; a second loop yields the next epoch."""
        self.crew(1)
        yield from self.worker_rows(0)
        self.set_epoch(self.epoch + 1)

    def worker_rows(self, worker: int) -> Iterator[Row]:
        """Yield what is left for a worker, and count it."""
        mark = self._marks[worker]
        rounds, taken = list(mark.rounds), list(mark.taken)
        rows = [self._rows(at, worker, rounds[at], taken[at]) for at in range(len(self.streams))]
        active = [not ended for ended in mark.ended]
        for number, draw in self._draws(worker, mark.draws):
            if self.stop == "all_exhausted" and all(rounds):
                return
            at = _choice(draw, self.weights * active)
            row = next(rows[at], None)
            if row is None:
                active[at] = self.stop == "all_exhausted"
                if self.stop == "first_exhausted" or not any(active):
                    return
                if active[at]:
                    rounds[at], taken[at] = rounds[at] + 1, 0
                    rows[at] = self._rows(at, worker, rounds[at], 0)
            else:
                taken[at] += 1
            ended = tuple(not one for one in active)
            self._marks[worker] = Mark(number + 1, tuple(rounds), tuple(taken), ended)
            if row is not None and row is not SKIPPED:
                yield row

    def _rows(self, at: int, worker: int, round_: int, taken: int) -> Iterator[Any]:
        one = self.streams[at]
        progress = one.progress
        if round_:
            progress = Progress.begin(self.epoch + round_ * _ROUND, progress.crew)
        return one.rows_of(progress.with_taken(one.rank, worker, taken), worker)

    def _draws(self, worker: int, start: int) -> Iterator[tuple[int, int]]:
        key = mixed(self.seed, self.epoch, worker)
        while True:
            for draw in draws(_DRAWS, key, start).tolist():
                yield start, draw
                start += 1

    def worker_lengths(self) -> list[int]:
        """Rows of each worker of this rank, each once: with stop="each_once" that is an epoch."""
        return [
            sum(each) for each in zip(*(one.worker_lengths() for one in self.streams), strict=True)
        ]

    def state_dict(self) -> dict[str, Any]:
        """Where the mix is, in some hundred bytes of plain values; see `Stream.state_dict`."""
        self._tell()
        return {
            "mix": [self.seed, self.stop, self.weights.tolist()],
            "epoch": self.epoch,
            "rank": self.streams[0].rank,
            "marks": [[one.draws, *map(list, one[1:])] for one in self._marks],
            "streams": [one.state_dict() for one in self.streams],
        }

    def load_state_dict(self, state: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Go on where a mix was, maybe with another number of ranks or workers."""
        states = [state] if isinstance(state, Mapping) else list(state)
        if any(one.get("mix") != [self.seed, self.stop, self.weights.tolist()] for one in states):
            raise MedloomError("this state is of another mix: other weights, seed or stop")
        rank = self.streams[0].rank
        own = next((one for one in states if one["rank"] == rank), states[0])
        marks = [Mark(one[0], *map(tuple, one[1:])) for one in own["marks"]]
        again = any(any(mark.rounds) for mark in marks)
        for at, one in enumerate(self.streams):
            crew = Progress.of_json(own["streams"][at]).crew
            if again and crew.ranks != one.ranks:
                raise MedloomError(_AGAIN)
            one.load_state_dict([each["streams"][at] for each in states])
            if crew.ranks != one.ranks:
                zero = self._begin().taken
                marks = [mark._replace(taken=zero) for mark in marks]
        self._epoch, self._marks = int(own["epoch"]), marks

    def torch(self) -> "IterableRows":
        """A torch IterableDataset; see `Stream.torch`."""
        from medloom.loading.torch_data import IterableRows  # noqa: PLC0415 - an extra

        return IterableRows(self)

    def loader(self, batch_size: int, *, workers: int = 0, **options: Any) -> "Loader":
        """Batches from worker processes with an exact state; see `Stream.loader`."""
        from medloom.loading.torch_data import Loader  # noqa: PLC0415 - an extra

        return Loader(self, batch_size, workers, options)


def _choice(draw: int, weights: Any) -> int:
    edges = np.cumsum(weights)
    return int(np.searchsorted(edges, (draw >> 11) * 2.0**-53 * edges[-1], side="right"))


def mix(streams: Mapping[Stream, float], *, seed: int = 0, stop: Stop = "first_exhausted") -> Mix:
    """Mix streams by weight: `mix({reports: 0.7, abstracts: 0.3})`.

    Which stream the next row is of is drawn at random, the same draws for a seed and an epoch.
    An epoch ends by `stop`: "first_exhausted" where the first stream has no more rows;
    "all_exhausted" where every stream has ended once, those that end before begin again;
    "each_once" where all have ended and none begins again: each row once.

    Each worker of each rank mixes its own part of each stream.
    """
    return Mix(streams, seed, stop)
