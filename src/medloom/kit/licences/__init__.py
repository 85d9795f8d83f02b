"""Licences of sources: their codes, what they allow, how they mix, whom to name."""

from medloom.kit.licences.attribution import attributions, entry
from medloom.kit.licences.mixture import Conflict, Mixture, mixture
from medloom.kit.licences.policies import POLICIES, refusal
from medloom.kit.licences.reading import code_of, code_of_text, code_of_url
from medloom.kit.licences.table import LICENCES, Licence, licence_of, spdx_of

__all__ = [
    "LICENCES",
    "POLICIES",
    "Conflict",
    "Licence",
    "Mixture",
    "attributions",
    "code_of",
    "code_of_text",
    "code_of_url",
    "entry",
    "licence_of",
    "mixture",
    "refusal",
    "spdx_of",
]
