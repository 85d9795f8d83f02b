"""Modality and body part of figures, against captions that were labelled by hand.

The gold is `tests/annotate/gold_captions.jsonl`: ids of figures and their labels, no text. The
figures are those of `literature/` of the data. The sets: `development` (100 figures at random, few
an article, whose errors were looked at); `held out` (100 more) and `held out, images` (60 whose
caption has a word like micrograph, scan or arrow), both labelled before there was a step, by who
wrote the taxonomy; `blind` (85 others, 35 of them with such a word), labelled when the taxonomy
was done, and looked at after its first measurement (modality F1 .827, .770 to .894): since then it
counts as development. Where a caption left it open, the label is what its reader would expect to
see.
The peer, MultiCaRe's labeler, knows images of patients only; both are compared on those labels.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common import (
    Counts,
    Figure,
    cpu_seconds,
    peer_python,
    run_peer,
    scores,
)
from medloom.errors import MedloomError
from medloom.kit.figure_labels import Text, label
from medloom.kit.figure_labels.taxonomy import of_file
from medloom.kit.reading import Opened, Shelf
from medloom.kit.sources import find
from medloom.steps.ingest.jats import jats

GOLD = Path(__file__).parents[2] / "tests/annotate/gold_captions.jsonl"
ADAPTER = Path(__file__).parent / "with_multiversity.py"
VERSION = "2.0.8"
THEIRS = {
    "ct": "ct",
    "mri": "mri flair dwi t1 t2 stir",
    "xray": "x_ray panoramic",
    "ultrasound": "ultrasound doppler cardiac_view 4_chamber 2_chamber transesophageal parasternal",
    "pet": "pet",
    "spect": "spect",
    "scintigraphy": "scintigraphy nuclear_medicine",
    "angiography": "angiography arteriogram venogram",
    "fluoroscopy": "cholangiogram fluoroscopy",
    "mammography": "mammography",
    "histology": "pathology h&e pas masson_trichrome congo_red methenamine_silver",
    "immunohistochemistry": "immunostaining ihc",
    "fundus": "fundus_photograph fluorescein_angiography icga",
    "oct": "oct",
    "slit_lamp": "slit_lamp_photograph anterior_segment_image",
    "endoscopy": "endoscopy egd colonoscopy bronchoscopy",
    "clinical_photo": "medical_photograph skin_photograph oral_photograph other_medical_photograph",
    "ecg": "ekg",
    "eeg": "eeg",
}


class Labelled(NamedTuple):
    """One caption with its gold, and the sentences that mention the figure."""

    set: str
    modality: set[str]
    body_part: set[str]
    texts: list[Text]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Scores of modality and of body part on each set, and the speed on all figures."""
    figures = {figure.id: figure for figure in _figures(data / "literature")}
    rows = [json.loads(line) for line in GOLD.read_text().splitlines()]
    gold = [_labelled(row, figures[row["id"]]) for row in rows if row["id"] in figures]
    known = of_file()
    made = [label(one.texts, known) for one in gold]
    ours = {
        kind: [{one.label for one in found if one.kind == kind} for found in made]
        for kind in ("modality", "body_part")
    }
    out = _scores("medloom", "modality", gold, ours["modality"])
    out += _scores("medloom", "body_part", gold, ours["body_part"])
    out += _scores("medloom", "modality", gold, ours["modality"], THEIRS.keys())
    texts = [_texts(figure) for figure in figures.values()]
    seconds = cpu_seconds(lambda: [label(one, known) for one in texts])
    out.append(_speed("medloom", len(texts), seconds, "captions and mentions of all figures"))
    return out + _peer(gold, peers_env)


def _figures(literature: Path) -> Iterable[Any]:
    for source in find(str(literature), jats.documents):
        try:
            documents = list(jats(Opened(source, Shelf(), {"figures"})))
        except MedloomError:  # files that are no article
            continue
        for document in documents:
            yield from document.figures


def _texts(figure: Any) -> list[Text]:
    mentions = [Text("mention", one.sentence) for one in figure.mentions]
    return [Text("caption", figure.caption), *mentions]


def _labelled(row: dict[str, Any], figure: Any) -> Labelled:
    modality, body_part = set(row["modality"]), set(row["body_part"])
    return Labelled(row["set"], modality, body_part, _texts(figure))


def _peer(gold: list[Labelled], peers_env: Path | None) -> list[Figure]:
    contender = f"multiversity {VERSION}"
    install = [f"multiversity=={VERSION}", "pandas"]
    python = peer_python("multiversity", install, peers_env or Path(".peers"))
    if python is None:
        return [Figure("captions", contender, "F1", 0, 0, note="could not be installed")]
    made = run_peer(python, ADAPTER, [one.texts[0].text for one in gold])
    if "failed" in made:
        return [Figure("captions", contender, "F1", 0, 0, note=made["failed"])]
    ours = {word: name for name, words in THEIRS.items() for word in words.split()}
    found = [{ours[one] for one in labels if one in ours} for labels in made["labels"]]
    return [
        *_scores(contender, "modality", gold, found, THEIRS.keys()),
        _speed(contender, len(gold), made["seconds"], "captions of the gold"),
    ]


def _scores(
    contender: str,
    kind: str,
    gold: list[Labelled],
    made: list[set[str]],
    only: Iterable[str] | None = None,
) -> list[Figure]:
    kept: Callable[[set[str]], set[str]] = (lambda found: found & set(only)) if only else set
    task = f"captions, {kind}" + (", of patients" if only else "")
    out = []
    for name in dict.fromkeys(one.set for one in gold):
        pairs = [
            (kept(getattr(one, kind)), kept(found))
            for one, found in zip(gold, made, strict=True)
            if one.set == name
        ]
        counts = [Counts(len(a & b), len(b - a), len(a - b)) for a, b in pairs]
        out += scores(task, contender, counts, f"{len(pairs)} figures, {name}")
    return out


def _speed(contender: str, n: int, seconds: float, data: str) -> Figure:
    return Figure("captions", contender, "figures/s", n / seconds, n, data=data)
