"""Made abstracts: sentences of real SciFact abstracts, drawn by chance, under real titles."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import SEED
from benchmarks.search._claims import claims, corpus


class Made(NamedTuple):
    """One made abstract."""

    id: str
    title: str
    text: str


def abstracts(data: Path, n: int, seed: int = SEED) -> Iterator[Made]:
    """So many abstracts of four to six sentences; the same for the same seed."""
    draw = random.Random(seed)
    every = corpus(data)
    titles = [one.title for one in every]
    pool = [sentence for one in every for sentence in one.sentences]
    for number in range(n):
        text = " ".join(draw.choices(pool, k=draw.randint(4, 6)))
        yield Made(f"A{seed}-{number:07}", draw.choice(titles), text)


def queries(data: Path, n: int = 200) -> list[str]:
    """Half of them claims, half three words of titles in a row."""
    draw = random.Random(SEED)
    long = draw.sample([one.text for one in claims(data)], n // 2)
    titles = [one.title.split() for one in corpus(data)]
    short = []
    for words in draw.sample([one for one in titles if len(one) > 5], n - n // 2):
        at = draw.randrange(len(words) - 2)
        short.append(" ".join(words[at : at + 3]))
    return long + short


def chosen(texts: Sequence[Made], at: int, n: int) -> list[dict[str, str]]:
    """Some of the abstracts as rows."""
    return [one._asdict() for one in texts[at : at + n]]
