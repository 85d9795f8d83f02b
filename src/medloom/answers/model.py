"""What an answer holds: sentences with citations and support, and the evidence with its places."""

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from medloom.answers.support import Support


class KeySentence(NamedTuple):
    """A sentence of a passage that answers best; offsets are code points into its text."""

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Evidence:
    """A passage that was found, with its number in the answer and its best sentences."""

    number: int
    """From 1; the answer cites it as `[1]`."""
    table: str
    id: str
    column: str
    """The column that `text` is the whole of."""
    text: str
    score: float
    title: str = ""
    group: str | None = None
    """The article or patient that it belongs to."""
    sentences: tuple[KeySentence, ...] = ()
    """Best first."""
    why: tuple[str, ...] = ()
    """Why it stands so high beside its words: concepts and neighbours in the graph."""


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer."""

    text: str
    """Without its citations."""
    citations: tuple[int, ...]
    support: Support
    cited_by: str = "model"
    """Who cited: `model`; or `check`, where the model did not and one passage supports it."""

    @property
    def is_supported(self) -> bool:
        """Whether a passage that it cites supports it."""
        return self.support.verdict == "supported"


@dataclass(frozen=True)
class Answer:
    """An answer with its evidence; without a model only the evidence."""

    question: str
    evidence: tuple[Evidence, ...]
    statements: tuple[Statement, ...] = ()
    """All that the model said, also what `text` leaves out."""
    text: str = ""
    """What is left of the answer, with citations; empty where there is none."""
    model: str | None = None
    notes: tuple[str, ...] = ()
    graph: tuple[str, ...] = field(default=())
    """What the graph of the collection added: `seizure - valproate (12 texts)`."""

    def told(self) -> dict[str, Any]:
        """The answer as plain values, for JSON."""
        rows = asdict(self)
        rows["evidence"] = [
            {**asdict(one), "sentences": [_sentence(one, key) for key in one.sentences]}
            for one in self.evidence
        ]
        rows["sentences"] = [
            {
                "text": one.text,
                "citations": list(one.citations),
                "cited_by": one.cited_by,
                "support": one.support._asdict(),
            }
            for one in self.statements
        ]
        del rows["statements"]
        rows["answer"] = rows.pop("text")
        return rows


def _sentence(evidence: Evidence, key: KeySentence) -> dict[str, Any]:
    return {**key._asdict(), "text": evidence.text[key.start : key.end]}
