"""The parts in which rows are compared: which ones a table has, and what each scores.

Every part scores from 0 to 1 (findings from -1, where a row says the opposite), so that parts can
be weighed against each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from medloom.search.similar import demographics
from medloom.search.similar.asserted import asserted
from medloom.search.similar.citations import CitationGraph, keys_of
from medloom.search.similar.concepts import concepts_of_row, concepts_of_text
from medloom.search.similar.dense import EMBEDDING, Dense, dense_of
from medloom.search.similar.findings import FindingIndex, said, said_by_text
from medloom.search.similar.images import ImageIndex, has_images
from medloom.search.similar.lexical import Scores, TextIndex
from medloom.search.similar.sets import SetIndex
from medloom.search.similar.shelf import Shelf
from medloom.search.similar.wanted import Wanted

Score = Callable[[Wanted], Scores | None]
"""What a part scores each row; None where what is wanted has nothing to compare in it."""


@dataclass
class Parts:
    """The parts of one table, each made when it is first used."""

    shelf: Shelf
    encoder: str | None = None
    sample: Sequence[str] = ()
    """Texts that tell which words are common, where the shelf holds only some rows of a table."""
    _made: dict[str, Score] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The parts that the table has, in the order in which they are shown."""
        names = set(self.shelf.names)
        images = has_images(self.shelf)
        has = {
            "text": bool(self.shelf.text_columns) and "caption" not in self.shelf.text_columns,
            "caption": "caption" in self.shelf.text_columns,
            "vector": bool(self.shelf.text_columns) or EMBEDDING in names,
            "image": images,
            "concepts": "spans" in names and self._has_concepts,
            "demographics": {"age", "sex"} <= names,
            "coupling": bool({"references", "cites"} & names),
            "co-citation": bool({"references", "cites"} & names),
            "cites": bool({"references", "cites"} & names),
            "findings": "caption" in names or self._has_findings,
            "anatomy": "caption" in names or self._has_findings,
        }
        return [name for name, there in has.items() if there]

    def score(self, name: str, wanted: Wanted) -> Scores | None:
        """What a part scores each row."""
        if name not in self._made:
            self._made |= getattr(self, "_make_" + name.replace("-", "_"))()
        return self._made[name](wanted)

    @property
    def _has_concepts(self) -> bool:
        return self.shelf.settings_of("concepts") is not None or not self._has_findings

    @property
    def _has_findings(self) -> bool:
        return self.shelf.settings_of("report_entities") is not None

    @cached_property
    def words(self) -> TextIndex:
        """The words of the texts of all rows."""
        return TextIndex(self.shelf.texts, self.sample)

    @cached_property
    def dense(self) -> Dense | None:
        """The vectors of all rows, where there are any or they can be made."""
        return dense_of(self.shelf, self.encoder)

    def _make_text(self) -> dict[str, Score]:
        def score(wanted: Wanted) -> Scores | None:
            scores = [self.words.scores(one) for one in (wanted.text, *wanted.more_texts) if one]
            if len(scores) > 1:  # what was imagined counts as much as what was said
                return np.asarray((scores[0] + np.mean(scores[1:], axis=0)) / 2, np.float32)
            return scores[0] if scores else None

        return {"text": score, "caption": score}

    _make_caption = _make_text

    def _make_vector(self) -> dict[str, Score]:
        def score(wanted: Wanted) -> Scores | None:
            if self.dense is None:
                return None
            return self.dense.scores(wanted.text, wanted.number, wanted.more_texts)

        return {"vector": score}

    def _make_image(self) -> dict[str, Score]:
        index = ImageIndex(self.shelf)
        return {"image": lambda wanted: index.scores(wanted.image, wanted.number, wanted.row)}

    def _make_concepts(self) -> dict[str, Score]:
        index = SetIndex([concepts_of_row(one) for one in self.shelf.column("spans").to_pylist()])
        settings = self.shelf.settings_of("concepts")

        def score(wanted: Wanted) -> Scores | None:
            if wanted.row is not None and "spans" in wanted.row:
                held = concepts_of_row(wanted.row["spans"])
            else:
                held = concepts_of_text(wanted.text, settings)
            return index.cosines(held) if held else None

        return {"concepts": score}

    def _make_demographics(self) -> dict[str, Score]:
        columns = [self.shelf.column(name).to_pylist() for name in ("age", "sex")]
        persons = [
            demographics.person_of_row({"age": age, "sex": sex})
            for age, sex in zip(*columns, strict=True)
        ]

        def score(wanted: Wanted) -> Scores | None:
            if wanted.row is not None and {"age", "sex"} <= set(wanted.row):
                return demographics.scores(demographics.person_of_row(wanted.row), persons)
            return demographics.scores(demographics.person_of_text(wanted.text), persons)

        return {"demographics": score}

    def _make_coupling(self) -> dict[str, Score]:
        named = "cites" if "cites" in self.shelf.names else "references"
        own_columns = [n for n in ("keys", "pmid", "pmcid", "doi") if n in self.shelf.names]
        columns = [self.shelf.column(name).to_pylist() for name in own_columns]
        own = [
            keys_of(dict(zip(own_columns, row, strict=True))) for row in zip(*columns, strict=True)
        ]
        cited = [
            [keys_of(work) for work in works or ()]
            for works in self.shelf.column(named).to_pylist()
        ]
        graph = CitationGraph(own, cited)

        def score_of(name: str) -> Score:
            def score(wanted: Wanted) -> Scores | None:
                if wanted.number is None:
                    return None
                return graph.scores(graph.works_of(wanted.number), graph.own(wanted.number))[name]

            return score

        return {name: score_of(name) for name in ("coupling", "co-citation", "cites")}

    _make_co_citation = _make_cites = _make_coupling

    def _make_findings(self) -> dict[str, Score]:
        if self._has_findings and "spans" in self.shelf.names:
            spans = self.shelf.column("spans").to_pylist()
            rows = [said(t, s or ()) for t, s in zip(self.shelf.texts, spans, strict=True)]
        else:
            rows = said_by_text(self.shelf.texts)
        index = FindingIndex(rows)

        def score_of(name: str) -> Score:
            def score(wanted: Wanted) -> Scores | None:
                asked = (
                    rows[wanted.number]
                    if wanted.number is not None
                    else said_by_text([wanted.text])[0]
                )
                if not getattr(asked, name):
                    in_words = name == "findings" and wanted.number is None and wanted.text
                    return asserted(wanted.text, self.shelf.texts) if in_words else None
                measure: Callable[..., Scores] = getattr(index, name)
                return measure(asked, whole=wanted.row is not None)

            return score

        return {name: score_of(name) for name in ("findings", "anatomy")}

    _make_anatomy = _make_findings
