"""What all formats share: text that a store takes, spans that fit, rows of a document as one."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from medloom.errors import SourceError
from medloom.kit.identifiers import unique_ids
from medloom.tables.spans import Attribute, Range, Relation, Span, span_of
from medloom.tables.texts import Text

ISSUE = "issue"
"""The attribute of a row that says what of its annotations could not be kept."""
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


class Misfit(ValueError):
    """An annotation does not fit its text; it never leaves `medloom.formats`."""


def decoded(data: bytes, *, keep_mark: bool = False) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark; raises SourceError.

    The byte order mark of UTF-8 is left out, unless it is to be kept as a character.

    >>> decoded(b"caf\\xc3\\xa9")
    'café'
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    encoding = "utf-8" if keep_mark and encoding == "utf-8-sig" else encoding
    try:
        return storable(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise SourceError(f"not {encoding}: byte {error.start}") from error


def storable(text: str) -> str:
    """The text with what no store takes, NUL and halves of surrogate pairs, made visible.

    Every character stays one character, so that offsets hold.

    >>> storable("a\\0b") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def issue(what: str) -> Attribute:
    """Say on a row what of its annotations was not kept."""
    return Attribute(ISSUE, storable(what))


def as_json(value: object) -> str:
    """A JSON value as text that a store takes; of one that is nested too deeply only that it is.

    >>> as_json({"b": [1], "a": "é"})
    '{"a": "é", "b": [1]}'
    """
    try:
        return storable(json.dumps(value, ensure_ascii=False, sort_keys=True))
    except RecursionError:
        return '"nested too deeply"'


def fitted(text: str, places: Iterable[tuple[int, int]], label: str, **rest: object) -> Span:
    """A span at one place or, with gaps, at several; raises Misfit where they are not in the text.

    >>> fitted("left and right lung", [(15, 19), (0, 4)], "ANAT")
    Span(start=0, end=19, label='ANAT', text='left lung', fragments=(Range(start=0, end=4), Range(start=15, end=19)))
    """  # noqa: E501 - the answer is one line
    ranges = sorted({Range(*place) for place in places})
    if not ranges:
        raise Misfit("it has no place")
    if any(one.start == one.end for one in ranges):
        raise Misfit("it covers no character")
    if any(not 0 <= one.start < one.end <= len(text) for one in ranges):
        shown = ", ".join(f"{one.start}-{one.end}" for one in ranges)
        raise Misfit(f"no text of {len(text)} characters has the place {shown}")
    fragments = tuple(ranges) if len(ranges) > 1 else ()
    end = max(one.end for one in ranges)
    return span_of(text, ranges[0].start, end, label, fragments=fragments, **rest)


def given_id(span_id: str | None, span: Span) -> Span:
    """The span with the id of a file, unless that only repeats its place and label."""
    if not span_id or span_id == f"{span.start}:{span.end}:{span.label}":
        return span
    return span._replace(id=span_id)


def places(span: Span) -> tuple[Range, ...]:
    """The parts of a span, one or several."""
    return span.fragments or (Range(span.start, span.end),)


def joined(rows: Sequence[Text]) -> Text:
    """The rows of a document as one text, a line break between them, all annotations moved along.

    >>> a = Text("7/t", "7", "title", "On HT.", [Span(3, 5, "DIS", "HT")], [], [])
    >>> b = Text("7/a", "7", "abstract", "HT is high.", [Span(0, 2, "DIS", "HT")], [], [])
    >>> joined([a, b]).text, joined([a, b]).spans[1].start
    ('On HT.\\nHT is high.', 7)
    """
    if len(rows) == 1:
        return rows[0]
    spans: list[Span] = []
    relations: list[Relation] = []
    taken: set[str] = set()
    shift = 0
    for number, row in enumerate(rows, start=1):
        new_keys: dict[str, str] = {}
        for span in row.spans:
            new = moved(span, shift)
            if new.id in taken:
                new = new._replace(id=f"{number}.{new.id}")
            taken.add(new.key)
            new_keys[span.key] = new.key
            spans.append(new)
        relations += (
            one._replace(
                head=new_keys.get(one.head, one.head), tail=new_keys.get(one.tail, one.tail)
            )
            for one in row.relations
        )
        shift += len(row.text) + 1
    kinds = {row.kind for row in rows}
    return Text(
        rows[0].document_id,
        rows[0].document_id,
        kinds.pop() if len(kinds) == 1 else "document",
        "\n".join(row.text for row in rows),
        spans,
        relations,
        [one for row in rows for one in row.attributes],
    )


def moved(span: Span, by: int) -> Span:
    """A span so many characters further on, with its parts and cues."""
    fragments = tuple(Range(one.start + by, one.end + by) for one in span.fragments)
    assertion = span.assertion
    if assertion and assertion.cues:
        cues = (one._replace(start=one.start + by, end=one.end + by) for one in assertion.cues)
        assertion = assertion._replace(cues=tuple(cues))
    return span._replace(
        start=span.start + by, end=span.end + by, fragments=fragments, assertion=assertion
    )


def separated_by_lines(text: str, ranges: Sequence[Range]) -> bool:
    """Whether nothing but line breaks stands between the parts."""
    gaps = (text[a.end : b.start] for a, b in pairwise(ranges))
    return all(gap and not gap.strip("\r\n") for gap in gaps)


def with_own_ids(rows: Iterable[Text]) -> Iterator[Text]:
    """The rows, those of a document one after the other, with ids that no other row has.

    >>> row = Text("7", "7", "", "", [], [], [])
    >>> [one.document_id for one in with_own_ids([row, row._replace(document_id="8"), row])]
    ['7', '8', '7-2']
    """
    name_document, name_row = unique_ids(), unique_ids()
    given, now = None, ""
    for row in rows:
        if row.document_id != given:
            given, now = row.document_id, name_document(row.document_id)
        row_id = row.id
        if now != given and row_id.startswith(row.document_id):
            row_id = now + row_id.removeprefix(row.document_id)
        yield row._replace(id=name_row(row_id), document_id=now)


def key_without_ending(key: str) -> str:
    """The key of a source as the id of its document.

    >>> key_without_ending("train/n7.ann"), key_without_ending("a.zip!b/n7.conll.gz")
    ('train/n7', 'a.zip!b/n7')
    """
    folder, slash, name = key.removesuffix(".gz").rpartition("/")
    stem = name.rpartition(".")[0] or name
    return f"{folder}{slash}{stem}"
