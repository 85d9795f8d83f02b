"""Fictitious journals, publishers, and the licences in the forms that publishers write them."""

from typing import NamedTuple


class Journal(NamedTuple):
    title: str
    abbreviation: str
    publisher: str
    issn: str
    """From the block 9999, which no journal has."""


JOURNALS = {
    "cases": Journal("Invented Case Reports", "Invent Case Rep", "Larkfield Open Press",
                     "9999-0110"),
    "trials": Journal("Journal of Imaginary Trials", "J Imag Trials", "Larkfield Open Press",
                      "9999-0226"),
    "open": Journal("Sample Medicine Open", "Sample Med Open", "Westmark Academic", "9999-0331"),
    "methods": Journal("Synthetic Methods in Biomedicine", "Synth Methods Biomed",
                       "Westmark Academic", "9999-0447"),
    "cells": Journal("Notional Cell Biology", "Notional Cell Biol", "Quillmoor Society",
                     "9999-0552"),
    "reviews": Journal("Fictional Reviews in Clinical Practice", "Fict Rev Clin Pract",
                       "Quillmoor Society", "9999-0668"),
    "archiv": Journal("Musterarchiv für Innere Medizin", "Musterarch Inn Med",
                      "Neuwalder Verlag", "9999-0773"),
    "gaceta": Journal("Gaceta Médica de Ejemplo", "Gac Med Ejemplo",
                      "Sociedad Médica de Costa Clara", "9999-0889"),
}  # fmt: skip


class License(NamedTuple):
    code: str
    url: str | None
    text: str
    how: str
    """Where the URL stands: attribute, ali, link (inside the text), or none."""


_CC = "https://creativecommons.org/licenses/"
_BY = ("This is an open access article distributed under the terms of the Creative Commons "
       "Attribution License, which permits unrestricted use, distribution, and reproduction in "
       "any medium, provided the original work is properly cited.")  # fmt: skip
LICENSES = {
    "CC-BY": License("CC-BY", _CC + "by/4.0/", _BY, "attribute"),
    "CC-BY ali": License("CC-BY", _CC + "by/4.0/", _BY, "ali"),
    "CC-BY link": License("CC-BY", _CC + "by/3.0/", _BY, "link"),
    "CC-BY text": License("CC-BY", None, _BY, "none"),
    "CC0": License(
        "CC0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "This is an open access article, free of all copyright, and may be freely reproduced, "
        "distributed, transmitted, modified, built upon, or otherwise used by anyone for any "
        "lawful purpose. The work is made available under the Creative Commons CC0 public "
        "domain dedication.",
        "attribute",
    ),
    "CC-BY-NC": License(
        "CC-BY-NC",
        _CC + "by-nc/4.0/",
        "This article is distributed under the terms of the Creative Commons Attribution-"
        "NonCommercial 4.0 License, which permits non-commercial use, reproduction and "
        "distribution of the work without further permission provided the original work is "
        "attributed.",
        "link",
    ),
    "CC-BY-NC-ND": License(
        "CC-BY-NC-ND",
        "http://creativecommons.org/licenses/by-nc-nd/4.0/",
        "This is an open access article under the CC BY-NC-ND license.",
        "attribute",
    ),
    "CC-BY-NC text": License(
        "CC-BY-NC",
        None,
        "This is an Open Access article distributed under the terms of the Creative Commons "
        "Attribution Non-Commercial License, which permits unrestricted non-commercial use, "
        "distribution, and reproduction in any medium, provided the original work is properly "
        "cited.",
        "none",
    ),
    "other": License(
        "other",
        None,
        "All rights reserved. Readers may print single copies for personal study. For any other "
        "use please ask the publisher.",
        "none",
    ),
}
