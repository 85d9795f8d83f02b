"""Find a terminology by its name or path, and compile it once for all processes of a user."""

import difflib
import fcntl
import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from medloom.terminology import flat
from medloom.terminology.builtin import BUILT_IN, builtin_file, load_builtin
from medloom.terminology.compiling import compile_to
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.load import load, recognised
from medloom.terminology.model import Terminology, TerminologyError

SUFFIX = ".lexicon"
_WHOLE = 1 << 28
"""Bytes up to which a source is hashed whole; of a larger one, only names, sizes and times."""


def folder() -> Path:
    """Where compiled terminologies are kept: in MEDLOOM_CACHE or the user's cache folder."""
    base = os.environ.get("MEDLOOM_CACHE")
    if base:
        return Path(base) / "terminologies"
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache_home) / "medloom" / "terminologies"


def open_lexicon(name: str) -> Lexicon:
    """Open a terminology by the name it was built with, a built-in name, or a path.

    A file that is not compiled is compiled on its first use, which is seconds for one of the size
    of HPO and some minutes for a million names. Raises TerminologyError where there is none.
    """
    path = source_of(name)
    if _is_compiled(path):
        return Lexicon.open(path)
    digest = source_digest(path)
    known = Path(name).stem.partition(".")[0] if name not in BUILT_IN else name
    target = folder() / "by-digest" / f"{known}-{digest}{SUFFIX}"

    def make(target: Path) -> None:
        loaded = load_builtin(name) if name in BUILT_IN else load(path)
        compile_to(target, loaded, digest)

    made_once(target, make)
    return Lexicon.open(target)


def build(terminology: Terminology, source: Path, out: Path | None = None) -> Lexicon:
    """Compile a terminology under its name, or to a file."""
    target = out or folder() / f"{terminology.name}{SUFFIX}"
    compile_to(target, terminology, source_digest(source))
    return Lexicon.open(target)


def source_of(name: str) -> Path:
    """The file of a terminology: compiled under this name, at this path, or in a package."""
    built = folder() / f"{name}{SUFFIX}"
    if os.sep not in name and built.is_file():
        return built
    if name in BUILT_IN:
        return builtin_file(name)
    if Path(name).exists():
        return Path(name)
    near = difflib.get_close_matches(name, known_names(), 1)
    meant = f"did you mean {near[0]}? " if near else ""
    raise TerminologyError(
        f"there is no terminology {name}; {meant}known: {', '.join(known_names())}; "
        "make one: medloom terminology build FILE --name NAME"
    )


def known_names() -> list[str]:
    """The names of terminologies that were built, and of those that packages bring."""
    built = [one.stem for one in folder().glob(f"*{SUFFIX}")] if folder().is_dir() else []
    return sorted({*built, *BUILT_IN})


def known(name: str) -> str:
    """Return the name if there is such a terminology; for settings, raises ValueError if not."""
    try:
        path = source_of(name)
        if not _is_compiled(path):
            recognised(path)
    except Exception as error:
        raise ValueError(str(error)) from error
    return name


def digest_of(name: str) -> str:
    """A hash of what a terminology holds, without compiling it."""
    path = source_of(name)
    return Lexicon.open(path).digest if _is_compiled(path) else source_digest(path)


def source_digest(path: Path) -> str:
    """A hash of a source and of the code that compiles it."""
    total = hashlib.sha256(code_digest().encode())
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        stat = file.stat()
        if not path.is_dir() and stat.st_size <= _WHOLE:
            total.update(file.read_bytes())
        else:
            total.update(f"{file.name} {stat.st_size} {stat.st_mtime_ns}".encode())
    return total.hexdigest()[:16]


@cache
def code_digest() -> str:
    """A hash of the code and the data files that compile and match."""
    here = Path(__file__).parent
    names = sorted([*here.glob("*.py"), *here.glob("data/*.tsv")])
    return hashlib.sha256(b"\0".join(one.read_bytes() for one in names)).hexdigest()


def _is_compiled(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(flat.MAGIC)).startswith(flat.MAGIC.rpartition(b" ")[0])


def made_once(target: Path, make: Callable[[Path], None]) -> None:
    """Make a file where it is not there; of several processes, one makes it and the others wait."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            make(target)
