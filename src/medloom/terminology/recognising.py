"""From hits of the matcher to spans with concepts, each with the rule that made it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.tables.spans import Concept, MadeBy, Range, Span, span_of
from medloom.terminology.layers import Mode, kept, merged
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.loose import LooseMatcher
from medloom.terminology.matcher import Hits, Matcher
from medloom.terminology.phrases import breaks_off
from medloom.terminology.variants import variant

_LOOSE, _REWRITTEN, _PARALLEL, _APART = 0.9, 0.8, 0.8, 0.7
"""What the score of a name is multiplied with, where it is found loosely."""
_SCORES = (1.0, 0.9, 0.8, 0.7)
"""Of a name by its scope: exact, narrow, broad, related."""


class Meaning(NamedTuple):
    """What a form stands for."""

    concepts: tuple[Concept, ...]
    name: str
    """The name that stands for the first concept."""


class Recogniser:
    """Makes spans of the names that a matcher finds."""

    def __init__(
        self,
        lexicon: Lexicon,
        names: npt.NDArray[np.bool_],
        *,
        step: str,
        everything: bool = False,
        loose: bool = False,
    ) -> None:
        self.lexicon, self.names = lexicon, names
        self.matcher = Matcher(lexicon, everything=everything, names=names)
        self._loose = LooseMatcher(lexicon, names) if loose else None
        self._made = MadeBy(step, lexicon.title, lexicon.digest)
        self._label = str(lexicon.about["name"])
        self._meaning = lru_cache(1 << 17)(self._meaning_of)
        self._rule = lru_cache(1 << 17)(variant)
        self._is_above = lru_cache(1 << 17)(self._is_above_unremembered)
        self._made_by = lru_cache(64)(lambda rule: self._made._replace(rule=rule))

    def spans(self, texts: Sequence[str], mode: Mode = "longest") -> list[list[Span]]:
        """The spans of each text, in order; a longer one before those inside it."""
        rows: list[list[Span]] = [[] for _ in texts]
        alone = mode == "longest" and self._loose is None
        for row, span in self.made(texts, self.matcher.find(texts, longest=alone)):
            spans = rows[row]
            if spans and (spans[-1].start, spans[-1].end) == (span.start, span.end):
                spans[-1] = _joined(spans[-1], span)
            else:
                spans.append(span)
        if self._loose is not None:
            loose: list[list[Span]] = [[] for _ in texts]
            for row, span in self.loosely(texts, self._loose):
                loose[row].append(span)
            rows = [merged(*pair) for pair in zip(rows, loose, strict=True)]
        return rows if alone else [kept(row, mode, self._is_above) for row in rows]

    def _is_above_unremembered(self, id: str, other: str) -> bool:
        upper, lower = self.lexicon.number(id), self.lexicon.number(other)
        return upper is not None and lower is not None and upper in self.lexicon.ancestors(lower)

    def loosely(self, texts: Sequence[str], matcher: LooseMatcher) -> Iterator[tuple[int, Span]]:
        """A span for each place where the words of a name stand in another way."""
        for row, start, end, number, left_end, right_start, parallel in zip(
            *(one.tolist() for one in matcher.find(texts)), strict=True
        ):
            named = matcher.named(number)
            if breaks_off(texts[row][start:end], self.lexicon.names[named.name]):
                continue
            rule = "equivalent" if named.rewritten else "word-order"
            weight = _REWRITTEN if named.rewritten else _LOOSE
            fragments: tuple[Range, ...] = ()
            if right_start:
                fragments = (Range(start, left_end), Range(right_start, end))
                rule = "coordination" if parallel else "apart"
                weight = _PARALLEL if parallel else _APART
            concept = self.concept(named.entry, named.name)
            concept = concept._replace(score=round(weight * (concept.score or 1), 3))
            yield (
                row,
                span_of(
                    texts[row],
                    start,
                    end,
                    self._label,
                    fragments=fragments,
                    concepts=(concept,),
                    score=concept.score,
                    made_by=self._made_by(rule),
                ),
            )

    def made(self, texts: Sequence[str], hits: Hits) -> Iterator[tuple[int, Span]]:
        """A span for each hit, with its row."""
        for row, start, end, form in zip(*(one.tolist() for one in hits), strict=True):
            meaning, text = self._meaning(form), texts[row][start:end]
            made_by = self._made_by(self._rule(text, meaning.name))
            concepts = meaning.concepts
            yield (
                row,
                Span(
                    start,
                    end,
                    self._label,
                    text,
                    None,
                    (),
                    concepts,
                    None,
                    concepts[0].score,
                    made_by,
                ),
            )

    def _meaning_of(self, form: int) -> Meaning:
        begin, arrays = self.lexicon.arrays["form_names"], self.lexicon.arrays
        names = [one for one in range(begin[form], begin[form + 1]) if self.names[one]]
        names.sort(key=lambda one: (arrays["name_scope"][one], not arrays["name_preferred"][one]))
        entries = {int(arrays["name_entry"][one]): one for one in reversed(names)}
        ranked = sorted(entries, key=lambda one: names.index(entries[one]))
        concepts = tuple(self.concept(one, entries[one]) for one in ranked)
        return Meaning(concepts, self.lexicon.names[names[0]])

    def concept(self, entry: int, name: int) -> Concept:
        """A concept as a span carries it, scored by the scope of the name that it was found by."""
        score = _SCORES[int(self.lexicon.arrays["name_scope"][name])]
        ids, preferred = self.lexicon.ids, self.lexicon.preferred
        return Concept(ids[entry], preferred[entry], self.lexicon.title, score)


def _joined(one: Span, other: Span) -> Span:
    known = {concept.id for concept in one.concepts}
    more = tuple(concept for concept in other.concepts if concept.id not in known)
    return one._replace(concepts=one.concepts + more)
