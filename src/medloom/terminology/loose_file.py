"""What matching without order needs of a lexicon, made once and kept beside the compiled file."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology import flat
from medloom.terminology.bags import bags, own_words
from medloom.terminology.characters import mixed
from medloom.terminology.finding import code_digest, folder, made_once
from medloom.terminology.flat import Array
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.streams import Flags
from medloom.terminology.synonymy import Synonymy


class LooseFile(NamedTuple):
    """Bags of numbered words as sums, and for each what it stands for."""

    learnt: Synonymy
    modifiers: frozenset[str]
    words: list[str]
    """Words are numbered from 1."""
    random: npt.NDArray[np.uint64]
    """The random number of each word; of 0, none."""
    arrays: dict[str, Array]
    """Of each bag: sum, entry, name, rewritten, joins, and its heads from heads_bounds on."""


def loose_file(lexicon: Lexicon, names: Flags) -> LooseFile:
    """Open the file for some names of a lexicon; make it where it is not there."""
    total = hashlib.sha256(f"{code_digest()} {lexicon.digest}".encode())
    total.update(np.packbits(names).data)
    path = folder() / "by-digest" / f"{lexicon.about['name']}-{total.hexdigest()[:16]}.loose"
    made_once(path, lambda target: _make(target, lexicon, names))
    about, arrays = flat.read(path)
    words = [str(one) for one in about["words"]]
    endings = frozenset((old, new) for old, new in about["endings"])
    learnt = Synonymy(about["classes"], endings, ())
    return LooseFile(learnt, frozenset(about["modifiers"]), words, _random(len(words)), arrays)


def _make(path: Path, lexicon: Lexicon, names: Flags) -> None:
    learnt, found, modifiers = bags(lexicon, np.flatnonzero(names).tolist())
    words = sorted({word for bag in (*found, own_words().skipped) for word in bag})
    number = {word: at for at, word in enumerate(words, 1)}
    value = dict(zip(words, _random(len(words))[1:].tolist(), strict=True))
    sums = [sum([value[word] for word in bag]) % (1 << 64) or 1 for bag in found]
    named = list(found.values())
    heads = [[number[word] for word in one.heads if word in number] for one in named]
    arrays: dict[str, Array] = {
        "sums": np.array(sums, np.uint64),
        "entry": np.array([one.entry for one in named], np.int32),
        "name": np.array([one.name for one in named], np.int32),
        "rewritten": np.array([one.rewritten for one in named], bool),
        "joins": np.array([one.joins for one in named], bool),
        "heads_bounds": np.concatenate([[0], np.cumsum([len(one) for one in heads])]).astype(
            np.int64
        ),
        "heads": np.array([word for one in heads for word in one], np.int32),
        "longest": np.array([max((len(bag) for bag in found), default=0)], np.int32),
    }
    about: dict[str, Any] = {
        "words": words,
        "classes": learnt.classes,
        "endings": sorted(learnt.endings),
        "modifiers": sorted(modifiers),
    }
    flat.write(path, about, arrays)


def _random(n_words: int) -> npt.NDArray[np.uint64]:
    random = mixed(np.arange(n_words + 1, dtype=np.uint64))
    random[0] = 0
    return random
