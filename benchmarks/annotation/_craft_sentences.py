"""The sentences of the CRAFT treebank, placed in the articles' text.

Not a task. The treebank (`structural-annotation/treebank/penn/*.tree`) gives words, not offsets:
the words of a sentence, without the white space, are looked up from where the one before ends.
Where they differ from the text (the treebank lost a superscript), the sentence begins where its
first characters are found and ends where the next one begins. A paragraph is a line of the text.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_LEAF = re.compile(r"\(([^\s()]+) ([^\s()]+)\)")
_WORDS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_FAR, _PREFIX = 2000, 15


class Gold(NamedTuple):
    """One article and its sentences as (start, end), in order."""

    id: str
    text: str
    sentences: list[tuple[int, int]]


def articles(craft: Path) -> Iterator[Gold]:
    """The articles of a checkout of CRAFT that have trees."""
    for tree in sorted((craft / "structural-annotation/treebank/penn").glob("*.tree")):
        text = (craft / "articles/txt" / f"{tree.stem}.txt").read_text("utf-8")
        yield Gold(tree.stem, text, placed(text, _sentences(tree.read_text("utf-8"))))


def _sentences(trees: str) -> Iterator[str]:
    """The words of each tree as one string without white space."""
    depth = start = 0
    for found in re.finditer(r"[()]", trees):
        depth += 1 if found[0] == "(" else -1
        if depth == 1 and found[0] == "(":
            start = found.start()
        if depth == 0:
            leaves = _LEAF.findall(trees[start : found.end()])
            words = "".join(_WORDS.get(word, word) for tag, word in leaves if tag != "-NONE-")
            yield words.replace("``", '"').replace("''", '"')


def placed(text: str, sentences: Iterator[str]) -> list[tuple[int, int]]:
    """Where sentences without white space stand in a text, ends fitted where they differ."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    flat = "".join(text[at] for at in places).replace("``", '"').replace("''", '"')
    if len(flat) != len(places):  # a quote of two characters would shift every place
        flat = "".join(text[at] for at in places)
    starts, end = [], 0
    for words in filter(None, sentences):
        at = flat.find(words, end, end + _FAR + len(words))
        if at < 0:
            at = flat.find(words[:_PREFIX], end, end + _FAR)
        else:
            end = at + len(words)
        if at >= 0:
            starts.append(at)
            end = max(end, at + min(len(words), _PREFIX))
    ends = [*starts[1:], len(flat)]
    return [(places[a], places[b - 1] + 1) for a, b in zip(starts, ends, strict=True) if b > a]
