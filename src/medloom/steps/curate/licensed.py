"""Keep the rows whose licence allows what one wants to do."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.kit.licences import LICENCES, POLICIES, refusal
from medloom.step import drops


def _known_policies(policies: list[str]) -> list[str]:
    for name in policies:
        if name not in POLICIES:
            raise ValueError(f"no policy '{name}'; policies: {', '.join(POLICIES)}")
    return policies


def _known_codes(codes: list[str] | None) -> list[str] | None:
    for code in codes or ():
        if code not in LICENCES:
            raise ValueError(f"no licence '{code}'; licences: {', '.join(LICENCES)}")
    return codes


@drops
def licensed(
    license: str | None,
    *,
    policy: Annotated[list[str], AfterValidator(_known_policies)],
    allow: Annotated[list[str] | None, AfterValidator(_known_codes)] = None,
    refuse: Annotated[list[str] | None, AfterValidator(_known_codes)] = None,
    keep_unknown: bool = False,
) -> str | None:
    """Drop rows whose licence does not allow all of what `policy` names.

    Policies: `text-mining`, `research`, `redistribute`, `derivatives` (changed copies may be
    passed on), `commercial`, `permissive` (nothing but attribution is asked). `allow` keeps and
    `refuse` drops codes whatever the policies say. Rows without a licence, or with one that is not
    known, are dropped unless `keep_unknown`.

    >>> licensed("CC-BY-NC", policy=["commercial"])
    'CC-BY-NC is not for commercial use'
    >>> licensed("CC-BY", policy=["commercial"]), licensed("none", policy=["research"])
    (None, 'no licence')
    """
    if license in (refuse or ()):
        return f"{license} is refused"
    return refusal(license, policy, allow=allow or (), unknown=keep_unknown)
