"""Documents with brat standoff annotations."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from medloom.errors import SourceError
from medloom.formats import brat as brat_format
from medloom.formats.rows import key_without_ending
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.ann", "*.a1")
def brat(source: Opened) -> Iterator[Text]:
    r"""Read brat standoff: each `.ann` with the `.txt` beside it is one row.

    Of the BioNLP shared tasks' `.a1` files the `.a2` beside them is read, too. N lines become
    concepts; A lines such as `Negation` or `Speculation` assertions, all others attributes; R and
    * lines relations; an E line one relation from its trigger to each argument; # lines notes. A
    mention that only line breaks cut into parts has no gaps. A line that is not brat's, or does
    not fit the text, is an attribute `issue` of the row.

    >>> from medloom.kit.reading import in_memory
    >>> lines = b"T1\tSign 3 8\tfever\nA1\tNegation T1\n"
    >>> (row,) = brat(in_memory("n7.ann", lines, {"n7.txt": b"No fever."}))
    >>> row.id, row.spans[0].assertion.negated
    ('n7', True)

    Format: Stenetorp et al. 2012, brat: a web-based tool for NLP-assisted text annotation.
    """
    stem = PurePosixPath(source.name).stem
    annotations = [source.read()]
    if source.name.lower().endswith(".a1"):
        with suppress(SourceError):  # a document without events has none
            annotations.append(source.read_beside(f"{stem}.a2"))
    text = source.read_beside(f"{stem}.txt")
    yield brat_format.read(text, annotations, key_without_ending(source.key))
