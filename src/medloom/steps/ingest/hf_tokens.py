"""Token classification data sets in the form of Hugging Face."""

from collections.abc import Iterator

from medloom.formats import hf_tokens as hf_format
from medloom.formats.rows import key_without_ending, with_own_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.jsonl", "*.json", "*.parquet", "*.jsonl.gz", "*.json.gz")
def hf_tokens(source: Opened, *, labels: list[str] | None = None) -> Iterator[Text]:
    """Read rows of `tokens` and `ner_tags` from JSON lines, JSON or Parquet; one row is one text.

    Tags may be words or numbers. Of numbers the names are taken from `labels`, in order, or from
    what `datasets` left in the Parquet file. The tokens are joined by single spaces, unless a
    column `text` holds them in this order.

    >>> from medloom.kit.reading import in_memory
    >>> line = b'{"id": "n", "tokens": ["No", "rash"], "ner_tags": [0, 1]}'
    >>> next(hf_tokens(in_memory("a.jsonl", line), labels=["O", "B-SIGN", "I-SIGN"])).spans
    [Span(start=3, end=7, label='SIGN', text='rash')]
    """
    is_lines = source.name.lower().endswith(".jsonl")
    name = key_without_ending(source.key)
    rows = hf_format.read(source.read(), name, labels=labels or (), is_lines=is_lines)
    yield from with_own_ids(rows)
