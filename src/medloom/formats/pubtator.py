"""PubTator: a title, an abstract, and lines of annotations, separated by blank lines.

Format: Wei et al. 2013, doi:10.1093/nar/gkt441. Offsets count characters of the title, one
character between, and the abstract; relations link concepts of the document, not mentions.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from medloom.errors import NotThisFormat
from medloom.formats.loss import Losses
from medloom.formats.pairs import NO_CONCEPT, concept_ids
from medloom.formats.quotes import placed
from medloom.formats.rows import ISSUE, Misfit, decoded, fitted, issue, joined
from medloom.tables.spans import Attribute, Concept, Relation, Span
from medloom.tables.texts import Text

LOSSES = (
    "gaps of a mention: it is written from its first to its last character",
    "assertions, scores, who made it, names and terminologies of concepts, attributes",
    "ids of mentions; of relations all but kind and concepts: ends without a concept are left out",
    "line breaks and tabs in texts become spaces, but the first line break, behind the title",
    "a line break at the end of a text without an abstract",
    "kinds of texts; rows of one document become one text",
)
_TEXT_LINE = re.compile(r"([^|\t\n]+)\|([ta])\|(.*)")
RELATION = "relation"
"""The attribute of a row that keeps a relation whose concepts are not mentioned in the text."""
_BREAKS = str.maketrans("\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " " * 11)


def read(data: bytes) -> Iterator[Text]:
    """Yield one row a document; title and abstract are its first line and the rest.

    >>> text = b"7|t|On HT.\\n7|a|HT is high.\\n7\\t3\\t5\\tHT\\tDisease\\tD006973\\n\\n"
    >>> (row,) = read(text)
    >>> row.text, row.spans[0].label, row.spans[0].concepts[0].id
    ('On HT.\\nHT is high.', 'Disease', 'D006973')
    """
    texts: dict[str, str] = {}
    lines: list[str] = []
    name = ""
    for line in [*decoded(data).replace("\r\n", "\n").split("\n"), ""]:
        found = _TEXT_LINE.fullmatch(line)
        if texts and (not line.strip() or (found and found[1] != name)):
            yield _document(name, texts, lines)
            texts, lines = {}, []
        if found:
            name = found[1]
            texts[found[2]] = found[3]
        elif line.strip() and texts:
            lines.append(line)
        elif line.strip() and not name:
            raise NotThisFormat("not PubTator: its first line is no title or abstract")
    if not name:
        raise NotThisFormat("not PubTator: it has no titles and no abstracts")


def _document(name: str, texts: dict[str, str], lines: Sequence[str]) -> Text:
    text = texts.get("t", "") + (f"\n{texts['a']}" if texts.get("a") else "")
    spans: list[Span] = []
    found: list[list[str]] = []
    notes: list[Attribute] = []
    for line in lines:
        cells = line.split("\t")
        try:
            if len(cells) >= 5 and cells[1].isdecimal() and cells[2].isdecimal():
                spans.append(_span(text, cells, notes))
            elif len(cells) >= 4 and cells[0] == name:
                found.append(cells)
            else:
                raise Misfit("neither a mention nor a relation")
        except Misfit as error:
            notes.append(issue(f"{line}: {error}"))
    relations = _relations(found, spans, notes)
    return Text(name, name, "abstract", text, spans, relations, notes)


def _span(text: str, cells: Sequence[str], notes: list[Attribute]) -> Span:
    start, end, quote, label = int(cells[1][:12]), int(cells[2][:12]), cells[3], cells[4]
    place = placed(text, start, end, quote)
    if place is None:
        raise Misfit("the text does not say so")
    if place != (start, end):
        notes.append(issue(f"{start}-{end} {label}: moved to {place[0]}-{place[1]}"))
    ids = concept_ids(cells[5]) if len(cells) > 5 else []
    return fitted(text, [place], label, concepts=tuple(Concept(one, "", "") for one in ids))


def _relations(
    found: Sequence[Sequence[str]], spans: Sequence[Span], notes: list[Attribute]
) -> list[Relation]:
    """Relations between the first mentions of their concepts."""
    first: dict[str, str] = {}
    for span in spans:
        for concept in span.concepts:
            first.setdefault(concept.id, span.key)
    relations = []
    for cells in found:
        head, tail = first.get(cells[2]), first.get(cells[3])
        if head is None or tail is None:
            notes.append(Attribute(RELATION, "\t".join(cells[1:])))
            continue
        more = [("head", cells[2]), ("tail", cells[3]), *(("more", one) for one in cells[4:])]
        attributes = tuple(Attribute(name, value) for name, value in more)
        relations.append(Relation(cells[1], head, tail, attributes=attributes))
    return relations


def write(documents: Iterable[Sequence[Text]], file: BinaryIO) -> Losses:
    """Write documents one after the other, and count what the format could not hold."""
    losses = Losses()
    for rows in documents:
        file.write((document(joined(rows), losses) + "\n").encode())
    return losses


def document(row: Text, losses: Losses) -> str:
    """One document as lines.

    >>> row = Text("7", "7", "", "On HT.", [Span(3, 5, "DIS", "HT")], [], [])
    >>> document(row, Losses()).splitlines()
    ['7|t|On HT.', '7|a|', '7\\t3\\t5\\tHT\\tDIS\\t-']
    """
    title, _, abstract = row.text.partition("\n")
    losses.note("texts that lose a line break at their end", "\n" in row.text and not abstract)
    if _broken(title) or _broken(abstract):
        losses.note("texts with line breaks or tabs that became spaces")
    name = row.document_id.translate(_BREAKS).replace("|", " ").strip() or "document"
    title, abstract = title.translate(_BREAKS), abstract.translate(_BREAKS)
    lines = [f"{name}|t|{title}", f"{name}|a|{abstract}"]
    lines += [_line(name, row.text, span, losses) for span in row.spans]
    concepts = {span.key: [one.id for one in span.concepts] for span in row.spans}
    for relation in row.relations:
        lines += _relation_line(name, relation, concepts, losses)
    for one in row.attributes:
        if one.name == RELATION and one.value.count("\t") > 1 and not _broken_lines(one.value):
            lines.append(f"{name}\t{one.value}")
        elif one.name == RELATION:
            losses.note("relations between texts left out")
    losses.note("attributes of texts", sum(a.name not in (RELATION, ISSUE) for a in row.attributes))
    return "".join(f"{line}\n" for line in lines)


def _broken(text: str) -> bool:
    return text.translate(_BREAKS) != text


def _broken_lines(text: str) -> bool:
    return _broken(text.replace("\t", " "))


def _line(name: str, text: str, span: Span, losses: Losses) -> str:
    losses.of_span(span, keeps=("concepts", "text"))
    ids = [one.id.translate(_BREAKS) for one in span.concepts if one.id not in NO_CONCEPT]
    quote = text[span.start : span.end].translate(_BREAKS)
    cells = [name, str(span.start), str(span.end), quote, span.label.translate(_BREAKS)]
    return "\t".join([*cells, "|".join(ids) or "-"])  # some readers pass over lines of five cells


def _relation_line(
    name: str, relation: Relation, concepts: dict[str, list[str]], losses: Losses
) -> Iterator[str]:
    said: dict[str, list[str]] = {}
    for one in relation.attributes:
        said.setdefault(one.name, []).append(one.value)
    head = said.get("head", concepts.get(relation.head, []))[:1]
    tail = said.get("tail", concepts.get(relation.tail, []))[:1]
    if not head or not tail:
        losses.note("relations whose ends have no concept left out")
        return
    losses.of_relation(relation, keeps=("head", "tail", "more"))
    cells = [name, relation.kind, head[0], tail[0], *said.get("more", [])]
    yield "\t".join(cell.translate(_BREAKS) for cell in cells)
