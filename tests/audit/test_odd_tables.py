"""Tables of any kind are audited without an error: odd types, odd names, missing everything."""

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from medloom.audit import page
from medloom.audit.report import audit
from medloom.audit.subject import Subject
from medloom.audit.view import View
from medloom.publish.documents.facts import Facts
from tests.audit import made

N = 80
ODD: dict[str, Any] = {
    "id": [str(n) for n in range(N)],
    "a b": ["x"] * N,
    "a`b": ["y"] * N,
    'q"uote': [[1]] * N,
    "half": [[1] if n % 2 else None for n in range(N)],
    "date": [datetime.date(2000 + n % 20, 1, 1) for n in range(N)],
    "time": pa.array([datetime.datetime(2000, 1, 1)] * N, pa.timestamp("us")),
    "label": [float("nan") if n % 7 == 0 else float(n % 2) for n in range(N)],
    "sex": pa.array([["F", "M"][n % 2] for n in range(N)], pa.large_string()),
    "age": pa.array([None if n % 5 == 0 else n for n in range(N)], pa.int16()),
    "site": pa.array([n % 3 for n in range(N)], pa.uint8()),
    "year": pa.array([None] * N, pa.int64()),
    "price": pa.array([decimal.Decimal("1.5")] * N, pa.decimal128(5, 2)),
    "text": ["" if n % 2 else "word " * 50 + "\u0000 \U0001fa7a" for n in range(N)],
    "split": [["train", "test", None, ""][n % 4] for n in range(N)],
    "spans": pa.array(
        [None if n % 2 else [] for n in range(N)],
        pa.list_(pa.struct([("start", pa.int64()), ("label", pa.string())])),
    ),
    "bytes": pa.array([b"no image" if n % 2 else None for n in range(N)], pa.large_binary()),
    "prediction": [float(n % 2) for n in range(N)],
    "score": [float("nan") if n % 9 == 0 else 0.5 for n in range(N)],
    "patient_id": [None if n % 4 == 0 else f"p{n // 2}" for n in range(N)],
    "license": [[None, "CC-BY", "odd <x>"][n % 3] for n in range(N)],
    "attributes": [[{"name": "sex", "value": "Q"}, {"name": None, "value": "z"}]] * N,
    "annotator_1": pa.array([None] * N, pa.string()),
    "annotator_2": ["a"] * N,
}


@pytest.mark.parametrize("without", [None, "id", "label", "prediction", "text", "patient_id"])
def test_any_table_can_be_audited_and_described(tmp_path: Path, without: str | None) -> None:
    columns = {name: values for name, values in ODD.items() if name != without}
    collection = made.collection(tmp_path, odd=columns)
    found = audit(Subject(collection))
    assert "odd &lt;x&gt;" in page.page(found)
    json.dumps(found.as_json(), allow_nan=False)
    assert Facts(collection).answers()["counts"] == f"- `odd`: {N} rows"


def test_not_a_number_is_missing(tmp_path: Path) -> None:
    view = View(made.collection(tmp_path, odd=ODD), "odd")
    assert view.texts("label")[:3] == [None, "1", "0"]
    missing = audit(Subject(view.collection), ("missing",)).sections[0]
    counts = {row[0]: row[1] for row in missing.listings[0].rows}
    assert (counts["label"], counts["year"], counts["half"]) == (12, N, N // 2)
