"""Texts with W3C Web Annotations."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from medloom.formats import web_annotation as web_format
from medloom.formats.rows import decoded, key_without_ending, with_own_ids
from medloom.kit.reading import Opened
from medloom.step import reads
from medloom.tables.texts import Text


@reads("*.jsonld", "*.jsonld.gz")
def web_annotation(source: Opened) -> Iterator[Text]:
    """Read Web Annotations in JSON-LD with the texts beside them; a text is one row.

    The text of an annotation is the file that its target names, or the `.txt` of the same name.
    Its place is where its quote stands: at its offsets, else the nearest where prefix and suffix
    agree, which is told in the attribute `issue`, as is an annotation whose quote is not found.

    >>> import json
    >>> from medloom.kit.reading import in_memory
    >>> place = {"type": "TextPositionSelector", "start": 0, "end": 4}
    >>> quote = {"type": "TextQuoteSelector", "exact": "rash", "prefix": "No "}
    >>> target = {"source": "n.txt", "selector": [place, quote]}
    >>> body = {"type": "TextualBody", "purpose": "tagging", "value": "Sign"}
    >>> data = json.dumps({"type": "Annotation", "body": body, "target": target}).encode()
    >>> (row,) = web_annotation(in_memory("n.jsonld", data, {"n.txt": b"No rash."}))
    >>> row.spans, row.attributes[0].value
    ([Span(start=3, end=7, label='Sign', text='rash')], 'Sign: (0, 4) moved to (3, 7)')

    Standard: W3C Web Annotation Data Model, 2017.
    """
    key = key_without_ending(source.key)
    usual = f"{PurePosixPath(source.name).stem}.txt"
    pages = web_format.read(source.read())
    rows = []
    for page in pages:
        file = PurePosixPath(page.source).name
        name = file if file in source.beside else usual
        text = decoded(source.read_beside(name), keep_mark=True)
        rows.append(page.row(text, key if len(pages) == 1 else f"{key}/{file}"))
    yield from with_own_ids(rows)
