"""The table of licence codes, and what each allows."""

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

import yaml

from medloom.kit.licences.reading import code_of

_VERSION = re.compile(r"/(\d\.\d)(?:/|$)")
_SPDX_VERSION = re.compile(r"-(?:v|version )?\d+(?:[.-]\d+)?$", re.IGNORECASE)
_ODD = {
    "public domain": "public-domain",
    "pd": "public-domain",
    "cc-pdm": "public-domain",
    "no-cc code": "none",
    "": "none",
}


class Licence(NamedTuple):
    """What a licence allows and asks for; of an unknown one nothing is allowed."""

    code: str
    name: str
    url: str | None
    spdx: str | None
    """With `{version}` where the code leaves it open."""
    commercial: bool
    derivatives: bool
    """Whether changed copies may be passed on."""
    redistribution: bool
    """Whether copies may be passed on."""
    mining: bool
    """Whether the content may be mined."""
    attribution: bool
    share_alike: bool
    known: bool = True


def _licence(code: str, said: dict[str, object]) -> Licence:
    terms: list[str] = list(said["terms"])  # type: ignore[call-overload]
    known = not said.get("unknown", False)
    return Licence(
        code,
        str(said["name"]),
        str(said["url"]) if "url" in said else None,
        str(said["spdx"]) if "spdx" in said else None,
        commercial=known and "non-commercial" not in terms,
        derivatives=known and "no-derivatives" not in terms and "no-redistribution" not in terms,
        redistribution=known and "no-redistribution" not in terms,
        mining=known,
        attribution="attribution" in terms or not known,
        share_alike="share-alike" in terms,
        known=known,
    )


def _read() -> dict[str, Licence]:
    text = (resources.files("medloom.kit.licences") / "licences.yaml").read_text("utf-8")
    return {code: _licence(code, said) for code, said in yaml.safe_load(text).items()}


LICENCES: dict[str, Licence] = _read()
"""Every code that Medloom knows."""

_BY_NAME = {code.lower(): code for code in LICENCES}


@cache
def licence_of(said: str | None) -> Licence:
    """The licence that a code, an SPDX id, an address or a name means; `other` or `none` if none.

    >>> licence_of("cc-by-nc-4.0").code, licence_of("CC BY 4.0").code, licence_of("MIT").commercial
    ('CC-BY-NC', 'CC-BY', True)
    >>> licence_of("Publisher's terms").code, licence_of(None).code
    ('other', 'none')
    """
    name = " ".join((said or "").split()).lower()
    for known in (name, _SPDX_VERSION.sub("", name), _ODD.get(name, "")):
        if known in _BY_NAME:
            return LICENCES[_BY_NAME[known]]
    return LICENCES[code_of(said or "") or "other"]


def spdx_of(code: str | None, url: str | None = None) -> str | None:
    """The SPDX id; of Creative Commons the version is read from the address, or there is none.

    >>> spdx_of("CC-BY", "https://creativecommons.org/licenses/by/4.0/"), spdx_of("CC-BY")
    ('CC-BY-4.0', None)
    """
    spdx = licence_of(code).spdx
    if spdx is None or "{version}" not in spdx:
        return spdx
    found = _VERSION.search(url or "")
    return spdx.format(version=found[1]) if found else None


def url_of(code: str | None, url: str | None = None) -> str | None:
    """The address of a licence: the one that is given, else that of the table, version 4.0.

    >>> url_of("CC-BY-SA")
    'https://creativecommons.org/licenses/by-sa/4.0/'
    """
    known = licence_of(code).url
    return url or (known.format(version="4.0") if known else None)
