"""The concepts of a terminology that a text names."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator

from medloom.kit.digests import digest_of_file
from medloom.step import DigestedBy, adds
from medloom.tables import Span
from medloom.terminology.choice import chosen, stop_list
from medloom.terminology.finding import digest_of, known, open_lexicon
from medloom.terminology.layers import Mode
from medloom.terminology.recognising import Recogniser


def _readable(path: str | None) -> str | None:
    if path is not None and not Path(path).is_file():
        raise ValueError(f"there is no file {path}")
    return path


@adds("spans")
class concepts:  # noqa: N801 - a step is named as recipes call it
    """Find the names of a terminology in texts, whatever their case, hyphens, plural or spelling.

    `terminology` is a name that `medloom terminology list` shows, or the path of a file.
    `mode: longest` leaves out what lies inside a longer name; `nested` keeps there what is above it
    in the terminology (colitis in ulcerative colitis); `all` keeps everything. A short name in
    capitals is found only as it is written, a common English word not at all, unless `ambiguous`
    is true. `stop` is a file of names and ids to leave out, one a line. `scopes`, `languages`,
    `under` (ids of concepts, with all below them) and `types` (semantic types) narrow what is
    looked for; empty is all.

    With `loose`, names of two words or more are also found where their words stand in another
    order (`hypoplasia of the thumb`), around a word more, in forms and with equal words that the
    terminology's own synonyms teach (`renal` for `kidney`), and in parallel parts (`palmar and
    plantar pits`, whose spans have fragments). It is for up to some 100,000 names.

    `made_by.rule` says how the text differs from the name: exact, case, accents, hyphen,
    possessive, greek, plural, spelling; of loose ones: word-order, equivalent,
    coordination, apart. The
    score is that of the name's scope: 1 exact, 0.9 narrow, 0.8 broad, 0.7 related; less if loose.
    A name of several concepts has them all, best first.

    >>> from medloom.terminology.examples import toy
    >>> find = concepts(terminology=str(toy().path))
    >>> [(s.text, s.concepts[0].id, s.made_by.rule) for s in find(["No heart-attacks; MI, mi."])[0]]
    [('heart-attacks', 'TOY:2', 'plural'), ('MI', 'TOY:2', 'exact')]
    """

    def __init__(
        self,
        *,
        terminology: Annotated[str, AfterValidator(known), DigestedBy(digest_of)],
        mode: Mode = "longest",
        stop: Annotated[str | None, AfterValidator(_readable), DigestedBy(digest_of_file)] = None,
        scopes: list[Literal["exact", "narrow", "broad", "related"]] = [],  # noqa: B006
        languages: list[str] = [],  # noqa: B006
        under: list[str] = [],  # noqa: B006
        types: list[str] = [],  # noqa: B006
        ambiguous: bool = False,
        loose: bool = False,
    ) -> None:
        lexicon = open_lexicon(terminology)
        names = chosen(
            lexicon,
            scopes=scopes,
            languages=languages,
            under=under,
            types=types,
            stop=stop_list(stop) if stop else (),
        )
        self._find = Recogniser(lexicon, names, step="concepts", everything=ambiguous, loose=loose)
        self._mode = mode

    def __call__(self, text: list[str]) -> list[list[Span]]:
        """The spans of each text, in order."""
        return self._find.spans(text, self._mode)
