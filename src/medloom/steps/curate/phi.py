"""Protected health information: who a text is about, and where and when."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from medloom.kit.phi import findings, span_of
from medloom.kit.phi.categories import kinds_of
from medloom.kit.phi.finding import Finding, settled
from medloom.kit.phi.hunting import deny_listed, hunted
from medloom.kit.phi.language import LANGUAGES, languages_of
from medloom.kit.phi.merging import merged, without
from medloom.step import DigestedBy, adds
from medloom.tables import Span
from medloom.tagging.modelfile import ModelError, digest_of, load, place_of
from medloom.tagging.tagger import Tagger


def _are_kinds(entities: list[str]) -> list[str]:
    kinds_of(entities)
    return entities


@cache
def _tagger(language: str) -> Tagger | None:
    try:
        place_of(f"phi_{language}")
    except ModelError:
        return None
    return Tagger(load(f"phi_{language}"))


def _digest_of_models(model: bool) -> str:
    return " ".join(digest_of(f"phi_{one}") for one in LANGUAGES if model and _tagger(one))


@adds("phi")
class phi:  # noqa: N801 - a step is named as recipes call it
    """Find protected health information: names, places, dates, numbers of persons, and more.

    Three ways, told apart by `made_by.rule`: rules and word lists (English and Spanish), a small
    model for each language, and what the row itself knows. Labels are those of the Safe Harbor list
    of HIPAA (45 CFR 164.514); the attribute `kind` is finer. `entities` names labels or kinds to
    find; empty is all that may identify. Years, ages below 90, countries, professions and sex do
    not by themselves, and are found only where they are named.

    Where a table has `patient_name`, `patient_id` or `known_phi` (a list of strings), these are
    looked for in the text of their row. What is in `allow` is never found, what is in `deny`
    always.

    `language` is `en`, `es`, or `auto`, which looks at common words and takes both where they do
    not tell. With `model: false` only rules and lists are asked: faster, and no name is found that
    neither a list nor the words around it give away.

    >>> found = phi(language="en")(["Seen by Dr. Adams on 3/4/2019."], ["Eva Moss"])
    >>> [(s.text, s.label) for s in found[0]]
    [('Adams', 'NAME'), ('3/4/2019', 'DATE')]
    """

    def __init__(
        self,
        *,
        language: Literal["auto", "en", "es"] = "auto",
        entities: Annotated[list[str], AfterValidator(_are_kinds)] = [],  # noqa: B006
        model: Annotated[bool, DigestedBy(_digest_of_models)] = True,
        min_score: float = 0.5,
        min_model_score: float = 0.1,
        allow: list[str] = [],  # noqa: B006
        deny: list[str] = [],  # noqa: B006
    ) -> None:
        self._language, self._min_score = language, min_score
        self._min_model_score = min_model_score
        self._kinds = kinds_of(entities or None)
        self._allow, self._deny = tuple(allow), tuple(deny)
        self._model = model

    def __call__(
        self,
        text: list[str],
        patient_name: Sequence[str | None] = (),
        patient_id: Sequence[str | None] = (),
        known_phi: Sequence[list[str] | None] = (),
    ) -> list[list[Span]]:
        """The findings of each text, in order of place."""
        learned = self._learned(text)
        found = []
        for at, one in enumerate(text):
            known = [
                *_hunted(one, _at(patient_name, at), "patient_name"),
                *_hunted(one, _at(patient_id, at), "record_number"),
                *(f for value in _at(known_phi, at) or () for f in hunted(one, value, "other_id")),
                *deny_listed(one, self._deny),
            ]
            found.append(self._spans(one, known, learned[at]))
        return found

    def _spans(self, text: str, known: list[Finding], learned: list[Finding]) -> list[Span]:
        by_rule = findings(text, self._language, self._kinds)
        every = merged(text, by_rule, learned, self._min_score)
        every = [one for one in without(every, text, self._allow) if one.kind in self._kinds]
        return [span_of(text, one) for one in settled([*known, *every])]

    def _learned(self, text: list[str]) -> list[list[Finding]]:
        """What the models find, a text."""
        found: list[list[Finding]] = [[] for _ in text]
        if not self._model:
            return found
        for language in LANGUAGES:
            tagger = _tagger(language)
            own = [at for at, one in enumerate(text) if language in self._languages(one)]
            if tagger is None or not own:
                continue
            name, digest = str(tagger.model.card["name"]), tagger.model.digest
            for at, some in zip(own, tagger.mentions([text[at] for at in own]), strict=True):
                found[at] += [
                    Finding(m.start, m.end, m.label, m.score, "model", name, digest)
                    for m in some
                    if m.score >= self._min_model_score
                ]
        return found

    def _languages(self, text: str) -> tuple[str, ...]:
        return languages_of(text) if self._language == "auto" else (self._language,)


def _at(column: Sequence[Any], at: int) -> Any:
    return column[at] if at < len(column) else None


def _hunted(text: str, value: str | None, kind: str) -> list[Finding]:
    return list(hunted(text, value, kind)) if value else []
