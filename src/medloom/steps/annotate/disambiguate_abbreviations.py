"""What short forms mean that their document does not define."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from medloom.errors import MedloomError
from medloom.kit.short_forms.senses import Senses, digest_of, features_of
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


@updates("abbreviations")
class disambiguate_abbreviations:  # noqa: N801 - recipes use the name
    """Add the uses of short forms that no definition explains, by what their context is like.

    `model` is a file that `medloom abbreviations train` made from the examples of a collection.
    A use gets the likeliest long form if it is at least `least_score` likely; the scores of all
    senses and of none of them add up to 1. Such uses have `defined_in` null and the rule
    `context`.

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
        model: Annotated[str, AfterValidator(_checked), DigestedBy(digest_of)],
        least_score: float = 0.8,
    ) -> None:
        self.senses = Senses.load(Path(model))
        self.least_score = least_score

    def __call__(
        self, text: list[str], abbreviations: list[list[Abbreviation]]
    ) -> list[list[Abbreviation]]:
        """The uses of each text, in their order."""
        return [self._row(*row) for row in zip(text, abbreviations, strict=True)]

    def _row(self, text: str, known: list[Abbreviation]) -> list[Abbreviation]:
        defined = {use.short for use in known}
        found = list(known)
        for token in _TOKEN.finditer(text):
            short, (start, end) = token[0], token.span()
            if short not in self.senses.shorts and short.endswith("s"):
                short, end = short[:-1], end - 1
            if short in defined or short not in self.senses.shorts:
                continue
            answer = self.senses.answer(short, features_of(text, start, end))
            if answer and answer.score >= self.least_score:
                found.append(
                    Abbreviation(start, end, short, answer.long, score=answer.score, rule="context")
                )
        return sorted(found) if len(found) > len(known) else known
