"""Stretches of text, and what is said of them: one stand-off model for all annotations.

Offsets count Unicode code points, 0-based, half-open, into the `text` of the row that carries them.
Fields left at their defaults cost nothing to write and are left out of a row's `repr`.
"""

from typing import NamedTuple


class Mark(NamedTuple):
    """Markup of a stretch of text: bold, italic, sup, sub, underline, small-caps, monospace."""

    start: int
    end: int
    kind: str


class Range(NamedTuple):
    """A stretch of text that needs no label: a sentence, a piece of a discontinuous mention."""

    start: int
    end: int


class Concept(NamedTuple):
    """An entry of a terminology that a mention stands for, or a candidate for it."""

    id: str
    """As a CURIE where the terminology has one: `HP:0001250`, `MESH:D003000`."""
    name: str
    """The preferred name."""
    terminology: str
    """With its release where it has one: `hpo 2026-01-08`."""
    score: float | None = None


class Cue(NamedTuple):
    """The words that made an assertion: `no evidence of`, `mother`."""

    attribute: str
    """What it asserts: negated, uncertain, historical, hypothetical, conditional, experiencer."""
    start: int
    end: int
    text: str
    rule: str
    """The id of the rule that fired."""


class Assertion(NamedTuple):
    """Whether what a mention means is said to be so, when, and of whom."""

    negated: bool = False
    uncertain: bool = False
    historical: bool = False
    hypothetical: bool = False
    conditional: bool = False
    experiencer: str = "patient"
    """patient, family or other."""
    cues: tuple[Cue, ...] = ()


class MadeBy(NamedTuple):
    """Who or what made an annotation, exactly enough to make it again."""

    step: str
    """The step, or the tool, person or corpus that a file names."""
    resource: str | None = None
    """The lexicon, rule file or model."""
    digest: str | None = None
    """A hash of that resource's content."""
    rule: str | None = None
    """Which rule or variant of it: `plural`, `word-order`, `SH-3`."""


class Attribute(NamedTuple):
    """Something more that a source says of an annotation, and no field here holds."""

    name: str
    value: str


class Span(NamedTuple):
    """A labelled mention in a text, with its meaning. Overlaps and gaps are legal.

    >>> Span(2, 13, "AGE")
    Span(start=2, end=13, label='AGE')
    """

    start: int
    end: int
    """The first and last place of all, where the mention has gaps."""
    label: str
    text: str = ""
    """What stands there; the parts of a mention with gaps are joined by one space."""
    id: str | None = None
    """As the source calls it; see `key`."""
    fragments: tuple[Range, ...] = ()
    """The parts of a mention with gaps, in order; empty where there is one part."""
    concepts: tuple[Concept, ...] = ()
    """Best first."""
    assertion: Assertion | None = None
    """None where nobody has looked."""
    score: float | None = None
    made_by: MadeBy | None = None
    attributes: tuple[Attribute, ...] = ()

    @property
    def key(self) -> str:
        """What a relation calls it: its id, else place and label.

        >>> Span(2, 13, "AGE").key, Span(2, 13, "AGE", id="T1").key
        ('2:13:AGE', 'T1')
        """
        return self.id or f"{self.start}:{self.end}:{self.label}"

    def __repr__(self) -> str:
        return _brief(self, self._field_defaults)


class Relation(NamedTuple):
    """A typed link between two spans of one text.

    >>> Relation("located_at", "2:13:OBS", "20:24:ANAT")
    Relation(kind='located_at', head='2:13:OBS', tail='20:24:ANAT')
    """

    kind: str
    head: str
    """The `key` of a span of the same row."""
    tail: str
    score: float | None = None
    made_by: MadeBy | None = None
    id: str | None = None
    attributes: tuple[Attribute, ...] = ()

    def __repr__(self) -> str:
        return _brief(self, self._field_defaults)


class Abbreviation(NamedTuple):
    """One use of a short form in a text, and the long form that its document gives it."""

    start: int
    end: int
    short: str
    long: str
    defined_in: str | None = None
    """The id of the row of the document that defines it; None where an inventory says so."""
    long_start: int | None = None
    long_end: int | None = None
    """Where the long form stands, if it stands in this text and this use defines it."""
    score: float | None = None
    rule: str | None = None


def covered(text: str, start: int, end: int, fragments: tuple[Range, ...] = ()) -> str:
    """What a mention covers of a text: its parts joined by one space.

    >>> covered("left and right lung", 0, 19, (Range(0, 4), Range(15, 19)))
    'left lung'
    """
    if not fragments:
        return text[start:end]
    return " ".join(text[one.start : one.end] for one in fragments)


def span_of(text: str, start: int, end: int, label: str, **rest: object) -> Span:
    """Make a span that carries the text that it covers.

    >>> span_of("A 54-year-old woman.", 2, 13, "AGE").text
    '54-year-old'
    """
    fragments: tuple[Range, ...] = rest.get("fragments", ())  # type: ignore[assignment]
    return Span(start, end, label, covered(text, start, end, fragments), **rest)  # type: ignore[arg-type]


def _brief(row: object, defaults: dict[str, object]) -> str:
    fields = row._asdict().items()  # type: ignore[attr-defined]
    shown = [f"{n}={v!r}" for n, v in fields if n not in defaults or v != defaults[n]]
    return f"{type(row).__name__}({', '.join(shown)})"
