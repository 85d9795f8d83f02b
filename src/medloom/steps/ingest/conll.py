"""Sentences with tags in CoNLL columns."""

from collections.abc import Iterator

from medloom.formats import conll as conll_format
from medloom.formats.rows import key_without_ending, with_own_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.conll", "*.iob", "*.iob2", "*.bio", "*.conll.gz", "*.iob.gz", "*.iob2.gz", "*.bio.gz")
def conll(source: Opened, *, token_column: int = 0, tag_column: int = -1) -> Iterator[Text]:
    r"""Read tokens and tags in columns: IOB1, BIO, BIOES and BILOU alike; one row a sentence.

    Columns count from 0, from the end where negative; tabs separate them where a line has one,
    else spaces. `-DOCSTART-` begins a document. The tokens of a sentence are joined by single
    spaces, unless a comment `# text = ` says how it was written. Lines without the columns count
    as `O` and are told in the attribute `issue`.

    >>> from medloom.kit.reading import in_memory
    >>> (row,) = conll(in_memory("a.conll", b"No\tO\nchest\tB-SIGN\npain\tI-SIGN\n"))
    >>> row.id, row.text, row.spans
    ('a/1', 'No chest pain', [Span(start=3, end=13, label='SIGN', text='chest pain')])

    Format: Tjong Kim Sang and De Meulder 2003, the shared task of CoNLL-2003.
    """
    rows = conll_format.read(
        source.read(),
        key_without_ending(source.key),
        token_column=token_column,
        tag_column=tag_column,
    )
    yield from with_own_ids(rows)
