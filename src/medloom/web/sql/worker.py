"""A process that answers queries: it can be stopped, and it cannot write files."""

import multiprocessing
import resource
import signal
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import daft

from medloom.collection.collection import Collection
from medloom.errors import CollectionError

_MOST_BYTES = 32 * 2**20
_STARTING_SECONDS = 60.0


@dataclass
class Answer:
    """The rows of a query: `has_more` where there are more than were asked for."""

    columns: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    has_more: bool = False
    seconds: float = 0.0


class Worker:
    """One process for the queries of one collection, started with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Any = None

    def ask(self, uri: str, build: int, sql: str, *, most_rows: int, seconds: float) -> Answer:
        """Answer a query that was let through by `reading_only`.

        Raises CollectionError where it cannot be answered, or not in time.
        """
        with self._lock:
            self._start()
            self._pipe.send((uri, build, sql, most_rows))
            if not self._pipe.poll(seconds):
                self.stop()
                raise CollectionError(
                    f"the query took more than {seconds:g} seconds: it was stopped"
                )
            try:
                answer = self._pipe.recv()
            except (EOFError, OSError) as error:
                self.stop()
                raise CollectionError("the query needed too much memory: it was stopped") from error
        if isinstance(answer, str):
            raise CollectionError(answer)
        made: Answer = answer
        return made

    def wake(self) -> None:
        """Start the process, so that the first query does not wait for it."""
        with self._lock:
            self._start()

    def stop(self) -> None:
        """End the process; the next query starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        if not self._pipe.poll(_STARTING_SECONDS) or self._pipe.recv() != "ready":
            self.stop()
            raise CollectionError("the process that answers queries did not start")


def work(pipe: Connection) -> None:
    """Answer queries until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file can grow
    daft.sql("select a from t", register_globals=False, t=daft.from_pydict({"a": [1]})).to_arrow()
    pipe.send("ready")  # the engine is awake: the time limit is for queries only
    held: tuple[Any, Any] = (None, None)
    while True:
        try:
            uri, build, sql, most_rows = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            if held[0] != (uri, build):
                held = ((uri, build), Collection(uri, build))
            pipe.send(_answer(held[1], sql, most_rows))
        except Exception as error:  # the engine raises many kinds; the user gets its first line
            told = str(error).strip() or type(error).__name__
            pipe.send(told.splitlines()[0][:600])


def _answer(collection: Any, sql: str, most_rows: int) -> Answer:
    start = time.perf_counter()
    table = collection.query(sql).limit(most_rows + 1).to_arrow()
    shown = table.slice(0, most_rows)
    if shown.nbytes > _MOST_BYTES:
        size = shown.nbytes / 2**20
        raise CollectionError(f"the answer has {size:.0f} MB: name fewer columns, or add LIMIT")
    columns = [shown.column(number).to_pylist() for number in range(shown.num_columns)]
    return Answer(
        columns=list(table.column_names),
        types=[str(one.type) for one in table.schema],
        rows=[list(row) for row in zip(*columns, strict=True)],
        has_more=table.num_rows > most_rows,
        seconds=time.perf_counter() - start,
    )
