"""The Basic Application Level Confidentiality Profile as a table (DICOM PS3.15, table E.1-1)."""

from collections.abc import Collection
from functools import cache
from typing import Literal

from pydantic import BaseModel
from pydicom.datadict import tag_for_keyword

from medloom.kit.rule_files import parsed, text_of

Option = Literal["patient", "device", "institution"]
"""What may be kept: characteristics of the patient, of the device, of the institution."""

CODES = {
    "basic": ("113100", "Basic Application Confidentiality Profile"),
    "patient": ("113108", "Retain Patient Characteristics Option"),
    "device": ("113109", "Retain Device Identity Option"),
    "institution": ("113112", "Retain Institution Identity Option"),
    "shifted": ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
}
"""Codes of the profile and its options (PS3.16, CID 7050)."""


class _Profile(BaseModel):
    actions: dict[str, list[str]]
    keep: dict[str, list[str]]


@cache
def _profile() -> _Profile:
    return parsed("profile.yaml", text_of(None, "medloom.kit.dicom", "profile.yaml"), _Profile)


def actions(keep: Collection[Option] = ()) -> dict[int, str]:
    """The action of each tag: X, Z, D or U; of several, the one that fits every type of object.

    Tags that an option keeps have K.

    >>> actions()[0x00100010], actions(["device"])[0x00181000], actions()[0x00181000]
    ('Z', 'K', 'D')
    """
    found: dict[int, str] = {}
    for action, names in _profile().actions.items():
        for name in names:
            if (tag := tag_for_keyword(name)) is not None:
                found[tag] = action.rpartition("/")[2]
    for option in keep:
        for name in _profile().keep[option]:
            if (tag := tag_for_keyword(name)) is not None:
                found[tag] = "K"
    return found
