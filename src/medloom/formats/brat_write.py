"""The lines of a brat annotation file, out of the spans and relations of a row."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import count

from medloom.formats.brat_lines import NOTE, OURS
from medloom.formats.loss import Losses
from medloom.formats.pairs import FLAGS, Pairs, as_object, of_relation, of_span
from medloom.formats.rows import ISSUE, places
from medloom.tables.spans import Range, Relation, Span
from medloom.tables.texts import Text

_UNSAFE = re.compile(r"[^\w-]+")
_WORD = re.compile(r"[^\s]+")
_LINE = re.compile(r"[\r\n]+")


class _Ids:
    """Ids of one letter and a number: a source's own where they are such, else new ones."""

    def __init__(self, letter: str, wanted: Sequence[str | None]) -> None:
        self._letter, self._form = letter, re.compile(rf"{letter}[1-9]\d{{0,8}}", re.ASCII)
        self._reserved = {one for one in wanted if one and self._form.fullmatch(one)}
        self._used: set[str] = set()
        self._numbers = count(1)

    def of(self, wanted: str | None = None) -> str:
        """The id that was wanted, or the next that nobody wants."""
        if wanted in self._reserved and wanted not in self._used:
            self._used.add(wanted)
            return wanted
        free = (f"{self._letter}{number}" for number in self._numbers)
        return next(one for one in free if one not in self._reserved)


def annotation_lines(row: Text, losses: Losses) -> Iterator[str]:
    """The lines of a document.

    >>> row = Text("n", "n", "", "Chest\\npain", [Span(0, 10, "SIGN", score=0.5)], [], [])
    >>> list(annotation_lines(row, Losses()))
    ['T1\\tSIGN 0 5;6 10\\tChest pain', '#1\\tMedloom T1\\t{"score": "0.5"}']
    """
    mentions = _Ids("T", [span.id for span in row.spans])
    links = _Ids("R", [one.id for one in row.relations])
    more = _More()
    keys: dict[str, str] = {}
    for span in row.spans:
        # brat has no line breaks in a mention: it is written in parts, as brat's editor does.
        parts = [piece for part in places(span) for piece in _without_breaks(row.text, part)]
        if not parts:
            losses.note("mentions of nothing but line breaks left out")
            continue
        name = mentions.of(span.id)
        losses.note("ids of mentions numbered anew", span.id not in (None, name))
        outer = (parts[0].start, parts[-1].end) != (span.start, span.end)
        losses.note("mentions whose outer line breaks are left out", outer)
        keys.setdefault(span.key, name)
        yield _mention(name, row.text, span.label, parts)
        yield from more.of(name, span.label, of_span(span), _curies(span))
    for relation in row.relations:
        if not {relation.head, relation.tail} <= keys.keys():
            losses.note("relations whose ends are not among the mentions left out")
            continue
        name = links.of(relation.id)
        losses.note("ids of relations numbered anew", relation.id not in (None, name))
        yield _relation(name, relation, keys)
        yield from more.of(name, relation.kind, of_relation(relation), [])
    losses.note("attributes of texts", sum(one.name != ISSUE for one in row.attributes))


def _mention(name: str, text: str, label: str, parts: Sequence[Range]) -> str:
    where = ";".join(f"{one.start} {one.end}" for one in parts)
    quote = " ".join(text[one.start : one.end] for one in parts).replace("\t", " ")
    return f"{name}\t{safe(label)} {where}\t{quote}"


def _without_breaks(text: str, part: Range) -> Iterator[Range]:
    at = part.start
    for found in _LINE.finditer(text, part.start, part.end):
        if found.start() > at:
            yield Range(at, found.start())
        at = found.end()
    if at < part.end:
        yield Range(at, part.end)


def _relation(name: str, one: Relation, keys: dict[str, str]) -> str:
    return f"{name}\t{safe(one.kind)} Arg1:{keys[one.head]} Arg2:{keys[one.tail]}"


def safe(label: str) -> str:
    """A label that brat takes.

    >>> safe("Gene/protein name")
    'Gene_protein_name'
    """
    return _UNSAFE.sub("_", label) or "_"


def _curies(span: Span) -> list[tuple[str, str]]:
    return [
        (one.id if ":" in one.id else f"ID:{one.id}", one.name)
        for one in span.concepts
        if _WORD.fullmatch(one.id)
    ]


class _More:
    """Numbers the lines of attributes, concepts and notes of a document."""

    def __init__(self) -> None:
        self._attributes, self._concepts, self._notes = count(1), count(1), count(1)

    def of(self, name: str, label: str, pairs: Pairs, curies: list[tuple[str, str]]) -> list[str]:
        lines = [
            f"N{next(self._concepts)}\tReference {name} {curie}\t{' '.join(shown.split())}"
            for curie, shown in curies
        ]
        kept: Pairs = [("label", label)] if safe(label) != label else []
        for key, value in pairs:
            if key in FLAGS:
                lines.append(f"A{next(self._attributes)}\t{key.capitalize()} {name}")
            elif key == NOTE and value and value.splitlines() == [value] and "\t" not in value:
                lines.append(f"#{next(self._notes)}\tAnnotatorNotes {name}\t{value}")
            elif _is_plain(key, value):
                lines.append(f"A{next(self._attributes)}\t{key} {name} {value}")
            else:
                kept.append((key, value))
        if kept:  # what no line of brat's own holds
            lines.append(f"#{next(self._notes)}\t{OURS} {name}\t{json.dumps(as_object(kept))}")
        return lines


def _is_plain(key: str, value: str) -> bool:
    """Whether an attribute line says it as it is: not one of Medloom's own names."""
    known = {"score", "cue", "experiencer", "label"}
    ours = key in known or key.startswith(("identifier", "made_by", "attribute:"))
    return not ours and safe(key) == key and bool(_WORD.fullmatch(value))
