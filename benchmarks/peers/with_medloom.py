"""Medloom itself: `parse` alone, or with the conversion of every row type to Arrow.

Garbage collection is off within a batch of 128, as in a build.
"""

import gc
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import common

from medloom.steps.ingest.jats import parse
from medloom.tables import literature as rows
from medloom.tables.arrow import to_arrow
from medloom.tables.literature import Document

BATCH = 128
ROWS = {
    "articles": rows.Article, "passages": rows.Passage, "figures": rows.Figure,
    "panels": rows.Panel, "tables": rows.Table, "formulas": rows.Formula,
    "supplements": rows.Supplement,
}  # fmt: skip


def read(path: str) -> Document:
    return parse(Path(path).read_bytes(), name=Path(path).name, siblings=())


def speed(files: list[str], *, arrow: bool) -> dict[str, object]:
    contents = [(path, Path(path).read_bytes()) for path in files]
    work(contents[:1], Counter(), arrow=arrow)
    raised: Counter[str] = Counter()
    started = common.cpu_seconds()
    for at in range(0, len(contents), BATCH):
        work(contents[at : at + BATCH], raised, arrow=arrow)
    return common.told(common.cpu_seconds() - started, len(files), raised)


def work(batch: list[tuple[str, bytes]], raised: Counter[str], *, arrow: bool) -> None:
    gc.disable()
    documents = []
    for path, data in batch:
        try:
            documents.append(parse(data, name=Path(path).name, siblings=()))
        except Exception as error:  # a refused article is a result
            raised[type(error).__name__] += 1
    if arrow:
        for name, row in ROWS.items():
            to_arrow(list(chain.from_iterable(getattr(d, name) for d in documents)), row)
    gc.enable()


def haul(path: str) -> dict[str, object]:
    document = read(path)
    main = next(a for a in document.articles if a.parent_id is None)
    links = Counter(
        mention.target_id.rpartition("/fig/")[2]
        for passage in document.passages
        for mention in passage.mentions
        if mention.kind == "figure" and not mention.implied and mention.target_id != passage.about
    )
    return {
        "captions": [figure.caption for figure in document.figures],
        "table captions": [table.caption for table in document.tables],
        "references": len(main.references),
        "pmids": sum(bool(r.pmid) for r in main.references),
        "dois": sum(bool(r.doi) for r in main.references),
        "tables": [table.rows for table in document.tables],
        "links": links,
        "supplements": [s.href for s in document.supplements],
    }


if __name__ == "__main__":
    common.run(lambda paths: speed(paths, arrow="arrow" in sys.argv[4:]), haul)
