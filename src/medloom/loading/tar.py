"""Shards of samples in tars: with the index any sample is one range of bytes."""

import zlib
from collections.abc import Collection, Mapping, Sequence
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
from medloom.loading.ranges import Place, merged
from medloom.loading.restoring import restored, restorers
from medloom.loading.shard import Damaged, Part, columns_in, picked

BLOCK_ROWS, BLOCK_BYTES = 256, 8 << 20
_GAP_BYTES, _HEADER, _SCAN_BYTES = 32 << 10, 512, 256 << 10


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
    ) -> None:
        self.name, self._place, self._stamp = name, place, stamp
        columns = columns or {}
        self.columns = tuple(columns)
        self._restorers = restorers(columns)
        self._names = {
            safe: column for column in columns if (safe := safe_column(column)) != column
        }
        self._checked = index is not None
        self._layouts: dict[tuple[tuple[int, ...], tuple[str, ...] | None], Layout] = {}
        try:
            self._index = tar_index.load(place.whole(index)) if index else self._scanned()
            if index and place.size(name) != self._index.tar_bytes:
                raise SourceError("its size is not what its index says")
        except (OSError, SourceError) as error:
            raise Damaged(f"{place.path(name)} cannot be read: {error}") from error
        self.block_starts = _blocks(self._index)
        edges = self._index.starts[np.array(self.block_starts)].astype(np.int64)
        self.block_bytes = np.diff(edges).tolist()

    def _scanned(self) -> TarIndex:
        size = self._place.size(self.name)
        file = BufferedReader(self._place.file(self.name, size, self._stamp), _SCAN_BYTES)
        return scan(file, size)

    def read(self, rows: Any, columns: Sequence[str] | None) -> list[Part]:
        """Of a local tar nothing yet: a sample is read when it is taken; else ranges are."""
        wanted = None if columns is None else tuple(columns)
        if self._place.local and self._place.cache is None:
            self._announce(rows)
            return [Part(rows, _Samples(self, rows, wanted, None))]
        parts = []
        for block in np.unique(np.searchsorted(self.block_starts, rows, side="right")).tolist():
            first, last = self.block_starts[block - 1], self.block_starts[block]
            inside = rows[(rows >= first) & (rows < last)]
            parts.append(Part(inside, _Samples(self, inside, wanted, self._fetch(inside, wanted))))
        return parts

    def _announce(self, rows: Any) -> None:
        """Tell the disk what will be read: a cold file is then read ahead."""
        start = int(self._index.starts[rows[0]])
        stop = int(self._index.starts[rows[-1] + 1])
        self._place.announce(self.name, start, stop)

    def _fetch(self, rows: Any, wanted: tuple[str, ...] | None) -> "_Ranges":
        ranges = [one for sample in self.samples(rows, wanted) for one in sample.spans()]
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

    def samples(self, rows: Any, wanted: tuple[str, ...] | None) -> list["_Sample"]:
        """Where some samples lie, and which files of them some columns need."""
        index = self._index
        firsts, ends = index.firsts[rows].tolist(), index.firsts[rows + 1].tolist()
        starts, stops = index.starts[rows].tolist(), index.starts[rows + 1].tolist()
        crcs = index.crcs[rows].tolist()
        made = []
        for at, first in enumerate(firsts):
            kinds = tuple(index.kinds[first : ends[at]].tolist())
            offsets = index.offsets[first : ends[at]].tolist()
            sizes = index.sizes[first : ends[at]].tolist()
            layout = self._layout(kinds, wanted)
            made.append(_Sample(starts[at], stops[at], crcs[at], layout, offsets, sizes))
        return made

    def _layout(self, kinds: tuple[int, ...], wanted: tuple[str, ...] | None) -> Layout:
        known = self._layouts.get((kinds, wanted))
        if known is None:
            extensions = [self._index.extensions[kind] for kind in kinds]
            known = self._layouts[kinds, wanted] = Layout(extensions, wanted, self._names)
        return known

    def row(self, number: int, sample: "_Sample", ranges: "_Ranges | None") -> Row | SourceError:
        """One row, or what is wrong with it."""
        try:
            read = self._local if ranges is None else ranges.cut
            if not sample.layout.all:
                contents = [read(start, stop) for start, stop in sample.spans()]
                row = sample.layout.row(contents[1:], lambda: key_at(contents[0]))
                return restored(row, self._restorers)
            data, at = read(sample.start, sample.stop), sample.start
            if self._checked and zlib.crc32(data) != sample.crc:
                return SourceError(self._told(number, "its checksum is wrong"))
            contents = [
                data[start - at : start - at + size]
                for start, size in zip(sample.offsets, sample.sizes, strict=True)
            ]
            row = sample.layout.row(contents, lambda: key_at(data))
            return restored(row, self._restorers)
        except (OSError, ValueError, SourceError) as error:
            return SourceError(self._told(number, str(error)))

    def _local(self, start: int, stop: int) -> bytes:
        return self._place.read(self.name, start, stop)

    def _told(self, number: int, what: str) -> str:
        return f"sample {number} of {self._place.path(self.name)} is damaged: {what}"

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
            for row in part.held.take(range(len(part.rows)))
        ]
        plain = []
        for row in rows:
            if isinstance(row, SourceError):
                raise Damaged(str(row))
            plain.append({name: one for name, one in row.items() if not isinstance(one, bytes)})
        return picked(pa.Table.from_pylist(plain), where, ids)


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

    def take(self, places: Sequence[int]) -> list[Row | SourceError]:
        rows = self._rows[list(places)]
        samples = self._shard.samples(rows, self._wanted)
        return [
            self._shard.row(row, sample, self._ranges)
            for row, sample in zip(rows.tolist(), samples, strict=True)
        ]


class _Sample(NamedTuple):
    """Where one sample and its files lie."""

    start: int
    stop: int
    crc: int
    layout: Layout
    offsets: list[int]
    sizes: list[int]

    def spans(self) -> list[tuple[int, int]]:
        """The ranges that are needed: all of it, or its first header and some of its files."""
        if self.layout.all:
            return [(self.start, self.stop)]
        files = [(self.offsets[at], self.offsets[at] + self.sizes[at]) for at in self.layout.places]
        return [(self.start, self.start + _HEADER), *files]


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
