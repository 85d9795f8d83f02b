"""The rules that the package reads short forms by."""

from importlib import resources
from typing import NamedTuple

import yaml


class Rules(NamedTuple):
    """Weights and words; see `rules.yaml`."""

    weights: dict[str, float]
    stop_words: frozenset[str]
    clause_words: frozenset[str]
    names: dict[str, tuple[str, ...]]
    combining_forms: dict[str, tuple[str, ...]]
    """By their first letter."""


def _load() -> Rules:
    file = resources.files("medloom.kit.short_forms") / "rules.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    forms: dict[str, list[str]] = {}
    for form in raw["combining_forms"].split():
        forms.setdefault(form[0], []).append(form)
    return Rules(
        raw["weights"],
        frozenset(raw["stop_words"].split()),
        frozenset(raw["clause_words"].split()),
        {sign: tuple(names) for sign, names in raw["names"].items()},
        {letter: tuple(same) for letter, same in forms.items()},
    )


RULES = _load()
