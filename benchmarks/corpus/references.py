"""Invented references, drawn from a topic's terms."""

from random import Random

from benchmarks.corpus.journals import JOURNALS
from benchmarks.corpus.model import Reference
from benchmarks.corpus.words import INITIALS, SURNAMES

_ONE = (
    "Long-term outcome of {a}",
    "Predictors of outcome in {a}",
    "Epidemiology of {a}",
    "{A}: a review for clinicians",
    "Misdiagnosis of {a}: a registry study",
    "Guideline on {a}",
)
_TWO = (
    "{A} and {b}: a cohort study",
    "The role of {b} in {a}",
    "{B} in {a}: a systematic review and meta-analysis",
    "Association of {b} with the outcome of {a}",
    "How {b} changes the course of {a}",
    "Trials of {b} in {a}: what is missing",
)
_BOOKS = ("A Textbook of Invented Medicine", "Notes on Imaginary Diagnosis",
          "The Sample Handbook of Clinical Care")  # fmt: skip


def references(rng: Random, count: int, topic: str, *, before: int, mixed: bool) -> list[Reference]:
    """Numbered references no younger than `before`: articles in journals, a few books.

    `topic` is `condition; condition | factor; factor`: what their titles are about.
    """
    conditions, _, factors = topic.partition("|")
    subjects = [part.strip() for part in conditions.split(";")]
    others = [part.strip() for part in factors.split(";")]
    return [
        _reference(rng, n, _title(rng, rng.choice(subjects), rng.choice(others)), before, mixed)
        for n in range(1, count + 1)
    ]


def _title(rng: Random, condition: str, factor: str) -> str:
    template = rng.choice(_ONE if rng.random() < 0.3 else _TWO)
    return template.format(
        a=condition,
        b=factor,
        A=condition[0].upper() + condition[1:],
        B=factor[0].upper() + factor[1:],
    )


def _reference(rng: Random, n: int, title: str, before: int, mixed: bool) -> Reference:
    people = [
        (rng.choice(SURNAMES), " ".join(rng.sample(INITIALS, rng.choice((1, 1, 2)))))
        for _ in range(rng.choice((1, 2, 3, 3, 4, 6)))
    ]
    year = before - min(30, int(rng.expovariate(1 / 8)))
    if rng.random() < 0.06:
        book = Reference(f"B{n}", str(n), "book", people, None, rng.choice(_BOOKS), year)
        book.mixed = mixed
        return book
    source = rng.choice(list(JOURNALS.values())).abbreviation
    ref = Reference(f"B{n}", str(n), "journal", people, title, source, year, mixed=mixed)
    ref.volume = str(rng.randint(1, 60))
    page = rng.randint(1, 1900)
    ref.fpage, ref.lpage = str(page), str(page + rng.randint(3, 14))
    if rng.random() < 0.8:
        ref.doi = f"10.5555/ref.{year}.{rng.randrange(10**6):06d}"
    if rng.random() < 0.75:
        ref.pmid = str(98_000_000 + rng.randrange(10**6))
        if rng.random() < 0.4:
            ref.pmcid = f"PMC9899{rng.randrange(10**5):05d}"
    return ref
