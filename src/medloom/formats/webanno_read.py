"""WebAnno TSV 3.x to rows."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest

from medloom.errors import NotThisFormat
from medloom.formats.pairs import concept_ids
from medloom.formats.rows import Misfit, decoded, fitted, issue
from medloom.formats.webanno_cells import MARK, Layer, stack, value
from medloom.formats.webanno_lines import Lines
from medloom.tables.spans import Attribute, Concept, Relation, Span
from medloom.tables.texts import Text

_LABELS = ("value", "label", "kind", "PosValue")
"""Features that are a label rather than an attribute, by preference."""
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
    return _Reader(Lines(content), layers).row(name)


_Link = tuple[str, Layer, list[str]]
"""A token, a layer of relations, and its cells on that token."""


class _Reader:
    def __init__(self, lines: Lines, wanted: Sequence[str] | None) -> None:
        self.wanted, self.notes = wanted, lines.notes
        self.layers, self.sentences = lines.layers, lines.sentences
        self.text, self.points = lines.put_together()

    def row(self, name: str) -> Text:
        text, points = self.text, self.points
        found, ends = self._mentions(points)
        spans: list[Span] = []
        keys: dict[object, str] = {}
        for key, one in found.items():
            try:
                spans.append(self._span(one, text))
                keys[key] = spans[-1].key
            except Misfit as error:
                self.notes.append(issue(f"{one.layer.name} {one.places}: {error}"))
        for token, layer in self._bare_ends(ends):
            # A layer that has no columns, as that of tokens: its units are what relations link.
            with suppress(Misfit):
                span = fitted(text, [points[token]], layer.rpartition(".")[2])
                spans += [span] if (layer, token, 0) not in keys else []
                keys[layer, token, 0] = span.key
        relations = self._relations(keys, ends)
        return Text(name, name, "text", text, spans, relations, self.notes)

    def _mentions(
        self, points: dict[str, tuple[int, int]]
    ) -> tuple[dict[object, _Found], list[_Link]]:
        """The mentions of all layers, and the cells of relations with the token they are on."""
        found: dict[object, _Found] = {}
        passed: dict[str, None] = {}
        links: list[_Link] = []
        for _, tokens in self.sentences:
            for token, _, _, cells in tokens:
                at = 1
                for layer in self.layers:
                    mine, at = cells[at : at + len(layer.features)], at + len(layer.features)
                    if not {*mine} - {"_", ""}:
                        continue
                    if layer.kind == "RL":
                        links.append((token, layer, mine))
                    elif layer.kind == "SP":
                        self._add(found, layer, token, mine, points[token])
                    else:
                        passed[layer.name] = None
        self.notes += (issue(f"the chain layer {name} is passed over") for name in passed)
        return found, links

    def _bare_ends(self, links: list[_Link]) -> Iterator[tuple[str, str]]:
        """The tokens at the ends of relations on layers that have no columns."""
        known = {layer.name for layer in self.layers if layer.kind == "SP"}
        for token, layer, cells in links:
            base = layer.features[-1].removeprefix("BT_")
            if base not in known:
                others = (found[1] for end in stack(cells[-1]) if (found := _END.match(end)))
                yield from ((one, base) for one in (token, *others) if one in self.points)

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
        for number, every in enumerate(zip_longest(*stacks, fillvalue="*")):
            mark = next(filter(None, map(MARK.search, every)), None)
            key = (layer.name, mark[2]) if mark else (layer.name, token, number)
            one = found.setdefault(key, _Found(layer))
            one.places.append(place)
            one.values = one.values or [value(cell) for cell in every]

    def _span(self, one: _Found, text: str) -> Span:
        start, end = min(a for a, _ in one.places), max(b for _, b in one.places)
        said = {n: v for n, v in zip(one.layer.features, one.values, strict=False) if v}
        for role in [n for n in said if n.startswith("ROLE_")]:
            self.notes.append(issue(f"{one.layer.short} at {start}-{end}: its slots are left out"))
            said = {n: said[n] for n in said if n not in (role, _behind(one.layer, role))}
        name = next((n for n in _LABELS if said.get(n)), None)
        label = said.pop(name) if name else one.layer.short
        concepts = tuple(Concept(i, "", "") for i in concept_ids(said.pop("identifier", "")))
        attributes = [Attribute(n, v) for n, v in said.items() if v and n]
        if sum(layer.kind == "SP" for layer in self.layers) > 1:
            attributes.append(Attribute("layer", one.layer.short))
        return fitted(text, [(start, end)], label, concepts=concepts, attributes=tuple(attributes))

    def _relations(self, keys: dict[object, str], links: list[_Link]) -> list[Relation]:
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


def _behind(layer: Layer, feature: str) -> str:
    """The feature in the column behind another: of a slot, the type of what fills it."""
    return [*layer.features, ""][layer.features.index(feature) + 1]


def _ends(
    keys: dict[object, str], layer: str, where: re.Match[str], token: str
) -> tuple[str | None, str | None]:
    """The keys of the mentions that a relation links: by their numbers, else by their tokens."""

    def key(number: str | None, at: str) -> str | None:
        by_number = keys.get((layer, number)) if number and number != "0" else None
        return by_number or keys.get((layer, at, 0))

    return key(where[2], where[1]), key(where[3], token)
