"""SciFact's claims, abstracts as sentences, and which sentences are the evidence."""

import ast
import csv
import io
import re
import tokenize
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FILE = Path("retrieval/ir_scifact/scifact.zip")
_NUMBER = re.compile(r"\d+")


class Abstract(NamedTuple):
    """An abstract of the corpus."""

    id: str
    title: str
    sentences: list[str]


class Claim(NamedTuple):
    """A claim, and the numbers of the sentences of each abstract that are evidence."""

    text: str
    evidence: dict[str, set[int]]


def corpus(data: Path) -> list[Abstract]:
    """All abstracts."""
    return [
        Abstract(row["doc_id"], row["title"], list(_strings(row["abstract"])))
        for row in _rows(data, "corpus_train.csv")
    ]


def claims(data: Path, part: str = "validation") -> list[Claim]:
    """The claims of a part (train, validation) that some abstract supports or contradicts."""
    found: dict[str, Claim] = {}
    for row in _rows(data, f"claims_{part}.csv"):
        if row["evidence_doc_id"]:
            claim = found.setdefault(row["id"], Claim(row["claim"], {}))
            numbers = {int(one) for one in _NUMBER.findall(row["evidence_sentences"])}
            claim.evidence.setdefault(row["evidence_doc_id"], set()).update(numbers)
    return list(found.values())


def _rows(data: Path, name: str) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(data / FILE) as archive, archive.open(name) as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""))


def _strings(printed: str) -> Iterator[str]:
    """The strings of a list as numpy prints it: without commas."""
    for token in tokenize.generate_tokens(io.StringIO(printed).readline):
        if token.type == tokenize.STRING:
            yield ast.literal_eval(token.string)
