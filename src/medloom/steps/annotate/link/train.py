"""Learn the weights of candidates from texts whose mentions have concepts.

python -m medloom.steps.annotate.link.train --pair CORPUS.PubTator TERMINOLOGY ... --out FILE
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from medloom.formats.pubtator import read
from medloom.steps.annotate.link.documents import known_concepts, queries_of
from medloom.steps.annotate.link.features import DOCUMENT, NAMES, REST
from medloom.steps.annotate.link.rank import Ranker, shipped_weights
from medloom.steps.annotate.link.resources import index_for
from medloom.tables.texts import Text
from medloom.terminology.curies import mesh_or_omim
from medloom.terminology.finding import open_lexicon
from medloom.terminology.lexicon import Lexicon

_ROUNDS, _RATE, _DECAY = 150, 0.1, 0.001
_LEARNED = 14.0
"""The weight of aliases from a user's own texts, which training does not see."""


class Example(NamedTuple):
    """The candidates of a mention, and which of them are right."""

    table: NDArray[np.float32]
    right: NDArray[np.bool_]


def examples(
    rows: Sequence[Text], lexicon: Lexicon, ranker: Ranker, labels: Sequence[str] = ()
) -> Iterator[Example]:
    """The mentions of texts that stand for one concept, or none that is known."""
    for row in rows:
        spans = [one for one in row.spans if not labels or one.label in labels]
        found = [ranker.scored(one) for one in queries_of([row.text], [spans])[0]]
        known = known_concepts(ranker, [found])
        seen = ranker.words_of([row.text])
        for span, scored in zip(spans, found, strict=True):
            gold = {lexicon.number(mesh_or_omim(one.id)) for one in span.concepts}
            if len(gold) < 2 and len(scored.concepts):
                table = scored.table.copy()
                table[:, DOCUMENT] = [known.get(one, 0.0) for one in scored.concepts.tolist()]
                table[:, REST] = ranker.rest_in_document(scored, seen)
                yield Example(
                    table, np.isin(scored.concepts, [one for one in gold if one is not None])
                )


def learned(found: Sequence[Example]) -> dict[str, float]:
    """Weights under which the right candidates are likely: a softmax with a place for nobody."""
    sizes = np.array([len(one.table) for one in found])
    starts = np.cumsum(sizes) - sizes
    table = np.concatenate([one.table for one in found]).astype(np.float64)
    right = np.concatenate([one.right for one in found])
    has = np.logical_or.reduceat(right, starts)
    weights, nobody = np.zeros(len(NAMES)), 0.0
    mean, var = np.zeros(len(NAMES) + 1), np.zeros(len(NAMES) + 1)
    for number in range(1, _ROUNDS + 1):
        scores = table @ weights
        top = np.maximum(np.maximum.reduceat(scores, starts), nobody)
        powers = np.exp(scores - np.repeat(top, sizes))
        none = np.exp(nobody - top)
        total = np.add.reduceat(powers, starts) + none
        wanted = np.where(has, np.add.reduceat(powers * right, starts), none)
        pull = powers / np.repeat(total, sizes)
        pull -= np.where(right, powers / np.repeat(wanted, sizes), 0)
        slope = np.append(pull @ table, (none / total - ~has).sum()) / len(found)
        slope[:-1] += _DECAY * weights
        mean, var = 0.9 * mean + 0.1 * slope, 0.999 * var + 0.001 * slope**2
        ahead = mean / (1 - 0.9**number)
        change = _RATE * ahead / (np.sqrt(var / (1 - 0.999**number)) + 1e-8)
        weights, nobody = weights - change[:-1], nobody - change[-1]
    named = dict(zip(NAMES, weights.tolist(), strict=True)) | {"nobody": float(nobody)}
    named["learned"] = _LEARNED
    return {name: round(value, 3) for name, value in named.items()}


def main() -> None:
    """Learn from the corpora that the command names, and write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pair", nargs="+", action="append", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    found: list[Example] = []
    for corpus, terminology, *labels in given.pair:
        lexicon = open_lexicon(terminology)
        ranker = Ranker(index_for(lexicon), shipped_weights())
        rows = list(read(Path(corpus).read_bytes()))
        found += examples(rows[::2], lexicon, ranker, labels)
    given.out.write_text(yaml.safe_dump(learned(found), sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
