"""Sentences of medical prose from templates, for articles that only need to look right."""

from collections.abc import Iterator
from random import Random

from benchmarks.corpus.words import DISEASES, DRUGS, FINDINGS, GENES, SHORT_FORMS, TESTS, UNITS


class Slots:
    """Fills the names in a template; `{Drug}` is `{drug}` with a capital."""

    def __init__(self, rng: Random, disease: str, *, references: int, figures: list[str],
                 tables: list[str]) -> None:  # fmt: skip
        self.rng, self.disease, self.references = rng, disease, references
        self.figures, self.tables = figures, tables
        self.drug = rng.choice(DRUGS)
        self.woman = rng.random() < 0.5
        self.chosen = TESTS[0]

    def __getitem__(self, name: str) -> str:
        if name[0].isupper():
            words = self[name.lower()]
            return words[0].upper() + words[1:]
        if name in _LISTS:
            return self.rng.choice(_LISTS[name])
        if name in _NUMBERS:
            return str(self.rng.randint(*_NUMBERS[name]))
        return str(getattr(self, "_" + name)())

    def _disease(self) -> str:
        return self.disease

    def _drug(self) -> str:
        return self.drug if self.rng.random() < 0.6 else self.rng.choice(DRUGS)

    def _test(self) -> str:
        self.chosen = self.rng.choice(TESTS)
        return self.chosen

    def _unit(self) -> str:
        return UNITS[self.chosen]

    _test2, _unit2 = _test, _unit

    def _value(self) -> str:
        return f"{self.rng.uniform(0.5, 400):.1f}"

    _value2 = _value

    def _dose(self) -> str:
        return f"{self.rng.choice((2.5, 5, 10, 20, 40, 75, 100, 250, 500)):g} mg"

    def _person(self) -> str:
        return "woman" if self.woman else "man"

    def _pronoun(self) -> str:
        return "she" if self.woman else "he"

    def _cite(self) -> str:
        first = self.rng.randint(1, self.references)
        second = self.rng.randint(1, self.references)
        return str(first) if first >= second else f"{first},{second}"

    def _range(self) -> str:
        first = self.rng.randint(1, self.references - 3)
        return f"{first}-{first + self.rng.randint(2, 3)}"

    def _fig(self) -> str:
        self.number = self.rng.randrange(len(self.figures))
        return self.figures[self.number]

    def _fignum(self) -> int:
        return self.number + 1

    def _figword(self) -> str:
        return self.rng.choice(("Fig", "Fig.", "Figure"))

    def _panel(self) -> str:
        self.panel = self.rng.choice("ABC")
        return self.panel

    def _letter(self) -> str:
        return self.panel.lower()

    def _tab(self) -> str:
        self.table = self.rng.randrange(len(self.tables))
        return self.tables[self.table]

    def _tabnum(self) -> int:
        return self.table + 1


_LISTS: dict[str, list[str]] = {
    "disease2": DISEASES, "gene": GENES, "gene2": GENES, "finding": FINDINGS,
    "finding2": FINDINGS,
    "frequency": ["once daily", "twice daily", "three times daily", "every other day"],
}  # fmt: skip
_NUMBERS = {
    "per": (3, 900), "months": (3, 60), "young": (18, 50), "old": (55, 90), "weeks": (2, 52),
    "n": (24, 900), "n2": (10, 99), "pct": (4, 78), "pct2": (2, 40), "many": (900, 9000),
    "age": (19, 88), "sd": (6, 18), "digit": (1, 9), "two": (10, 99), "low": (10, 60),
    "few": (1, 9), "few2": (1, 9), "days": (2, 28), "sys": (84, 182), "dia": (48, 110),
    "pulse": (52, 140), "sat": (84, 100),
}  # fmt: skip


def paragraphs(slots: Slots, sentences: tuple[str, ...], count: int) -> Iterator[str]:
    """Paragraphs of four to eight sentences, none twice in a row."""
    rng = slots.rng
    for _ in range(count):
        chosen = rng.sample(sentences, min(len(sentences), rng.randint(4, 8)))
        yield " ".join(sentence.format_map(slots) for sentence in chosen)


def opening(slots: Slots) -> str:
    """A first sentence that defines an abbreviation."""
    if slots.disease in SHORT_FORMS:
        long, short = SHORT_FORMS[slots.disease]
        return f"{long[0].upper()}{long[1:]} ({short}) is a frequent reason to seek care."
    return f"Quality of life (QoL) is impaired in {slots.disease}."
