"""WebAnno TSV 3.x to rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from medloom.errors import NotThisFormat
from medloom.formats.pairs import concept_ids
from medloom.formats.rows import Misfit, decoded, fitted, issue
from medloom.formats.utf16 import Utf16
from medloom.formats.webanno_cells import MARK, Layer, plain, stack, value
from medloom.tables.spans import Attribute, Concept, Relation, Span
from medloom.tables.texts import Text

_LABELS = ("value", "label", "kind", "PosValue")
"""Features that are a label rather than an attribute, by preference."""
_TOKEN = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d{1,12})-(\d{1,12})\t")
_END = re.compile(r"(\d+-\d+(?:\.\d+)?)(?:\[(\d+)_(\d+)\])?$")


@dataclass
class _Found:
    """A mention while its lines are read."""

    layer: Layer
    places: list[tuple[int, int]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


def read(data: bytes, name: str, *, layers: Sequence[str] | None = None) -> Text:
    """Read one document; `layers` are the names of the span layers to read, by default all.

    >>> text = b"#FORMAT=WebAnno TSV 3.3\\n#T_SP=x.Sign|value\\n\\n\\n#Text=No rash\\n" + (
    ...     b"1-1\\t0-2\\tNo\\t_\\t\\n1-2\\t3-7\\trash\\tSIGN\\t\\n")
    >>> read(text, "n").spans
    [Span(start=3, end=7, label='SIGN', text='rash')]
    """
    content = decoded(data).replace("\r\n", "\n")
    if not content.startswith("#FORMAT=WebAnno TSV 3"):
        raise NotThisFormat("not WebAnno TSV 3: it does not begin with #FORMAT=WebAnno TSV 3")
    return _Reader(content, layers).row(name)


class _Reader:
    def __init__(self, content: str, wanted: Sequence[str] | None) -> None:
        self.wanted, self.notes = wanted, list[Attribute]()
        self.layers: list[Layer] = []
        self.sentences: list[tuple[list[str], list[tuple[str, int, int, list[str]]]]] = []
        for line in content.split("\n"):
            self._line(line)

    def _line(self, line: str) -> None:
        if line.startswith(("#T_SP=", "#T_RL=", "#T_CH=")):
            name, *features = line[6:].split("|")
            self.layers.append(Layer(line[3:5], name, features or [""]))
        elif line.startswith("#Text="):
            if not self.sentences or self.sentences[-1][1]:
                self.sentences.append(([], []))
            self.sentences[-1][0].append(plain(line[6:]))
        elif found := _TOKEN.match(line):
            if not self.sentences:
                self.sentences.append(([], []))
            cells = line[found.end() :].split("\t")[1:]
            word = line[found.end() :].split("\t")[0]
            place = (found[1], int(found[2]), int(found[3]), [plain(word), *cells])
            self.sentences[-1][1].append(place)
        elif line.strip() and not line.startswith("#"):
            self.notes.append(issue(f"not a line of WebAnno TSV: {line}"))

    def row(self, name: str) -> Text:
        text, points = self._text()
        found, ends = self._mentions(points)
        spans: list[Span] = []
        keys: dict[object, str] = {}
        for key, one in found.items():
            try:
                spans.append(self._span(one, text))
                keys[key] = spans[-1].key
            except Misfit as error:
                self.notes.append(issue(f"{one.layer.name} {one.places}: {error}"))
        relations = list(self._relations(keys, ends))
        return Text(name, name, "text", text, spans, relations, self.notes)

    def _text(self) -> tuple[str, dict[str, tuple[int, int]]]:
        """The text put together, and where its tokens stand; in UTF-16 units where that fits."""
        built = [self._put_together(is_utf16) for is_utf16 in (True, False)]
        misfits, text, points = min(built, key=lambda one: one[0])
        if misfits:
            self.notes.append(issue(f"{misfits} tokens do not stand where their lines say"))
        return text, points

    def _put_together(self, is_utf16: bool) -> tuple[int, str, dict[str, tuple[int, int]]]:
        text, n_units, misfits = "", 0, 0
        points: dict[str, tuple[int, int]] = {}
        for lines, tokens in self.sentences:
            sentence = "\n".join(lines)
            units = Utf16(sentence if is_utf16 else "")
            first = tokens[0] if tokens else ("", n_units, 0, [""])
            lead = max(0, sentence.find(first[3][0])) if tokens else 0
            begin = first[1] - units.units(lead)
            # White space between lines is not in the file; a line break stands for its last part.
            gap = min(max(begin - n_units, 1 if text else 0), 10_000)
            text += " " * (gap - 1) + ("\n" if text else " ") * bool(gap)
            for token, start, end, cells in tokens:
                a, b = (len(text) + units.points(max(at - begin, 0)) for at in (start, end))
                points[token] = a, b
                misfits += sentence[a - len(text) : b - len(text)] != cells[0]
            text += sentence
            n_units = begin + units.units(len(sentence))
        return misfits, text, points

    def _mentions(
        self, points: dict[str, tuple[int, int]]
    ) -> tuple[dict[object, _Found], list[tuple[str, Layer, list[str]]]]:
        """The mentions of all layers, and the cells of relations with the token they are on."""
        found: dict[object, _Found] = {}
        links = []
        for _, tokens in self.sentences:
            for token, _, _, cells in tokens:
                at = 1
                for layer in self.layers:
                    width = 2 * len(layer.features) if layer.kind == "CH" else len(layer.features)
                    mine, at = cells[at : at + width], at + width
                    if layer.kind == "RL":
                        links.append((token, layer, mine))
                    elif layer.kind == "SP" and mine and mine[0] not in ("_", ""):
                        self._add(found, layer, token, mine, points[token])
        return found, links

    def _add(
        self,
        found: dict[object, _Found],
        layer: Layer,
        token: str,
        cells: list[str],
        place: tuple[int, int],
    ) -> None:
        if self.wanted is not None and not {layer.name, layer.short} & {*self.wanted}:
            return
        stacks = [stack(cell) for cell in cells]
        for number, first in enumerate(stacks[0]):
            mark = MARK.search(first)
            key = (layer.name, mark[2]) if mark else (layer.name, token, number)
            one = found.setdefault(key, _Found(layer))
            one.places.append(place)
            one.values = one.values or [
                value(one_stack[number] if number < len(one_stack) else "*") for one_stack in stacks
            ]

    def _span(self, one: _Found, text: str) -> Span:
        start, end = min(a for a, _ in one.places), max(b for _, b in one.places)
        said = dict(zip(one.layer.features, one.values, strict=False))
        name = next((n for n in _LABELS if said.get(n)), None)
        label = said.pop(name) if name else one.layer.short
        concepts = tuple(Concept(i, "", "") for i in concept_ids(said.pop("identifier", "")))
        attributes = [Attribute(n, v) for n, v in said.items() if v and n]
        if sum(layer.kind == "SP" for layer in self.layers) > 1:
            attributes.append(Attribute("layer", one.layer.short))
        return fitted(text, [(start, end)], label, concepts=concepts, attributes=tuple(attributes))

    def _relations(
        self, keys: dict[object, str], links: list[tuple[str, Layer, list[str]]]
    ) -> list[Relation]:
        relations = []
        for token, layer, cells in links:
            stacks = [stack(cell) for cell in cells]
            if not stacks or stacks[-1][0] in ("_", ""):
                continue
            layer_name = layer.features[-1].removeprefix("BT_")
            for number, end in enumerate(stacks[-1]):
                where = _END.match(end)
                head, tail = _ends(keys, layer_name, where, token) if where else (None, None)
                if head is None or tail is None:
                    self.notes.append(issue(f"{layer.short} at {token}: an end is not kept"))
                    continue
                values = [value(s[number]) for s in stacks[:-1] if number < len(s)]
                said = dict(zip(layer.features, values, strict=False))
                name = next((n for n in (*_LABELS, *said) if said.get(n)), None)
                kind = said.pop(name) if name else layer.short
                more = tuple(Attribute(n, v) for n, v in said.items() if v and n)
                relations.append(Relation(kind, head, tail, attributes=more))
        return relations


def _ends(
    keys: dict[object, str], layer: str, where: re.Match[str], token: str
) -> tuple[str | None, str | None]:
    """The keys of the mentions that a relation links: by their numbers, else by their tokens."""

    def key(number: str | None, at: str) -> str | None:
        by_number = keys.get((layer, number)) if number and number != "0" else None
        return by_number or keys.get((layer, at, 0))

    return key(where[2], where[1]), key(where[3], token)
