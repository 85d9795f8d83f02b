"""CoNLL columns: a token a line, its tag in the last column, a blank line behind a sentence.

Format: the shared task of CoNLL-2003, aclanthology W03-0419, and its many kin. Comments as those
of CoNLL-U say what the columns cannot: `# id = `, `# document = `, `# kind = `, `# text = `.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from medloom.errors import NotThisFormat
from medloom.formats.loss import Losses
from medloom.formats.rows import ISSUE, Misfit, decoded, issue
from medloom.formats.tagged import cut, flat, mentions, tags_of
from medloom.tables.spans import Attribute, Range, span_of
from medloom.tables.texts import Text

LOSSES = (
    "mentions with gaps; of mentions that overlap all but the longest",
    "of a mention all but its place and label",
    "relations; attributes of texts",
)
_COMMENT = re.compile(r"#\s?(\w[\w. ]*?)\s*=\s?(.*)")
_TAG = re.compile(r"O|[BIESLUMW][-_].+")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r"\\([\\nrt])")
_PLAIN = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
OVERLAP = "mentions that overlap a longer one or have gaps left out"
OUTER_SPACE = "mentions whose outer white space is left out"
NO_TOKEN = "mentions of nothing but white space left out"


@dataclass
class _Block:
    """What becomes one row: a sentence, or all lines behind an `# id`."""

    said: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    issues: list[Attribute] = field(default_factory=list)
    document: int = 1


def read(data: bytes, name: str, *, token_column: int = 0, tag_column: int = -1) -> Iterator[Text]:
    """Yield one row a sentence, or one for each `# id` or `# text` comment.

    Without a `# text` its tokens are joined by single spaces. Tags may be IOB1, BIO, BIOES or
    BILOU.

    >>> next(read(b"No O\\nchest B-SIGN\\npain I-SIGN\\n", "a")).spans
    [Span(start=3, end=13, label='SIGN', text='chest pain')]
    """
    blocks = list(_blocks(decoded(data), token_column, tag_column))
    if not blocks:
        raise NotThisFormat("not CoNLL: it has no tokens")
    if not any(_TAG.fullmatch(tag) for block in blocks for tag in block.tags) and not any(
        "text" in block.said for block in blocks
    ):
        raise NotThisFormat("not CoNLL: no line ends in a tag such as O or B-Disease")
    numbers: dict[str, int] = {}
    several = blocks[-1].document > 1
    document = name
    for block in blocks:
        usual = f"{name}/{block.document}" if several else name
        document = block.said.get("document") or block.said.get("newdoc id") or usual
        number = numbers[document] = numbers.get(document, 0) + 1
        yield _row(block, document, f"{document}/{number}")


def _blocks(text: str, token_column: int, tag_column: int) -> Iterator[_Block]:
    block, document, is_long, seen = _Block(), 1, False, False
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        comment = None if "\t" in line else _COMMENT.fullmatch(line)
        new_document = line.startswith("-DOCSTART-")
        begins = comment is not None and (comment[1] in block.said or bool(block.tokens))
        if begins or new_document or not (line.strip() or is_long):
            if block.tokens or is_long:
                yield block
                block, is_long, seen = _Block(document=document), False, True
            if new_document:
                document, seen = document + seen, False
                block.document = document
        if comment is not None:
            block.said[comment[1]] = comment[2]
            is_long = is_long or comment[1] == "text"
        elif line.strip() and not new_document:
            _token(block, line, token_column, tag_column)
    if block.tokens or is_long:
        yield block


def _token(block: _Block, line: str, token_column: int, tag_column: int) -> None:
    cells = line.split("\t") if "\t" in line else line.split()
    try:
        token, tag = cells[token_column], cells[tag_column].strip()
    except IndexError:
        token, tag = cells[0], "O"
        block.issues.append(issue(f"a line without the columns asked for: {line}"))
    if len(cells) == 1:
        tag = "O"
        block.issues.append(issue(f"a line without a tag: {line}"))
    block.tokens.append(token.strip() or "\N{REPLACEMENT CHARACTER}")
    block.tags.append(tag)


def _row(block: _Block, document: str, usual: str) -> Text:
    text = " ".join(block.tokens)
    if "text" in block.said:
        text = _ESCAPED.sub(lambda found: _PLAIN[found[1]], block.said["text"])
    try:
        ranges = aligned(text, block.tokens)
    except Misfit as error:
        block.issues.append(issue(str(error)))
        text = " ".join(block.tokens)
        ranges = aligned(text, block.tokens)
    spans = [
        span_of(text, ranges[first].start, ranges[end - 1].end, label)
        for first, end, label in mentions(block.tags)
    ]
    row_id = block.said.get("id") or block.said.get("sent_id") or usual
    kind = block.said.get("kind", "sentence")
    return Text(row_id, document, kind, text, spans, [], block.issues)


def aligned(text: str, tokens: Sequence[str]) -> list[Range]:
    """Where tokens stand in a text, one behind the other; raises Misfit where they do not.

    >>> aligned("No  pain.", ["No", "pain", "."])
    [Range(start=0, end=2), Range(start=4, end=8), Range(start=8, end=9)]
    """
    found, at = [], 0
    for token in tokens:
        start = text.find(token, at)
        if start < 0 or text[at:start].strip():
            raise Misfit("the tokens are not those of the text: joined by single spaces")
        at = start + len(token)
        found.append(Range(start, at))
    return found


def write(documents: Iterable[Sequence[Text]], file: BinaryIO) -> Losses:
    """Write rows, each with its comments, BIO tags and a blank line at its line breaks."""
    losses = Losses()
    for rows in documents:
        for row in rows:
            file.write(block_of(row, losses).encode())
    return losses


def block_of(row: Text, losses: Losses) -> str:
    """The lines of one row.

    >>> block_of(Text("n/1", "n", "note", "No rash.", [], [], []), Losses()).splitlines()[3:6]
    ['# text = No rash.', 'No\\tO', 'rash\\tO']
    """
    ranges, tags = tagged(row, losses)
    said = {"document": row.document_id, "id": row.id, "kind": row.kind, "text": row.text}
    lines = [f"# {name} = {_escape(value)}" for name, value in said.items()]
    end = 0
    for token, tag in zip(ranges, tags, strict=True):
        if tag[0] != "I" and end and "\n" in row.text[end : token.start]:
            lines.append("")
        lines.append(f"{row.text[token.start : token.end]}\t{tag}")
        end = token.end
    return "\n".join([*lines, "", ""])


def tagged(row: Text, losses: Losses) -> tuple[list[Range], list[str]]:
    """The tokens of a row and their tags; what they cannot say is counted."""
    spans = flat(row.spans)
    ranges = cut(row.text, spans)
    tags, without_token = tags_of(ranges, spans)
    losses.note(OVERLAP, len(row.spans) - len(spans))
    losses.note(NO_TOKEN, len(without_token))
    losses.note("relations left out", len(row.relations))
    losses.note("attributes of texts", sum(one.name != ISSUE for one in row.attributes))
    for span in spans:
        losses.of_span(span, keeps=("text",))
        covered = row.text[span.start : span.end]
        losses.note(OUTER_SPACE, covered != covered.strip() != "")
    return ranges, tags


def _escape(text: str) -> str:
    return re.sub(r"[\\\n\r\t]", lambda found: _ESCAPES[found[0]], text)
