"""The gates of a release: what must hold before a dataset is handed to others."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any

import pyarrow as pa

from medloom.audit.privacy import PUBLISHED, text_columns
from medloom.audit.splits import STANDARD_KEYS, columns_to_read, prove_splits
from medloom.audit.view import View
from medloom.collection.collection import Collection
from medloom.errors import CollectionError
from medloom.kit.licences import mixture
from medloom.kit.phi_values import labels_in
from medloom.publish.documents import documentation_complete
from medloom.publish.release import Settings
from medloom.registry import load_step
from medloom.tables.spans import Span

_SPLIT, _LICENSE = "split", "license"
_ARTICLES, _ARTICLE = "articles", "article_id"
_NO_TEXT = frozenset(("license_text", "html", "mathml", "latex"))
"""Columns that look like text and tell of nobody."""
_N_SHOWN, _PHI_BATCH = 5, 256
_SURE = 0.8
"""How sure a model must be to close the gate: below, it often sees names in text without words."""


@dataclass(frozen=True)
class Verdict:
    """What a gate says, on what evidence."""

    gate: str
    passed: bool
    evidence: str
    details: tuple[dict[str, Any], ...] = ()
    """What is wrong, a thing a row; never what stands in a text."""
    waiver: str | None = None
    """Why it may be passed all the same."""

    @property
    def is_open(self) -> bool:
        """Whether the release may go on."""
        return self.passed or self.waiver is not None

    def told(self) -> dict[str, Any]:
        """The verdict as the manifest and `--json` have it."""
        verdict = "passed" if self.passed else "waived" if self.waiver else "refused"
        waiver = {"waiver": self.waiver} if self.waiver else {}
        return {
            "gate": self.gate,
            "verdict": verdict,
            "evidence": self.evidence,
            **waiver,
            "details": list(self.details),
        }


def gates(
    collection: Collection,
    settings: Settings,
    waivers: Mapping[str, str] | None = None,
    phi_rows: int | None = None,
) -> list[Verdict]:
    """Ask all gates.

    Raises CollectionError for a waiver of a gate that does not exist.
    """
    waivers = waivers or {}
    asked: dict[str, Callable[[], Verdict]] = {
        "ledger": lambda: ledger_gate(collection),
        "splits": lambda: splits_gate(collection, settings),
        "licences": lambda: licences_gate(collection, settings),
        "phi": lambda: phi_gate(collection, settings, phi_rows, public=False),
        "documents": lambda: documents_gate(collection),
    }
    unknown = [name for name in waivers if name not in asked]
    if unknown:
        raise CollectionError(f"no gate is called {unknown[0]}; gates: {', '.join(asked)}")
    found = [ask() for ask in asked.values()]
    return [replace(one, waiver=None if one.passed else waivers.get(one.gate)) for one in found]


def ledger_gate(collection: Collection) -> Verdict:
    """Every row that went in came out, or is in the ledger."""
    if not collection.complete:
        return Verdict("ledger", False, "no build has come to its end")
    sums = collection.ledger
    wrong = [one for one in sums if not one.balanced]
    if wrong:
        told = f"the ledger does not add up for {', '.join(one.table for one in wrong)}"
        return Verdict("ledger", False, told, tuple(one._asdict() for one in wrong))
    lost = sum(one.dropped + one.failed for one in sums)
    return Verdict("ledger", True, f"{len(sums)} tables add up; {lost:,} rows are accounted for")


def splits_gate(collection: Collection, settings: Settings) -> Verdict:
    """No key that rows share leads from one split to another."""
    names = [name for name in _tables(collection, settings) if _SPLIT in _names(collection, name)]
    if not names:
        return Verdict("splits", True, "no table is split")
    by = _split_keys(collection)
    tables = {}
    for name in names:
        columns = columns_to_read(_names(collection, name), name, by)
        tables[name] = collection.dataset(name).to_table(columns=columns)
    proof = prove_splits(tables, by=by)
    parts = {part for table in proof.parts.values() for part in table if part}
    if not proof.holds and not proof.leaking_groups and len(parts) < 2:
        return Verdict("splits", True, f"one part alone: {', '.join(parts)}")
    details = tuple(
        {"path": str(leak), "rows": ", ".join(f"{part} {n}" for part, n in leak.rows.items())}
        for leak in proof.leaks
    )
    return Verdict("splits", proof.holds, str(proof), details)


def licences_gate(collection: Collection, settings: Settings) -> Verdict:
    """The licences of the rows go together, and let them be passed on."""
    details: list[dict[str, Any]] = []
    codes: Counter[str] = Counter()
    asked = []
    for name in _tables(collection, settings):
        rows = _licences(collection, name, settings.where)
        if rows is None:
            continue
        asked.append(name)
        ids, said = rows
        found = mixture(said, link_only=settings.link_only)
        codes.update(found.counts)
        details += [
            {
                "table": name,
                "licences": " and ".join(one.codes),
                "why": one.why,
                "rows": one.n_rows,
                "first": ", ".join(str(ids[at]) for at in one.rows),
            }
            for one in found.conflicts
        ]
    if not asked:
        return Verdict("licences", False, f"no table that is published has a column {_LICENSE}")
    told = ", ".join(f"{code} {n:,}" for code, n in codes.most_common())
    return Verdict("licences", not details, f"{', '.join(asked)}: {told}", tuple(details))


def phi_gate(
    collection: Collection,
    settings: Settings,
    rows: int | None = None,
    *,
    public: bool = True,
) -> Verdict:
    """No text names a person or tells who it is about. `rows` None reads all of them.

    Tables of published articles are looked at only where `public` says so.
    """
    found: list[dict[str, Any]] = []
    looked, passed_over = 0, []
    for name in _tables(collection, settings):
        if not public and not set(PUBLISHED).isdisjoint(_names(collection, name)):
            passed_over.append(name)
            continue
        view = View(collection, name)
        chosen = [one for one in text_columns(view) if _is_published(one, settings)]
        for column in chosen:
            n_rows, counted, ids = _phi_in(collection, name, column, settings.where, rows)
            looked += n_rows
            if counted:
                found.append(
                    {
                        "table": name,
                        "column": column,
                        "found": ", ".join(f"{label} {n:,}" for label, n in counted.most_common()),
                        "rows": len(ids),
                        "first": ", ".join(ids[:_N_SHOWN]),
                    }
                )
    told = f"{looked:,} texts read" + ("" if rows is None else f", at most {rows:,} of a column")
    if passed_over:
        told += f"; {', '.join(passed_over)}: published articles, not read"
    n_findings = sum(one["rows"] for one in found)
    told = f"{n_findings:,} texts seem to tell who it is; {told}" if found else told
    return Verdict("phi", not found, told, tuple(found))


def documents_gate(collection: Collection) -> Verdict:
    """Every question that a release must answer is answered."""
    missing = documentation_complete(collection)
    if not missing:
        return Verdict("documents", True, "every required question is answered")
    details = tuple({"question": one} for one in missing)
    told = f"{len(missing)} questions are open; answer them: medloom document DIR"
    return Verdict("documents", False, told, details)


def _tables(collection: Collection, settings: Settings) -> Sequence[str]:
    return settings.tables or collection.tables


def _names(collection: Collection, table: str) -> list[str]:
    return list(collection.dataset(table).schema.names)


def _licences(
    collection: Collection, table: str, where: str | None
) -> tuple[list[Any], list[str | None]] | None:
    """The ids and licences of the rows; where a row says none, that of its article counts.

    None where neither the rows nor their articles say anything.
    """
    columns = _names(collection, table)
    whole = _article_licences(collection) if _ARTICLE in columns else {}
    if _LICENSE not in columns and not whole:
        return None
    wanted = [one for one in ("id", _ARTICLE, _LICENSE) if one in columns]
    rows = collection.dataset(table).to_table(columns=wanted, filter=where)
    nothing: list[Any] = [None] * rows.num_rows
    ids = rows["id"].to_pylist() if "id" in wanted else list(range(rows.num_rows))
    articles = rows[_ARTICLE].to_pylist() if _ARTICLE in wanted else nothing
    said = rows[_LICENSE].to_pylist() if _LICENSE in wanted else nothing
    return ids, [own or whole.get(article) for own, article in zip(said, articles, strict=True)]


def _article_licences(collection: Collection) -> dict[str, str | None]:
    """The licence of each article, where a table has them."""
    if _ARTICLES not in collection.tables:
        return {}
    if not {"id", _LICENSE} <= set(_names(collection, _ARTICLES)):
        return {}
    rows = collection.dataset(_ARTICLES).to_table(columns=["id", _LICENSE])
    return dict(zip(rows["id"].to_pylist(), rows[_LICENSE].to_pylist(), strict=True))


def _is_published(column: str, settings: Settings) -> bool:
    wanted = not settings.columns or column in settings.columns
    return wanted and not settings.link_only and column not in _NO_TEXT


def _split_keys(collection: Collection) -> list[str] | None:
    """The columns that the steps `split` were told to hold together, beside the usual ones."""
    steps = [step for one in collection.record["tables"].values() for step in one["steps"]]
    named = [step["settings"].get("by") for step in steps if _SPLIT in step["adds"]]
    keys = [key for by in named for key in ([by] if isinstance(by, str) else by or [])]
    if not keys:
        return None
    return list(dict.fromkeys([*keys, *STANDARD_KEYS]))


def _phi_in(
    collection: Collection, table: str, column: str, where: str | None, rows: int | None
) -> tuple[int, Counter[str], list[str]]:
    """How many texts were read, findings by label, and the ids of the rows that have some."""
    counted: Counter[str] = Counter()
    ids: list[str] = []
    n_rows = 0
    texts = _texts(collection, table, column, where, rows)
    while batch := list(islice(texts, _PHI_BATCH)):
        n_rows += len(batch)
        found = _labels([text for _, text, _ in batch])
        for (number, _, row_id), labels in zip(batch, found, strict=True):
            if labels:
                counted.update(labels)
                ids.append(row_id or f"row {number}")
    return n_rows, counted, ids


def _labels(texts: Sequence[str]) -> list[list[str]]:
    """The labels of what rules and models find in each text; JSON is looked at by rules alone."""
    prose = iter(_finder()([text for text in texts if not text.startswith("{")]))
    return [
        labels_in(text) if text.startswith("{") else [span.label for span in next(prose)]
        for text in texts
    ]


@cache
def _finder() -> Callable[[list[str]], list[list[Span]]]:
    step = load_step("phi").using(min_model_score=_SURE)
    find: Callable[[list[str]], list[list[Span]]] = step.body(**step.values)
    return find


def _texts(
    collection: Collection, table: str, column: str, where: str | None, rows: int | None
) -> Iterator[tuple[int, str, str | None]]:
    """Texts with their number and id: all, or some that lie evenly over the table."""
    dataset = collection.dataset(table)
    has_id = "id" in dataset.schema.names
    wanted = [column, "id"] if has_id and column != "id" else [column]
    total = dataset.count_rows(filter=where)
    every = 1 if rows is None else max(1, total // rows)
    number = 0
    batch: pa.RecordBatch
    for batch in collection.scan(table, wanted, where):
        ids = batch["id"].to_pylist() if has_id else [None] * batch.num_rows
        for text, row_id in zip(batch[column].to_pylist(), ids, strict=True):
            if text and number % every == 0:
                yield number, text, row_id
            number += 1
