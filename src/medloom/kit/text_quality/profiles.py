"""Profiles: named rules with limits, as data; a user's file may take the place of a shipped one."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from medloom.kit.rule_files import digest_of as digest_of_texts
from medloom.kit.rule_files import parsed, text_of
from medloom.tables.text_quality import FailedRule, TextFeatures

_PACKAGE = f"{__package__}.shipped"
Limits = Mapping[str, float | None]
"""Other limits for rules by their names; None puts a rule out of force."""
WRONG_LANGUAGE, _LEAST_LANGUAGE_SCORE = "wrong_language", 0.9


def _is_feature(name: str) -> str:
    if name not in TextFeatures._fields:
        raise ValueError(f"there is no feature {name}; there are {', '.join(TextFeatures._fields)}")
    return name


class Rule(BaseModel):
    """The least or the most that a feature may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    feature: Annotated[str, AfterValidator(_is_feature)]
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _has_one_limit(self) -> "Rule":
        if (self.least is None) == (self.most is None):
            raise ValueError("give `least` or `most`")
        return self

    @property
    def limit(self) -> float:
        """The limit, whichever it is."""
        return self.least if self.least is not None else self.most  # type: ignore[return-value]

    @property
    def side(self) -> Literal["least", "most"]:
        """Which of the two limits it has."""
        return "least" if self.least is not None else "most"

    def fails(self, value: float) -> bool:
        """Whether a value is beyond the limit."""
        return value < self.limit if self.least is not None else value > self.limit

    def at(self, limit: float) -> "Rule":
        """The rule with another limit."""
        return self.model_copy(update={self.side: limit})


class Profile(BaseModel):
    """The rules for one sort of text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    rules: dict[str, Rule]

    def with_limits(self, limits: Limits) -> "Profile":
        """The profile with other limits.

        >>> load("abstract").with_limits({"too_short": 5}).rules["too_short"].least
        5.0

        Raises ValueError with a rule that it does not have.
        """
        unknown = [one for one in limits if one not in self.rules]
        if unknown:
            raise ValueError(f"there is no rule {unknown[0]}; there are {', '.join(self.rules)}")
        rules = {
            name: rule if name not in limits else rule.at(float(limits[name] or 0))
            for name, rule in self.rules.items()
            if limits.get(name, 0) is not None
        }
        return self.model_copy(update={"rules": rules})

    def failed(self, features: TextFeatures) -> Iterator[FailedRule]:
        """The rules that a text with these features does not keep, in the profile's order."""
        for name, rule in self.rules.items():
            value = getattr(features, rule.feature)
            if rule.fails(value):
                yield FailedRule(name, _reason(rule, value))


def wrong_language(code: str, score: float, wanted: list[str]) -> FailedRule | None:
    """A failed rule where a text is surely in another language than those wanted.

    >>> wrong_language("es", 0.99, ["en"])
    FailedRule(rule='wrong_language', reason='es, wanted en')
    >>> wrong_language("es", 0.99, [])
    """
    if not wanted or code in wanted or score < _LEAST_LANGUAGE_SCORE:
        return None
    return FailedRule(WRONG_LANGUAGE, f"{code}, wanted {' or '.join(wanted)}")


def _reason(rule: Rule, value: float) -> str:
    unit = rule.feature.replace("_", " ")
    return f"{value:.4g} {unit}, {rule.side} {rule.limit:.4g}"


def names() -> list[str]:
    """The profiles that Medloom ships.

    >>> names()
    ['abstract', 'article', 'caption', 'note', 'paragraph', 'question']
    """
    files = resources.files(_PACKAGE).iterdir()
    return sorted(one.name.removesuffix(".yaml") for one in files if one.name.endswith(".yaml"))


@cache
def load(profile: str) -> Profile:
    """A profile by its name, or from a file.

    Raises ValueError that says what is wrong with it.
    """
    return parsed(f"profile {profile}", _text(profile), Profile)


def digest_of(profile: str) -> str:
    """A hash of a profile's rules."""
    return digest_of_texts(_text(profile))


def _text(profile: str) -> str:
    if profile in names():
        return text_of(None, _PACKAGE, f"{profile}.yaml")
    if not profile.endswith((".yaml", ".yml")):
        known = ", ".join(names())
        raise ValueError(f"there is no profile {profile}; there are {known}, or give a YAML file")
    return text_of(profile, _PACKAGE, profile)
