"""Checks of the settings that the steps on text quality share."""

from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from medloom.kit.text_quality.known_good import known_good_loss
from medloom.kit.text_quality.profiles import load, names


def _is_profile(profile: str) -> str:
    load(profile)
    return profile


def _are_limits(limits: dict[str, float | None], given: ValidationInfo) -> dict[str, float | None]:
    if "profile" in given.data:
        load(given.data["profile"]).with_limits(limits)
    return limits


def _keeps_known_good(most: float, given: ValidationInfo) -> float:
    """Refuse limits that would lose more known-good text than the recipe says it may."""
    profile, limits = given.data.get("profile"), given.data.get("limits")
    panel = given.data.get("panel") or (profile if profile in names() else None)
    if profile is None or limits is None or panel is None:
        return most  # what is wrong is told of its own setting; or nothing is known
    *_, loss = known_good_loss(profile, limits, panel)
    if loss.share > most:
        raise ValueError(
            f"these limits lose {loss.share:.1%} of {loss.n:,} known-good texts"
            f" (95% interval {loss.low:.1%} to {loss.high:.1%}): loosen them"
            f" (`medloom quality {profile}` shows which), or set most_known_good_loss above that"
        )
    return most


ProfileName = Annotated[str, AfterValidator(_is_profile)]
"""A setting that names a profile, or its YAML file."""
RuleLimits = Annotated[dict[str, float | None], AfterValidator(_are_limits)]
"""Other limits for rules of the setting `profile`; null puts a rule out of force."""
MostLoss = Annotated[float, AfterValidator(_keeps_known_good)]
"""The most known-good text that the settings `profile` and `limits` may lose."""
