"""Drop texts that a quality profile does not pass."""

from typing import Annotated

from pydantic import Field

from medloom.kit.text_quality import digest_of, load, measure, wrong_language
from medloom.kit.text_quality.settings import MostLoss, ProfileName, RuleLimits
from medloom.step import DigestedBy, drops
from medloom.tables.text_quality import TextQuality


@drops
def drop_poor_text(
    text: str,
    quality: TextQuality | None = None,
    *,
    profile: Annotated[ProfileName, DigestedBy(digest_of)] = "paragraph",
    limits: RuleLimits = {},  # noqa: B006
    languages: list[str] = [],  # noqa: B006
    panel: str | None = None,
    most_known_good_loss: Annotated[MostLoss, Field(validate_default=True)] = 0.05,
) -> str | None:
    """Drop texts that break a rule of a quality profile; the reason is in the ledger.

    Profiles, `limits` and `languages` are as in `text_quality`; where the table has its column
    `quality`, its features are used. Limits that would lose more than `most_known_good_loss` of the
    profile's panel of known-good medical texts (or of `panel`, for a profile of one's own) are a
    problem of the recipe, before any row is read.

    >>> drop_poor_text("Figure 2. See text.", profile="caption")
    'uninformative: 0 content words, least 1'
    >>> drop_poor_text("El paciente no tenía fiebre ni dolor.", languages=["en"])
    'wrong_language: es, wanted en'
    >>> drop_poor_text("The patients were given 5 mg of morphine every four hours.")
    """
    if quality is None:
        language, features = measure(text)
        code, score = language.code, language.score
    else:
        code, score, features = quality.language, quality.language_score, quality.features
    failed = wrong_language(code, score, languages) or next(
        load(profile).with_limits(limits).failed(features), None
    )
    return f"{failed.rule}: {failed.reason}" if failed else None
