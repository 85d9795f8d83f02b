"""What speaks for a candidate, as numbers."""

import numpy as np
from numpy.typing import NDArray

from medloom.steps.annotate.link.build import head_of
from medloom.steps.annotate.link.index import Floats, Index
from medloom.steps.annotate.link.normal import content, folded, stems
from medloom.steps.annotate.link.search import Candidates, Searcher

NAMES = (
    "same_text",
    "same_folded",
    "same_stems",
    "same_words",
    "same_letters",
    "mention_in_name",
    "name_in_mention",
    "both",
    "same_head",
    "preferred_name",
    "related_name",
    "children",
    "names",
    "share_of_names",
    "other_numbers",
    "rewritten",
    "short_form",
    "short_and_same",
    "document",
    "one_word_name",
    "within",
    "learned",
    "rest_in_document",
)
"""The columns, in order; `weights.yaml` gives each a weight."""
DOCUMENT, LEARNED = NAMES.index("document"), NAMES.index("learned")
COVERED, REST = NAMES.index("name_in_mention"), NAMES.index("rest_in_document")


def features(
    searcher: Searcher, query: str, found: Candidates, *, rewritten: bool, short_form: bool
) -> NDArray[np.float32]:
    """One row for each candidate of a query, one column for each of `NAMES`."""
    index, names = searcher.index, found.names
    table = np.zeros((len(names), len(NAMES)), np.float32)
    for level in range(5):
        table[:, level] = found.level == level
    table[:, 5], table[:, 6] = found.covers, found.covered
    table[:, 7] = found.covers * found.covered
    table[:, 8] = _same_head(searcher, query, found)
    table[:, 9] = index.scope[names] == 0
    table[:, 10] = index.scope[names] > 1
    table[:, 11] = np.log1p(index.children[found.concepts])
    table[:, 12] = np.log1p(index.n_names[found.concepts])
    table[:, 13] = found.n_hits / np.maximum(index.n_names[found.concepts], 1)
    table[:, 14] = _other_numbers(index, query, found)
    table[:, 15] = rewritten
    table[:, 16] = short_form
    table[:, 17] = short_form and (found.level <= 1)
    table[:, 19] = index.name_words.sizes(names) == 1
    table[:, 20] = np.log1p(index.within[found.concepts])
    return table


def _same_head(searcher: Searcher, query: str, found: Candidates) -> Floats:
    """How alike the words are that say what kind of thing mention and name are."""
    near, likeness = searcher.near(head_of(query))
    known = dict(zip(near.tolist(), likeness.tolist(), strict=True))
    heads = searcher.index.name_heads[found.names].tolist()
    return np.array([known.get(head, 0.0) for head in heads], np.float32)


def _other_numbers(index: Index, query: str, found: Candidates) -> Floats:
    """How many numbers and single letters stand in only one of mention and name."""
    own = {word for word in content(stems(folded(query))) if _is_number(word)}
    known = index.word_numbers
    numbers = {known[word] for word in own if word in known}
    flat, _ = index.name_words.flat(found.names)
    sizes = index.name_words.sizes(found.names)
    is_number = index.is_number[flat]
    shared = np.isin(flat, list(numbers)) if numbers else np.zeros(len(flat), bool)
    owner = np.repeat(np.arange(len(found.names)), sizes)
    theirs = np.bincount(owner, is_number & ~shared, minlength=len(found.names))
    both = np.bincount(owner, is_number & shared, minlength=len(found.names))
    return (theirs + len(own) - both).astype(np.float32)


def _is_number(word: str) -> bool:
    return word.isdigit() or len(word) == 1
