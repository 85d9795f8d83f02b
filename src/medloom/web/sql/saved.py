"""The rows of an answer as CSV."""

import csv
import io
import json
from typing import Any

from medloom.web.sql.worker import Answer

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(answer: Answer) -> str:
    """An answer as CSV: lists and structs as JSON.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> as_csv(Answer(columns=["a", "b"], rows=[[1, "=1+1"], [None, ["x"]]]))
    'a,b\\r\\n1,\\'=1+1\\r\\n,"[""x""]"\\r\\n'
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_cell(name) for name in answer.columns)
    writer.writerows([_cell(value) for value in row] for row in answer.rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
