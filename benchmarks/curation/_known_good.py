"""Known-good medical texts by profile, in two halves: to set limits with, and held aside.

Sets: abstracts of SciFact, of citation screening (ADHD, Antihistamines, Nagtegaal) and of PMC
articles; PMC articles, their paragraphs and captions; notes of MTSamples and ACI-BENCH, sections of
notes of MTS-Dialog; questions of MedQuAD, MedMCQA, PubMedQA and ECG-QA. Everything in the sets
counts as good, with two exceptions that keep what is not such a text out: a paragraph has eight
words and ends as a sentence does; a caption has five words, and is not `Click here for additional
data file` or `Source data for Figure 5A and Figure 5C`.
"""

import csv
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zlib import crc32

from medloom.errors import MedloomError
from medloom.kit.reading import in_memory
from medloom.steps.ingest.jats import jats
from medloom.tables.literature import Document

csv.field_size_limit(1 << 30)
_STANDING = re.compile(r"Click here|(\(A\) )?Source data for Fig")
PROFILES = ("abstract", "article", "caption", "note", "paragraph", "question")


def known_good(data: Path) -> dict[str, list[str]]:
    """The texts of each profile, each text once, in an order that no file decides."""
    found: dict[str, list[str]] = {
        "abstract": [
            *scifact(data),
            *(abstract for _, _, abstract, _ in screening(data)),
            *pmc_abstracts(data),
        ],
        "article": ["\n\n".join(one) for one in pmc(data, "paragraph").values() if len(one) > 5],
        "caption": [
            one for one in captions(data) if len(one.split()) >= 5 and not _STANDING.match(one)
        ],
        "note": [*notes(data)],
        "paragraph": [
            one
            for some in pmc(data, "paragraph").values()
            for one in some
            if len(one.split()) >= 8 and one.rstrip().endswith((".", "?", "!", ".)", ":"))
        ],
        "question": [*questions(data)],
    }
    return {name: sorted(set(texts), key=_draw) for name, texts in found.items()}


def halves(texts: list[str]) -> tuple[list[str], list[str]]:
    """A half to set limits with and a half held aside, by a hash of the text."""
    return [one for one in texts if _draw(one) % 2], [one for one in texts if not _draw(one) % 2]


def _draw(text: str) -> int:
    return crc32(text.encode("utf-8", "replace"))


def scifact(data: Path) -> Iterator[str]:
    with zipfile.ZipFile(data / "retrieval/ir_scifact/scifact.zip") as packed:
        file = io.StringIO(packed.read("corpus_train.csv").decode())
    for row in csv.DictReader(file):
        # A printed array of strings: the sentences, each in quotes.
        sentences = re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", row["abstract"])
        yield " ".join((one or other).replace("\\'", "'") for one, other in sentences)


def screening(data: Path) -> Iterator[tuple[str, str, str, bool]]:
    """Set, title, abstract and whether the review included it; rows with an abstract."""
    for file in sorted((data / "retrieval/ir_screening").rglob("*.csv")):
        with file.open(encoding="utf-8", errors="replace", newline="") as opened:
            for row in csv.DictReader(opened):
                if len((row["abstract"] or "").split()) > 1:
                    text = row["abstract"], row["label_included"] == "1"
                    yield file.stem, row["title"] or "", *text


@cache
def documents(data: Path) -> list[Document]:
    """JATS articles from all places, those that can be read; without files that show off tags."""
    found = []
    places = ("pmc_evidence_inference", "pmc_packages_derived", "jats_mixed", "jats_packages")
    for place in places:
        for file in sorted((data / "literature" / place).rglob("*")):
            is_sample = re.search("kitchen-sink|xmlio|simple-jats", file.name)
            if file.suffix in (".nxml", ".xml") and file.is_file() and not is_sample:
                try:
                    found += jats(in_memory(file.name, file.read_bytes()))
                except (MedloomError, ValueError):
                    continue
    return [one for one in found if one.articles and one.articles[0].language in (None, "en")]


def pmc(data: Path, kind: str) -> dict[str, list[str]]:
    """The passages of a kind by article."""
    found = defaultdict(list)
    for document in documents(data):
        for one in document.passages:
            if one.kind == kind:
                found[one.article_id].append(one.text)
    return found


def captions(data: Path) -> list[str]:
    return [one for some in pmc(data, "caption").values() for one in some]


def pmc_abstracts(data: Path) -> Iterator[str]:
    for document in documents(data):
        yield from (one.abstract for one in document.articles[:1] if one.abstract)


def notes(data: Path) -> Iterator[str]:
    for place, column in (
        ("notes_medcat_mtsamples/pt_notes.csv", "text"),
        ("dialog_aci_bench/data/challenge_data/train.csv", "note"),
        ("dialog_aci_bench/data/challenge_data/valid.csv", "note"),
        ("dialog_mts/Main-Dataset/MTS-Dialog-TrainingSet.csv", "section_text"),
    ):
        with (data / "notes" / place).open(encoding="utf-8", newline="") as opened:
            yield from (row[column] for row in csv.DictReader(opened) if row[column].strip())


def questions(data: Path) -> Iterator[str]:
    folder = data / "questions"
    for file in sorted((folder / "qa_medquad").rglob("*.xml")):
        text = file.read_text("utf-8", "replace")
        found = re.findall(r"<Question [^>]*>([^<]+)</Question>", text)
        yield from (one.replace("&amp;", "&").strip() for one in found)
    with (folder / "qa_mirage/medmcqa_dev1000.jsonl").open(encoding="utf-8") as opened:
        yield from (json.loads(line)["question"] for line in opened)
    pubmedqa = json.loads((folder / "qa_pubmedqa/dev500.json").read_text("utf-8"))
    yield from (one["QUESTION"] for one in pubmedqa.values())
    for file in sorted((folder / "ecg_qa").rglob("*.json")):
        yield from sorted({one["question"] for one in json.loads(file.read_text("utf-8"))})[:100]
