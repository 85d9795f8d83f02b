"""Which names of a lexicon to look for: by scope, language, branch, type, and stop list."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from medloom.terminology.lexicon import Lexicon
from medloom.terminology.matcher import Matcher
from medloom.terminology.model import SCOPES, TerminologyError

Flags = npt.NDArray[np.bool_]


def chosen(
    lexicon: Lexicon,
    *,
    scopes: Collection[str] = (),
    languages: Collection[str] = (),
    under: Collection[str] = (),
    types: Collection[str] = (),
    stop: Collection[str] = (),
) -> Flags:
    """Of each name, whether it is chosen; an empty choice is all.

    `under` are ids of concepts: they and what is below them. `types` are beginnings of semantic
    types. `stop` are names (whatever their variant) and ids that are left out.

    >>> from medloom.terminology.examples import toy
    >>> int(chosen(toy(), under=["TOY:4"], stop=["growth"]).sum())
    4
    """
    names = lexicon.arrays
    keep = np.ones(len(names["name_entry"]), bool)
    if scopes:
        keep &= np.isin(names["name_scope"], [SCOPES.index(one) for one in scopes])
    if languages:
        known = lexicon.strings("language")
        wanted = [
            n for n in range(len(known)) if known[n] in {one[:2].lower() for one in languages}
        ]
        keep &= np.isin(names["name_language"], wanted)
    if under:
        try:
            keep &= lexicon.below(under)[names["name_entry"]]
        except KeyError as error:
            raise TerminologyError(f"{lexicon.title} has no concept {error.args[0]}") from error
    if types:
        keep &= lexicon.typed(types)[names["name_entry"]]
    return keep & ~_stopped(lexicon, stop) if stop else keep


def stop_list(path: str) -> list[str]:
    """The lines of a stop list: names and ids; what follows `#` is a comment."""
    lines = Path(path).read_text("utf-8").splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def _stopped(lexicon: Lexicon, stop: Collection[str]) -> Flags:
    entries = [number for one in stop if (number := lexicon.number(one)) is not None]
    words = [one for one in stop if lexicon.number(one) is None]
    hits = Matcher(lexicon, everything=True).find(words)
    lengths = np.array([len(one) for one in words], np.int64)
    whole = (hits.start == 0) & (hits.end == lengths[hits.row])
    by_form = np.isin(lexicon.arrays["name_form"], hits.form[whole])
    return np.isin(lexicon.arrays["name_entry"], entries) | by_form
