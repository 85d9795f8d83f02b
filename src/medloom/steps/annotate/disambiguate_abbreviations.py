"""What short forms mean that their document does not define."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from medloom.errors import MedloomError
from medloom.kit.digests import digest_of_file
from medloom.kit.short_forms.senses import Answer, Senses, features_of
from medloom.step import DigestedBy, updates
from medloom.tables.spans import Abbreviation

_TOKEN = re.compile(r"[^\W_][\w./+-]{0,14}[\w+]")


def _checked(path: str) -> str:
    if not Path(path).is_file():
        raise ValueError(f"no file {path}; make one with: medloom abbreviations train")
    try:
        Senses.load(Path(path))
    except MedloomError as error:
        raise ValueError(str(error)) from error
    return path


@updates("abbreviations", by="article_id")
class disambiguate_abbreviations:  # noqa: N801 - recipes use the name
    """Add the uses of short forms that no definition explains, by what their context is like.

    All uses of a short form in a document have one sense (Gale et al. 1992), told from the words
    around all of them. `model` is a file that `medloom abbreviations train` made from the examples
    of a collection. A use gets the likeliest long form if it is at least `least_score` likely; the
    scores of all senses and of none of them add up to 1. Such uses have `defined_in` null and the
    rule `context`.

    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from medloom.kit.short_forms.senses import Example
    >>> lab, walk = features_of("PT liver blood", 0, 2), features_of("PT walk exercise", 0, 2)
    >>> examples = [Example("PT", "prothrombin time", lab), Example("PT", "therapy", walk)] * 9
    >>> file = Path(mkdtemp()) / "senses.npz"
    >>> Senses.learn(examples).save(file)
    >>> step = disambiguate_abbreviations(model=str(file), least_score=0.5)
    >>> [(use.start, use.long) for use in step(["Liver blood PT."], [[]])[0]]
    [(12, 'prothrombin time')]
    """

    def __init__(
        self,
        *,
        model: Annotated[str, AfterValidator(_checked), DigestedBy(digest_of_file)],
        least_score: float = 0.8,
    ) -> None:
        self.senses = Senses.load(Path(model))
        self.least_score = least_score

    def __call__(
        self, text: list[str], abbreviations: list[list[Abbreviation]]
    ) -> list[list[Abbreviation]]:
        """The uses in each text of a document, in their order."""
        undefined = [self._undefined(*row) for row in zip(text, abbreviations, strict=True)]
        words: dict[str, set[int]] = defaultdict(set)
        for one, uses in zip(text, undefined, strict=True):
            for use in uses:
                words[use.short].update(features_of(one, use.start, use.end))
        said = {short: self.senses.answer(short, tuple(found)) for short, found in words.items()}
        return [
            sorted([*known, *self._meant(uses, said)]) if uses else known
            for known, uses in zip(abbreviations, undefined, strict=True)
        ]

    def _undefined(self, text: str, known: list[Abbreviation]) -> list[Abbreviation]:
        """The uses of short forms that the model knows and the document does not define."""
        defined, found = {use.short for use in known}, []
        for token in _TOKEN.finditer(text):
            short = token[0]
            if short not in self.senses.shorts and short.endswith("s"):
                short = short[:-1]
            if short in self.senses.shorts and short not in defined:
                found.append(Abbreviation(token.start(), token.start() + len(short), short, ""))
        return found

    def _meant(
        self, uses: list[Abbreviation], said: dict[str, Answer | None]
    ) -> Iterator[Abbreviation]:
        for use in uses:
            answer = said[use.short]
            if answer and answer.score >= self.least_score:
                yield use._replace(long=answer.long, score=answer.score, rule="context")
