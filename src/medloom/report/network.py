"""The graph of what is mentioned together: as GraphML, a picture, tables of nodes and edges."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from daft import col

from medloom.collection.collection import Collection
from medloom.errors import CollectionError, MissingExtraError
from medloom.report.ranking import Ranked, rank

if TYPE_CHECKING:
    import networkx

WEIGHTS = ("n_together", "npmi", "pmi", "llr")
_SEED = 7


def edges(
    collection: Collection,
    table: str = "cooccurrence",
    *,
    top: int | None = None,
    weight: str = "llr",
    least: int = 2,
) -> list[dict[str, Any]]:
    """The pairs that a table of co-occurrence statistics holds, heaviest first.

    `least` is the number of texts in which two must stand together. Raises CollectionError where
    there is no such table.
    """
    if table not in collection.tables:
        raise CollectionError(
            f"no table '{table}' of pairs here: build the recipe 'entities', or add the steps "
            "cooccurrence and cooccurrence_statistics to yours"
        )
    frame = collection.table(table).where(col("n_together") >= least)
    ordered = frame.sort([weight, "left_id", "right_id"], desc=[True, False, False])
    rows: list[dict[str, Any]] = (ordered.limit(top) if top else ordered).to_pylist()
    return rows


def network(nodes: list[Ranked], pairs: list[dict[str, Any]]) -> "networkx.Graph[str]":
    """A networkx graph of entities and the pairs between them."""
    nx = _networkx()
    graph = nx.Graph()
    for one in nodes:
        graph.add_node(
            one.entity_id,
            name=one.name,
            label=one.label,
            mentions=one.mentions,
            documents=one.documents,
        )
    for pair in pairs:
        if pair["left_id"] in graph and pair["right_id"] in graph:
            weights = {name: pair[name] for name in WEIGHTS if pair.get(name) is not None}
            graph.add_edge(pair["left_id"], pair["right_id"], **weights)
    return graph


def of_collection(
    collection: Collection,
    table: str,
    pairs_table: str,
    *,
    top: int | None,
    weight: str,
    least: int,
) -> "networkx.Graph[str]":
    """The graph of the heaviest pairs of a collection, and of the entities in them."""
    pairs = edges(collection, pairs_table, top=top, weight=weight, least=least)
    there = {pair[side] for pair in pairs for side in ("left_id", "right_id")}
    nodes = [one for one in rank(collection, table) if one.entity_id in there]
    return network(nodes, pairs)


def write_graphml(graph: "networkx.Graph[str]", out: Path) -> None:
    """Write GraphML, as Cytoscape and Gephi read it."""
    _networkx().write_graphml(graph, out)


def write_parquet(graph: "networkx.Graph[str]", out: Path) -> None:
    """Write `nodes.parquet` and `edges.parquet` into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    nodes = [{"id": node, **data} for node, data in graph.nodes(data=True)]
    lines = [{"source": a, "target": b, **data} for a, b, data in graph.edges(data=True)]
    pq.write_table(pa.Table.from_pylist(nodes), out / "nodes.parquet")
    pq.write_table(pa.Table.from_pylist(lines), out / "edges.parquet")


def write_picture(graph: "networkx.Graph[str]", out: Path, weight: str = "llr") -> None:
    """Draw the graph as PNG or SVG: larger for more documents, one colour a label."""
    nx = _networkx()
    figure, axes = _figure()
    place = nx.spring_layout(graph, seed=_SEED, weight=None, k=1.6 / max(len(graph), 1) ** 0.5)
    labels = sorted({data["label"] for _, data in graph.nodes(data=True)})
    most = max((data["documents"] for _, data in graph.nodes(data=True)), default=1)
    heaviest = max((data.get(weight, 1) for *_, data in graph.edges(data=True)), default=1) or 1
    for a, b, data in graph.edges(data=True):
        share = max(data.get(weight, 1), 0) / heaviest
        xs, ys = zip(place[a], place[b], strict=True)
        axes.plot(xs, ys, color="#8a94a6", alpha=0.25 + 0.6 * share, lw=0.5 + 3 * share, zorder=1)
    for number, label in enumerate(labels):
        named = [node for node, data in graph.nodes(data=True) if data["label"] == label]
        sizes = [40 + 900 * graph.nodes[node]["documents"] / most for node in named]
        xs, ys = zip(*(place[node] for node in named), strict=True)
        colour = COLOURS[number % len(COLOURS)]
        axes.scatter(xs, ys, s=sizes, color=colour, edgecolors="white", label=label, zorder=2)
    for node, data in graph.nodes(data=True):
        axes.annotate(
            data["name"][:28], place[node], fontsize=8, ha="center", va="center", zorder=3
        )
    if labels:
        axes.legend(loc="lower right", frameon=False, fontsize=9, markerscale=0.5)
    axes.set_axis_off()
    figure.savefig(out, dpi=150, bbox_inches="tight", metadata={})


COLOURS = ("#e07a5f", "#3d85c6", "#81b29a", "#f2b134", "#9b72cf", "#5fa8a8", "#c9577a", "#7d8b57")


def _figure() -> Any:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "a picture needs matplotlib: pip install 'medloom[report]'"
        ) from error
    figure = Figure(figsize=(11, 8))
    return figure, figure.add_axes((0, 0, 1, 1))


def _networkx() -> Any:
    try:
        import networkx  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("a graph needs networkx: pip install 'medloom[report]'") from error
    return networkx
