"""Read the pieces of a hand in order: ahead in a thread, decoded in threads, row by row."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from medloom.errors import SourceError
from medloom.loading.dealing import Piece
from medloom.loading.decode import Decoder, decoded
from medloom.loading.order import Epoch
from medloom.loading.shard import ID, Damaged, DecodeError
from medloom.loading.source import Found, Source, taken

OnError = Literal["raise", "skip"]
CHUNK_ROWS = 256
Skip = Callable[[str, int], None]
"""Is told what is skipped, and how many rows."""


class Skipped:
    """Stands in the place of a row that cannot be read."""


SKIPPED = Skipped()


@dataclass
class Reader:
    """How rows are read: what of them, and what happens to those that cannot be."""

    source: Source
    decode: dict[str, Decoder] | Decoder | None
    on_error: OnError
    ahead: int
    """Pieces that are read while another one is used."""
    threads: int
    skip: Skip

    def rows(self, epoch: Epoch, hand: Sequence[Piece]) -> Iterator[Any]:
        """Yield the rows of a hand in order, SKIPPED in the place of each that cannot be read."""
        with ThreadPoolExecutor(1) as fetching, ThreadPoolExecutor(self.threads or 1) as decoding:
            found = _ahead(partial(self._found, epoch), hand, fetching, self.ahead)
            rows = self._taken(found)
            if self.decode is None:
                for row in rows:
                    yield row if type(row) is dict else self._made(row)
                return
            if not self.threads:
                yield from map(self._made, rows)
                return
            yield from _ahead(self._made, rows, decoding, 2 * self.threads)

    def _found(self, epoch: Epoch, piece: Piece) -> Found:
        rows = epoch.window(piece.window)[piece.start : piece.stop]
        return self.source.find(rows, self._told)

    def _told(self, error: Damaged, rows: int) -> None:
        if self.on_error == "raise":
            raise error
        self.skip(str(error), rows)

    @staticmethod
    def _taken(pieces: Iterable[Found]) -> Iterator[Any]:
        for found in pieces:
            for at in range(0, len(found.part), CHUNK_ROWS):
                yield from taken(found, at, at + CHUNK_ROWS)

    def _made(self, row: Any) -> Any:
        if row is None:
            return SKIPPED
        if isinstance(row, SourceError):
            return self._failed(Damaged(str(row)))
        if self.decode is None:
            return row
        try:
            return decoded(row, self.decode)
        except Exception as error:  # whatever a decoder raises
            kind = f"{type(error).__name__}: {error}"
            return self._failed(
                DecodeError(f"row {row.get(ID)!r} cannot be decoded: {kind}"), error
            )

    def _failed(self, error: Damaged | DecodeError, why: Exception | None = None) -> Skipped:
        if self.on_error == "raise":
            raise error from why
        self.skip(str(error), 1)
        return SKIPPED


def _ahead(
    work: Callable[[Any], Any], items: Iterable[Any], pool: ThreadPoolExecutor, ahead: int
) -> Iterator[Any]:
    """Do some work on items in threads, some items ahead of the one that is asked for; in order."""
    if not ahead:
        yield from map(work, items)
        return
    waiting: deque[Future[Any]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for one in waiting:
            one.cancel()
