"""Invented references, drawn from a topic's terms."""

from random import Random

from benchmarks.corpus.journals import JOURNALS
from benchmarks.corpus.model import Reference
from benchmarks.corpus.words import INITIALS, SURNAMES

_TITLES = (
    "{a} and {b}: a cohort study",
    "Outcome of {a} treated with {b}",
    "A randomised comparison of {b} and usual care in {a}",
    "{a} presenting as {b}: report of a case and review",
    "Prevalence of {a} among adults with {b}",
    "The role of {b} in {a}",
    "Imaging of {a}",
    "Long-term follow-up after {a}",
    "Predictors of relapse in {a}",
    "{b} in {a}: a systematic review and meta-analysis",
    "Guideline for the diagnosis of {a}",
    "Mechanisms that link {a} with {b}",
)
_BOOKS = ("A Textbook of Invented Medicine", "Notes on Imaginary Diagnosis",
          "The Sample Handbook of Clinical Care")  # fmt: skip


def references(rng: Random, count: int, topics: list[str], *, mixed: bool) -> list[Reference]:
    """Numbered references: most are journal articles, some are books, preprints or pages."""
    return [_reference(rng, n, topics, mixed) for n in range(1, count + 1)]


def _reference(rng: Random, n: int, topics: list[str], mixed: bool) -> Reference:
    first, second = (rng.sample(topics, 2) if len(topics) > 1 else topics * 2)[:2]
    title = rng.choice(_TITLES).format(a=first, b=second)
    people = [
        (rng.choice(SURNAMES), " ".join(rng.sample(INITIALS, rng.choice((1, 1, 2)))))
        for _ in range(rng.choice((1, 2, 3, 3, 4, 6)))
    ]
    year = rng.randint(1994, 2024)
    if rng.random() < 0.06:
        book = Reference(f"B{n}", str(n), "book", people, None, rng.choice(_BOOKS), year)
        book.mixed = mixed
        return book
    ref = Reference(f"B{n}", str(n), "journal", people, title[0].upper() + title[1:],
                    rng.choice(list(JOURNALS.values())).abbreviation, year, mixed=mixed)  # fmt: skip
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
