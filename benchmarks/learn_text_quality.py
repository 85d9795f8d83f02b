"""Learn what the kit on text quality holds: panels of known-good texts, limits, languages.

python -m benchmarks.learn_text_quality --data DIR [--into src/medloom/kit/text_quality/shipped]
python -m benchmarks.learn_text_quality --data DIR --sentences DIR2 --languages languages.tsv

A panel holds the features of up to 1,500 texts of the half that is held aside, and no text. Limits
are proposed from the other half: what at most a share of its texts is beyond, rounded outwards.

Of languages, only the frequencies of words and of three-letter pieces are kept. Sentences are a
file `CODE.txt` a language, as the Leipzig Corpora Collection has them (CC BY 4.0); four of five are
learned from. Half of English is PMC paragraphs; most of Spanish is clinical cases (MEDDOCAN, CC BY
4.0).
"""

import argparse
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.curation._known_good import halves, known_good, pmc
from medloom.kit.text_quality.features import measure
from medloom.tables.text_quality import TextFeatures

MOST, BEYOND = 1500, 0.0006
CODES = "en es fr de pt it nl sv da pl ro tr cs ca hu fi id ru uk bg"
PIECES, WORDS, LONGEST_WORD = 1500, 75, 7
MEDICAL_SHARE = {"en": 0.5, "es": 0.7}
NO_STOP_WORDS = (
    "marino rimini cabo verde türkiye sapo canada utc tags nombre calle cp españa madrid datos edad"
    " sexo fecha id date gmt km² close perfil online emprego paciente hospital name apellidos nass"
    " centro barcelona nacimiento ingreso p n c"
)
"""Frequent in those sentences, and no words of every text."""
Shares = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--sentences", type=Path, help="a folder of CODE.txt")
    parser.add_argument("--languages", type=Path, help="write languages here, and nothing else")
    given = parser.parse_args()
    if given.languages:
        lines = (language(code, given.sentences, given.data) for code in CODES.split())
        given.languages.write_text("".join(lines), "utf-8")
        return
    for profile, texts in known_good(given.data).items():
        seen, held = halves(texts)
        print(f"# {profile}: {len(seen)} texts seen, {len(held)} held aside")
        for feature, low, high in proposed(matrix(seen[: 3 * MOST])):
            print(f"  {feature}: {{least: {low:g}, most: {high:g}}}")
        if given.into:
            save(given.into / f"{profile}.npz", matrix(held[:MOST]))


def matrix(texts: list[str]) -> np.ndarray:
    return np.array([measure(one)[1] for one in texts], np.float64)


def proposed(features: np.ndarray) -> list[tuple[str, float, float]]:
    low = np.quantile(features, BEYOND, axis=0, method="lower")
    high = np.quantile(features, 1 - BEYOND, axis=0, method="higher")
    return [
        (name, rounded(low[n], np.floor), rounded(high[n], np.ceil))
        for n, name in enumerate(TextFeatures._fields)
    ]


def rounded(value: float, way: np.ufunc) -> float:
    """To two digits, downwards or upwards."""
    if value == 0:
        return 0.0
    scale = 10.0 ** (np.floor(np.log10(abs(value))) - 1)
    return float(way(value / scale) * scale)


def save(file: Path, features: np.ndarray) -> None:
    """Four digits are enough, and make a small file; counts stay exact."""
    digits = np.vectorize(lambda value: float(f"{value:.4g}") if value % 1 else value)
    names = np.array(TextFeatures._fields)
    np.savez_compressed(file, features=digits(features).astype(np.float32), names=names)


def language(code: str, sentences: Path, data: Path) -> str:
    """A line of `languages.tsv`: the code, the commonest words, pieces with their costs."""
    lines = (sentences / f"{code}.txt").read_text("utf-8").splitlines()
    pieces, words = shares(line for number, line in enumerate(lines) if number % 5)
    if code in MEDICAL_SHARE:
        medical = shares(medical_texts(code, data))
        pieces, words = (
            mixed(one, other, MEDICAL_SHARE[code])
            for one, other in zip((pieces, words), medical, strict=True)
        )
    unwanted = NO_STOP_WORDS.split()
    common = [one for one in ranked(words) if len(one) <= LONGEST_WORD and one not in unwanted]
    costs = (f"{one}|{round(-10 * math.log2(pieces[one]))}" for one in ranked(pieces)[:PIECES])
    return f"{code}\t{' '.join(common[:WORDS])}\t{'|'.join(costs)}\n"


def medical_texts(code: str, data: Path) -> Iterable[str]:
    if code == "en":
        return [one for some in pmc(data, "paragraph").values() for one in some[:2]]
    files = sorted((data / "annotation/phi_meddocan").rglob("*.txt"))[:120]
    return [file.read_text("utf-8") for file in files]


def shares(texts: Iterable[str]) -> tuple[Shares, Shares]:
    """How often each three-letter piece and each word stands in texts."""
    pieces: Counter[str] = Counter()
    words = Counter(one for text in texts for one in re.findall(r"[^\W\d_]+", text.lower()))
    for word, n in words.items():
        padded = f" {word} "
        for at in range(len(word)):
            pieces[padded[at : at + 3]] += n
    return tuple({key: n / some.total() for key, n in some.items()} for some in (pieces, words))


def mixed(one: Shares, other: Shares, share: float) -> Shares:
    keys = one.keys() | other.keys()
    return {key: (1 - share) * one.get(key, 0) + share * other.get(key, 0) for key in keys}


def ranked(some: Shares) -> list[str]:
    return sorted(some, key=lambda key: (-some[key], key))


if __name__ == "__main__":
    main()
