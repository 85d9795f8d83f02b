"""A text with its markup, links and annotations, as HTML.

Annotations may overlap and cross: what crosses is closed and opened again, so that the HTML nests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markupsafe import Markup

_TAGS = {
    "bold": "b",
    "italic": "i",
    "sup": "sup",
    "sub": "sub",
    "underline": "u",
    "monospace": "code",
}
COLOURS = 8


@dataclass(frozen=True)
class Layer:
    """Something that covers a stretch of a text: an opening tag and its closing one."""

    start: int
    end: int
    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    rank: int = 0
    """Of two that cover the same, the one with the lower rank is outside."""
    note: str = ""
    """HTML that is put behind it, once."""

    def opening(self, number: int) -> str:
        """The opening tag; only the first piece of several keeps its id."""
        kept = {
            k: v for k, v in self.attributes.items() if number == 0 or k not in ("id", "tabindex")
        }
        return (
            f"<{self.tag}{''.join(f' {k}={chr(34)}{escape(v)}{chr(34)}' for k, v in kept.items())}>"
        )


def rendered(text: str, layers: Iterable[Layer]) -> Markup:
    """The text as HTML with all its layers.

    >>> rendered("a < b", [Layer(0, 3, "i"), Layer(2, 5, "b")])
    Markup('<i>a <b>&lt;</b></i><b> b</b>')
    """
    length = len(text)
    kept = [one for one in layers if 0 <= one.start < one.end <= length]
    kept.sort(key=lambda one: (one.start, -one.end, one.rank))
    cuts = sorted({0, length, *(one.start for one in kept), *(one.end for one in kept)})
    out: list[str] = []
    open_: list[Layer] = []
    pieces: dict[int, int] = {}
    following = 0
    for start, end in zip(cuts, [*cuts[1:], length], strict=True):
        open_ = _close(out, open_, start, pieces)
        while following < len(kept) and kept[following].start == start:
            open_.append(kept[following])
            _open(out, kept[following], pieces)
            following += 1
        out.append(escape(text[start:end]))
    return Markup("".join(out))


def _close(out: list[str], open_: list[Layer], at: int, pieces: dict[int, int]) -> list[Layer]:
    """Close what ends here, and what lies inside of it; open again what goes on."""
    first = next((n for n, one in enumerate(open_) if one.end <= at), len(open_))
    inner = open_[first:]
    for one in reversed(inner):
        out.append(f"</{one.tag}>")
        if one.end <= at:
            out.append(one.note)
    again = [one for one in inner if one.end > at]
    for one in again:
        _open(out, one, pieces)
    return [*open_[:first], *again]


def _open(out: list[str], one: Layer, pieces: dict[int, int]) -> None:
    number = pieces.get(id(one), 0)
    pieces[id(one)] = number + 1
    out.append(one.opening(number))


def marks(found: Iterable[Mapping[str, Any]] | None) -> list[Layer]:
    """The layers of markup."""
    return [
        Layer(one["start"], one["end"], _TAGS[one["kind"]], rank=3)
        for one in found or ()
        if one["kind"] in _TAGS
    ]


@dataclass
class Legend:
    """The kinds of annotations that a page shows, each with a colour and a count."""

    kinds: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)

    def colour(self, kind: str) -> int:
        """The number of the colour of a kind; counts one more of it."""
        self.kinds.setdefault(kind, len(self.kinds) % COLOURS)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.kinds[kind]

    def spans(self, found: Sequence[Mapping[str, Any]] | None) -> list[Layer]:
        """The layers of labelled spans, as the row type `Span` has them."""
        return [layer for one in found or () for layer in self._span(one)]

    def _span(self, one: Mapping[str, Any]) -> list[Layer]:
        concepts = one.get("concepts") or ()
        best = concepts[0] if concepts else {}
        said = asserted(one.get("assertion"))
        for flag in said:
            self.flags[flag] = self.flags.get(flag, 0) + 1
        label = str(one.get("label") or "span")
        attributes = {
            "class": " ".join(["hl", f"c{self.colour(label)}", *(f"is-{flag}" for flag in said)]),
            "data-kind": label,
            "tabindex": "0",
        }
        if best:
            attributes |= {
                "data-concept": str(best["id"]),
                "data-name": str(best.get("name") or ""),
            }
            attributes["data-terminology"] = str(best.get("terminology") or "")
        if said:
            attributes["data-said"] = ", ".join(said)
        made = one.get("made_by") or {}
        if made:
            attributes["data-by"] = " ".join(
                str(made[k]) for k in ("step", "resource") if made.get(k)
            )
        cues = [
            cue["text"] for cue in (one.get("assertion") or {}).get("cues") or () if cue.get("text")
        ]
        if cues:
            attributes["data-cue"] = ", ".join(cues)
        pieces = one.get("fragments") or [one]
        return [Layer(part["start"], part["end"], "span", attributes, rank=2) for part in pieces]

    def abbreviations(self, found: Sequence[Mapping[str, Any]] | None) -> list[Layer]:
        """The layers of short forms, as the row type `Abbreviation` has them."""
        made = []
        for one in found or ():
            colour = self.colour("abbreviation")
            attributes = {
                "class": f"hl c{colour}",
                "data-kind": "abbreviation",
                "data-name": str(one.get("long") or ""),
                "tabindex": "0",
            }
            made.append(Layer(one["start"], one["end"], "span", attributes, rank=2))
        return made


def asserted(said: Mapping[str, Any] | None) -> list[str]:
    """What an assertion says in words.

    >>> asserted({"negated": True, "experiencer": "family"}), asserted(None)
    (['negated', 'family'], [])
    """
    if not said:
        return []
    flags = ("negated", "uncertain", "historical", "hypothetical", "conditional")
    found = [flag for flag in flags if said.get(flag)]
    whose = said.get("experiencer")
    return [*found, *([str(whose)] if whose in ("family", "other") else [])]
