"""What expansion of queries does to recall: with and without it, by paired differences.

SciFact claims to abstracts; MedQuAD questions to their answers; and concepts to the abstracts in
which people marked them (BC5CDR and NCBI disease with MEDIC, HPO GSC+ with HPO), where the query is
the concept's id, or one of its synonyms. A synonym is drawn by chance from those that the
terminology has beside the preferred name. The terminology knows nothing of the corpora.
"""

import random
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.annotation.phenotypes import documents
from benchmarks.common import SEED, Figure
from benchmarks.search import _collections as collections
from benchmarks.search._claims import claims, corpus
from medloom.answers.retrieving import as_query
from medloom.formats.pubtator import read
from medloom.kit.ranking import mean, ndcg, paired_difference, recall
from medloom.search.parsing import plain
from medloom.search.searcher import Searcher
from medloom.search.understanding import Understanding, expander
from medloom.terminology.curies import mesh_or_omim
from medloom.terminology.finding import open_lexicon

TASK = "expansion"
DEPTH = 100
_MEDIC = "terminology/medic_vocab/medic_06Jul2012.txt"
_HPO = "terminology/onto_hpo/hp.obo"


class Asked(NamedTuple):
    """A query, and the ids of what it should find."""

    query: str
    relevant: frozenset[str]


class Task(NamedTuple):
    """A set of texts, what is asked of it, and the terminology that is given."""

    name: str
    texts: Mapping[str, str]
    asked: Sequence[Asked]
    terminologies: tuple[str, ...] = ()


def measure(data: Path, peers_env: Path) -> list[Figure]:
    """All figures of this task."""
    return [figure for task in tasks(data) for figure in _measured(task)]


def tasks(data: Path) -> Iterator[Task]:
    """All sets with their queries."""
    yield scifact(data)
    yield scifact(data)._replace(name="SciFact claims, with HPO", terminologies=(str(data / _HPO),))
    yield medquad(data)
    for corpus_, name in (("BC5CDR", "BC5CDR diseases"), ("NCBIdisease", "NCBI diseases")):
        file = data / f"annotation/ner_pubtator/pubtator/{corpus_}_TrainDev.PubTator"
        yield from of_concepts(name, *marked(file), str(data / _MEDIC))
    gold = documents(data / "annotation/hpo_gsc/GSCplus_dev_gold.tsv")
    texts = {str(number): one.text for number, one in enumerate(gold)}
    concepts = {str(number): set(one.ids) for number, one in enumerate(gold)}
    yield from of_concepts("HPO GSC+", texts, concepts, str(data / _HPO))


def scifact(data: Path) -> Task:
    """Claims of the validation part to the abstracts that support or contradict them."""
    texts = {one.id: f"{one.title} {' '.join(one.sentences)}" for one in corpus(data)}
    asked = [Asked(as_query(one.text), frozenset(one.evidence)) for one in claims(data)]
    return Task("SciFact claims", texts, asked)


def medquad(data: Path) -> Task:
    """Questions of patients to the answer that stands with each."""
    texts: dict[str, str] = {}
    asked = []
    for file in sorted((data / "questions/qa_medquad").rglob("*.xml")):
        for pair in ET.parse(file).iter("QAPair"):
            question, answer = pair.findtext("Question"), pair.findtext("Answer")
            if question and answer and answer.strip():
                id = f"{file.stem}-{pair.get('pid')}"
                texts[id] = answer
                asked.append(Asked(as_query(question), frozenset({id})))
    return Task("MedQuAD questions", texts, asked)


def marked(file: Path) -> tuple[dict[str, str], dict[str, set[str]]]:
    """The texts of a PubTator file, and the diseases that people marked in each."""
    texts: dict[str, str] = defaultdict(str)
    concepts: dict[str, set[str]] = defaultdict(set)
    for one in read(file.read_bytes()):
        texts[one.document_id] += one.text + " "
        for span in one.spans:
            if span.label != "Chemical":
                ids = (mesh_or_omim(concept.id) for concept in span.concepts)
                concepts[one.document_id].update(id for id in ids if id)
    return texts, concepts


def of_concepts(
    name: str, texts: Mapping[str, str], concepts: Mapping[str, set[str]], terminology: str
) -> Iterator[Task]:
    """Concepts as ids, and as a synonym; each with the texts in which it was marked."""
    lexicon = open_lexicon(terminology)
    found: dict[int, set[str]] = defaultdict(set)
    for document, ids in concepts.items():
        for id in ids:
            if (number := lexicon.number(id)) is not None:
                found[number].add(document)
    by_id, by_name = [], []
    draw = random.Random(SEED)
    for number, where in sorted(found.items()):
        by_id.append(Asked(lexicon.ids[number], frozenset(where)))
        entry = lexicon.entry(number)
        others = [one.text for one in entry.synonyms if one.text.lower() != entry.name.lower()]
        if others:
            by_name.append(Asked(as_query(draw.choice(others)), frozenset(where)))
    yield Task(f"{name}, by id", texts, by_id, (terminology,))
    yield Task(f"{name}, by synonym", texts, by_name, (terminology,))


def _measured(task: Task) -> Iterator[Figure]:
    rows = [{"id": id, "text": text} for id, text in task.texts.items()]
    scores: dict[tuple[str, bool], list[float]] = defaultdict(list)
    with collections.indexed({"texts": rows}, encoder="none") as uri:
        understanding = Understanding.of(None, task.terminologies)
        searcher = Searcher.open(uri, expander(understanding))
        for expand in (False, True):
            for one in task.asked:
                found = searcher.find(plain(one.query), mode="lexical", limit=DEPTH, expand=expand)
                ranked = [hit.id for hit in found.hits]
                grades = dict.fromkeys(one.relevant, 1.0)
                scores[f"recall@{DEPTH}", expand].append(recall(ranked, grades, DEPTH))
                scores["recall@10", expand].append(recall(ranked, grades, 10))
                scores["nDCG@10", expand].append(ndcg(ranked, grades, 10))
    for metric in (f"recall@{DEPTH}", "recall@10", "nDCG@10"):
        for expand in (False, True):
            who = "medloom, expanded" if expand else "medloom, words alone"
            found_ = mean(scores[metric, expand])
            yield Figure(
                TASK, who, metric, found_.mean, found_.n, found_.low, found_.high, task.name
            )
        gain, low, high = paired_difference(scores[metric, True], scores[metric, False])
        yield Figure(
            *(TASK, "expanded - words alone", metric, gain, len(task.asked), low, high, task.name)
        )
