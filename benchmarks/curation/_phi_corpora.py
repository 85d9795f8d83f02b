"""Corpora that the models for protected health information learn from, as JSON lines.

python -m benchmarks.curation._phi_corpora --data DIR --into FOLDER

Makes `phi_es.jsonl` from the training part of MEDDOCAN and `phi_en.jsonl` from the training part of
Presidio's synthetic sentences, our own generated notes and sample notes without persons in them;
`phi_en_held.jsonl` and `phi_es_held.jsonl` hold what a model that is measured has not seen. With
`--all`, nothing is held out: so the shipped models are made.
"""

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MEDDOCAN = {
    "NOMBRE_SUJETO_ASISTENCIA": "patient_name",
    "NOMBRE_PERSONAL_SANITARIO": "staff_name",
    "FAMILIARES_SUJETO_ASISTENCIA": "kinship",
    "EDAD_SUJETO_ASISTENCIA": "age",
    "SEXO_SUJETO_ASISTENCIA": "sex",
    "FECHAS": "date",
    "CALLE": "street",
    "TERRITORIO": "city",
    "PAIS": "country",
    "HOSPITAL": "hospital",
    "CENTRO_SALUD": "health_centre",
    "INSTITUCION": "organization",
    "PROFESION": "profession",
    "ID_SUJETO_ASISTENCIA": "record_number",
    "ID_CONTACTO_ASISTENCIAL": "episode_number",
    "ID_ASEGURAMIENTO": "health_plan",
    "ID_TITULACION_PERSONAL_SANITARIO": "staff_number",
    "CORREO_ELECTRONICO": "email",
    "NUMERO_TELEFONO": "phone",
    "NUMERO_FAX": "fax",
    "OTROS_SUJETO_ASISTENCIA": "other",
}
PRESIDIO = {
    "PERSON": "name",
    "STREET_ADDRESS": "street",
    "GPE": "city",
    "ORGANIZATION": "organization",
    "DATE_TIME": "date",
    "AGE": "age",
    "NRP": "nationality",
    "ZIP_CODE": "postcode",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "credit_card",
    "EMAIL_ADDRESS": "email",
    "DOMAIN_NAME": "url",
    "IBAN_CODE": "iban",
    "US_SSN": "social_security",
    "IP_ADDRESS": "ip",
    "US_DRIVER_LICENSE": "driver_licence",
}
HELD = 5
"""Every fifth document of MEDDOCAN's training part by name is held out."""


class Gold(NamedTuple):
    """A text with what people marked in it: start, end, kind."""

    id: str
    text: str
    mentions: list[tuple[int, int, str]]
    group: str = ""
    """The template that made it."""


def meddocan(data: Path) -> list[Gold]:
    """The documents of the training part, by name."""
    return [
        _brat(file)
        for file in sorted((data / "annotation/phi_meddocan/corpus/train/brat").glob("*.ann"))
    ]


def _brat(file: Path) -> Gold:
    mentions = []
    for line in file.read_text("utf-8").splitlines():
        key, place, *_ = line.split("\t")
        if key.startswith("T"):
            label, start, end = place.split(" ")
            mentions.append((int(start), int(end), MEDDOCAN[label]))
    return Gold(file.stem, file.with_suffix(".txt").read_text("utf-8"), sorted(mentions))


def _mended(one: Gold) -> Gold:
    """With what is marked as a number of the patient and has no digit as what it is."""
    mentions = [
        (s, e, "other" if k == "record_number" and not any(map(str.isdigit, one.text[s:e])) else k)
        for s, e, k in one.mentions
    ]
    return one._replace(mentions=mentions)


def presidio(data: Path) -> list[Gold]:
    """Presidio's synthetic sentences; titles are left out, since no rule of privacy names them."""
    rows = json.loads((data / "annotation/phi_presidio/data/synth_dataset_v2.json").read_text())
    return [
        Gold(
            f"p{number}",
            row["full_text"],
            sorted(
                (one["start_position"], one["end_position"], PRESIDIO[one["entity_type"]])
                for one in row["spans"]
                if one["entity_type"] in PRESIDIO
            ),
            str(row["template_id"]),
        )
        for number, row in enumerate(rows)
    ]


def presidio_parts(rows: Sequence[Gold]) -> dict[str, list[Gold]]:
    """To train on; held out, of templates that training has seen; of templates that it has not."""
    parts: dict[str, list[Gold]] = {"train": [], "seen templates": [], "new templates": []}
    for one in rows:
        if zlib.crc32(one.group.encode()) % 4 == 0:
            parts["new templates"].append(one)
        elif zlib.crc32(one.text.encode()) % 4 == 0:
            parts["seen templates"].append(one)
        else:
            parts["train"].append(one)
    return parts


def write(path: Path, rows: Sequence[Gold]) -> None:
    """Write documents as the training of a tagger reads them."""
    path.write_text(
        "".join(
            json.dumps({"id": one.id, "text": one.text, "mentions": one.mentions}) + "\n"
            for one in rows
        )
    )


def spanish(data: Path, held_out: bool) -> list[Gold]:
    """What the Spanish model learns from."""
    rows = enumerate(meddocan(data))
    return [_mended(one) for number, one in rows if not held_out or number % HELD]


def english(data: Path, held_out: bool) -> Iterator[Gold]:
    """What the English model learns from."""
    rows = presidio(data)
    yield from presidio_parts(rows)["train"] if held_out else rows
    from benchmarks.curation._phi_notes import generated, without_persons  # noqa: PLC0415

    yield from generated(1500)
    yield from without_persons(data)


def main() -> None:
    """Write the corpora."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--all", action="store_true", help="hold nothing out")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    write(given.into / "phi_es.jsonl", spanish(given.data, not given.all))
    write(given.into / "phi_en.jsonl", list(english(given.data, not given.all)))


if __name__ == "__main__":
    main()
