"""CITATION.cff 1.2: how to cite a release (https://citation-file-format.github.io)."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from medloom.kit.licences import spdx_of
from medloom.publish.documents.croissant import person

_CREATIVE_COMMONS = re.compile(r"CC-BY(-NC)?(-SA|-ND)?-\d\.\d")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


def citation(manifest: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """The file as YAML."""
    doi = _DOI.search(str(about.get("doi") or ""))
    authors = [_author(one) for one in about.get("creators") or ()]
    found: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it.",
        "type": "dataset",
        "title": about["title"],
        "abstract": about["description"],
        "authors": authors or [{"name": f"The makers of {about['title']}"}],
        "version": manifest.get("version"),
        "date-released": str(manifest.get("created") or "")[:10] or None,
        "license": _spdx(str(about.get("license") or "")),
        "doi": doi[0] if doi else None,
        "url": about.get("url"),
        "keywords": about.get("keywords"),
    }
    kept = {name: value for name, value in found.items() if value}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100)


def _spdx(said: str) -> str | None:
    """The SPDX id of a licence, which alone the format admits."""
    return said.upper() if _CREATIVE_COMMONS.fullmatch(said.upper()) else spdx_of(said, said)


def _author(line: str) -> dict[str, Any]:
    name, affiliation, orcid = person(line)
    family, comma, given = (part.strip() for part in name.partition(","))
    found = {"family-names": family, "given-names": given} if comma else {"name": name}
    if affiliation and comma:
        found["affiliation"] = affiliation
    if orcid:
        found["orcid"] = f"https://orcid.org/{orcid}"
    return {key: value for key, value in found.items() if value}
