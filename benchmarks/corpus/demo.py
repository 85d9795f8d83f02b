"""The bundled demo: the articles under `articles/`, each in the shape that its header asks for."""

import json
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.corpus import model as m
from benchmarks.corpus.gold import expected
from benchmarks.corpus.journals import JOURNALS
from benchmarks.corpus.markup import read
from benchmarks.corpus.package import Package, package
from benchmarks.corpus.references import references

ARTICLES = Path(__file__).parent / "articles"
TRUNCATED = "PMC990000025"
NOT_JATS = "PMC990000026/PMC990000026.nxml"
README = """\
# The demo corpus

Twenty-four short articles in JATS XML with their pictures, written and drawn for Medloom by
`python -m benchmarks.corpus --demo`. Patients, authors, institutions, references and findings are
invented. One further file is cut off on purpose, one is XML but not JATS, and one article names a
picture that is not there: a build says so and goes on.

Whatever licence an article names is there to be read by software. The files themselves are under
the licence of this project.
"""
_NOT_JATS_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<catalogue xmlns="https://example.org/catalogue">
  <item id="1"><name>Stethoscope</name><count>12</count></item>
  <item id="2"><name>Reflex hammer</name><count>7</count></item>
</catalogue>
"""


def articles() -> list[m.Article]:
    """The hand-written articles, the truncated one last, with their invented references."""
    found = [_article(path) for path in sorted(ARTICLES.glob("*.txt"))]
    by_id = {article.number: article for article in found}
    for article in found:
        for line in article.all("cites"):
            number, target = line.split()
            article.references[int(number) - 1] = _citation(number, by_id[target])
    return found


def _article(path: Path) -> m.Article:
    article = read(path.read_text("utf-8"))
    count, _, mixed = (article.get("references") or "0").partition(" ")
    if int(count):
        rng = Random(f"references of {article.number}")
        year = int(article.need("date").split()[1][:4])
        article.references = references(
            rng, int(count), article.need("topic"), before=year, mixed=bool(mixed)
        )
    return article


def _citation(number: str, cited: m.Article) -> m.Reference:
    """A reference to another article of the demo."""
    people = [(author.surname or "", author.given or "") for author in cited.authors]
    return m.Reference(
        f"B{number}",
        number,
        "journal",
        [person for person in people if person[0]],
        cited.need("title"),
        JOURNALS[cited.need("journal")].abbreviation,
        int(cited.need("date").split()[1][:4]),
        volume=cited.get("volume"),
        pmid=cited.get("pmid"),
        doi=cited.get("doi"),
        pmcid=cited.number,
    )


def write_demo(to: Path) -> None:
    """Writes the corpus into a folder."""
    to.mkdir(parents=True, exist_ok=True)
    for each in _packages():
        each.write(to)
    other = to / NOT_JATS
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(_NOT_JATS_XML)
    (to / "README.md").write_text(README, "utf-8")


def demo_expected() -> dict[str, Any]:
    """What a reader should find in it."""
    whole = [each for each in _packages() if each.pmcid != TRUNCATED]
    unreadable = [
        {"source": f"{TRUNCATED}/{TRUNCATED}.nxml", "why": "truncated"},
        {"source": NOT_JATS, "why": "not JATS"},
    ]
    return expected(whole, unreadable)


def write_expected(to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    words = json.dumps(demo_expected(), indent=1, ensure_ascii=False)
    to.write_text(words + "\n", "utf-8")


def _packages() -> list[Package]:
    made = [package(article) for article in articles()]
    for each in made:
        if each.pmcid == TRUNCATED:
            xml = each.files[each.xml_name]
            each.files[each.xml_name] = xml[: xml.index(b"Copies over unreliable") + 40] + b" <xr"
    return made
