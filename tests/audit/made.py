"""Collections whose weaknesses are known, because they are planted here."""

import io
import random
import re
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
from PIL import Image, ImageDraw

import medloom
from medloom.collection import ledger, runs
from medloom.collection.collection import Collection
from medloom.collection.ledger import StepCount
from medloom.collection.manifest import Manifest, TableState
from medloom.collection.store import Store

WORDS = re.findall(
    r"\w+",
    """
cough fever wheeze oedema rash nausea fatigue lesion nodule effusion stent graft suture biopsy
scan tracing infusion tablet dressing discharge mobility appetite oxygen lungs abdomen knee
shoulder ankle wrist stomach liver kidney spleen colon thyroid retina cornea cochlea larynx mild
moderate severe stable improved worsening intermittent persistent bilateral resolved new chronic
acute subtle diffuse focal patchy tender swollen painless itchy dry clear normal
""",
)


def collection(folder: Path, **tables: Any) -> Collection:
    """Tables as a collection, as a build would leave them."""
    store = Store(str(folder))
    manifest = Manifest(recipe="made", ledger=ledger.create(store), run=1)
    for name, columns in tables.items():
        table = pa.table(columns)
        version = lance.write_dataset(table, store.table_uri(name)).version
        step = {"name": "made", "kind": "reads", "settings": {}, "adds": [], "code": "0" * 16}
        manifest.tables[name] = TableState(
            version, ["key"], [step], about=f"Rows of {name}.", rows=table.num_rows
        )
        count = StepCount(name, "made", 0, "reads", "f", 0, *[table.num_rows] * 2, 0, 0)
        manifest.ledger[ledger.COUNTS] = ledger.append(store, ledger.COUNTS, [count])
    recipe = {"name": "made", "digest": "0" * 16, "text": "name: made"}
    inputs = {"notes": {"place": "/somewhere/notes", "sources": 1, "fingerprint": "a" * 64}}
    record = runs.new_record(1, recipe, inputs, {})
    runs.start(store, record)
    runs.finish(store, manifest, record)
    return medloom.open(folder)


def notes(n_patients: int = 240, seed: int = 0) -> dict[str, list[Any]]:
    """Notes without a weakness: three a patient, label, site and all else drawn by itself."""
    draw = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for patient in range(n_patients):
        part = "test" if patient % 4 == 0 else "train"
        label, sex = draw.choice(["yes", "no"]), draw.choice("FM")
        for note in range(3):
            text = " ".join(draw.choice(WORDS) for _ in range(draw.randint(20, 60)))
            rows.append(
                {
                    "id": f"n{patient}-{note}",
                    "patient_id": f"p{patient}",
                    "text": f"{text.capitalize()}.",
                    "label": label,
                    "site": draw.choice("ABC"),
                    "year": draw.randint(2010, 2020),
                    "sex": sex,
                    "age": float(draw.randint(20, 85)),
                    "license": "CC-BY-4.0",
                    "split": part,
                    "annotator_1": label,
                    "annotator_2": label if draw.random() < 0.95 else "yes",
                    "prediction": label if draw.random() < 0.85 else "no",
                }
            )
    return {name: [row[name] for row in rows] for name in rows[0]}


def picture(marked: bool, bright: bool, seed: int) -> bytes:
    """A grey picture of noise; with a marker in a corner, or a bright border."""
    draw = random.Random(seed)
    image = Image.effect_noise((96, 96), 40 + draw.random() * 10)
    pen = ImageDraw.Draw(image)
    if marked:
        pen.rectangle((4, 4, 14, 14), fill=255)
    if bright:
        pen.rectangle((0, 0, 95, 95), outline=230, width=4)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
