"""Patients of case reports: their age and sex, whether they are found, and their figures.

Gold: `tests/annotate/gold_demographics.jsonl` and `gold_cases.jsonl`, ids and labels only. The
texts are in `--data`, in the articles made for Medloom, and, if they are there, in two sources
under `--peers-env/sources`: `case-report-corpus/CaseReportCorpus.pickle` (53 case reports as web
pages, of the Medical Case Report Corpus; their sections and paragraphs are recovered by headings,
so they tell of finding, not of parsing), and `pmc-patients` (the peer: filters.py, extractor.py
and xml_utils.py of its repository).
"""

import csv
import json
import pickletools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import medloom.demo
from benchmarks.common import Counts, Figure, cpu_seconds, peer_python, run_peer, scores
from medloom.kit.demographics import of_text
from medloom.kit.reading import in_memory
from medloom.steps.annotate.case_reports import case_reports
from medloom.steps.ingest.jats import jats
from medloom.tables.cases import Case

GOLD = Path(__file__).parents[2] / "tests/annotate"
PARTS = ("development", "held-out")
PEER = "pmc-patients rules"


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Figures of the three questions, with the peer's where its files are."""
    csv.field_size_limit(2**30)
    texts = _texts(data, peers_env)
    with tempfile.TemporaryDirectory() as folder:
        files = _files(data, texts, Path(folder))
        peer = _peer(peers_env, files, texts)
        return [*_demographics(texts, peer), *_cases(files, peer), *_figures(files), *_speed(texts)]


def _gold(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / f"gold_{name}.jsonl").open()]


def _texts(data: Path, peers_env: Path | None) -> dict[str, str]:
    made = {}
    notes = data / "notes"
    for row in _rows(notes / "notes_medcat_mtsamples/pt_notes.csv"):
        made[f"mtsamples/{row['Unnamed: 0_x']}"] = row["text"]
    for part in ("train", "valid"):
        for row in _rows(notes / f"dialog_aci_bench/data/challenge_data/{part}.csv"):
            made[f"aci/{row['encounter_id']}"] = row["note"]
    for row in _rows(notes / "dialog_mts/Main-Dataset/MTS-Dialog-TrainingSet.csv"):
        made[f"mtsdialog/{row['ID']}"] = row["section_text"]
    medec = "questions/qa_medec/MEDEC-MS/MEDEC-MS-ValidationSet-with-GroundTruth-and-ErrorType.csv"
    for row in _rows(data / medec):
        made[f"medec/{row['Text ID']}"] = row["Text"]
    pages = (peers_env or data) / "sources/case-report-corpus/CaseReportCorpus.pickle"
    if pages.exists():
        for number, text in enumerate(_strings(pages), start=1):
            made[f"casereports/{number}"] = text
    return made


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="") as lines:
        yield from csv.DictReader(lines)


def _strings(file: Path) -> Iterator[str]:
    """The long strings of a pickle, read without running it."""
    for _, value, _ in pickletools.genops(file.read_bytes()):
        if isinstance(value, str) and len(value) > 600:
            yield value


def _files(data: Path, texts: dict[str, str], folder: Path) -> dict[str, Path]:
    """JATS files by the id of their gold; other articles have none, and no patients."""
    made = {}
    for gold in _gold("cases"):
        source, name = gold["id"].split("/")
        if source == "demo":
            made[gold["id"]] = next((medloom.demo.path()).glob(f"{name}*/*.*xml"), None)
        elif gold["id"] in texts:
            made[gold["id"]] = folder / f"{name}.nxml"
            made[gold["id"]].write_text(_page(texts[gold["id"]]))
    made = {name: file for name, file in made.items() if file}
    trials = sorted((data / "literature/pmc_evidence_inference/xml_files").glob("*.nxml"))
    return made | {f"trials/{file.stem}": file for file in trials}


_HEADING = re.compile(
    r"(?:(?<=[.\]) ])\s+|^)(?:\d\.?\s+)?(Abstract|ABSTRACT|Introduction|INTRODUCTION|Background|"
    r"Case [Rr]eports?|CASE REPORTS?|Case [Pp]resentations?|CASE PRESENTATION|Presentation of case|"
    r"Case [Dd]escription|CASE DESCRIPTION|Discussion|DISCUSSION|Conclusions?|CONCLUSIONS?|"
    r"REFERENCES|References|(?:Case|Patient) \d)[.:]?\s+(?=[A-Z\d])"
)
_INTRODUCED = re.compile(r"(?<=[.\]])\s+(?=(?:An?|Another) \d+[ -](?:year|month|day)s?[ -]old )")


def _page(text: str) -> str:
    """A web page as JATS: its sections by their headings, a paragraph at each new patient."""
    parts = _HEADING.split(text)
    title = re.split(r" Warning:|\|| - PubMed| {3}", parts[0])[0]
    abstract, body = "", ""
    for heading, content in zip(parts[1::2], parts[2::2], strict=False):
        told = "".join(f"<p>{escape(one)}</p>" for one in _INTRODUCED.split(content))
        if heading.lower() == "abstract":
            abstract = abstract or f"<abstract>{told}</abstract>"
        elif heading.lower() != "references":
            body += f"<sec><title>{escape(heading)}</title>{told}</sec>"
    if "PubMed - NCBI" in text[:400]:
        start = text.rfind("Abstract", 0, 6500)
        abstract, body = f"<abstract><p>{escape(text[start + 9 :])}</p></abstract>", ""
    typed = re.search(r"Publication [Tt]ypes?.{0,80}Case Reports", text)
    named = typed or re.search(r"\bcases?\b", title, re.I)
    kind = "case-report" if named else "research-article"
    return (
        f'<article article-type="{kind}"><front><article-meta><title-group><article-title>'
        f"{escape(title)}</article-title></title-group>{abstract}</article-meta></front>"
        f"<body>{body}</body></article>"
    )


