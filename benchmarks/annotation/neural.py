"""A token classification model in ONNX form on NCBI disease: F1 and megabytes a second.

No model comes with Medloom: MEDLOOM_ONNX_MODEL names the folder of one that labels diseases, and
the figures are of its files. The even documents were held out of the one that is reported.
"""

import os
from pathlib import Path

from benchmarks.common import Counts, Figure, cpu_seconds, scores
from medloom.formats.pubtator import read

TASK, CORPUS = "neural", "annotation/ner_pubtator/pubtator/NCBIdisease_TrainDev.PubTator"


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Strict mention F1 by document, and speed of one thread."""
    folder = os.environ.get("MEDLOOM_ONNX_MODEL")
    if not folder:
        return [Figure(TASK, "tag_onnx", "F1", float("nan"), 0, note="set MEDLOOM_ONNX_MODEL")]
    try:
        from medloom.steps.annotate.tag_onnx import tag_onnx  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return [Figure(TASK, "tag_onnx", "F1", float("nan"), 0, note="needs medloom[onnx]")]
    rows = list(read((data / CORPUS).read_bytes()))[1::2]
    texts = [one.text for one in rows]
    size, figures = sum(map(len, texts)), []
    for file in sorted(Path(folder).glob("*.onnx")):
        step = tag_onnx(model=str(file))
        found = step(texts)
        counts = []
        for row, spans in zip(rows, found, strict=True):
            gold = {(one.start, one.end) for one in row.spans}
            said = {(one.start, one.end) for one in spans}
            counts.append(Counts(len(gold & said), len(said - gold), len(gold - said)))
        where = "NCBI disease, even, held out"
        figures += scores(TASK, f"tag_onnx, {file.name}", counts, where)
        some = texts[:60]
        seconds = cpu_seconds(lambda step=step, some=some: step(some), rounds=1)
        rate = sum(map(len, some)) / 1e6 / seconds
        figures.append(Figure(TASK, f"tag_onnx, {file.name}", "MB/s", rate, size, data=where))
    return figures
