"""A stream of rows for training: the same order on every machine, and exact to go on from."""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from medloom.errors import MedloomError
from medloom.loading.cache import Cache
from medloom.loading.dealing import Crew, Even, Progress, quotas
from medloom.loading.decode import Decode, decoders
from medloom.loading.held import Row
from medloom.loading.opening import Wanted, open_source
from medloom.loading.order import Epoch, Plan, draws, mixed
from medloom.loading.ranges import Place
from medloom.loading.reading import SKIPPED, OnError, Reader
from medloom.loading.source import Source

if TYPE_CHECKING:
    from medloom.loading.torch_data import IterableRows, Loader, MapRows

Shuffle = bool | Literal["exact"]
_STATE = 1


@dataclass(frozen=True)
class Settings:
    """How rows are ordered, shared and made."""

    shuffle: Shuffle
    seed: int
    decode: Decode
    even: Even
    on_error: OnError
    window_rows: int
    window_bytes: int
    ahead: int
    threads: int | None


class Stream:
    """The rows of a split, as dictionaries: `for row in stream` is one epoch, the next follows.

    Made by `medloom.stream`.
    """

    def __init__(
        self, source: Source, settings: Settings, epoch: int, rank: int, ranks: int
    ) -> None:
        if not 0 <= rank < ranks:
            raise MedloomError(f"rank {rank} of {ranks}: ranks count from 0")
        self.source, self.settings = source, settings
        self.rank = rank
        self.skipped: Counter[str] = Counter()
        """What could not be read, with on_error="skip": rows by what was wrong."""
        self.progress = Progress.begin(epoch, Crew(ranks))

    @cached_property
    def _plan(self) -> Plan:
        starts, sizes = self.source.blocks
        given = self.settings
        if given.shuffle == "exact":
            starts, sizes = _single_rows(starts, sizes)
        return Plan(
            starts, sizes, bool(given.shuffle), given.seed, given.window_rows, given.window_bytes
        )

    @property
    def epoch(self) -> int:
        """The epoch that the next row is of."""
        return self._dealt.epoch

    @property
    def progress(self) -> Progress:
        """How far the epoch is."""
        return replace(self._dealt, taken=tuple(map(tuple, self._taken)))

    @progress.setter
    def progress(self, progress: Progress) -> None:
        self._dealt = progress
        self._taken = [list(one) for one in progress.taken]

    @property
    def _crew(self) -> Crew:
        return self._dealt.crew

    @property
    def forks(self) -> bool:
        """Whether forked processes may go on reading."""
        return self.source.forks

    @property
    def ranks(self) -> int:
        """How many ranks share the rows."""
        return self._crew.ranks

    def __len__(self) -> int:
        """Rows that this rank is given in an epoch."""
        return sum(self.worker_lengths())

    def worker_lengths(self) -> list[int]:
        """Rows that each worker of this rank is given in an epoch."""
        return quotas(self.source.rows, self._crew, self.settings.even)[self.rank]

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self.progress = Progress.begin(epoch, self._crew)

    def share(self, rank: int, ranks: int) -> None:
        """Be one of so many ranks; what is left of the epoch is dealt anew."""
        self.rank = rank
        self._recrew(Crew(ranks, self._crew.workers))

    def _recrew(self, crew: Crew) -> None:
        if crew != self._crew:
            windows = self._plan.epoch(self.epoch).window_rows
            self.progress = self.progress.for_crew(crew, windows, self.settings.even)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rest of the epoch; a second loop yields the next epoch."""
        self.crew(1)
        yield from self.worker_rows(0)
        self.set_epoch(self.epoch + 1)

    def crew(self, workers: int) -> None:
        """Be shared by so many workers of each rank."""
        self._recrew(Crew(self.ranks, workers))

    def worker_rows(self, worker: int) -> Iterator[Row]:
        """Yield what is left of a worker's hand, and count it."""
        rows, taken = self.rows_of(self.progress, worker), self._taken[self.rank]
        for row in rows:
            taken[worker] += 1
            if row is not SKIPPED:
                yield row

    def rows_of(self, progress: Progress, worker: int) -> Iterator[Any]:
        """Yield what is left of a worker's hand, SKIPPED in the place of what cannot be read."""
        epoch: Epoch = self._plan.epoch(progress.epoch)
        hands = progress.hands(epoch.window_rows, self.settings.even)
        return self._reader().rows(epoch, hands[self.rank][worker])

    def mark(self, worker: int) -> int:
        """How many rows a worker of this rank has taken."""
        return self._taken[self.rank][worker]

    def put(self, worker: int, mark: int) -> None:
        """Say how many rows a worker of this rank has taken."""
        self._taken[self.rank][worker] = mark

    def _reader(self) -> Reader:
        given = self.settings
        threads = given.threads
        if threads is None:
            usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
            threads = min(8, usable) if usable > 1 else 0
        return Reader(
            self.source, decoders(given.decode), given.on_error, given.ahead, threads, self._skip
        )

    def _skip(self, what: str, rows: int) -> None:
        self.skipped[what] += rows

    def state_dict(self) -> dict[str, Any]:
        """Where the stream is, in some hundred bytes of plain values: epoch and rows taken.

        Rows taken are those of this rank; the others are taken to have as many, as they do where
        all take one batch at a time. `load_state_dict` of the states of all ranks needs no such
        belief.
        """
        state = self.progress.as_json()
        state["taken"] = [state["taken"][self.rank]] * self.ranks
        return {"format": _STATE, "rank": self.rank, "of": self._mark, **state}

    def load_state_dict(self, state: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Go on where a stream was, maybe with another number of ranks or workers.

        Raises MedloomError where the state is of other rows, or of another order of them.
        """
        states = [state] if isinstance(state, Mapping) else list(state)
        for one in states:
            if one.get("format") != _STATE or one.get("of") != self._mark:
                raise MedloomError(
                    "this state is of another stream: other rows, or another seed, shuffle, where"
                    f" or window (it is of {one.get('of')}, this is {self._mark})"
                )
        progress = Progress.of_json(dict(states[0]))
        taken = list(progress.taken)
        for one in states:
            taken[one["rank"]] = tuple(one["taken"][one["rank"]])
        ranks = self.ranks
        self.progress = replace(progress, taken=tuple(taken))
        self._recrew(Crew(ranks, self._crew.workers))

    @cached_property
    def _mark(self) -> str:
        """Tells states of one order of rows from those of another."""
        plan, given = self._plan, self.settings
        blocks = mixed(*draws(1, int(plan.block_starts.sum())).tolist(), plan.rows)
        order = (given.shuffle, given.seed, given.even, given.window_rows, given.window_bytes)
        return f"{plan.rows} rows, {len(plan.block_bytes)} blocks {blocks:016x}, {order}"

    def torch(self) -> "IterableRows":
        """A torch IterableDataset: each worker of a DataLoader, and each rank, reads its own part.

        Rank and ranks are those of `torch.distributed`, where it has begun, else those given.
        """
        from medloom.loading.torch_data import IterableRows  # noqa: PLC0415 - an extra

        return IterableRows(self)

    def map_style(self) -> "MapRows":
        """A torch Dataset: any row by its number, for a sampler of yours."""
        from medloom.loading.torch_data import MapRows  # noqa: PLC0415 - an extra

        return MapRows(self)

    def loader(self, batch_size: int, *, workers: int = 0, **options: Any) -> "Loader":
        """Batches from worker processes, with a state that is exact: what was handed out counts.

        `options` are those of torch's DataLoader: collate_fn, pin_memory, prefetch_factor, ...
        `drop_last` leaves out the last, smaller batch of each worker.
        """
        from medloom.loading.torch_data import Loader  # noqa: PLC0415 - an extra

        return Loader(self, batch_size, workers, options)


def _single_rows(starts: Any, sizes: Any) -> tuple[Any, Any]:
    rows = int(starts[-1])
    each = np.repeat(sizes // np.maximum(np.diff(starts), 1), np.diff(starts))
    return np.arange(rows + 1), each


def stream(
    uri: str | Path,
    split: str | None = "train",
    *,
    table: str | None = None,
    columns: Sequence[str] | None = None,
    where: str | None = None,
    ids: Collection[str] | None = None,
    shuffle: Shuffle = False,
    seed: int = 0,
    epoch: int = 0,
    decode: Decode = False,
    rank: int = 0,
    ranks: int = 1,
    even: Even = "no",
    on_error: OnError = "raise",
    cache: str | Path | None = None,
    cache_bytes: int = 10 << 30,
    verify: bool = True,
    window_rows: int = 4096,
    window_bytes: int = 128 << 20,
    ahead: int = 1,
    threads: int | None = None,
) -> Stream:
    """Stream the rows of a split: of a release, a collection, or a folder of plain files.

    `uri` is on a local disk, or an address that fsspec opens (https://, s3://, ...). Of a remote
    file only ranges of bytes are read: the columns asked for, of the rows that are used; `cache`
    keeps them in a folder, up to `cache_bytes`. `split=None` takes all rows.

    Rows. `where` is an SQL condition ("year >= 2015"), `ids` a set of ids. `decode=True` makes
    arrays of images and NumPy files; "torch" tensors; {"bytes": hook} calls your function with
    the bytes. `threads` decode (by default one a core).

    Order. With `shuffle` the blocks of rows are put in a random order, and rows are shuffled in
    windows of up to `window_rows` rows and `window_bytes` bytes; shuffle="exact" shuffles all rows
    at once (for tars with an index, and Lance). The order is fixed by `seed` and `epoch`.

    Sharing. Each of `ranks` ranks takes its own rows. `even="drop"` leaves out, "pad" repeats some
    rows so that all ranks have the same number.

    Errors. Checksums of tars with an index, and of Parquet's pages where it has them, are checked
    when a process first reads them, unless `verify` is False. A damaged shard or row raises
    Damaged, a value that cannot be decoded DecodeError; with on_error="skip" they are left out and
    counted in `skipped`.

    Raises InputError where there is no such split or table.
    """
    kept = Cache(Path(cache).expanduser().absolute(), cache_bytes) if cache else None
    wanted = Wanted(split, table, tuple(columns) if columns is not None else None, verify)
    source = open_source(Place(str(uri), kept), wanted).where(where, ids)
    settings = Settings(
        shuffle, seed, decode, even, on_error, window_rows, window_bytes, ahead, threads
    )
    return Stream(source, settings, epoch, rank, ranks)
