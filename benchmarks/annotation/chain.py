"""The whole chain over abstracts: from a file to tables of mentions, with all that is between.

Read, split into sentences, expand abbreviations, tag diseases and chemicals, find HPO concepts,
assert both, make a row of each mention, write. CPU seconds of the build of all abstracts less those
of the build of a few, so that the start (imports, model, lexicon) does not count; the figure with
it is given beside it. No peer does all of it; EasyNER's steps need a model hub.
"""

import tempfile
from pathlib import Path

import medloom
from benchmarks.common import Figure, cpu_seconds

RECIPE = """\
name: chain
tables:
  texts:
    read: {{pubtator: "{source}"}}
    steps:
      - sentences
      - abbreviations: {{by: document_id}}
      - tag: {{makes: {{spans: tagged}}}}
      - concepts: {{terminology: "{hpo}", makes: {{spans: phenotypes}}}}
      - assertion: {{domain: literature, reads: {{spans: tagged}}}}
      - assertion: {{domain: literature, reads: {{spans: phenotypes}}}}
  entities:
    from: texts
    steps:
      - entities: {{reads: {{article_id: document_id, spans: tagged}}}}
"""
CORPORA = ("BC5CDR_TrainDev", "NCBIdisease_TrainDev", "NLMgene_Train", "SPECIES_Train")
FEW = 40


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Abstracts a second of one core."""
    folder = data / "annotation/ner_pubtator/pubtator"
    documents = [
        document
        for name in CORPORA
        for document in (folder / f"{name}.PubTator").read_text("utf-8").strip().split("\n\n")
    ]
    hpo = data / "terminology/onto_hpo/hp.obo"
    with tempfile.TemporaryDirectory(prefix="medloom-chain-") as scratch:
        _build(documents[:FEW], hpo, Path(scratch, "first"))  # compiles the terminology, once
        start = cpu_seconds(lambda: _build(documents[:FEW], hpo, _new(scratch)), rounds=2)
        whole = cpu_seconds(lambda: _build(documents, hpo, _new(scratch)), rounds=2)
    n, on = len(documents), "abstracts of 4 corpora; the tagger was trained on some"
    return [
        Figure(
            "whole chain", "medloom", "abstracts/s", (n - FEW) / (whole - start), n,
            data=on, goal=100, note=f"with the start: {n / whole:.0f}",
        )
    ]  # fmt: skip


def _new(scratch: str) -> Path:
    return Path(tempfile.mkdtemp(dir=scratch))


def _build(documents: list[str], hpo: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    source, recipe = folder / "abstracts.PubTator", folder / "chain.yaml"
    source.write_text("\n\n".join(documents) + "\n", encoding="utf-8")
    recipe.write_text(RECIPE.format(source=source, hpo=hpo))
    medloom.build(recipe, into=folder / "made", workers=0)
