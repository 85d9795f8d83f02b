"""Shards of samples in tars: with the index any sample is one range of bytes."""

import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from io import BufferedReader
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from medloom.errors import SourceError
from medloom.formats import tar_index
from medloom.formats.tar_index import TarIndex
from medloom.formats.webdataset import safe_column
from medloom.formats.webdataset_read import Layout, key_at, scan
from medloom.loading.held import Row
from medloom.loading.ranges import Place, merged, opened, read_at
from medloom.loading.restoring import restored, restorers
from medloom.loading.shard import Damaged, Part, columns_in, picked

BLOCK_ROWS, BLOCK_BYTES = 256, 8 << 20
_GAP_BYTES, _LARGE_BYTES, _SCAN_BYTES, _SMALL_BYTES = 32 << 10, 16 << 10, 256 << 10, 8 << 10


class TarShard:
    """One tar. Its index is read once, where the stream is made; without one, all headers are."""

    forks = True

    def __init__(
        self,
        place: Place,
        name: str,
        index: str | None = None,
        columns: Mapping[str, str] | None = None,
        stamp: str = "",
        verify: bool = True,
    ) -> None:
        self.name, self._place, self._stamp = name, place, stamp
        columns = columns or {}
        self.columns = tuple(columns)
        self._restorers = restorers(columns)
        self._names = {
            safe: column for column in columns if (safe := safe_column(column)) != column
        }
        self._layouts: dict[tuple[bytes, tuple[str, ...] | None], Layout] = {}
        try:
            self._index = tar_index.load(place.whole(index)) if index else self._scanned()
            if index and place.size(name) != self._index.tar_bytes:
                raise SourceError("its size is not what its index says")
        except (OSError, SourceError) as error:
            raise Damaged(f"{place.path(name)} cannot be read: {error}") from error
        checked = bool(index) and verify
        self._unchecked = bytearray(b"\1" * len(self._index)) if checked else None
        self.block_starts = _blocks(self._index)
        edges = self._index.starts[np.array(self.block_starts)].astype(np.int64)
        self.block_bytes = np.diff(edges).tolist()

    def _scanned(self) -> TarIndex:
        size = self._place.size(self.name)
        file = BufferedReader(self._place.file(self.name, size, self._stamp), _SCAN_BYTES)
        return scan(file, size)

    def read(self, rows: Any, columns: Sequence[str] | None) -> list[Part]:
        """Nothing yet of large samples on a disk: they are read when taken; else their ranges."""
        wanted = None if columns is None else tuple(columns)
        local = self._place.local and self._place.cache is None
        if local and self._index.tar_bytes > _LARGE_BYTES * len(self._index):
            self._place.announce(
                self.name, int(self._index.starts[rows[0]]), int(self._index.starts[rows[-1] + 1])
            )
            return [Part(rows, _Samples(self, rows, wanted, None))]
        parts = []
        for block in np.unique(np.searchsorted(self.block_starts, rows, side="right")).tolist():
            first, last = self.block_starts[block - 1], self.block_starts[block]
            inside = rows[(rows >= first) & (rows < last)]
            parts.append(Part(inside, _Samples(self, inside, wanted, self._fetch(inside, wanted))))
        return parts

    def _fetch(self, rows: Any, wanted: tuple[str, ...] | None) -> "_Ranges":
        ranges = [one for sample in self._samples(rows, wanted) for one in sample.spans()]
        path = self._place.path(self.name)
        try:
            return _Ranges(
                [
                    (start, self._place.read(self.name, start, stop, self._stamp))
                    for start, stop in merged(ranges, _GAP_BYTES)
                ]
            )
        except (OSError, SourceError) as error:
            raise Damaged(f"{path} is damaged: {error}") from error

    def _samples(self, rows: Any, wanted: tuple[str, ...] | None) -> list["_Sample"]:
        """Where some samples lie, and which files of them some columns need."""
        index = self._index
        firsts, counts = index.firsts[rows], index.firsts[rows + 1] - index.firsts[rows]
        if len(set(counts.tolist())) != 1:
            return [one for row in rows for one in self._samples(row[None], wanted)]
        # As a rule all samples have the same files: one look-up for all.
        members = firsts[:, None] + np.arange(counts[0], dtype=np.uint64)
        kinds = index.kinds[members]
        layouts = [self._layout(one.tobytes(), one, wanted) for one in kinds]
        starts, stops = index.starts[rows].tolist(), index.starts[rows + 1].tolist()
        offsets, sizes = index.offsets[members].tolist(), index.sizes[members].tolist()
        return list(map(_Sample, starts, stops, layouts, offsets, sizes))

    def _layout(self, key: bytes, kinds: Any, wanted: tuple[str, ...] | None) -> Layout:
        known = self._layouts.get((key, wanted))
        if known is None:
            extensions = [self._index.extensions[kind] for kind in kinds.tolist()]
            known = self._layouts[key, wanted] = Layout(extensions, wanted, self._names)
        return known

    def take(
        self, rows: Any, wanted: tuple[str, ...] | None, ranges: "_Ranges | None"
    ) -> Iterator[Row | SourceError]:
        """Some samples as rows; what is wrong in place of one that is damaged."""
        path = self._place.path(self.name)
        file = opened(path) if ranges is None else None  # held, so that it stays open
        read = ranges.cut if ranges else partial(read_at, file.fileno() if file else -1)
        for number, sample in zip(rows.tolist(), self._samples(rows, wanted), strict=True):
            try:
                row: Row | SourceError = self._row(number, sample, read)
            except (OSError, ValueError, SourceError) as error:
                row = SourceError(f"sample {number} of {path} is damaged: {error}")
            yield row
            del row

    def _row(self, number: int, sample: "_Sample", read: Callable[[int, int], bytes]) -> Row:
        start, stop, layout, offsets, sizes = sample
        if self._unchecked is not None and self._unchecked[number] and layout.all:
            data = read(start, stop)
            if zlib.crc32(data) != self._index.crcs[number]:
                raise SourceError("its checksum is wrong")
            self._unchecked[number] = not self._place.local
            contents = [
                data[at - start : at - start + size]
                for at, size in zip(offsets, sizes, strict=True)
            ]
        else:
            contents = _contents(sample, read)
        row = layout.row(contents, lambda: key_at(read(start, offsets[0])))
        return restored(row, self._restorers) if self._restorers else row

    def remember_blocks(self, count: int) -> None:
        """Nothing to do: any row is found by itself."""

    def matching(self, where: str | None, ids: Collection[str] | None) -> Any:
        """Read what the condition needs of every sample: of most shards only the JSON."""
        wanted = None
        if self.columns:
            named = columns_in(where or "", self.columns) + (["id"] if ids is not None else [])
            wanted = tuple(dict.fromkeys(named))
        every = np.arange(len(self._index))
        rows = [
            row
            for part in self.read(every, wanted)
            for row in part.held.take(np.arange(len(part.rows)))
        ]
        plain = []
        for row in rows:
            if isinstance(row, SourceError):
                raise Damaged(str(row))
            plain.append({name: one for name, one in row.items() if not isinstance(one, bytes)})
        return picked(pa.Table.from_pylist(plain), where, ids)


