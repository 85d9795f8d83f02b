"""What ties the parts of a dataset together: patients, articles, copies of texts and files."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import pyarrow as pa

from medloom.audit.findings import Finding, Level, Listing, Section, finding
from medloom.audit.images import image_pairs
from medloom.audit.split_proof import SplitProof
from medloom.audit.splits import columns_to_read, prove_splits
from medloom.audit.subject import Subject
from medloom.audit.view import View
from medloom.kit.near_duplicates import Settings, find_copies

_MOST_TEXTS = 20_000
_AT_ONCE = 1_000
_MANY_COPIES = 0.05

_COPY = "copy"

Pair = tuple[str, str, str]


def leaks(subject: Subject) -> Section:
    """Whether any path leads from one part to another, over keys and copies, in all tables."""
    title = "Leaks between parts"
    about = (
        "Rows of different parts that share a patient, an article, a study or a copy, directly or "
        "over others. Copies of texts and image files are looked for here, whatever the table says."
    )
    found = [(view, list(copies(view))) for view in subject.views]
    findings = [one for view, pairs in found for one in _copies_found(view, pairs)]
    parted = [(view, pairs) for view, pairs in found if view.role("split")]
    if not parted:
        why = "no column `split`: add the step `split`"
        return Section("leaks", title, about, None, tuple(findings), not_asked=why)
    tables = {}
    for view, pairs in parted:
        names = columns_to_read(view.schema.names, view.table)
        names += [n for n in ("patient_id", "subject_id", "article_id") if n in view.names]
        unique = list(dict.fromkeys([*names, "split"]))
        held = {n: view.array(n) for n in unique if n in view.names}
        tables[view.table] = pa.table({"id": pa.array(view.ids), **held, _COPY: _tied(view, pairs)})
    same = {f"{name}.{_COPY}": _COPY for name in tables}
    proof = prove_splits(tables, same=same, n_shown=100)
    findings += _leaks_found(proof)
    return Section("leaks", title, about, None, tuple(findings), (), tuple(_listings(proof)))


def _tied(view: View, pairs: Sequence[Pair]) -> pa.Array:
    """Of each row the pairs of copies that it is in."""
    of: dict[str, list[str]] = {}
    for a, b, what in pairs:
        for one in (a, b):
            of.setdefault(one, []).append(f"{a} ~ {b} ({what})")
    return pa.array([of.get(one, []) for one in view.ids], pa.list_(pa.string()))


def copies(view: View) -> Iterator[Pair]:
    """Pairs of rows whose texts or files are copies, with what is alike."""
    name = view.role("text")
    if name:
        if len(view) <= _MOST_TEXTS:
            yield from _near(view.ids, [one or "" for one in view.texts(name)])
        else:
            folded = (" ".join(str(one or "").lower().split()) for one in _all(view, name))
            yield from _same(view.ids, (one.encode() for one in folded), "text")
    image = view.role("image")
    if image and image in view.schema.names and not view.is_plain(image):
        yield from image_pairs(view, image)


def _near(ids: Sequence[str], texts: Sequence[str]) -> Iterator[Pair]:
    batches = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
    found = find_copies(batches, len(texts), lambda some: [texts[n] for n in some], int, Settings())
    for number, kept in enumerate(found.kept):
        if kept is not None and kept != number:
            yield ids[kept], ids[number], "text"


def _all(view: View, name: str) -> Iterator[str | None]:
    yield from view.stream(name) if name in view.schema.names else view.texts(name)


def _same(ids: Sequence[str], contents: Iterable[bytes], what: str) -> Iterator[Pair]:
    first: dict[bytes, str] = {}
    for one, content in zip(ids, contents, strict=True):
        if content:
            before = first.setdefault(blake2b(content, digest_size=16).digest(), one)
            if before != one:
                yield before, one, what


def _copies_found(view: View, pairs: Sequence[Pair]) -> Iterator[Finding]:
    share = len({b for _, b, _ in pairs}) / max(len(view), 1)
    if share > _MANY_COPIES:
        what = f"{share:.0%} of the rows are copies of others."
        evidence = f"{len(pairs):,} of {len(view):,} rows, the same or nearly the same text or file"
        yield finding(Level.WARNING, what, evidence, view.table, [b for _, b, _ in pairs])


def _leaks_found(proof: SplitProof) -> Iterator[Finding]:
    named = {one.key for one in proof.keys if one.values} - {_COPY}
    if not named:
        what = "Only copies could be looked for: no patient, article or study is named."
        evidence = "columns that would say: patient_id, subject_id, article_id, study_id, cluster"
        yield finding(Level.WARNING, what, evidence)
    if not proof.leaking_groups:
        return
    first = proof.leaks[0]
    ids = [str(at.id) for leak in proof.leaks for at in leak.path[::2]]  # type: ignore[union-attr]
    n = proof.leaking_groups
    what = f"{n:,} groups of rows lie in several parts."
    if n == 1:
        what = "Rows that belong together lie in several parts."
    yield finding(Level.PROBLEM, what, f"for one: {first}", None, list(dict.fromkeys(ids)))


def _listings(proof: SplitProof) -> Iterator[Listing]:
    parts = [
        (table, part or "(none)", n) for table, of in proof.parts.items() for part, n in of.items()
    ]
    yield Listing("Rows of each part", ("table", "part", "rows"), tuple(parts))
    keys = [(k.table, k.column, k.values, k.widest, k.rows_without) for k in proof.keys]
    if keys:
        columns = ("table", "key", "values", "rows of the widest", "rows without")
        yield Listing("What the proof rests on", columns, tuple(keys))
    if proof.leaks:
        paths = [(str(leak), ", ".join(f"{p} {n}" for p, n in leak.rows.items()))
                 for leak in proof.leaks[:20]]  # fmt: skip
        yield Listing("Paths between parts", ("path", "rows"), tuple(paths))
