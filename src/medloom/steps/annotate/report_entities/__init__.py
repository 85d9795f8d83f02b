"""Anatomy, observations and their modifiers in radiology reports, in the RadGraph schema."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.phrases import lowered
from medloom.step import DigestedBy, adds
from medloom.steps.annotate.report_entities.lexicon import (
    FILE,
    OBSERVATION,
    Sense,
    check_path,
    digest,
    load,
)
from medloom.tables.spans import Attribute, MadeBy, Span

_ROLE = {role: (Attribute("role", role),) for role in ("head", "state", "modifier")}
_NEAR = 40
"""How many characters may lie between a modifier and the word that says what it modifies."""


@adds("spans")
class report_entities:  # noqa: N801
    """Find anatomy, observations and modifiers in reports, word by word as RadGraph does.

    The schema is that of RadGraph (Jain 2021): every modifier is an entity of its own. The steps
    `assertion`, `report_relations` and `radgraph_labels` go on from here. `lexicon` names a YAML
    file in place of Medloom's own.

    >>> [(s.text, s.label) for s in report_entities()(["Left pleural effusion."])[0]]
    [('Left', 'Anatomy'), ('pleural', 'Anatomy'), ('effusion', 'Observation')]
    """

    def __init__(
        self,
        *,
        lexicon: Annotated[str | None, AfterValidator(check_path), DigestedBy(digest)] = None,
    ) -> None:
        self._words = load(lexicon)
        self._made_by = MadeBy("report_entities", lexicon or FILE, digest(lexicon))
        self._by_kind: dict[str, MadeBy] = {}

    def __call__(self, text: list[str]) -> list[list[Span]]:
        """The entities of each text, in order."""
        return [self._of(one) for one in text]

    def _of(self, text: str) -> list[Span]:
        places = self._words.finder.places(lowered(text))
        found = [(start, end, self._words.sense(raw)) for start, end, raw in places]
        labels = _labels(found, text)
        return [
            Span(
                start,
                end,
                label,
                text[start:end],
                made_by=self._by(sense),
                attributes=_ROLE[sense.role],
            )
            for (start, end, sense), label in zip(found, labels, strict=True)
        ]

    def _by(self, sense: Sense) -> MadeBy:
        kind = sense.kind
        if kind not in self._by_kind:
            self._by_kind[kind] = self._made_by._replace(rule=kind)
        return self._by_kind[kind]


def _labels(found: Sequence[tuple[int, int, Sense]], text: str) -> list[str]:
    """The label of each word; a modifier takes that of the noun phrase that it stands in."""
    labels = [sense.label for _, _, sense in found]
    for at in reversed(range(len(found))):
        if not labels[at]:
            is_kind = found[at][2].kind == "kind"  # size, severity and time are of observations
            labels[at] = _phrase(found, at, text) if is_kind else OBSERVATION
    return labels


def _phrase(found: Sequence[tuple[int, int, Sense]], at: int, text: str) -> str:
    """Anatomy where the last head of the phrase is one: `dense tissue`, not `multiple lung masses`.

    What stands before the first head may be words that the lexicon does not know.
    """
    label = OBSERVATION
    while at + 1 < len(found) and _is_near(found, at, text):
        is_head = found[at][2].role == "head"
        if is_head and text[found[at][1] : found[at + 1][0]].strip(" -"):
            break
        at += 1
        if found[at][2].role == "head":
            label = found[at][2].label
    return label


def _is_near(found: Sequence[tuple[int, int, Sense]], at: int, text: str) -> bool:
    between = text[found[at][1] : found[at + 1][0]]
    return len(between) <= _NEAR and not set(between) & set(".:;\n")
