"""Find a terminology by name or path, and its index: made once and kept in the user's cache."""

import hashlib
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from medloom.steps.annotate.link import build, index, normal
from medloom.steps.annotate.link.build import index_of
from medloom.steps.annotate.link.index import Index
from medloom.terminology.builtin import BUILT_IN, builtin_file, load_builtin
from medloom.terminology.load import load
from medloom.terminology.model import Terminology

_WORTH_KEEPING = 5_000
"""Concepts; the index of fewer is made in a second."""


def checked(terminology: str) -> str:
    """A terminology that is there, by its name or path; raises ValueError where it is not."""
    if terminology not in BUILT_IN and not Path(terminology).exists():
        known = ", ".join(BUILT_IN)
        raise ValueError(f"no terminology {terminology!r}: give the path of a file, or {known}")
    return terminology


def content_digest(terminology: str) -> str:
    """A hash of the file that a terminology is read from."""
    path = builtin_file(terminology) if terminology in BUILT_IN else Path(terminology)
    stat = path.stat()
    return _digest(path, stat.st_size, stat.st_mtime_ns)


@cache
def _digest(path: Path, size: int, time: int) -> str:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def open_index(terminology: str) -> Index:
    """The index of a terminology, from the cache where it is there."""
    folder = _cache() / f"{content_digest(terminology)}-{_code_digest()}"
    if (folder / "plain.json").exists():
        return Index.load(folder)
    loaded = _loaded(terminology)
    made = index_of(loaded.entries.values(), loaded.title)
    if len(made.ids) < _WORTH_KEEPING:
        return made
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(dir=folder.parent))
    made.save(draft)
    try:
        draft.rename(folder)
    except OSError:  # another worker was faster
        shutil.rmtree(draft)
    return Index.load(folder)


def _loaded(terminology: str) -> Terminology:
    return load_builtin(terminology) if terminology in BUILT_IN else load(terminology)


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "medloom" / "linking"


@cache
def _code_digest() -> str:
    files = [Path(module.__file__ or "") for module in (build, index, normal)]
    files.append(files[0].with_name("stop_words.txt"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:8]
