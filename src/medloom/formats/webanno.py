"""WebAnno TSV 3.x, as WebAnno and INCEpTION write it: a token a line, a column a feature.

Format: the WebAnno TSV 3.3 chapter of INCEpTION's user guide. Offsets count UTF-16 code units.
Mentions are written to the built-in layer of named entities (`value` is the label, `identifier`
the first concept), relations to a custom layer that the project must have.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from medloom.formats.brat import file_stem
from medloom.formats.conll import NO_TOKEN, OUTER_SPACE
from medloom.formats.loss import Losses
from medloom.formats.rows import ISSUE, joined
from medloom.formats.tagged import cut
from medloom.formats.utf16 import Utf16
from medloom.tables.spans import Range, Relation, Span
from medloom.tables.texts import Text

LOSSES = (
    "gaps of a mention: it is written from its first to its last token",
    "of a mention all but its place, its label and the id of its first concept",
    "of a relation all but its kind and ends",
    "white space in front of the first token, behind the last, and where a line ends",
    "rows of one document become one text; its attributes and kind are left out",
)
ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
RELATION = "webanno.custom.MedloomRelation"
_RESERVED = re.compile(r"->|[\\\[\]|_;\t\n*]")
_IN_TEXT = re.compile(r"[\\\t\n\r\f\b]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f", "\b": "\\b"}


def write(documents: Iterable[Sequence[Text]], losses: Losses) -> Iterator[tuple[str, bytes]]:
    """Yield a file a document, name and content: `ID.tsv`."""
    taken: set[str] = set()
    for rows in documents:
        row = joined(rows)
        yield f"{file_stem(rows[0].document_id, taken)}.tsv", document(row, losses).encode()


def document(row: Text, losses: Losses) -> str:
    """The lines of one document.

    >>> lines = document(Text("n", "n", "", "No rash.", [Span(3, 7, "SIGN")], [], []), Losses())
    >>> lines.splitlines()[-2:]
    ['1-2\\t3-7\\trash\\t*\\tSIGN\\t', '1-3\\t7-8\\t.\\t_\\t_\\t']
    """
    tokens = cut(row.text, row.spans)
    units = _units(tokens, row, losses)
    kept = {span.key: number for number, span, _ in reversed(units)}
    related = [one for one in row.relations if {one.head, one.tail} <= kept.keys()]
    losses.note("relations to mentions that are left out", len(row.relations) - len(related))
    losses.note("attributes of texts", sum(one.name != ISSUE for one in row.attributes))
    for one in related:
        losses.of_relation(one)
    names = _names(row.text, tokens, [covered for _, _, covered in units])
    cells = _cells(units, len(tokens))
    lines = ["#FORMAT=WebAnno TSV 3.3", f"#T_SP={ENTITY}|identifier|value"]
    if related:
        lines.append(f"#T_RL={RELATION}|kind|BT_{ENTITY}")
        _add_relations(cells, units, related, names, kept)
    return "\n".join([*lines, "", "", *_sentences(row.text, tokens, names, cells)])


_Unit = tuple[int, Span, range]


def _units(tokens: Sequence[Range], row: Text, losses: Losses) -> list[_Unit]:
    """The number, the span and the tokens of each mention that has some."""
    starts = {token.start: n for n, token in enumerate(tokens)}
    ends = {token.end: n + 1 for n, token in enumerate(tokens)}
    found: list[_Unit] = []
    for span in row.spans:
        lead = len(row.text[span.start : span.end]) - len(row.text[span.start : span.end].lstrip())
        trail = len(row.text[span.start : span.end].rstrip())
        first, last = starts.get(span.start + lead), ends.get(span.start + trail)
        if first is None or last is None or first >= last:
            losses.note(NO_TOKEN)
            continue
        losses.of_span(span._replace(concepts=span.concepts[:1]), keeps=("concepts", "text"))
        losses.note("mentions that lose all concepts but the first", len(span.concepts) > 1)
        losses.note(OUTER_SPACE, lead > 0 or span.end - span.start > trail)
        found.append((len(found) + 1, span, range(first, last)))
    return found


def _cells(units: Sequence[_Unit], n_tokens: int) -> list[list[str]]:
    """The cells of each token: one for each feature, mentions on one token stacked by `|`."""
    here: list[list[_Unit]] = [[] for _ in range(n_tokens)]
    for unit in units:
        for token in unit[2]:
            here[token].append(unit)
    return [_stack(stacked) for stacked in here]


def _stack(stacked: Sequence[_Unit]) -> list[str]:
    if not stacked:
        return ["_", "_"]
    ids, values = [], []
    for number, span, covered in stacked:
        mark = f"[{number}]" if len(stacked) > 1 or len(covered) > 1 else ""
        concept = span.concepts[0].id if span.concepts else ""
        ids.append((escaped(concept) or "*") + mark)
        values.append((escaped(span.label) or "*") + mark)
    return ["|".join(ids), "|".join(values)]


def _add_relations(
    cells: list[list[str]],
    units: Sequence[_Unit],
    related: Sequence[Relation],
    names: Sequence[str],
    kept: dict[str, int],
) -> None:
    """Append the two cells of the relations that end on each token."""
    first = {number: covered[0] for number, _, covered in units}
    by_token: dict[int, list[Relation]] = {}
    for one in related:
        by_token.setdefault(first[kept[one.tail]], []).append(one)
    for number, cell in enumerate(cells):
        here = by_token.get(number, [])
        ends = [
            f"{names[first[kept[one.head]]]}[{kept[one.head]}_{kept[one.tail]}]" for one in here
        ]
        kinds = [escaped(one.kind) or "*" for one in here]
        cell += ["|".join(kinds) or "_", "|".join(ends) or "_"]


def _names(text: str, tokens: Sequence[Range], mentions: Sequence[range]) -> list[str]:
    """`sentence-token` of each token: a line is a sentence, but mentions are never cut."""
    inside = {n for covered in mentions for n in covered[1:]}
    names, sentence, token, end = [], 1, 0, 0
    for number, one in enumerate(tokens):
        if number and number not in inside and "\n" in text[end : one.start]:
            sentence, token = sentence + 1, 0
        token, end = token + 1, one.end
        names.append(f"{sentence}-{token}")
    return names


def _sentences(
    text: str, tokens: Sequence[Range], names: Sequence[str], cells: Sequence[Sequence[str]]
) -> Iterator[str]:
    units = Utf16(text)
    ends: dict[str, int] = {}
    for name, token in zip(names, tokens, strict=True):
        ends[name.partition("-")[0]] = token.end
    for name, token, cell in zip(names, tokens, cells, strict=True):
        sentence, _, place = name.partition("-")
        if place == "1":
            yield from [""] * (sentence != "1")
            lines = text[token.start : ends[sentence]].split("\n")
            yield from (f"#Text={_as_text(line)}" for line in lines)
        where = f"{units.units(token.start)}-{units.units(token.end)}"
        word = _as_text(text[token.start : token.end])
        yield "\t".join([name, where, word, *cell, ""])
    yield ""


def escaped(value: str) -> str:
    r"""A value with its reserved characters marked.

    >>> escaped("IL_2|3")
    'IL\\_2\\|3'
    """
    return _RESERVED.sub(lambda found: _NAMED.get(found[0], f"\\{found[0]}"), value)


def _as_text(text: str) -> str:
    return _IN_TEXT.sub(lambda found: _NAMED.get(found[0], f"\\{found[0]}"), text)
