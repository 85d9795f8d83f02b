"""A toy terminology, for examples and tests."""

import atexit
import tempfile
from functools import cache
from pathlib import Path

from medloom.terminology.compiling import compile_to
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.model import Entry, Synonym, Terminology

ENTRIES = (
    Entry("TOY:1", "Finding", types=("root",)),
    Entry("TOY:2", "Myocardial infarction", (Synonym("Heart attack"), Synonym("MI")), ("TOY:1",)),
    Entry("TOY:3", "Heart", parents=("TOY:1",)),
    Entry("TOY:4", "Neoplasm", (Synonym("Tumor"), Synonym("Growth", "related")), ("TOY:1",)),
    Entry("TOY:5", "Neoplasm of the heart", (Synonym("Cardiac tumor"),), ("TOY:4", "TOY:3")),
)


@cache
def toy() -> Lexicon:
    """A compiled terminology of five concepts."""
    folder = tempfile.TemporaryDirectory(prefix="medloom-toy-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "toy.lexicon"
    compile_to(path, Terminology("toy", ENTRIES, "1"))
    return Lexicon.open(path)
