"""A collection with a table of a million synthetic passages."""

from pathlib import Path

import numpy as np
import pyarrow as pa

import medloom
from medloom.collection.runs import run_name

N_ROWS = 1_000_000
_WORDS = np.array(
    ("patient", "cohort", "dose", "risk", "trial", "blood", "lung", "cell", "tumour", "protein",
     "gene", "renal", "acute", "chronic", "study", "result", "clinical", "therapy", "lesion",
     "image")
)  # fmt: skip
_RECIPE = """
name: million
tables:
  passages:
    about: Synthetic passages.
    read: {csv: {input: "{input}"}}
"""
_FIRST = """id,article_id,journal,year,score,is_open,license,text
PMC0/p/0,PMC0,Journal of dose,2001,0.5,true,CC-BY,patient cohort
PMC0/p/1,PMC0,Journal of dose,2002,0.7,false,CC0,dose risk
"""


def million(folder: Path) -> Path:
    """Make the collection, once."""
    made = folder / "collection"
    if (folder / "done").exists():
        return made
    (folder / "in").mkdir(parents=True, exist_ok=True)
    (folder / "in" / "first.csv").write_text(_FIRST)
    (folder / "recipe.yaml").write_text(_RECIPE)
    medloom.build(folder / "recipe.yaml", input=folder / "in", into=made, workers=0)
    collection = medloom.open(made)
    store, schema = collection.store, collection.dataset("passages").schema
    version = store.append_rows("passages", _rows().select(schema.names).cast(schema))
    for name in ("medloom.json", run_name(1)):
        record = store.read_json(name)
        record["tables"]["passages"].update(version=version, rows=N_ROWS + 2)
        store.write_json(name, record)
    (folder / "done").touch()
    return made


def _rows() -> pa.Table:
    draw, n = np.random.default_rng(0), N_ROWS
    journals = np.array([f"Journal of {a} {b}" for a in _WORDS for b in _WORDS[:10]])
    licences = np.array(["CC-BY", "CC-BY-NC", "CC0", None], object)
    return pa.table(
        {
            "id": [f"PMC{i // 40 + 1:07d}/p/{i % 40}" for i in range(n)],
            "article_id": [f"PMC{i // 40 + 1:07d}" for i in range(n)],
            "journal": journals[np.minimum(draw.zipf(1.3, n) - 1, 199)],
            "year": draw.integers(1980, 2026, n),
            "score": draw.normal(0, 1, n),
            "is_open": draw.random(n) < 0.3,
            "license": licences[draw.choice(4, n, p=[0.6, 0.2, 0.1, 0.1])],
            "text": [" ".join(words) for words in _WORDS[draw.integers(0, 20, (n, 25))]],
            "source": ["made up"] * n,
        }
    )
