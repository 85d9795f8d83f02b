"""Make the vectors of the built-in static encoder: `python -m benchmarks.search._make_static`.

    python -m benchmarks.search._make_static --articles ARTICLES --into static.npz

ARTICLES is a folder of JATS files. Only articles under CC BY or CC0 are read, and nothing of their
text is kept in the result. Each word piece starts with the vector that all-MiniLM-L6-v2 gives it
alone. Then pairs of texts are brought together, and others in the same batch apart (InfoNCE,
van den Oord et al. 2018): a sentence and the title of the article that it cites, a title and its
abstract, a sentence of an abstract and the rest. Titles of SciFact's corpus are left out.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from lxml import etree
from scipy.sparse import csr_matrix

from benchmarks.search._claims import corpus
from medloom.kit.encoders.bert import minilm, minilm_folder
from medloom.kit.encoders.wordpiece import WordPiece

SIZE, BATCH, TEMPERATURE = 256, 1024, 0.05
RATE, WEIGHT_RATE, WARM_UP = 2e-3, 1e-2, 50
_OPEN = re.compile(
    rb"creativecommons.org/(?:licenses/by/|publicdomain/)|Creative Commons Attribution License"
)
_CLOSED = re.compile(rb"licenses/by-n|[Nn]on-?[Cc]ommercial")
_END = re.compile(r"(?<=[a-z0-9)\]][.?!])\s+(?=[A-Z])")
_MARK = re.compile("\ue002([^\ue002]*)\ue002")
_EMPTY = re.compile(r"[\[(][\s,;–-]*[\])]")
_SPACE = re.compile(r"\s+")


class Pair(NamedTuple):
    """Two texts that belong together."""

    one: str
    other: str


def pairs(articles: Path, banned: set[str]) -> Iterator[Pair]:
    """The pairs of all articles under an open licence."""
    parser = etree.XMLParser(recover=True, huge_tree=True, load_dtd=False, resolve_entities=False)
    for file in sorted(articles.rglob("*.nxml")):
        raw = file.read_bytes()
        if _OPEN.search(raw) and not _CLOSED.search(raw):
            root = etree.fromstring(raw, parser)
            if root is not None:
                yield from _of_front(root, banned)
                yield from _of_citations(root, banned)


def plain(title: str) -> str:
    """A title without case and marks, to compare it."""
    return re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()


def _of_front(root: etree._Element, banned: set[str]) -> Iterator[Pair]:
    title = _text(root.find(".//article-meta//article-title"))
    found = root.find(".//article-meta/abstract")
    abstract = " ".join(_text(p) for p in found.iter("p")) if found is not None else ""
    if not title or not abstract or plain(title) in banned:
        return
    yield from [Pair(title, abstract)] * 6
    for sentence in _END.split(abstract):
        if 40 < len(sentence) < 400:
            yield Pair(sentence, f"{title} {abstract.replace(sentence, '')}")


def _of_citations(root: etree._Element, banned: set[str]) -> Iterator[Pair]:
    titles = {ref.get("id"): _text(ref.find(".//article-title")) for ref in root.iter("ref")}
    body = root.find(".//body")
    seen: set[Pair] = set()
    for paragraph in body.iter("p") if body is not None else ():
        for xref in paragraph.iter("xref"):
            if xref.get("ref-type") == "bibr":
                xref[:] = []
                xref.text = f"\ue002{xref.get('rid', '')}\ue002"
        for sentence in _END.split(_text(paragraph)):
            cited = _MARK.findall(sentence)
            clean = _SPACE.sub(" ", _EMPTY.sub("", _MARK.sub("", sentence))).strip()
            if 40 < len(clean) < 400 and 0 < len(cited) <= 4:
                for name in {name for one in cited for name in one.split()}:
                    title = titles.get(name, "")
                    pair = Pair(clean, title)
                    if len(title) > 20 and plain(title) not in banned and pair not in seen:
                        seen.add(pair)
                        yield pair


def _text(element: etree._Element | None) -> str:
    return "" if element is None else _SPACE.sub(" ", "".join(element.itertext())).strip()


def bags(cut: WordPiece, texts: Sequence[str]) -> csr_matrix:
    """How often each text has each piece: 1 + log n."""
    columns, values, starts = [], [], [0]
    for text in texts:
        once, counts = np.unique(np.asarray(cut.pieces(text), np.int32), return_counts=True)
        columns.append(once)
        values.append(1 + np.log(counts))
        starts.append(starts[-1] + len(once))
    shape = (len(texts), len(cut.vocabulary))
    return csr_matrix((np.concatenate(values).astype("f4"), np.concatenate(columns), starts), shape)


def start_of(cut: WordPiece) -> np.ndarray:
    """What MiniLM says to each piece alone, in its first principal components, of length 1."""
    model = minilm()
    alone = model.of_pieces(range(len(cut.vocabulary)))
    alone -= alone.mean(0)
    _, _, axes = np.linalg.svd(alone[1000:], full_matrices=False)
    made = alone @ axes[:SIZE].T
    return made / (np.linalg.norm(made, axis=1, keepdims=True) + 1e-9)


class Adam:
    """Adam (Kingma and Ba 2015) over the rows that a batch touches."""

    def __init__(self, values: np.ndarray, rate: float) -> None:
        self.values, self.rate = values, rate
        self.first, self.second = np.zeros_like(values), np.zeros_like(values)

    def step(self, rows: np.ndarray, slope: np.ndarray, number: int, scale: float) -> None:
        self.first[rows] = 0.9 * self.first[rows] + 0.1 * slope
        self.second[rows] = 0.999 * self.second[rows] + 0.001 * slope**2
        moved = self.first[rows] / (np.sqrt(self.second[rows]) + 1e-8)
        self.values[rows] -= self.rate * scale * np.sqrt(1 - 0.999**number) * moved


def learn(
    one: csr_matrix, other: csr_matrix, start: np.ndarray, weights: np.ndarray, epochs: int
) -> np.ndarray:
    """Vectors of pieces that bring pairs together; `weights` is what each piece counts at first."""
    draw = np.random.default_rng(0)
    table = Adam(start.astype("f4"), RATE)
    logs = Adam(np.log(np.maximum(weights, 1e-4)).astype("f4"), WEIGHT_RATE)
    steps = epochs * (one.shape[0] // BATCH)
    for number in range(1, steps + 1):
        if (number - 1) % (one.shape[0] // BATCH) == 0:
            order = iter(np.array_split(draw.permutation(one.shape[0]), one.shape[0] // BATCH))
        rows = next(order)
        a, b = one[rows], other[rows]
        used = np.unique(np.concatenate([a.indices, b.indices]))
        weight = np.exp(logs.values[used])[:, None]
        weighted = table.values[used] * weight
        slope = _slope(a[:, used], b[:, used], weighted)
        scale = max(0.02, min(1, number / WARM_UP) * (1 - number / steps))
        table.step(used, slope * weight, number, scale)
        logs.step(used, (slope * weighted).sum(1), number, scale)
    return table.values * np.exp(logs.values)[:, None]


def _slope(a: csr_matrix, b: csr_matrix, table: np.ndarray) -> np.ndarray:
    one, other = a @ table, b @ table
    lengths = [np.linalg.norm(x, axis=1, keepdims=True) + 1e-9 for x in (one, other)]
    one, other = one / lengths[0], other / lengths[1]
    scores = one @ other.T / TEMPERATURE
    down = np.exp(scores - scores.max(0)), np.exp(scores - scores.max(1, keepdims=True))
    part = (down[0] / down[0].sum(0) + down[1] / down[1].sum(1, keepdims=True)) / 2
    part[np.diag_indices(len(part))] -= 1
    part /= len(part) * TEMPERATURE
    to_one, to_other = part @ other, part.T @ one
    to_one = (to_one - one * (to_one * one).sum(1, keepdims=True)) / lengths[0]
    to_other = (to_other - other * (to_other * other).sum(1, keepdims=True)) / lengths[1]
    return np.asarray(a.T @ to_one + b.T @ to_other)


def write(table: np.ndarray, vocabulary: Sequence[str], into: Path) -> None:
    """Keep what is used as bytes, with a scale for each row."""
    special = ("[PAD]", "[CLS]", "[SEP]", "[MASK]")
    kept = [n for n, p in enumerate(vocabulary) if p not in special and p[:7] != "[unused"]
    rows = table[kept] * [[vocabulary[n] != "[UNK]"] for n in kept]
    scales = np.maximum(np.abs(rows).max(1) / 127, 1e-4).astype("f2")
    whole = np.clip(np.round(rows / scales.astype("f4")[:, None]), -127, 127).astype("i1")
    names = np.frombuffer("\n".join(vocabulary[n] for n in kept).encode(), "u1")
    np.savez_compressed(into, vocabulary=names, rows=whole, scales=scales)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--articles", type=Path, required=True)
    asked.add_argument("--data", type=Path, required=True, help="for the titles to leave out")
    asked.add_argument("--into", type=Path, required=True)
    asked.add_argument("--epochs", type=int, default=3)
    given = asked.parse_args()
    found = list(pairs(given.articles, {plain(one.title) for one in corpus(given.data)}))
    random.Random(0).shuffle(found)
    cut = WordPiece.from_file(minilm_folder() / "vocab.txt")
    one, other = bags(cut, [p.one for p in found]), bags(cut, [p.other for p in found])
    rarity = np.log((other.shape[0] + 1) / (other.getnnz(axis=0) + 1))
    table = learn(one, other, start_of(cut), rarity / 5, given.epochs)
    write(table, list(cut.vocabulary), given.into)
    print(json.dumps({"pairs": len(found), "pieces": len(cut.vocabulary)}))


if __name__ == "__main__":
    main()
