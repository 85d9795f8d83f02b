"""Which concepts of a terminology given mentions stand for."""

from typing import Annotated

from pydantic import AfterValidator, Field

from medloom.kit.digests import digest_of_file
from medloom.step import DigestedBy, updates
from medloom.steps.annotate.link.aliases import (
    is_table,
    numbered,
    open_aliases,
)
from medloom.steps.annotate.link.documents import Linked, link_document
from medloom.steps.annotate.link.rank import Ranker, shipped_weights
from medloom.steps.annotate.link.resources import index_for
from medloom.tables.spans import Concept, Span
from medloom.terminology.finding import digest_of, known, open_lexicon


@updates("spans", by="article_id")
class link:  # noqa: N801
    """Give the spans of a document the concepts that they may stand for, best first.

    Candidates have the same name but for case, accents, plural, spelling or word order, or names
    that share rare words with the mention, letter by letter nearly the same or used alike in the
    terminology. Weights of what speaks for each make a probability. Short forms are read as their
    document spells them out, and `breast and ovarian cancer` gets a concept for each part.

    `terminology` is a name that `medloom terminology list` shows, or the path of a file. `labels`
    are those of the spans to link, `under` (ids), `types` and `languages` narrow the concepts and
    names; empty is all. At most `top_k` concepts are given, none below `min_score`. `aliases` is
    a table of what mentions stood for in texts of your own. Without `context`, each mention is
    looked at alone. Spans keep their `made_by`; each concept names its terminology.

    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> table = Path(mkdtemp()) / "toy.csv"
    >>> _ = table.write_text("id,name,synonyms\\nT:1,Heart failure,\\nT:2,Anaemia,\\n")
    >>> text = "Failure of the heart (HF) and severe anemia"
    >>> spans = [Span(0, 20, "D", text[:20]), Span(22, 24, "D", "HF"), Span(30, 43, "D", text[30:])]
    >>> ((first, second, third),) = link(terminology=str(table))([text], [spans])
    >>> [one.concepts[0].name for one in (first, second, third)]
    ['Heart failure', 'Heart failure', 'Anaemia']
    """

    def __init__(
        self,
        *,
        terminology: Annotated[str, AfterValidator(known), DigestedBy(digest_of)],
        labels: list[str] = [],  # noqa: B006
        languages: list[str] = [],  # noqa: B006
        under: list[str] = [],  # noqa: B006
        types: list[str] = [],  # noqa: B006
        top_k: Annotated[int, Field(ge=1)] = 5,
        min_score: Annotated[float, Field(ge=0, le=1)] = 0.0,
        aliases: Annotated[str | None, AfterValidator(is_table), DigestedBy(digest_of_file)] = None,
        context: bool = True,
    ) -> None:
        self.lexicon = open_lexicon(terminology)
        index = index_for(self.lexicon, languages, under, types)
        learned = numbered(open_aliases(aliases), self.lexicon) if aliases else None
        self.ranker = Ranker(index, shipped_weights(), learned)
        self.labels = frozenset(labels)
        self.top_k, self.min_score, self.context = top_k, min_score, context

    def __call__(self, text: list[str], spans: list[list[Span]]) -> list[list[Span]]:
        """Link the spans of the texts of one document."""
        wanted = [[one for one in row if self._wanted(one)] for row in spans]
        linked = link_document(self.ranker, text, wanted, self.top_k, context=self.context)
        return [
            self._with_concepts(row, answers) for row, answers in zip(spans, linked, strict=True)
        ]

    def _wanted(self, span: Span) -> bool:
        return not self.labels or span.label in self.labels

    def _with_concepts(self, row: list[Span], answers: list[list[Linked]]) -> list[Span]:
        left = iter(answers)
        return [
            one._replace(concepts=self._concepts(next(left))) if self._wanted(one) else one
            for one in row
        ]

    def _concepts(self, linked: list[Linked]) -> tuple[Concept, ...]:
        known = self.lexicon
        return tuple(
            Concept(known.ids[at], known.preferred[at], known.title, round(score, 4))
            for at, score in linked
            if score >= self.min_score
        )
