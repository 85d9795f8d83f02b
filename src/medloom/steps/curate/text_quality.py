"""Measures of how good a text is."""

from typing import Annotated

from medloom.kit.text_quality import digest_of, load, measure, wrong_language
from medloom.kit.text_quality.settings import ProfileName, RuleLimits
from medloom.step import DigestedBy, adds
from medloom.tables.text_quality import TextQuality


@adds("quality")
def text_quality(
    text: str,
    *,
    profile: Annotated[ProfileName, DigestedBy(digest_of)] = "paragraph",
    limits: RuleLimits = {},  # noqa: B006
    languages: list[str] = [],  # noqa: B006
) -> TextQuality:
    """Measure a text: language, features, and the rules of a profile that it fails.

    `profile` is `abstract`, `article`, `caption`, `note`, `paragraph`, `question`, or a YAML file;
    `limits` gives rules other limits, or null to put one out of force; `languages` are those
    wanted, empty is any. `medloom quality PROFILE` shows the rules, and how much known-good text
    each would lose. To drop what fails: `drop_poor_text`.

    >>> found = text_quality("Figure 2. See text for details.", profile="caption")
    >>> found.language, found.features.content_words, found.failed[0].reason
    ('en', 0, '0 content words, least 1')
    """
    language, features = measure(text)
    failed = list(load(profile).with_limits(limits).failed(features))
    other = wrong_language(language.code, language.score, languages)
    return TextQuality(
        language.code, language.score, features, [other, *failed] if other else failed
    )
