"""The command that shows quality profiles and what they would lose."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.kit.text_quality import Loss


@click.command()
@click.argument("profile", required=False)
@click.option(
    "--set", "limits", multiple=True, metavar="RULE=LIMIT", help="Another limit; `off` for none."
)
@click.option("--panel", help="The known-good texts of this profile, for one of your own.")
@click.option("--json", "json_", is_flag=True, help="Print JSON, one object a line.")
def quality(profile: str | None, limits: tuple[str, ...], panel: str | None, json_: bool) -> None:
    """Show the rules of a quality PROFILE, and the known-good text that each would lose.

    Without PROFILE, all profiles. Known-good are medical texts that people vouch for and that had
    no part in setting the limits; Medloom holds their features, not the texts.
    """
    from medloom.errors import InputError
    from medloom.kit.text_quality import names

    try:
        rows = (
            _rules(profile, dict(map(_limit, limits)), panel)
            if profile
            else (row for name in names() for row in _whole(name))
        )
        output.as_listing(list(rows), json_)
    except ValueError as error:
        raise InputError(str(error)) from None


def _rules(
    profile: str, limits: dict[str, float | None], panel: str | None
) -> Iterator[dict[str, Any]]:
    from medloom.kit.text_quality import known_good_loss, load

    rules = load(profile).with_limits(limits).rules
    for loss in known_good_loss(profile, limits, panel):
        rule = rules.get(loss.rule)
        told = f"{rule.side} {rule.limit:g}" if rule else None
        yield {"rule": loss.rule, "feature": rule and rule.feature, "limit": told} | _told(loss)


def _whole(profile: str) -> Iterator[dict[str, Any]]:
    from medloom.kit.text_quality import known_good_loss, load

    yield {"profile": profile} | _told(known_good_loss(profile)[-1]) | {"for": load(profile).about}


def _told(loss: "Loss") -> dict[str, Any]:
    return {
        "lost": loss.lost,
        "of": loss.n,
        "percent": round(100 * loss.share, 2),
        "95% interval": f"{100 * loss.low:.2f} to {100 * loss.high:.2f}",
    }


def _limit(given: str) -> tuple[str, float | None]:
    rule, _, limit = given.partition("=")
    try:
        return rule, None if limit == "off" else float(limit)
    except ValueError:
        raise click.BadParameter(
            f"{given}: write RULE=NUMBER or RULE=off", param_hint="--set"
        ) from None
