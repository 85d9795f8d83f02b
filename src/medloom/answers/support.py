"""Whether passages support a sentence, by words, numbers, names, negation and direction.

It is a light check without a model. It finds what a sentence says and its passages do not: numbers,
names, words; and where both say the same with another negation or direction. It does not reason: a
paraphrase in wholly other words counts as unsupported, and a sentence with the same words in other
roles ("A inhibits B" for "B inhibits A") as supported.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from medloom.answers.wording import Wording, weight, wording

Verdict = Literal["supported", "contradicted", "unsupported"]
LEAST_SUPPORT = 0.6
"""The least share of what a sentence says that its passages have."""
LEAST_CONFLICT = 0.6
"""The least share of words that two sentences have in common to be about the same thing."""
_NEAR_BEST = 0.15
"""How far behind the best sentence another one may be that has a say, too."""
_ASKING = 0.6
"""What a sentence counts that only says what was to be found out."""


class Support(NamedTuple):
    """What a check of one sentence found."""

    verdict: Verdict
    score: float
    """The weighted share of the sentence's words that the evidence has, 0 to 1."""
    best: int | None
    """The number of the evidence sentence that has most of them."""
    missing: tuple[str, ...]
    """Words, names and numbers that the evidence lacks."""
    why: str
    """Why it is not supported; empty where it is."""


def support(sentence: str, evidence: Sequence[str]) -> Support:
    """Check a sentence against the sentences of the passages that it cites.

    >>> facts = ["Aspirin reduced stroke by 20% in 54 women.", "No bleeding was seen."]
    >>> support("Aspirin reduces strokes by 20%.", facts).verdict
    'supported'
    >>> support("Aspirin reduces strokes by 30%.", facts).why
    'the passages do not say 30%'
    >>> support("Aspirin did not reduce stroke.", facts).verdict
    'contradicted'
    """
    said = wording(sentence)
    read = [wording(one) for one in evidence]
    if not said.stems and not said.numbers:
        return Support("unsupported", 0.0, None, (), "it says nothing that could be checked")
    if not read:
        return Support("unsupported", 0.0, None, (), "it cites no passage")
    shares = [_share(said, one) for one in read]
    worth = [share * (_ASKING if one.asks else 1) for share, one in zip(shares, read, strict=True)]
    best = max(range(len(read)), key=lambda at: (worth[at], -at))
    near = {at for at in range(best - 1, best + 2) if 0 <= at < len(read)}
    together = [read[at] for at in sorted(near)]
    known = {one for each in read for one in each.stems}
    score = round(0.5 * shares[best] + 0.5 * _share(said, *together), 3)
    missing = _missing(said, read)
    hard = [one for one in missing if one in said.numbers or _is_name(one, said, known)]
    stances = _stances(said, evidence, worth)
    if worth[best] >= LEAST_CONFLICT and stances and max(stances) < 0:
        return Support("contradicted", score, best, missing, "the passages say the opposite")
    if hard:
        why = f"the passages do not say {', '.join(hard)}"
    elif score < LEAST_SUPPORT:
        why = "the passages say too little of it" + (f": {', '.join(missing)}" if missing else "")
    elif max(stances) <= 0:
        why = "no passage says that it is so"
    else:
        return Support("supported", score, best, missing, "")
    return Support("unsupported", score, best, missing, why)


def _share(said: Wording, *read: Wording) -> float:
    known = {one for each in read for one in each.stems}
    total = sum(weight(one, said.names) for one in said.stems)
    found = sum(weight(one, said.names) for one in said.stems if one in known)
    return found / total if total else 1.0


def _missing(said: Wording, read: Sequence[Wording]) -> tuple[str, ...]:
    known = {one for each in read for one in each.stems}
    numbers = {one.rstrip("%") for each in read for one in each.numbers}
    words = [word for found, word in said.stems.items() if found not in known]
    return (*words, *(one for one in said.numbers if one.rstrip("%") not in numbers))


def _is_name(word: str, said: Wording, known: set[str]) -> bool:
    return any(said.stems[one] == word and one not in known for one in said.names)


def _stances(said: Wording, evidence: Sequence[str], worth: Sequence[float]) -> list[int]:
    """Of each sentence that says most of it: 1 where it agrees, -1 where it says the opposite."""
    least = max(worth) - _NEAR_BEST
    pairs = zip(evidence, worth, strict=True)
    return [_stance(said, wording(one, said.stems)) for one, share in pairs if share >= least]


def _stance(said: Wording, read: Wording) -> int:
    if read.asks:
        return 0
    denies = (said.negations % 2) != (read.negations % 2)
    one, other = set(said.directions.values()), set(read.directions.values())
    turns = bool(one) and bool(other) and not one & other
    if turns or _is_turned(said, read):
        return 1 if denies else -1
    if denies:
        return -1
    return 1 if other or not one else 0


def _is_turned(said: Wording, read: Wording) -> bool:
    """Whether, beside the words of direction that both have, they go opposite ways."""
    one = {way for stem, way in said.directions.items() if stem not in read.directions}
    other = {way for stem, way in read.directions.items() if stem not in said.directions}
    return len(one) == len(other) == 1 and one != other
