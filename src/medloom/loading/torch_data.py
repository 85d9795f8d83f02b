"""Streams as PyTorch's datasets, and batches from worker processes with an exact state."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info

from medloom.errors import MedloomError, SourceError
from medloom.loading.decode import decoded, decoders
from medloom.loading.held import Row
from medloom.loading.mixing import Mix
from medloom.loading.shard import ID, Damaged, DecodeError
from medloom.loading.source import taken
from medloom.loading.streaming import Stream

MOST_WORKERS = 256
_OWN = ("batch_sampler", "dataset", "persistent_workers", "sampler", "shuffle")


Rows = Stream | Mix


def _find_rank(rows: Rows) -> None:
    """Take rank and ranks of torch.distributed, where it has begun."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        rows.share(torch.distributed.get_rank(), torch.distributed.get_world_size())


def _worker() -> tuple[int, int]:
    info = get_worker_info()
    return (0, 1) if info is None else (info.id, info.num_workers)


class IterableRows(IterableDataset[Row]):  # type: ignore[misc]
    """The rows of a stream, each worker its own; an epoch a loop.

    With workers the state is in them, and a DataLoader cannot tell it: use `stream.loader`, or
    torchdata's StatefulDataLoader, which asks `state_dict` of each worker.
    """

    def __init__(self, rows: Rows) -> None:
        _find_rank(rows)
        self.rows = rows
        # Workers end with their epoch: where each goes on is kept in memory that all share.
        self._next = torch.full((MOST_WORKERS,), -1, dtype=torch.int64).share_memory_()

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self._next.fill_(epoch)
        self.rows.set_epoch(epoch)

    def __iter__(self) -> Iterator[Row]:
        worker, workers = _worker()
        if self._next[worker] >= 0:
            self.rows.set_epoch(int(self._next[worker]))
        self.rows.crew(workers)
        yield from self.rows.worker_rows(worker)
        self._next[worker] = self.rows.epoch + 1

    def state_dict(self) -> dict[str, Any]:
        """Where this process is."""
        return self.rows.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where a stream was."""
        self._next.fill_(-1)
        self.rows.load_state_dict(state)


class MapRows(Dataset[Row]):  # type: ignore[misc]
    """Any row of a stream by its number, in the order of the source."""

    def __init__(self, stream: Stream) -> None:
        self.source, self._decode = stream.source, decoders(stream.settings.decode)
        for shard in self.source.shards:
            shard.remember_blocks(4)

    def __len__(self) -> int:
        return int(self.source.rows)

    def __getitem__(self, number: int) -> Row:
        return self.__getitems__([number])[0]

    def __getitems__(self, numbers: Sequence[int]) -> list[Row]:
        """Several rows at once: a DataLoader asks for a batch this way."""
        count = len(self)
        if any(not -count <= number < count for number in numbers):
            raise IndexError(f"rows count from 0 to {count - 1}")
        rows = np.asarray([number % count for number in numbers], np.int64)
        return [self._made(row) for row in taken(self.source.find(rows, _raise), 0, len(rows))]

    def _made(self, row: Any) -> Row:
        if isinstance(row, SourceError):
            raise Damaged(str(row))
        if self._decode is None:
            return dict(row)
        try:
            return decoded(row, self._decode)
        except Exception as error:  # whatever a decoder raises
            raise DecodeError(f"row {row.get(ID)!r} cannot be decoded: {error}") from error


def _raise(error: Damaged, rows: int) -> None:
    raise error


def collate(rows: Sequence[Row]) -> dict[str, Any]:
    """Rows as columns: numbers and arrays of one shape become tensors, all else stays a list.

    >>> collate([{"id": "a", "label": 1}, {"id": "b", "label": 0}])
    {'id': ['a', 'b'], 'label': tensor([1, 0])}
    """
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _stacked([row.get(name) for row in rows]) for name in names}


def _stacked(values: list[Any]) -> Any:
    first = values[0]
    if all(isinstance(one, bool | int | float) for one in values):
        return torch.tensor(values)
    kind = type(first)
    if not isinstance(first, np.ndarray | torch.Tensor) or any(
        type(one) is not kind for one in values
    ):
        return values
    if any(one.shape != first.shape or one.dtype != first.dtype for one in values):
        return values
    if isinstance(first, torch.Tensor):
        return torch.stack(values)
    return torch.from_numpy(np.stack(values))


class _Batches(IterableDataset[Any]):  # type: ignore[misc]
    """Batches of one worker, each with the worker's progress behind it."""

    def __init__(
        self, rows: Rows, batch_size: int, drop_last: bool, join: Callable[..., Any]
    ) -> None:
        self.rows, self.batch_size, self.drop_last, self.join = rows, batch_size, drop_last, join

    def __iter__(self) -> Iterator[Any]:
        worker, workers = _worker()
        self.rows.crew(workers)
        batch: list[Row] = []
        for row in self.rows.worker_rows(worker):
            batch.append(row)
            if len(batch) == self.batch_size:
                yield self._told(worker, batch)
                batch = []
        if batch and not self.drop_last:
            yield self._told(worker, batch)
        else:  # rows at the end that were skipped or left out count as taken, too
            yield self._told(worker, [])

    def _told(self, worker: int, batch: list[Row]) -> tuple[Any, int, Any, dict[str, int]]:
        joined = self.join(batch) if batch else None
        return joined, worker, self.rows.mark(worker), dict(self.rows.skipped)


def _same(item: Any) -> Any:
    return item


class Loader:
    """Batches of a stream; `state_dict` tells what was handed out, not what workers read ahead."""

    def __init__(
        self, rows: Rows, batch_size: int, workers: int, options: Mapping[str, Any]
    ) -> None:
        own = [name for name in _OWN if name in options]
        if own:
            raise MedloomError(f"the loader cannot be given {', '.join(own)}: the stream says that")
        _find_rank(rows)
        self.rows, self.batch_size, self.workers = rows, batch_size, workers
        self.options = dict(options)
        self._drop_last = bool(self.options.pop("drop_last", False))
        self._join = self.options.pop("collate_fn", None) or collate
        if workers and not rows.forks:
            self.options.setdefault("multiprocessing_context", "spawn")

    def __len__(self) -> int:
        """Batches of a whole epoch, of this rank."""
        self.rows.crew(max(1, self.workers))
        lengths, size = self.rows.worker_lengths(), self.batch_size
        return sum(one // size if self._drop_last else -(-one // size) for one in lengths)

    def __iter__(self) -> Iterator[Any]:
        """Yield the rest of the epoch; a second loop yields the next epoch."""
        self.rows.crew(max(1, self.workers))
        batches = _Batches(self.rows, self.batch_size, self._drop_last, self._join)
        given = {"num_workers": self.workers, "collate_fn": _same, **self.options}
        before, seen = Counter(self.rows.skipped), dict[int, Counter[str]]()
        for batch, worker, mark, skipped in DataLoader(batches, batch_size=None, **given):
            self.rows.put(worker, mark)
            if self.workers:
                seen[worker] = Counter(skipped) - before
                self.rows.skipped = sum(seen.values(), Counter(before))
            if batch is not None:
                yield batch
        self.rows.set_epoch(self.rows.epoch + 1)

    def set_epoch(self, epoch: int) -> None:
        """Go to the beginning of an epoch."""
        self.rows.set_epoch(epoch)

    def state_dict(self) -> dict[str, Any]:
        """Where the loader is: epoch and rows that were handed out."""
        return self.rows.state_dict()

    def load_state_dict(self, state: Any) -> None:
        """Go on where a loader was, maybe with another number of ranks or workers."""
        self.rows.load_state_dict(state)
