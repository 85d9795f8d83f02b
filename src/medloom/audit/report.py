"""The audit as a whole: every section over every table, the rubric, and what to look at first."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from medloom.audit.agreement import agreement
from medloom.audit.counts import balance, ledgers, missing
from medloom.audit.findings import Finding, Level, Section
from medloom.audit.leaks import leaks
from medloom.audit.performance import performance
from medloom.audit.privacy import privacy
from medloom.audit.probes import shortcuts
from medloom.audit.provenance import contamination, filters, licences
from medloom.audit.rubric import BEST, Grade, grades
from medloom.audit.subgroups import subgroups
from medloom.audit.subject import Subject
from medloom.audit.view import View

_WHOLE: tuple[tuple[str, Callable[[Subject], Section]], ...] = (
    ("ledger", ledgers),
    ("leaks", leaks),
    ("filters", filters),
)
_OF_TABLES: tuple[tuple[str, Callable[[View, Subject], Section]], ...] = (
    ("missing", missing),
    ("balance", balance),
    ("agreement", agreement),
    ("subgroups", subgroups),
    ("performance", performance),
    ("shortcuts", shortcuts),
    ("contamination", contamination),
    ("licences", licences),
    ("privacy", privacy),
)
ORDER = (
    *("ledger", "missing", "balance", "agreement", "leaks", "subgroups", "performance"),
    *("shortcuts", "contamination", "licences", "privacy", "filters"),
)
"""The keys of the sections, as they stand in a report."""


class Audit(NamedTuple):
    """What an audit found."""

    collection: str
    """The name of its recipe."""
    build: int
    finished: str | None
    sections: list[Section]
    rubric: list[Grade]

    @property
    def findings(self) -> list[Finding]:
        """All findings, problems first."""
        order = list(Level)
        found = [one for section in self.sections for one in section.findings]
        return sorted(found, key=lambda one: order.index(one.level))

    @property
    def counts(self) -> dict[str, int]:
        """How many findings of each level."""
        counted = Counter(one.level for one in self.findings)
        return {level.value: counted[level] for level in Level}

    @property
    def score(self) -> tuple[int, int]:
        """The points of the rubric, and how many there could be for what was graded."""
        given = [one.score for one in self.rubric if one.score is not None]
        return sum(given), BEST * len(given)

    def as_json(self) -> dict[str, Any]:
        """The audit as plain values."""
        return {
            "collection": self.collection,
            "build": self.build,
            "finished": self.finished,
            "counts": self.counts,
            "score": self.score,
            "rubric": [one._asdict() for one in self.rubric],
            "sections": [_plain(one) for one in self.sections],
        }


def audit(subject: Subject, only: tuple[str, ...] = ()) -> Audit:
    """Ask every question of every table, or `only` those of some keys.

    Raises InputError for columns and files that are named and not there.
    """
    subject.check()
    sections = sorted(_sections(subject, only), key=lambda one: ORDER.index(one.key))
    record = subject.collection.record
    return Audit(
        str(record["recipe"]["name"]),
        int(record["run"]),
        record.get("finished"),
        sections,
        [] if only else grades(subject, sections),
    )


def _sections(subject: Subject, only: tuple[str, ...]) -> Iterator[Section]:
    for key, of_all in _WHOLE:
        if not only or key in only:
            yield of_all(subject)
    for key, ask in _OF_TABLES:
        if only and key not in only:
            continue
        found = [ask(view, subject) for view in subject.views if len(view)]
        asked = [one for one in found if one.not_asked is None]
        yield from asked or [one._replace(table=None) for one in found[:1]]


def _plain(value: Any) -> Any:
    """Named tuples as mappings, all the way down; numbers that are none as null."""
    if hasattr(value, "_asdict"):
        return {key: _plain(inner) for key, inner in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and value != value else value
