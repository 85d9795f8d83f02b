"""Passages with their annotations in BioC files."""

from collections.abc import Iterator

from medloom.formats import bioc
from medloom.formats.rows import with_own_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.xml", "*.json", "*.jsonl", "*.xml.gz", "*.json.gz", "*.jsonl.gz")
def annotated_bioc(source: Opened, *, whole: bool = False) -> Iterator[Text]:
    """Read BioC XML or JSON with its annotations and relations; one row a passage.

    With `whole`, a document is one row, its passages separated by line breaks; relations between
    passages need that. Infons become concepts (`identifier`, `MESH`, `OMIM`), assertions, scores
    and attributes. A relation that does not link two annotations of one row is kept as JSON in the
    attribute `relation` of the document's first row. To get articles, passages and references of
    the literature tables instead, read the files with `bioc`.

    >>> from medloom.kit.reading import in_memory
    >>> data = b'''<document><id>7</id><passage><offset>9</offset><text>No pain.</text>
    ... <annotation id="1"><infon key="type">Sign</infon><location offset="12" length="4"/>
    ... <text>pain</text></annotation></passage></document>'''
    >>> next(annotated_bioc(in_memory("a.xml", data))).spans
    [Span(start=3, end=7, label='Sign', text='pain', id='1')]

    Format: BioC 1.0, Comeau et al. 2013, doi:10.1093/database/bat064.
    """
    is_lines = source.name.lower().endswith(".jsonl")
    yield from with_own_ids(bioc.read(source.read(), whole=whole, is_lines=is_lines))
