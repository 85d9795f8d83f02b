"""Whether mentions are negated, uncertain, past, hypothetical, conditional, or of somebody else."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from medloom.kit.phrases import lowered
from medloom.kit.sentences import split
from medloom.step import DigestedBy, updates
from medloom.steps.annotate.assertion.cues import lexicon
from medloom.steps.annotate.assertion.rules import (
    check_language,
    check_path,
    digest,
    digest_of_rules,
)
from medloom.steps.annotate.assertion.scopes import asserted
from medloom.tables import Span

_Language = Annotated[str, AfterValidator(check_language), DigestedBy(digest)]
_Path = Annotated[str | None, AfterValidator(check_path), DigestedBy(digest_of_rules)]


@updates("spans")
class assertion:  # noqa: N801
    """Say of each mention whether its text asserts it, when, and of whom, with the cues.

    The rules are cues with scopes inside a sentence, as in NegEx (Chapman 2001) and ConText
    (Harkema 2009), and headers of sections. `rules` names a YAML file in place of the language's
    own; `domain` is notes or literature.

    >>> from medloom.tables import Span
    >>> text = "No fever. Possible pneumonia."
    >>> spans = [Span(3, 8, "FINDING", "fever"), Span(19, 28, "FINDING", "pneumonia")]
    >>> for span in assertion()([text], [spans])[0]:
    ...     print(span.text, span.assertion.negated, span.assertion.cues[0].text)
    fever True No
    pneumonia False Possible
    """

    def __init__(
        self,
        *,
        language: _Language = "en",
        domain: Literal["notes", "literature"] = "notes",
        rules: _Path = None,
    ) -> None:
        self._language = language
        self._lexicon = lexicon(language, rules, domain)
        split("", language_code=language)  # reads its lists of words before the first row

    def __call__(self, text: list[str], spans: list[list[Span]]) -> list[list[Span]]:
        """Judge the spans of each text."""
        return [
            asserted(one, lowered(one), mentions, self._lexicon, self._language)
            if mentions
            else mentions
            for one, mentions in zip(text, spans, strict=True)
        ]
