"""A folder that shows what a collection mentions: one page, rankings, pairs and pictures."""

import csv
import html
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from medloom.collection.collection import Collection
from medloom.errors import CollectionError, MissingExtraError
from medloom.report import network
from medloom.report.ranking import Ranked, rank, sentences, trends

_PAIRS_EACH = 8


def write(
    collection: Collection,
    out: Path,
    table: str = "entities",
    *,
    labels: Sequence[str] = (),
    top: int = 100,
    examples: int = 12,
    pairs: str = "cooccurrence",
    articles: str = "articles",
) -> list[Path]:
    """Write the report of a table of mentions into a folder and return its files.

    `index.html` needs no network; beside it `entities.tsv`, and where the collection has pairs
    `cooccurrence.tsv`, `cooccurrence.graphml` and, with the extra `report`, `cooccurrence.png`.
    """
    ranked = rank(collection, table, labels=labels)
    out.mkdir(parents=True, exist_ok=True)
    made = [out / "entities.tsv"]
    _tsv(made[0], (_line(one) for one in ranked))
    found = _pairs(collection, pairs, labels)
    if found:
        made += _write_pairs(out, ranked, found, top)
    shown = ranked[:top]
    data = _data(collection, table, shown, found, examples, articles)
    made.insert(0, out / "index.html")
    made[0].write_text(page(data), encoding="utf-8")
    return made


def page(data: dict[str, Any]) -> str:
    """The page with its data inside."""
    text = (resources.files("medloom.report") / "page.html").read_text("utf-8")
    told = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return text.replace("{{title}}", html.escape(data["title"])).replace("{{data}}", told)


def _data(
    collection: Collection,
    table: str,
    ranked: Sequence[Ranked],
    pairs: Sequence[dict[str, Any]],
    examples: int,
    articles: str,
) -> dict[str, Any]:
    ids = [one.entity_id for one in ranked]
    by_year, every_year = trends(collection, table, ids, articles)
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sentences(collection, table, ids, examples):
        said[row["entity_id"]].append(_sentence(row))
    record = collection.record
    return {
        "title": f"{record['recipe']['name']}: {table}",
        "made": f"build {record['run']}, {record.get('finished') or 'not finished'}",
        "entities": [one._asdict() for one in ranked],
        "years": every_year,
        "trends": by_year,
        "sentences": said,
        "pairs": _nearest(pairs, set(ids)),
        "graph": bool(pairs),
    }


def _sentence(row: dict[str, Any]) -> dict[str, Any]:
    at = row["start"] - row.get("sentence_start", 0)
    said = [
        name for name in ("negated", "uncertain", "historical", "hypothetical") if row.get(name)
    ]
    if row.get("experiencer") not in (None, "patient"):
        said.append(row["experiencer"])
    end = at + row.get("end", row["start"] + len(row["text"])) - row["start"]
    return {"text": row["sentence"], "start": at, "end": end, "from": row["text_id"], "said": said}


def _pairs(collection: Collection, table: str, labels: Sequence[str]) -> list[dict[str, Any]]:
    try:
        found = network.edges(collection, table)
    except CollectionError:
        return []
    sides = ("left_label", "right_label")
    return [one for one in found if not labels or all(one[side] in labels for side in sides)]


def _nearest(pairs: Sequence[dict[str, Any]], ids: set[str]) -> dict[str, list[dict[str, Any]]]:
    """The strongest pairs of each entity, pairs being sorted."""
    nearest: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pair in pairs:
        for side, other in (("left", "right"), ("right", "left")):
            mine = nearest[pair[f"{side}_id"]] if pair[f"{side}_id"] in ids else None
            if mine is not None and len(mine) < _PAIRS_EACH:
                told = {"id": pair[f"{other}_id"], "name": pair[f"{other}_name"]}
                mine.append({**told, "n": pair["n_together"], "llr": round(pair["llr"], 1)})
    return nearest


def _write_pairs(
    out: Path, ranked: list[Ranked], pairs: list[dict[str, Any]], top: int
) -> list[Path]:
    made = [out / "cooccurrence.tsv"]
    _tsv(made[0], pairs)
    strongest = pairs[:top]
    there = {pair[side] for pair in strongest for side in ("left_id", "right_id")}
    try:
        graph = network.network([one for one in ranked if one.entity_id in there], strongest)
        network.write_graphml(graph, out / "cooccurrence.graphml")
        made.append(out / "cooccurrence.graphml")
        network.write_picture(graph, out / "cooccurrence.png")
        made.append(out / "cooccurrence.png")
    except MissingExtraError:
        pass  # the command says what is missing
    return made


def _line(one: Ranked) -> dict[str, Any]:
    return {**one._asdict(), "forms": "|".join(one.forms)}


def _tsv(out: Path, rows: Iterable[dict[str, Any]]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        for number, row in enumerate(rows):
            if not number:
                writer.writerow(row)
            writer.writerow(
                "|".join(map(str, v)) if isinstance(v, list) else v for v in row.values()
            )
