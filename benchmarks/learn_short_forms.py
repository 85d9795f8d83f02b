"""Learn the weights by which short forms are aligned, from texts without labels.

python -m benchmarks.learn_short_forms TEXTS.jsonl [...]   # JSON lines with a field `text`

Noise contrast: what is seen where the short form in the brackets is aligned with the words before
it, against what is seen where a short form from elsewhere is. A pattern that both make as often
says nothing. Prints the weights for `medloom/kit/short_forms/rules.yaml`.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from medloom.kit.short_forms.candidates import Candidate, candidates
from medloom.kit.short_forms.definitions import aligned_in
from medloom.kit.short_forms.rules import RULES

ROUNDS, DRAWS, PENALTY = 4, 5, 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", nargs="+", type=Path)
    lines = [line for file in parser.parse_args().texts for line in file.open(encoding="utf-8")]
    for name, weight in learn(dict.fromkeys(json.loads(line)["text"] for line in lines)).items():
        print(f"  {name}: {weight:.2f}")


def learn(texts: Iterable[str]) -> dict[str, float]:
    """Align with the weights of the round before, weigh what is seen, and so on."""
    found: dict[str, list[tuple[str, Candidate]]] = defaultdict(list)
    for text in texts:
        for likely in candidates(text):
            for one in likely:
                found[one.rule].append((text, one))
    names, draw = list(RULES.weights), random.Random(20261127)
    for _ in range(ROUNDS):
        seen, own = _seen(found, names, draw)
        RULES.weights.update(zip(names, map(float, _fit(seen, own)), strict=True))
    return RULES.weights


def _seen(
    found: dict[str, list[tuple[str, Candidate]]], names: list[str], draw: random.Random
) -> tuple[np.ndarray, np.ndarray]:
    rows, own = [], []
    for same in found.values():
        shorts = [text[one.start : one.end] for text, one in same]
        for (text, one), short in zip(same, shorts, strict=True):
            for is_own, tried in [
                (True, short),
                *((False, draw.choice(shorts)) for _ in range(DRAWS)),
            ]:
                if aligned := aligned_in(text, one, tried):
                    rows.append([aligned[0].seen.get(name, 0) for name in names])
                    own.append(is_own)
    return np.array(rows, float), np.array(own)


def _fit(seen: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method; all draws together weigh as much as what is there."""
    counts = np.where(own, 1.0, 1.0 / DRAWS)
    weights = np.zeros(seen.shape[1])
    for _ in range(50):
        odds = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ ((odds - own) * counts) + PENALTY * weights
        curve = (seen * (odds * (1 - odds) * counts)[:, None]).T @ seen
        change = np.linalg.solve(curve + PENALTY * np.eye(len(weights)), slope)
        weights -= change
        if np.abs(change).max() < 1e-6:
            break
    return weights


if __name__ == "__main__":
    main()
