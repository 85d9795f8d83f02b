"""Licences: what codes mean, which rows stay, which may be together, whom to name."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.kit.licences import (
    LICENCES,
    POLICIES,
    attributions,
    code_of,
    licence_of,
    mixture,
    refusal,
    spdx_of,
)
from medloom.kit.reading import in_memory
from medloom.steps.curate.licensed import licensed
from medloom.steps.ingest.jats import jats
from medloom.tables.literature import Author

CC = [code for code in LICENCES if code.startswith("CC-")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY"),
        ("http://creativecommons.org/licences/by-nc-sa/2.5/", "CC-BY-NC-SA"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivs 4.0", "CC-BY-NC-ND"),
        ("CC BY NC SA", "CC-BY-NC-SA"),
        ("cc0", "CC0"),
        ("This is a U.S. government work", "public-domain"),
        ("open for text and data mining", "TDM"),
        ("All rights reserved, including those for text and data mining, AI training.", None),
        ("Text and data mining is not permitted.", None),
        ("All rights reserved.", None),
        ("", None),
    ],
)
def test_the_code_of_a_statement(said, code):
    assert code_of(said) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("CC-BY-4.0", "CC-BY"),
        ("cc-by-nc-sa-4.0", "CC-BY-NC-SA"),
        ("CC BY 4.0", "CC-BY"),
        ("CC0-1.0", "CC0"),
        ("odbl-1.0", "ODbL"),
        ("CDLA-Permissive-1.0", "CDLA-Permissive"),
        ("apache-2.0", "Apache-2.0"),
        ("bsd-3-clause", "BSD-3-Clause"),
        ("NO-CC CODE", "none"),
        ("  ", "none"),
        (None, "none"),
        ("Elsevier user license", "other"),
        ("other", "other"),
    ],
)
def test_a_licence_by_any_of_its_names(said, code):
    assert licence_of(said).code == code


@given(st.text(max_size=80))
def test_any_text_is_some_licence(said):
    assert licence_of(said).code in LICENCES
    assert (refusal(said, list(POLICIES)) is None) == licensed_for_all(licence_of(said))


def licensed_for_all(licence) -> bool:
    return licence.known and all(allows(licence) for allows, _ in POLICIES.values())


def test_codes_mean_what_their_letters_say():
    for code in CC:
        licence = LICENCES[code]
        assert licence.commercial == ("NC" not in code)
        assert licence.derivatives == ("ND" not in code)
        assert licence.share_alike == ("SA" in code)
        assert licence.attribution
        assert licence.redistribution
        assert spdx_of(code, f"https://x/{code}/4.0/") == f"{code}-4.0"


def test_rows_are_kept_by_policy():
    kept = {
        policy: {code for code in LICENCES if licensed(code, policy=[policy]) is None}
        for policy in POLICIES
    }
    assert kept["permissive"] < kept["commercial"]
    assert kept["commercial"] < kept["redistribute"] < kept["text-mining"]
    assert kept["redistribute"] - kept["derivatives"] == {"CC-BY-ND", "CC-BY-NC-ND"}
    assert kept["text-mining"] - kept["redistribute"] == {"TDM", "PhysioNet-Credentialed"}
    assert not {"other", "none"} & set.union(*kept.values())


def test_the_reason_names_the_licence():
    assert "CC-BY-ND" in licensed("CC-BY-ND", policy=["research", "derivatives"])
    assert licensed("other", policy=["research"]) == "licence unknown"
    assert licensed("Publisher X", policy=["research"]) == "licence unknown: Publisher X"
    assert licensed("other", policy=["research"], keep_unknown=True) is None
    assert licensed("CC-BY-NC", policy=["commercial"], allow=["CC-BY-NC"]) is None
    assert licensed("CC-BY", policy=["commercial"], refuse=["CC-BY"]) == "CC-BY is refused"


@pytest.mark.parametrize("wrong", [{"policy": ["all"]}, {"policy": [], "allow": ["GPL-9"]}])
def test_settings_are_checked(wrong):
    with pytest.raises(ValidationError):
        licensed.using(**wrong)


@pytest.mark.parametrize(
    ("codes", "adapted", "licence"),
    [
        (["CC-BY", "CC0"], True, "CC-BY"),
        (["CC-BY", "CC-BY-NC"], True, "CC-BY-NC"),
        (["CC-BY", "CC-BY-SA"], True, "CC-BY-SA"),
        (["CC-BY-NC", "CC-BY-NC-SA"], True, "CC-BY-NC-SA"),
        (["CC-BY-SA", "CC-BY-NC-SA"], True, None),
        (["CC-BY-SA", "CC-BY-NC"], True, None),
        (["CC-BY-SA", "ODbL"], True, None),
        (["CC-BY", "CC-BY-ND"], True, None),
        (["CC-BY", "TDM"], False, None),
        (["CC-BY", "none"], False, None),
        (["public-domain"], True, "public-domain"),
    ],
)
def test_which_licences_mix(codes, adapted, licence):
    found = mixture(codes, adapted=adapted)
    assert found.licence == licence
    assert found.compatible == (licence is not None)


def test_works_that_stay_their_own_may_be_collected():
    assert mixture(["CC-BY-SA", "CC-BY-NC-SA", "CC-BY-ND"], adapted=False).compatible
    assert mixture(["none", "TDM", "CC-BY-ND"], link_only=True).compatible


def test_a_conflict_names_its_rows():
    found = mixture(["CC-BY-SA"] * 3 + ["CC-BY-NC-SA"] + ["CC-BY-SA"] * 3)
    assert [(one.codes, one.rows, one.n_rows) for one in found.conflicts] == [
        (("CC-BY-SA", "CC-BY-NC-SA"), (3,), 1)
    ]


@given(st.lists(st.sampled_from(sorted(LICENCES)), max_size=6))
def test_a_mixture_is_as_strict_as_its_strictest(codes):
    found = mixture(codes)
    assert found.counts == Counter(codes)
    if found.licence:
        whole = LICENCES[found.licence]
        assert all(whole.commercial <= LICENCES[code].commercial for code in codes)
        assert all(whole.attribution >= LICENCES[code].attribution for code in codes)
    for more in LICENCES:  # what does not mix will not mix with more in it
        assert found.compatible or not mixture([*codes, more]).compatible


def test_sources_are_named_once_each():
    author = Author("Ng", "Ada-Lin", None, None, False, [])
    row = {
        "id": "PMC1/p/1",
        "title": "Two\ncases.",
        "authors": [author, {"collab": "The Group"}],
        "year": 2021,
        "doi": "10.1/x",
        "license": "CC-BY",
        "license_url": "https://creativecommons.org/licenses/by/3.0/",
    }
    other = {"article_id": "a2", "license": None}
    text = attributions([row, {**row, "id": "PMC1/p/2"}, other, other], changes="Cut.")
    assert text.splitlines()[2:] == [
        "Changes: Cut.",
        "",
        '- Ng AL, The Group. "Two cases." 2021. https://doi.org/10.1/x. '
        "CC-BY-3.0: https://creativecommons.org/licenses/by/3.0/",
        "- a2. No licence said.",
    ]


def test_real_packages(data):
    """Articles of Europe PMC, CC BY mostly: what is read is a licence that is known."""
    files = sorted((data / "literature/pmc_packages_derived").rglob("*.nxml"))
    rows = [row for file in files for row in jats(in_memory(file.name, file.read_bytes()))]
    kept = [row for row in rows if refusal(row.articles[0].license, ["redistribute"]) is None]
    assert len(kept) > 0.9 * len(rows) > 10
    free = Counter(refusal(row.articles[0].license, ["commercial"]) for row in rows)
    assert free[None] > len(rows) / 2
