"""Write the documents of a release into its folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from medloom.collection.collection import Collection
from medloom.publish.documents.answers import Answers
from medloom.publish.documents.card import card
from medloom.publish.documents.changes import changelog
from medloom.publish.documents.citation import citation
from medloom.publish.documents.croissant import croissant
from medloom.publish.documents.facts import Facts
from medloom.publish.documents.questions import questions
from medloom.publish.documents.sheets import is_answered, sheet
from medloom.publish.documents.sources import attribution

_KNOWN_COLUMNS = {
    "id": "What to call the row.",
    "split": "The part of the dataset that the row belongs to.",
    "license": "The licence of the row's source.",
    "patient_id": "Whom the row is about.",
    "article_id": "The article that the row comes from.",
    "source": "The file that the row was read from.",
    "text": "The text; offsets of spans count its code points.",
    "bytes": "An image file.",
}


def write_documents(
    collection: Collection, folder: Path, manifest: Mapping[str, Any]
) -> list[Path]:
    """Write card, Croissant, datasheet, Healthsheet, attribution, citation and changelog.

    The same collection, answers and manifest give the same bytes.
    """
    answers, found = Answers.of(collection), Facts(collection, manifest)
    facts = found.answers()
    about = _about(found.name, answers, facts)
    schemas = {view.table: view.schema for view in found.views}
    described = croissant(manifest, about, _KNOWN_COLUMNS, schemas)
    texts = {
        "README.md": card(manifest, about, answers, facts),
        "croissant.json": json.dumps(described, indent=2, ensure_ascii=False) + "\n",
        "DATASHEET.md": sheet("datasheet", about["title"], answers, facts),
        "HEALTHSHEET.md": sheet("healthsheet", about["title"], answers, facts),
        "ATTRIBUTION.md": attribution(collection, about["title"], list(manifest["tables"])),
        "CITATION.cff": citation(manifest, about),
        "CHANGELOG.md": changelog(collection, manifest),
    }
    made = []
    for name, text in texts.items():
        made.append(folder / name)
        made[-1].write_text(text, encoding="utf-8")
    return made


def documentation_complete(collection: Collection) -> list[str]:
    """The questions that a release requires and nobody has answered; empty where all is said."""
    answers, facts = Answers.of(collection), Facts(collection).answers()
    wanted = [one for one in questions() if one.required]
    return [one.id for one in wanted if not is_answered(one, answers, facts)]


def _about(name: str, answers: Answers, facts: Mapping[str, str]) -> dict[str, Any]:
    """What several documents say at their head."""

    def one(question: str) -> str | None:
        value = answers.get(question) or facts.get(question)
        return value if isinstance(value, str) else None

    languages = answers.get("languages") or (facts.get("languages") or "").splitlines()
    return {
        "title": one("title") or name,
        "description": one("description") or facts["counts"].replace("`", "").replace("- ", ""),
        "license": one("license"),
        "url": one("url"),
        "doi": one("doi"),
        "citation": one("how_to_cite"),
        "creators": answers.get("creators") or [],
        "keywords": answers.get("keywords") or [],
        "languages": list(languages),
    }
