"""Compile a terminology to flat arrays: token numbers, a trie of names, names, ids, places."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from medloom.terminology import ambiguity, flat
from medloom.terminology.batching import Piece, pieces
from medloom.terminology.characters import HYPHEN, fold, tables
from medloom.terminology.cutting import Cut, cut
from medloom.terminology.edges import edges_of
from medloom.terminology.entry_arrays import entry_arrays, table_arrays
from medloom.terminology.flat import Array, Strings
from medloom.terminology.hashing import HashTable
from medloom.terminology.model import SCOPES, Entry, Synonym, Terminology
from medloom.terminology.normal import normal
from medloom.terminology.trie import Ints, Trie

Places = npt.NDArray[np.int64]


class _Named(NamedTuple):
    entry: int
    name: Synonym


def compile_to(path: Path, terminology: Terminology, source_digest: str = "") -> None:
    """Write the lexicon of a terminology to a file that `Lexicon.open` maps into memory."""
    entries = list(terminology.entries.values())
    named = [_Named(n, name) for n, entry in enumerate(entries) for name in _names(entry)]
    tokens, bounds, vocabulary, n_tokens = _tokens([one.name.text for one in named])
    form_of_name, form_tokens, form_bounds = _forms(tokens, bounds)
    trie = Trie.of(form_tokens, form_bounds, n_tokens)
    arrays: dict[str, Array] = {
        **table_arrays("vocabulary", vocabulary),
        **table_arrays("edges", trie.edges),
        **{name: getattr(trie, name) for name in ("roots", "kind", "form", "tail_start", "tails")},
        **_name_arrays(named, form_of_name, len(form_bounds) - 1),
        **entry_arrays(entries),
    }
    about = {
        "name": terminology.name,
        "release": terminology.release,
        "licence": terminology.licence,
        "source": terminology.source,
        "source_digest": source_digest,
        "notes": list(terminology.notes.lines()),
        "concepts": sum(not one.obsolete for one in entries),
        "obsolete": sum(one.obsolete for one in entries),
        "names": len(named),
        "overlap": 4 * max((len(one.name.text) for one in named), default=0) + 64,
        "digest": _digest(arrays),
    }
    flat.write(path, about, arrays)


def _names(entry: Entry) -> Iterator[Synonym]:
    """Each name once, in the best of its scopes; obsolete concepts are not found."""
    if entry.obsolete:
        return
    seen: set[str] = set()
    for name in sorted(entry.names(), key=lambda one: SCOPES.index(one.scope)):
        if name.text not in seen:
            seen.add(name.text)
            yield name


def _tokens(names: Sequence[str]) -> tuple[Ints, Places, HashTable, int]:
    """The token numbers of all names, where each name begins, and the numbers by hash."""
    hashes_of, rows_of, words = [], [], {}
    for piece in pieces(names, 0, size=2_000_000):
        made = cut(piece.codes)
        row = np.searchsorted(piece.starts, made.starts, "right") - 1
        real = (piece.codes[made.starts] != 0) & ~_is_edge(piece, made, row)
        starts, ends, hashes = made.starts[real], made.ends[real], made.hashes[real]
        hashes_of.append(hashes)
        rows_of.append(piece.rows[row[real]])
        new, first = np.unique(hashes, return_index=True)
        text = piece.codes.tobytes().decode("utf-32-le", "surrogatepass")
        for hash_, at in zip(new.tolist(), first.tolist(), strict=True):
            if hash_ not in words:
                words[hash_] = normal(fold(text[starts[at] : ends[at]]))
    hashes = np.concatenate([np.zeros(0, np.uint64), *hashes_of])
    rows = np.concatenate([np.zeros(0, np.int64), *rows_of])
    table, n_tokens = _vocabulary(words)
    lengths = np.bincount(rows, minlength=len(names))
    bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return table.find(hashes), bounds, table, n_tokens


def _is_edge(piece: Piece, made: Cut, row: Places) -> npt.NDArray[np.bool_]:
    """Whether a token is a hyphen at the beginning or the end of its name."""
    hyphen: npt.NDArray[np.bool_] = tables().kind[piece.codes[made.starts]] == HYPHEN
    real = piece.codes[made.starts] != 0
    outer = np.ones(len(row), bool)
    inner = (row[1:-1] == row[:-2]) & (row[1:-1] == row[2:]) & real[:-2] & real[2:]
    outer[1:-1] = ~inner
    return hyphen & outer


def _vocabulary(words: dict[int, str]) -> tuple[HashTable, int]:
    """Numbers of words: the same for all that have one normal form; normal forms have them, too."""
    numbers: dict[str, int] = {}
    of_hash = {hash_: numbers.setdefault(word, len(numbers) + 1) for hash_, word in words.items()}
    for word, hash_ in zip(numbers, word_hashes(list(numbers)).tolist(), strict=True):
        of_hash.setdefault(hash_, numbers[word])
    keys = np.fromiter(of_hash.keys(), np.uint64, len(of_hash))
    return HashTable.of(keys, np.fromiter(of_hash.values(), np.int32, len(of_hash))), len(numbers)


def word_hashes(words: Sequence[str]) -> npt.NDArray[np.uint64]:
    """The hashes of words, each of which is one token."""
    hashes = np.zeros(len(words), np.uint64)
    for piece in pieces([word or " " for word in words], 0):
        made = cut(piece.codes)
        real = piece.codes[made.starts] != 0
        rows = piece.rows[np.searchsorted(piece.starts, made.starts[real], "right") - 1]
        hashes[rows] = made.hashes[real]
    return hashes


def _forms(tokens: Ints, bounds: Places) -> tuple[Ints, Ints, Places]:
    """Number the different sequences of tokens: of each name, its form; and the forms."""
    seen: dict[bytes, int] = {}
    of_name = np.full(len(bounds) - 1, -1, np.int32)
    for name, (start, end) in enumerate(
        zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    ):
        if end > start:
            of_name[name] = seen.setdefault(tokens[start:end].tobytes(), len(seen))
    lengths = [len(one) // 4 for one in seen]
    form_bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return of_name, np.frombuffer(b"".join(seen), np.int32), form_bounds


def _name_arrays(named: Sequence[_Named], form: Ints, n_forms: int) -> dict[str, Array]:
    """Of each name, sorted by form: its concept, scope, language, ambiguity, capitals, text."""
    order = np.argsort(form, kind="stable")
    sorted_ = [named[at] for at in order.tolist()]
    languages = sorted({one.name.language for one in named})
    flags = _ambiguities(sorted_)
    begin = np.searchsorted(form[order], np.arange(n_forms + 1))
    return {
        "form_names": begin.astype(np.int32),
        "name_form": form[order],
        "name_entry": np.array([one.entry for one in sorted_], np.int32),
        "name_scope": np.array([SCOPES.index(one.name.scope) for one in sorted_], np.uint8),
        "name_language": np.array(
            [languages.index(one.name.language) for one in sorted_], np.uint8
        ),
        "name_preferred": np.array([one.name.kind == "preferred" for one in sorted_], bool),
        "name_flags": flags,
        "name_edges": np.array([edges_of(one.name.text) for one in sorted_], np.uint8),
        "name_capitals": np.array(
            [min(255, sum(map(str.isupper, one.name.text))) for one in sorted_], np.uint8
        ),
        **Strings.pack((one.name.text for one in sorted_), "name"),
        **Strings.pack(languages, "language"),
    }


def _ambiguities(named: Sequence[_Named]) -> npt.NDArray[np.uint8]:
    flags = np.array([ambiguity.ambiguity(one.name.text) for one in named], np.uint8)
    if not ambiguity.says_case([one.name.text for one in named]):
        flags[flags == ambiguity.CASED] = ambiguity.FREE
    return flags


def _digest(arrays: dict[str, Array]) -> str:
    total = hashlib.sha256()
    for name, array in arrays.items():
        total.update(name.encode() + b"\0")
        total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()[:16]
