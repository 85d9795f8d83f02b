"""The small files of the feed, beside the tables of a collection: `feed/NAME`."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec

from medloom.collection.store import Store, storage_errors
from medloom.errors import CollectionError

FOLDER = "feed"


def read_text(store: Store, name: str) -> str | None:
    """The text of a file of the feed; None where there is none."""
    try:
        with fsspec.open(f"{store.uri}/{FOLDER}/{name}", "r", encoding="utf-8") as file:
            return str(file.read())
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise CollectionError(f"{store.uri}/{FOLDER}/{name} is not UTF-8") from error


def write_text(store: Store, name: str, text: str) -> None:
    """Write a file of the feed whole or not at all; only its owner may read it."""
    if not store.local:
        with storage_errors(), fsspec.open(f"{store.uri}/{FOLDER}/{name}", "w") as file:
            file.write(text)
        return
    path = Path(store.uri, FOLDER, name)
    with storage_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{name}.new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Hold the feed, so that no other process sends or marks at the same time.

    In an object store nobody is kept out.
    """
    if not store.local:
        yield
        return
    with storage_errors():
        folder = Path(store.uri, FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        file = Path(folder, ".lock").open("a")  # noqa: SIM115 - open while it is held
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            what = f"the feed of {store.uri} is in use by another process; try again"
            raise CollectionError(what) from error
        yield
