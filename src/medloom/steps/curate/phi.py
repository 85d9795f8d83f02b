"""Protected health information: who a text is about, and where and when."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from medloom.kit.phi import findings, span_of
from medloom.kit.phi.categories import kinds_of
from medloom.kit.phi.finding import Finding, settled
from medloom.kit.phi.hunting import deny_listed, hunted
from medloom.kit.phi.language import languages_of
from medloom.kit.phi.merging import merged, without
from medloom.step import DigestedBy, adds
from medloom.tables import Span
from medloom.tagging.modelfile import ModelError, digest_of, load, place_of
from medloom.tagging.tagger import Tagger


def _are_kinds(entities: list[str]) -> list[str]:
    kinds_of(entities)
    return entities


def _is_there(model: str | None) -> str | None:
    if model is not None:
        try:
            place_of(model)
        except ModelError as error:
            raise ValueError(str(error)) from None
    return model


_Model = Annotated[str | None, AfterValidator(_is_there), DigestedBy(digest_of)]


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
    not tell. `model_en` and `model_es` may be files that `medloom tagger train` made, or null: then
    only rules and lists are asked, which is faster, and no name is found that neither a list nor
    the words around it give away. Findings of rules below `min_score`, and of models below
    `min_model_score`, are left out.

    >>> found = phi(language="en")(["Seen by Dr. Adams on 3/4/2019."], ["Eva Moss"])
    >>> [(s.text, s.label) for s in found[0]]
    [('Adams', 'NAME'), ('3/4/2019', 'DATE')]
    """

    def __init__(
        self,
        *,
        language: Literal["auto", "en", "es"] = "auto",
        entities: Annotated[list[str], AfterValidator(_are_kinds)] = [],  # noqa: B006
        model_en: _Model = "phi_en",
        model_es: _Model = "phi_es",
        min_score: float = 0.5,
        min_model_score: float = 0.1,
        allow: list[str] = [],  # noqa: B006
        deny: list[str] = [],  # noqa: B006
    ) -> None:
        self._language, self._min_score = language, min_score
        self._min_model_score = min_model_score
        self._kinds = kinds_of(entities or None)
        self._allow, self._deny = tuple(allow), tuple(deny)
        models = {"en": model_en, "es": model_es}
        self._taggers = {n: Tagger(load(one)) for n, one in models.items() if one is not None}

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
        for language, tagger in self._taggers.items():
            own = [at for at, one in enumerate(text) if language in self._languages(one)]
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
