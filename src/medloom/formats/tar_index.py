"""The index beside a tar of samples: where each sample and each of its members lies.

A sample's members stand together in the tar, so a sample is one range of bytes: with the index any
sample is one read of a file, or one HTTP range. The file, all numbers little-endian:

    8 bytes    b"MLTARIX1"
    u64 x 4    samples, members, kinds' bytes, size of the tar in bytes
    u64 x (samples + 1)   first byte of each sample (of its first header), and where the last ends
    u64 x (samples + 1)   number of each sample's first member, and the number of members
    u64 x members         first byte of each member's content
    u64 x members         bytes of its content
    u32 x samples         CRC-32 of each sample's range
    u32 x members         its kind: a place in the list of extensions
    JSON                  the list of extensions, as in ["jpg", "json"]
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from medloom.errors import SourceError

MAGIC = b"MLTARIX1"
SUFFIX = ".tarindex"
_HEAD = len(MAGIC) + 4 * 8


class Member(NamedTuple):
    """One file of a sample: its extension, and where its content lies in the tar."""

    extension: str
    start: int
    size: int


class Sample(NamedTuple):
    """One sample of a tar: its range of bytes, the CRC-32 of that range, its members."""

    start: int
    stop: int
    crc: int
    members: tuple[Member, ...]


@dataclass(frozen=True)
class TarIndex:
    """Where the samples of one tar lie; arrays may be a view on a mapped file."""

    starts: Any
    firsts: Any
    offsets: Any
    sizes: Any
    crcs: Any
    kinds: Any
    extensions: tuple[str, ...]
    tar_bytes: int

    def __len__(self) -> int:
        return len(self.crcs)

    def sample(self, number: int) -> Sample:
        """The sample of a number, from 0."""
        members = tuple(
            Member(
                self.extensions[self.kinds[at]],
                int(self.offsets[at]),
                int(self.sizes[at]),
            )
            for at in range(int(self.firsts[number]), int(self.firsts[number + 1]))
        )
        start, stop = int(self.starts[number]), int(self.starts[number + 1])
        return Sample(start, stop, int(self.crcs[number]), members)


def dump(samples: Sequence[Sample], tar_bytes: int) -> bytes:
    """The bytes of an index of samples that follow each other without a gap.

    >>> one = Sample(0, 1024, 7, (Member("txt", 512, 5),))
    >>> load(dump([one], 10240)).sample(0) == one
    True
    """
    members = [member for sample in samples for member in sample.members]
    extensions = sorted({member.extension for member in members})
    kinds = {name: number for number, name in enumerate(extensions)}
    names = json.dumps(extensions).encode()
    end = samples[-1].stop if samples else 0
    counts = np.cumsum([0, *(len(sample.members) for sample in samples)])
    return b"".join(
        [
            MAGIC,
            _numbers([len(samples), len(members), len(names), tar_bytes]),
            _numbers([*(sample.start for sample in samples), end]),
            _numbers(counts),
            _numbers(member.start for member in members),
            _numbers(member.size for member in members),
            np.array([sample.crc for sample in samples], "<u4").tobytes(),
            np.array([kinds[member.extension] for member in members], "<u4").tobytes(),
            names,
        ]
    )


def _numbers(values: Iterable[int]) -> bytes:
    return np.array(list(values), "<u8").tobytes()


def load(data: bytes | memoryview) -> TarIndex:
    """An index from its bytes, or from a mapped file without a copy.

    Raises SourceError where the bytes are no index, or not a whole one.
    """
    if bytes(data[:8]) != MAGIC:
        raise SourceError("not the index of a tar")
    if len(data) < _HEAD:
        raise SourceError("the index of a tar is cut off")
    samples, members, names, tar_bytes = np.frombuffer(data, "<u8", 4, 8).tolist()
    lengths = (samples + 1, samples + 1, members, members)
    if len(data) != _HEAD + 8 * sum(lengths) + 4 * (samples + members) + names:
        raise SourceError("the index of a tar is cut off")
    at = _HEAD
    arrays: list[Any] = []
    shapes = [*(("<u8", length) for length in lengths), ("<u4", samples), ("<u4", members)]
    for kind, length in shapes:
        arrays.append(np.frombuffer(data, kind, length, at))
        at += arrays[-1].nbytes
    starts, firsts, offsets, sizes, crcs, kinds = arrays
    extensions = tuple(json.loads(bytes(data[at:])))
    return TarIndex(starts, firsts, offsets, sizes, crcs, kinds, extensions, tar_bytes)
