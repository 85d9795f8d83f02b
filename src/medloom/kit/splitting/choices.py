"""Turn what a user asks for, by time or by site, into where each row leans."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medloom.kit.splitting.assignment import Strata, assign
from medloom.kit.splitting.components import Numbers
from medloom.kit.splitting.keys import as_text
from medloom.kit.splitting.leaning import FREE, UNKNOWN, Leaning, Rule
from medloom.kit.splitting.ranks import hashes

Cut = int | float | str


def by_time(
    name: str, column: pa.Array, cuts: Mapping[str, Cut], parts: Sequence[str], straddling: Rule
) -> Leaning:
    """Rows lean to the last part whose cut is not after them; those before the first cut are free.

    Cuts are numbers for a column of numbers, else text in the order of the calendar: `2021-07-01`.
    `straddling` is the rule for groups on both sides of a cut. Raises ValueError where cuts do not
    go up in the order of the parts, or leave out a later part.

    >>> lean = by_time("year", pa.array([2018, 2021]), {"test": 2020}, ["train", "test"], "latest")
    >>> lean.parts.tolist()
    [-1, 1]
    """
    names = [part for part in parts if part in cuts]
    if list(cuts) != names or names != list(parts)[-len(names) :]:
        raise ValueError(
            f"cuts are {', '.join(cuts)}: name the last of {', '.join(parts)}, in order"
        )
    values, edges = _comparable(name, column, list(cuts.values()))
    if edges != sorted(edges):
        raise ValueError(f"the cuts of {name} do not go up: {edges}")
    at = np.full(len(values), FREE)
    for part, edge in zip(names, edges, strict=True):
        later = pc.fill_null(pc.greater_equal(values, edge), False)
        at[later.to_numpy(zero_copy_only=False)] = list(parts).index(part)
    at[values.is_null().to_numpy(zero_copy_only=False)] = UNKNOWN
    return Leaning(at, straddling, name)


def _comparable(name: str, column: pa.Array, cuts: list[Cut]) -> tuple[pa.Array, list[Any]]:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        if any(isinstance(cut, str) for cut in cuts):
            raise ValueError(f"{name} holds numbers: give its cuts as numbers")
        return column.cast(pa.float64()), [float(cut) for cut in cuts]
    values = as_text(name, column)
    blank = pc.equal(values, "")
    return pc.if_else(blank, None, values), [str(cut) for cut in cuts]


def by_hold_out(held: Mapping[str, pa.Array], values: Mapping[str, Any], part: int) -> Leaning:
    """Rows with a held-out value lean to a part, which no other row may be in.

    Raises ValueError for a value that no row has.

    >>> by_hold_out({"site": pa.array(["a", "b", None])}, {"site": ["b"]}, 2).parts.tolist()
    [-1, 2, -2]
    """
    at: Numbers | None = None
    for name, column in held.items():
        texts = as_text(name, column)
        wanted = pa.array(list(map(str, values[name])), texts.type)
        lacking = wanted.filter(pc.invert(pc.is_in(wanted, texts))).to_pylist()
        if lacking and len(texts):
            raise ValueError(f"no row has the {name} that is held out: {', '.join(lacking)}")
        inside = pc.is_in(texts, wanted)
        unknown = pc.fill_null(pc.equal(texts, ""), True).to_numpy(zero_copy_only=False)
        mine = np.where(inside.to_numpy(zero_copy_only=False), part, FREE)
        mine = np.where(unknown, UNKNOWN, mine)
        at = mine if at is None else np.where(at < 0, np.where(mine == FREE, at, mine), at)
    assert at is not None
    return Leaning(at, "held", " and ".join(held))


def by_sites(
    name: str,
    column: pa.Array,
    shares: Sequence[float],
    seed: int,
    known: tuple[pa.Array, Numbers] | None = None,
) -> Leaning:
    """Whole sites go to parts, so that each part has its share of rows and at least one site.

    `known` are the sites and parts of the build before: a site stays where it was. Raises
    ValueError where there are fewer sites than parts.

    >>> sites = pa.array(["a", "a", "a", "b", None])
    >>> by_sites("site", sites, [0.7, 0.3], 0).parts.tolist()
    [0, 0, 0, 1, -2]
    """
    texts = as_text(name, column)
    coded = pc.if_else(pc.equal(texts, ""), None, texts).dictionary_encode()
    sites = coded.dictionary.to_pylist()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    anchored = _parts_before(name, sites, len(shares), known)
    wanted = [part for part, share in enumerate(shares) if share > 0]
    if len(sites) < len(wanted):
        raise ValueError(f"{name} has {len(sites)} values: fewer than parts")
    rows = codes[codes >= 0]
    strata = Strata(rows, np.zeros(len(rows), np.int64), 1)
    parts = assign(shares, hashes(sites, name, seed), anchored, strata)
    _fill(parts, np.bincount(rows, minlength=len(sites)), anchored, wanted)
    return Leaning(np.where(codes >= 0, parts[codes], UNKNOWN), "most", name)


def _parts_before(
    name: str, sites: Sequence[str], n_parts: int, known: tuple[pa.Array, Numbers] | None
) -> Numbers:
    anchored = np.full(len(sites), FREE)
    if known is None:
        return anchored
    number = {site: at for at, site in enumerate(sites)}
    counts = np.zeros((len(sites), n_parts), np.int64)
    for site, part in zip(as_text(name, known[0]).to_pylist(), known[1].tolist(), strict=True):
        if part >= 0 and site in number:
            counts[number[site], part] += 1
    return np.where(counts.any(axis=1), counts.argmax(axis=1), anchored)


def _fill(parts: Numbers, sizes: Numbers, anchored: Numbers, wanted: Sequence[int]) -> None:
    """Give each empty part the smallest free site of a part that has several."""
    for part in wanted:
        if part in parts:
            continue
        n_sites = np.bincount(parts, minlength=max(wanted) + 1)
        free = np.flatnonzero((anchored == FREE) & (n_sites[parts] > 1))
        if len(free):
            parts[free[sizes[free].argmin()]] = part
