"""Documents in spaCy's binary format."""

from collections.abc import Iterator

from medloom.formats import docbin as docbin_format
from medloom.formats.rows import key_without_ending, with_own_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.spacy")
def docbin(source: Opened) -> Iterator[Text]:
    """Read spaCy DocBin files: entities and span groups as mentions, one row a document.

    A file that Medloom wrote gives back its rows whole. Of any other, `doc.ents` and all groups of
    `doc.spans` become mentions, with the attribute `group`, and `kb_id` their concept. Needs spaCy:
    `pip install 'medloom[spacy]'`.

    >>> import io
    >>> from medloom.kit.reading import in_memory
    >>> from medloom.tables.spans import Span
    >>> file = io.BytesIO()
    >>> row = Text("n", "n", "note", "No rash.", [Span(3, 7, "SIGN", "rash")], [], [])
    >>> losses = docbin_format.write([[row]], file)
    >>> list(docbin(in_memory("a.spacy", file.getvalue()))) == [row]
    True
    """
    yield from with_own_ids(docbin_format.read(source.read(), key_without_ending(source.key)))