def _peer(peers_env: Path | None, files: dict[str, Path], texts: dict[str, str]) -> Any:
    """What the peer says: patients by file, age and sex by text; or {"failed": why}."""
    folder = (peers_env or Path()) / "sources/pmc-patients"
    if peers_env is None or not (folder / "filters.py").exists():
        return {"failed": "its files are not in --peers-env/sources/pmc-patients"}
    python = peer_python("pmc-patients", ["pandas", "tqdm", "word2number"], peers_env)
    if python is None:
        return {"failed": "its packages cannot be installed"}
    wanted = [one["id"] for one in _gold("demographics") if one["id"] in texts]
    given = {
        "folder": str(folder.resolve()),
        "files": [str(file.resolve()) for file in files.values()],
        "texts": [texts[name] for name in wanted],
    }
    said = run_peer(python, Path(__file__).with_name("with_pmc_patients.py"), given)
    if "failed" in said:
        return said
    by_text = dict(zip(wanted, said["texts"], strict=True))
    return {"files": dict(zip(files, said["files"], strict=True)), "texts": by_text}


def _demographics(texts: dict[str, str], peer: Any) -> list[Figure]:
    figures = []
    for part in PARTS:
        golds = [one for one in _gold("demographics") if one["part"] == part and one["id"] in texts]
        ours = [_said(texts[one["id"]]) for one in golds]
        figures += _agreement("medloom", golds, ours, part)
        if "failed" not in peer:
            theirs = [_theirs(peer["texts"][one["id"]]) for one in golds]
            figures += _agreement(PEER, golds, theirs, part)
    if "failed" in peer:
        figures.append(Figure("cases", PEER, "accuracy", 0, 0, note=peer["failed"]))
    return figures


_PLAIN = ("medec", "mtsdialog")
"""Texts that are narratives throughout, as the peer expects: it reads the first sentence."""
_Said = tuple[float | None, str | None, str | None]


def _said(text: str) -> _Said:
    age, sex, _ = of_text(text)
    return age and age.number, age and age.unit, sex and sex.value


def _theirs(said: Any) -> _Said:
    if not said:
        return None, None, None
    (number, unit), *_ = said[0]
    return number, unit, {"M": "male", "F": "female"}[said[1]]


def _agreement(
    contender: str, golds: list[dict[str, Any]], said: list[_Said], part: str
) -> list[Figure]:
    data = f"notes, vignettes and case reports read by us, {part}"
    rows = list(zip(golds, said, strict=True))
    ages = [(one["age"], one["unit"]) == (number, unit) for one, (number, unit, _) in rows]
    sexes = [one["sex"] == sex for one, (_, _, sex) in rows]
    both = [age and sex for age, sex in zip(ages, sexes, strict=True)]
    figures = []
    plain = [at for at, one in enumerate(golds) if one["id"].startswith(_PLAIN)]
    for metric, hits in (
        ("age", ages),
        ("sex", sexes),
        ("age and sex", both),
        ("of narratives", [both[at] for at in plain]),
    ):
        value, (low, high) = sum(hits) / len(hits), wilson(sum(hits), len(hits))
        goal = 0.97 if metric == "age and sex" else None
        figures.append(Figure("cases", contender, metric, value, len(hits), low, high, data, goal))
    return figures


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95% interval of a share, after Wilson."""
    z, share = 1.96, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return middle - reach, middle + reach


def _cases(files: dict[str, Path], peer: Any) -> list[Figure]:
    golds = {one["id"]: one for one in _gold("cases")}
    figures = []
    for part in (*PARTS, "trials"):
        names = [one for one in files if golds.get(one, {"part": "trials"})["part"] == part]
        wanted = [golds[one]["patients"] if one in golds else 0 for one in names]
        data = f"articles, {part}" + (" (none holds a patient)" if part == "trials" else "")
        for contender in ("medloom", *([PEER] if "failed" not in peer else [])):
            found = [
                len(_found(files[one])) if contender == "medloom" else peer["files"][one]
                for one in names
            ]
            if part == "trials":
                figures.append(
                    Figure("cases", contender, "wrong patients", sum(found), len(names), data=data)
                )
                continue
            pairs = zip(found, wanted, strict=True)
            counts = [Counts(min(a, b), max(0, a - b), max(0, b - a)) for a, b in pairs]
            figures += scores("cases", contender, counts, data)
    return figures


def _found(file: Path) -> list[Case]:
    made = []
    for document in jats(in_memory(file.name, file.read_bytes())):
        rows = case_reports(document.articles, document.passages, document.figures)
        made += [one for one in rows if isinstance(one, Case)]
    return made


def _figures(files: dict[str, Path]) -> list[Figure]:
    """Figures given to patients, in the articles made for Medloom."""
    counts = []
    for gold in _gold("cases"):
        if "figures" not in gold or gold["id"] not in files:
            continue
        wanted = {(name, case) for name, cases in gold["figures"].items() for case in cases}
        made = _found(files[gold["id"]])
        found = {
            (one.figure_id.split("/", 1)[1], case.number) for case in made for one in case.figures
        }
        counts.append(Counts(len(found & wanted), len(found - wanted), len(wanted - found)))
    return scores("case figures", "medloom", counts, "articles made for Medloom (looked at)")


def _speed(texts: dict[str, str]) -> list[Figure]:
    work = list(texts.values())
    seconds = cpu_seconds(lambda: [of_text(text) for text in work])
    return [Figure("cases", "medloom", "texts/s", len(work) / seconds, len(work), data="all texts")]
