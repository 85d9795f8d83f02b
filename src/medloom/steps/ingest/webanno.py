"""Documents from WebAnno and INCEpTION."""

from collections.abc import Iterator

from medloom.formats import webanno_read
from medloom.formats.rows import key_without_ending
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.tsv", "*.tsv.gz")
def webanno(source: Opened, *, layers: list[str] | None = None) -> Iterator[Text]:
    r"""Read WebAnno TSV 3.x, as WebAnno and INCEpTION export it; a file is one row.

    Every span layer gives mentions, or only those that `layers` names, as `NamedEntity`; where
    there are several, the attribute `layer` says which. The feature `value` or `label` is the
    label, `identifier` the concept, all others are attributes. Relation layers give relations.
    Chain layers, slots and mentions of nothing are passed over. The file does not hold white space
    between lines: a line break stands there. What does not fit, or is passed over, is an attribute
    `issue` of the row.

    >>> from medloom.kit.reading import in_memory
    >>> data = b"#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Sign|value\n\n\n#Text=No rash\n" + (
    ...     b"1-1\t0-2\tNo\t_\t\n1-2\t3-7\trash\tSIGN\t\n")
    >>> next(webanno(in_memory("n.tsv", data))).spans
    [Span(start=3, end=7, label='SIGN', text='rash')]
    """
    yield webanno_read.read(source.read(), key_without_ending(source.key), layers=layers)
