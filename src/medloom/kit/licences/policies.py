"""What one wants to do with rows, and which licences allow it."""

from collections.abc import Callable, Sequence

from medloom.kit.licences.table import Licence, licence_of

POLICIES: dict[str, tuple[Callable[[Licence], bool], str]] = {
    "text-mining": (lambda one: one.mining, "does not allow mining"),
    "research": (lambda one: one.mining, "does not allow research"),
    "redistribute": (lambda one: one.redistribution, "may not be passed on"),
    "derivatives": (lambda one: one.derivatives, "may not be changed and passed on"),
    "commercial": (lambda one: one.commercial, "is not for commercial use"),
    "permissive": (
        lambda one: one.commercial and one.derivatives and not one.share_alike,
        "binds what is made of it",
    ),
}
"""What each policy asks of a licence, and how to say that it is not so. `permissive`: nothing is
asked but attribution."""


def refusal(
    said: str | None,
    policies: Sequence[str],
    *,
    allow: Sequence[str] = (),
    unknown: bool = False,
) -> str | None:
    """Why a row of this licence is against a policy; None where it is not.

    `allow` are licences that are fine whatever the policies; `unknown` keeps those that are not
    known: `other`, `none` and null.

    >>> refusal("CC-BY-NC", ["commercial"])
    'CC-BY-NC is not for commercial use'
    >>> refusal(None, ["research"]), refusal("CC-BY", ["commercial", "derivatives"])
    ('no licence', None)
    """
    licence = licence_of(said)
    if licence.code in allow or said in allow:
        return None
    if not licence.known:
        return None if unknown else _unknown(licence, said)
    for policy in policies:
        allows, how_not = POLICIES[policy]
        if not allows(licence):
            return f"{licence.code} {how_not}"
    return None


def _unknown(licence: Licence, said: str | None) -> str:
    if licence.code == "none":
        return "no licence"
    shown = " ".join((said or "").split())
    return "licence unknown" if shown == licence.code else f"licence unknown: {shown[:60]}"
