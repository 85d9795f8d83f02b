"""How many passages a question needs: until scores fall, or passages bring nothing new."""

from collections.abc import Sequence

from medloom.answers.model import Evidence
from medloom.answers.wording import wording

LEAST_SCORE = 0.35
"""The least score of a passage, as a share of the best one's."""
LEAST_NEW = 0.2
"""The least share of a passage's words that passages before it do not have."""


def enough(
    ranked: Sequence[Evidence],
    *,
    most: int = 12,
    least: int = 2,
    most_characters: int = 24_000,
) -> tuple[list[Evidence], str]:
    """The passages to read, best first, and why there are no more.

    A passage that repeats what was read is passed over. At least `least` are taken if they are
    there; never more than `most`, nor more than `most_characters` of text. The text of a passage
    that alone is too long is not cut: it is passed over, but for the first.

    >>> one = Evidence(1, "t", "a", "text", "Aspirin prevents strokes.", 1.0)
    >>> two = Evidence(2, "t", "b", "text", "Aspirin prevents strokes.", 0.9)
    >>> [e.id for e in enough([one, two], least=1)[0]]
    ['a']
    """
    kept: list[Evidence] = []
    read: set[str] = set()
    characters = 0
    for one in ranked:
        if len(kept) >= most:
            return kept, f"{most} passages are the most"
        if len(kept) >= least and one.score < LEAST_SCORE * ranked[0].score:
            return kept, "scores fall"
        said = set(wording(one.text).stems)
        is_new = not kept or len(said - read) >= LEAST_NEW * max(len(said), 1)
        fits = not kept or characters + len(one.text) <= most_characters
        if is_new and fits:
            kept.append(one)
            read |= said
            characters += len(one.text)
    return kept, "there are no more"
