"""The index of a terminology, made once and kept beside its compiled file."""

import hashlib
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from medloom.steps.annotate.link import build, index, normal
from medloom.steps.annotate.link.build import Named, index_of
from medloom.steps.annotate.link.index import Index
from medloom.terminology.choice import chosen
from medloom.terminology.finding import folder
from medloom.terminology.lexicon import Lexicon

_WORTH_KEEPING = 20_000
"""Names; the index of fewer is made in a second."""


def index_for(
    lexicon: Lexicon,
    languages: Sequence[str] = (),
    under: Sequence[str] = (),
    types: Sequence[str] = (),
) -> Index:
    """The index of some names of a lexicon, from the cache where it is there."""
    choice = repr((sorted(languages), sorted(under), sorted(types)))
    key = hashlib.sha256(f"{lexicon.digest}{choice}{_code_digest()}".encode()).hexdigest()[:16]
    place = folder() / "by-digest" / f"{key}.linking"
    if (place / "plain.json").exists():
        return Index.load(place)
    keep = chosen(lexicon, languages=languages, under=under, types=types)
    made = index_of(_named(lexicon, keep), _children(lexicon))
    if len(made.concept) < _WORTH_KEEPING:
        return made
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(dir=place.parent))
    made.save(draft)
    try:
        draft.rename(place)
    except OSError:  # another worker was faster
        shutil.rmtree(draft)
    return Index.load(place)


def _named(lexicon: Lexicon, keep: np.ndarray) -> list[Named]:
    arrays, texts = lexicon.arrays, lexicon.names
    numbers = np.flatnonzero(keep).tolist()
    of = {name: arrays[f"name_{name}"].tolist() for name in ("entry", "scope", "preferred")}
    found = [
        Named(of["entry"][at], texts[at], 0 if of["preferred"][at] else of["scope"][at] + 1)
        for at in numbers
    ]
    return sorted(found)


def _children(lexicon: Lexicon) -> np.ndarray:
    return np.bincount(lexicon.arrays["parents"], minlength=len(lexicon.ids)).astype(np.int32)


@cache
def _code_digest() -> str:
    files = [Path(module.__file__ or "") for module in (build, index, normal)]
    files.append(files[0].with_name("stop_words.txt"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:8]
