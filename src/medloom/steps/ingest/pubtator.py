"""Texts and annotations in PubTator files."""

from collections.abc import Iterator

from medloom.formats import pubtator as pubtator_format
from medloom.formats.rows import with_own_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.pubtator", "*.pubtator.gz", "*.pubtator.txt", "*.pubtator.txt.gz")
def pubtator(source: Opened) -> Iterator[Text]:
    r"""Read PubTator: titles and abstracts, mentions with concepts, and relations.

    One document is one row: its text is the title, a line break and the abstract, so that the
    offsets of the file hold. A relation links the first mentions of its two concepts; the concepts
    are its attributes `head` and `tail`. One whose concepts are not mentioned is an attribute
    `relation` of the row. Ids are those of the file: a document that is in two files has the same
    id in both. A line that does not fit its text is an attribute `issue`.

    >>> from medloom.kit.reading import in_memory
    >>> text = b"7|t|On HT.\n7|a|HT is high.\n7\t3\t5\tHT\tDisease\tD006973\n"
    >>> (row,) = pubtator(in_memory("a.pubtator", text))
    >>> row.id, row.text, row.spans[0].concepts[0].id
    ('7', 'On HT.\nHT is high.', 'D006973')

    Format: Wei et al. 2013, doi:10.1093/nar/gkt441.
    """
    yield from with_own_ids(pubtator_format.read(source.read()))