def _contents(sample: "_Sample", read: Callable[[int, int], bytes]) -> list[bytes]:
    """The files that are needed; those behind the first in one read, if they are small."""
    offsets, sizes, places = sample.offsets, sample.sizes, sample.layout.places
    if len(places) > 2:
        start, stop = offsets[places[1]], offsets[places[-1]] + sizes[places[-1]]
        if stop - start < _SMALL_BYTES:
            first, rest = places[0], read(start, stop)
            cut = [rest[offsets[at] - start :][: sizes[at]] for at in places[1:]]
            return [read(offsets[first], offsets[first] + sizes[first]), *cut]
    return [read(offsets[at], offsets[at] + sizes[at]) for at in places]


class _Samples:
    """Samples of a tar, taken by their places among those that are wanted."""

    def __init__(
        self,
        shard: TarShard,
        rows: Any,
        wanted: tuple[str, ...] | None,
        ranges: "_Ranges | None",
    ) -> None:
        self._shard, self._rows, self._wanted, self._ranges = shard, rows, wanted, ranges

    def take(self, places: Any) -> Iterator[Row | SourceError]:
        return self._shard.take(self._rows[places], self._wanted, self._ranges)


class _Sample(NamedTuple):
    """Where one sample and its files lie."""

    start: int
    stop: int
    layout: Layout
    offsets: list[int]
    sizes: list[int]

    def spans(self) -> list[tuple[int, int]]:
        """The ranges that are needed: all of it, or its first header and some of its files."""
        if self.layout.all:
            return [(self.start, self.stop)]
        files = [(self.offsets[at], self.offsets[at] + self.sizes[at]) for at in self.layout.places]
        return [(self.start, self.offsets[0]), *files]


class _Ranges:
    """Bytes that were fetched, found again by where they lie in the file."""

    def __init__(self, pieces: Sequence[tuple[int, bytes]]) -> None:
        self._starts = [start for start, _ in pieces]
        self._pieces = [data for _, data in pieces]

    def cut(self, start: int, stop: int) -> bytes:
        at = int(np.searchsorted(self._starts, start, side="right")) - 1
        base = self._starts[at]
        return self._pieces[at][start - base : stop - base]


def _blocks(index: TarIndex) -> list[int]:
    """First sample of each block: some hundred samples, or some megabytes."""
    starts, held = [0], 0
    for number, size in enumerate(np.diff(index.starts.astype(np.int64)).tolist()):
        if number - starts[-1] and (number - starts[-1] == BLOCK_ROWS or held + size > BLOCK_BYTES):
            starts.append(number)
            held = 0
        held += size
    return [*starts, len(index)] if len(index) else [0]
