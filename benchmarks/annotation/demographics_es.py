"""Age and sex in Spanish clinical cases, against the labels of MEDDOCAN (train).

A case begins with a form (`Edad: 32 años Sexo: H`) whose values often contradict the story, so what
counts is the first age and the first telling word that are labelled in the story below the form.
Files of odd places in the list of names are held out.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.annotation.cases import wilson
from benchmarks.common import Figure
from medloom.kit.demographics import of_text

FOLDER = "annotation/phi_meddocan/corpus/train/brat"
_FORM_ENDS = re.compile(r"^M[ée]dico.*$", re.M)
_UNITS = {"a": "year", "m": "month", "s": "week", "d": "day", "h": "hour"}
_SEXES = {"hombre": "male", "varón": "male", "niño": "male", "mujer": "female", "niña": "female"}


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Agreement on age and on sex, by half. No peer of ours reads Spanish."""
    figures = []
    for part, half in (("development", 0), ("held-out", 1)):
        rows = list(_rows(data / FOLDER, half))
        ages = [said == wanted for wanted, said, _, _ in rows if wanted]
        sexes = [said == wanted for _, _, wanted, said in rows if wanted]
        for metric, hits in (("age", ages), ("sex", sexes)):
            if hits:
                value, interval = sum(hits) / len(hits), wilson(sum(hits), len(hits))
                given = (metric, value, len(hits), *interval, f"MEDDOCAN stories, {part}", 0.97)
                figures.append(Figure("demographics_es", "medloom", *given))
    return figures


def _rows(folder: Path, half: int) -> Iterator[tuple[object, object, str | None, str | None]]:
    for file in sorted(folder.glob("*.ann"))[half::2]:
        text = file.with_suffix(".txt").read_text("utf-8")
        form = _FORM_ENDS.search(text)
        start = form.end() if form else 0
        ages, sexes = _labels(file, start)
        said = of_text(text[start:], "es")
        age = said.age and (said.age.number, said.age.unit)
        yield ages, age, sexes, said.sex and said.sex.value


def _labels(file: Path, start: int) -> tuple[tuple[float, str] | None, str | None]:
    lines = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line[:1] == "T"]
    spans = sorted((int(place.split()[1]), place.split()[0], words) for _, place, words in lines)
    age = sex = None
    for at, label, words in spans:
        if at >= start and label == "EDAD_SUJETO_ASISTENCIA" and age is None:
            found = re.match(r"(\d+)\s*(\w)?", words)
            age = (
                (float(found[1]), _UNITS.get((found[2] or "a").lower(), "year")) if found else None
            )
        if at >= start and label == "SEXO_SUJETO_ASISTENCIA" and sex is None:
            sex = _SEXES.get(words.lower())
    return age, sex
