"""Tasks with regions from Label Studio."""

from collections.abc import Iterator

from medloom.formats import label_studio as label_studio_format
from medloom.formats.rows import key_without_ending, with_own_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.json", "*.jsonl", "*.json.gz", "*.jsonl.gz")
def label_studio(source: Opened, *, text_key: str = "text") -> Iterator[Text]:
    """Read the JSON and JSON-MIN exports of Label Studio; a task is one row.

    Mentions of annotations have the attribute `status: reviewed`, and their annotator in
    `made_by`; mentions of predictions are proposed and have the model version. Choices for a
    region become attributes or, where they are called `negated` or the like, assertions. Exports
    before Label Studio 1.4 count UTF-16 code units: the quoted texts tell. A region that does not
    fit its text is an attribute `issue` of the row.

    >>> import json
    >>> from medloom.kit.reading import in_memory
    >>> value = {"start": 3, "end": 7, "text": "rash", "labels": ["Sign"]}
    >>> result = [{"id": "r1", "type": "labels", "value": value}]
    >>> task = {"id": 4, "data": {"text": "No rash."}, "predictions": [{"result": result}]}
    >>> (row,) = label_studio(in_memory("a.json", json.dumps([task]).encode()))
    >>> row.id, row.spans
    ('a/4', [Span(start=3, end=7, label='Sign', text='rash', id='r1')])
    """
    is_lines = source.name.lower().endswith(".jsonl")
    name = key_without_ending(source.key)
    rows = label_studio_format.read(source.read(), name, text_key=text_key, is_lines=is_lines)
    yield from with_own_ids(rows)
