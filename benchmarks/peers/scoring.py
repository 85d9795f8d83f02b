"""How much of the hand-written gold a tool's haul holds: found, present, invented.

One simple rule for every tool, Medloom included: strings are compared without white space, a
caption is whole where it holds the gold's start and, after it, the gold's end; counts are capped
at the gold's and what is above it is invented. What a tool has no field for is not scored.
The stricter check of Medloom alone is tests/literature/completeness.py.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple


class Score(NamedTuple):
    """One field over all gold articles."""

    found: int
    present: int
    invented: int | None
    """None where the gold lists examples only, so that more of them prove nothing."""


FIELDS = (
    "figure captions whole", "table captions whole", "references", "their PMIDs", "their DOIs",
    "table cells, text", "table cells at their place", "links to figures", "supplements",
)  # fmt: skip


def score(golds: Sequence[dict[str, Any]], hauls: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Sums by field; a field that no article of the tool has is left out."""
    sums: dict[str, Score] = {}
    had: Counter[str] = Counter()
    for gold, haul in zip(golds, hauls, strict=True):
        for field, one, produced in fields(gold, haul):
            old = sums.get(field, Score(0, 0, 0))
            invented = None if one.invented is None else (old.invented or 0) + one.invented
            sums[field] = Score(old.found + one.found, old.present + one.present, invented)
            had[field] += produced
    refused = sum("error" in haul for haul in hauls)
    scores = {field: sums[field]._asdict() for field in FIELDS if had[field]}
    return {"refused": refused, "articles": len(golds), "fields": scores}


def fields(gold: dict[str, Any], haul: dict[str, Any]) -> Iterator[tuple[str, Score, bool]]:
    """The scores of one article, and whether the tool produced the field at all."""
    figures = [f for f in gold["figures"] if f["start"]]
    tables, references = gold["tables"], gold["references"]
    cells = [cell for table in tables for cell in table.get("cells", []) if tight(cell["text"])]
    labels = {tight(one["label"]) for one in (*gold["figures"], *tables)}
    told = [table for table in tables if table["start"]]
    for field, wanted, key in zip(
        FIELDS[:2], (figures, told), ("captions", "table captions"), strict=True
    ):
        got = [text for text in map(tight, haul.get(key, ())) if text and text not in labels]
        yield field, captions(wanted, got), key in haul
    for field, key, here in zip(
        FIELDS[2:5], ("n", "n_pmid", "n_doi"), ("references", "pmids", "dois"), strict=True
    ):
        yield field, capped(references[key], haul.get(here, 0)), here in haul
    grids = [[[tight(text) for text in row] for row in rows] for rows in haul.get("tables", ())]
    yield FIELDS[5], texts(cells, grids), "tables" in haul
    yield FIELDS[6], places(cells, grids), "tables" in haul
    yield FIELDS[7], links(gold["figures"], haul.get("links", {})), "links" in haul
    must = [s["href"] for s in gold["supplements"] if not s.get("optional")]
    allowed = [s["href"] for s in gold["supplements"]]
    yield FIELDS[8], files(must, allowed, haul.get("supplements", ())), "supplements" in haul


def capped(present: int, got: int) -> Score:
    return Score(min(present, got), present, max(0, got - present))


def captions(wanted: Sequence[dict[str, Any]], got: Sequence[str]) -> Score:
    left = list(got)
    must = [w for w in wanted if not w.get("optional")]
    found = 0
    for one in must:
        start, end = tight(one["start"]), tight(one["end"])
        hit = next((t for t in left if whole(t, start, end)), None)
        if hit is not None:
            left.remove(hit)
            found += 1
    return Score(found, len(must), max(0, len(got) - len(wanted)))


def whole(text: str, start: str, end: str) -> bool:
    at = text.find(start)
    return at >= 0 and text.rfind(end) >= min(at, max(0, at + len(start) - len(end)))


def texts(cells: Sequence[dict[str, Any]], grids: Sequence[list[list[str]]]) -> Score:
    there = {text for rows in grids for row in rows for text in row}
    found = sum(any(t.startswith(tight(cell["text"])) for t in there) for cell in cells)
    return Score(found, len(cells), None)


def places(cells: Sequence[dict[str, Any]], grids: Sequence[list[list[str]]]) -> Score:
    found = sum(
        any(at(rows, cell["r"], cell["c"]).startswith(tight(cell["text"])) for rows in grids)
        for cell in cells
    )
    return Score(found, len(cells), None)


def at(rows: list[list[str]], r: int, c: int) -> str:
    return rows[r][c] if r < len(rows) and c < len(rows[r]) else "\0"


def links(figures: Sequence[dict[str, Any]], got: dict[str, int]) -> Score:
    sums = Score(0, 0, 0)
    for figure in figures:
        want, n = figure["mentions"], got.get(figure["id"], 0)
        extra = max(0, n - want - figure.get("unlinked", 0))
        sums = Score(sums.found + min(want, n), sums.present + want, (sums.invented or 0) + extra)
    return sums


def files(wanted: Sequence[str], allowed: Sequence[str], got: Sequence[str | None]) -> Score:
    names = {name for name in got if name}
    found = sum(any(same_file(want, name) for name in names) for want in wanted)
    extra = sum(not any(same_file(one, name) for one in allowed) for name in names)
    return Score(found, len(wanted), extra)


def same_file(one: str, other: str) -> bool:
    return one.rpartition("/")[2] == other.rpartition("/")[2]


def tight(text: object) -> str:
    """Without any white space; null is empty."""
    return re.sub(r"\s+", "", str(text)) if text is not None else ""
