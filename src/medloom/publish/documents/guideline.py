"""The seed of a labelling guideline: what each label covers, by what has been labelled with it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from medloom.collection.collection import Collection
from medloom.errors import CollectionError

_AROUND = 90
"""Characters of a text that are shown on each side of a mention."""
_WINDOW = 3
"""Words on each side of a mention that may be its cues."""
_MOST_FORMS, _SHOWN_FORMS, _SHOWN_CUES = 400, 12, 10
_LEAST_OF_CUE = 3
_LEAST_LOG_RATIO = log(2)
"""A cue stands near a mention at least twice as often as anywhere."""
_LOW_SCORE = 0.6
_WORD = re.compile(r"\w+")
_TEXTS = ("text", "caption", "abstract")


class Exemplar(NamedTuple):
    """A mention in its surroundings."""

    row: str
    before: str
    mention: str
    after: str
    why: str = ""
    """Of a borderline one, what makes it so."""


class LabelGuide(NamedTuple):
    """What the data says of one label."""

    label: str
    definition: str | None
    mentions: int
    texts: int
    """Rows in which it occurs."""
    forms: list[tuple[str, int]]
    """The words that are labelled with it most often."""
    typical: list[Exemplar]
    borderline: list[Exemplar]
    confusions: list[tuple[str, int, str]]
    """Other labels that the same words have, or that lie across it: how often, and which words."""
    cues: list[tuple[str, int]]
    """Words that stand near it much more often than elsewhere."""

    def as_json(self) -> dict[str, Any]:
        """The guide as plain values."""
        shown = {
            name: [one._asdict() for one in getattr(self, name)]
            for name in ("typical", "borderline")
        }
        return {**self._asdict(), **shown}


class Guideline(NamedTuple):
    """What the data says of all labels of a table, the most frequent first."""

    title: str
    table: str
    texts: int
    labels: list[LabelGuide]


class _Mention(NamedTuple):
    row: str
    label: str
    start: int
    end: int
    score: float | None
    text: str
    """The whole text."""

    @property
    def form(self) -> str:
        return " ".join(self.text[self.start : self.end].split())

    @property
    def key(self) -> str:
        return self.form.lower()


def guideline(
    collection: Collection,
    table: str,
    spans: str = "spans",
    text: str | None = None,
    examples: int = 5,
    definitions: Mapping[str, str] | None = None,
) -> Guideline:
    """Gather what labels cover: forms, exemplars that differ from each other, confusions, cues.

    Raises CollectionError where the table has no such column of spans, or no texts.
    """
    names = collection.dataset(table).schema.names
    column = text or next((one for one in _TEXTS if one in names), None)
    collection.check_columns(table, [spans, *([column] if column else [])])
    if column is None:
        raise CollectionError(f"no column of texts in {table}: name one, --text COL")
    mentions, n_texts, words = _read(collection, table, spans, column)
    if not mentions:
        raise CollectionError(f"no span in {table}.{spans}: nothing is labelled")
    of_label = defaultdict(list)
    of_form: dict[str, Counter[str]] = defaultdict(Counter)
    for one in mentions:
        of_label[one.label].append(one)
        of_form[one.key][one.label] += 1
    crossed = _crossings(mentions)
    guides = [
        _guide(label, some, of_form, crossed, words, examples, (definitions or {}).get(label))
        for label, some in of_label.items()
    ]
    guides.sort(key=lambda one: (-one.mentions, one.label))
    name = collection.record["recipe"]["name"]
    return Guideline(f"{name}: labels of {table}", table, n_texts, guides)


def _read(
    collection: Collection, table: str, spans: str, column: str
) -> tuple[list[_Mention], int, Counter[str]]:
    mentions, words, n = [], Counter[str](), 0
    names = collection.dataset(table).schema.names
    for batch in collection.scan(
        table, ["id", spans, column] if "id" in names else [spans, column]
    ):
        for row in batch.to_pylist():
            text = row[column]
            n += 1
            if not text:
                continue
            words.update(one.lower() for one in _WORD.findall(text))
            for span in row[spans] or ():
                if 0 <= span["start"] < span["end"] <= len(text):
                    where = (span["start"], span["end"], span.get("score"), text)
                    mentions.append(_Mention(str(row.get("id", n)), span["label"], *where))
    return mentions, n, words


def _guide(
    label: str,
    mentions: Sequence[_Mention],
    of_form: Mapping[str, Counter[str]],
    crossed: Mapping[str, Counter[tuple[str, str]]],
    words: Counter[str],
    examples: int,
    definition: str | None,
) -> LabelGuide:
    keys = Counter(one.key for one in mentions)
    shown = {one.key: one.form for one in reversed(mentions)}
    first = {one.key: one for one in reversed(mentions)}
    forms = [(shown[key], n) for key, n in keys.most_common(_SHOWN_FORMS)]
    clear = [key for key, _ in keys.most_common(_MOST_FORMS) if len(of_form[key]) == 1]
    chosen = diverse(clear or [key for key, _ in keys.most_common(_MOST_FORMS)], examples)
    return LabelGuide(
        label,
        definition,
        len(mentions),
        len({one.row for one in mentions}),
        forms,
        [_exemplar(first[key]) for key in chosen],
        list(_borderline(label, mentions, of_form, examples)),
        _confusions(label, keys, shown, of_form, crossed),
        _cues(mentions, words),
    )


def diverse(forms: Sequence[str], n: int) -> list[str]:
    """Some of the forms that differ from each other: the first, then always the farthest.

    >>> diverse(["fever", "fevers", "fever,", "broken leg"], 2)
    ['fever', 'broken leg']
    """
    if not forms:
        return []
    vectors = np.stack([_vector(one) for one in forms])
    chosen = [0]
    nearest = vectors @ vectors[0]
    while len(chosen) < min(n, len(forms)):
        # Of two that are as far, the more frequent one: it comes first.
        following = int(np.argmin(nearest + np.linspace(0, 0.3, len(forms))))
        if following in chosen:
            break
        chosen.append(following)
        nearest = np.maximum(nearest, vectors @ vectors[following])
    return [forms[at] for at in chosen]


def _vector(form: str) -> NDArray[np.float64]:
    """Character trigrams, hashed."""
    vector = np.zeros(256)
    padded = f"  {form} "
    for at in range(len(padded) - 2):
        vector[crc32(padded[at : at + 3].encode()) % 256] += 1
    found: NDArray[np.float64] = vector / np.linalg.norm(vector)
    return found


def _borderline(
    label: str, mentions: Sequence[_Mention], of_form: Mapping[str, Counter[str]], n: int
) -> Iterator[Exemplar]:
    """Mentions whose words have another label elsewhere, and those that the tagger doubted."""
    seen: set[str] = set()
    mixed = [one for one in mentions if len(of_form[one.key]) > 1]
    mixed.sort(key=lambda one: of_form[one.key][label] / sum(of_form[one.key].values()))
    for one in mixed:
        if one.key not in seen and len(seen) < n:
            seen.add(one.key)
            others = ", ".join(
                f"{other} {k}" for other, k in of_form[one.key].most_common() if other != label
            )
            yield _exemplar(one, f"the same words are elsewhere: {others}")
    doubted = [one for one in mentions if one.score is not None and one.score < _LOW_SCORE]
    for one in sorted(doubted, key=lambda one: one.score or 0):
        if one.key not in seen and len(seen) < n:
            seen.add(one.key)
            yield _exemplar(one, f"score {one.score:.2f}")


def _exemplar(one: _Mention, why: str = "") -> Exemplar:
    start, end = max(0, one.start - _AROUND), min(len(one.text), one.end + _AROUND)
    before, after = one.text[start : one.start], one.text[one.end : end]
    before = ("…" + before.split(" ", 1)[-1]) if start else before
    after = (after.rsplit(" ", 1)[0] + "…") if end < len(one.text) else after
    return Exemplar(one.row, before, one.text[one.start : one.end], after, why)


def _crossings(mentions: Sequence[_Mention]) -> dict[str, Counter[tuple[str, str]]]:
    """Of each label the labels that lie across it in the same text, with the words."""
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    ordered = sorted(mentions, key=lambda one: (one.row, one.start))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 : at + 20]:
            if other.row != one.row or other.start >= one.end:
                break
            if other.label != one.label:
                found[one.label][other.label, one.form] += 1
                found[other.label][one.label, other.form] += 1
    return found


def _confusions(
    label: str,
    keys: Counter[str],
    shown: Mapping[str, str],
    of_form: Mapping[str, Counter[str]],
    crossed: Mapping[str, Counter[tuple[str, str]]],
) -> list[tuple[str, int, str]]:
    counts: Counter[str] = Counter()
    words: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        for other, k in of_form[key].items():
            if other != label:
                counts[other] += min(k, keys[key])
                words[other].append(shown[key])
    for (other, form), k in crossed.get(label, Counter[tuple[str, str]]()).items():
        counts[other] += k
        words[other].append(form)
    return [
        (other, k, ", ".join(dict.fromkeys(words[other][:3]))) for other, k in counts.most_common(6)
    ]


def _cues(mentions: Sequence[_Mention], words: Counter[str]) -> list[tuple[str, int]]:
    """Words near the mentions, by how much more often they stand there than anywhere."""
    near: Counter[str] = Counter()
    for one in mentions:
        before = _WORD.findall(one.text[max(0, one.start - 60) : one.start])[-_WINDOW:]
        after = _WORD.findall(one.text[one.end : one.end + 60])[:_WINDOW]
        near.update({word.lower() for word in (*before, *after)})
    total, every = sum(near.values()) or 1, sum(words.values()) or 1
    weights = {
        word: k * log((k / total) / ((words[word] + 1) / every))
        for word, k in near.items()
        if k >= _LEAST_OF_CUE and not word.isdigit() and len(word) > 1
    }
    telling = [one for one in weights if weights[one] > near[one] * _LEAST_LOG_RATIO]
    ranked = sorted(telling, key=lambda one: -weights[one])
    return [(word, near[word]) for word in ranked[:_SHOWN_CUES]]
