"""Text quality: features, language, profiles, and what they lose of known-good text."""

import json
import string

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.cli import app
from medloom.kit.text_quality import known_good_loss, load, measure, names
from medloom.kit.text_quality.characters import counted
from medloom.kit.text_quality.languages import language_of, stop_words
from medloom.steps.curate.drop_poor_text import drop_poor_text
from medloom.steps.curate.text_quality import text_quality
from medloom.tables.text_quality import TextFeatures

ABSTRACT = (
    "Background: Hypertension is common in patients with type 2 diabetes. We compared ramipril"
    " 10 mg with placebo in 412 adults at 12 centres. Methods: Patients were randomised 1:1 and"
    " followed for 24 months. Results: Systolic pressure fell by 8.2 mm Hg (95% CI 6.1 to 10.3;"
    " p<0.001) with ramipril and by 1.4 mm Hg with placebo. Cough was seen in 11% and 3% of"
    " patients. Conclusions: Ramipril lowers blood pressure in diabetes, at the price of cough in"
    " one patient of twelve."
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The patient was discharged with oral antibiotics."),
        ("es", "El paciente fue dado de alta con antibióticos por vía oral."),
        ("fr", "Le patient est sorti de l'hôpital avec des antibiotiques par voie orale."),
        ("de", "Der Patient wurde mit oralen Antibiotika nach Hause entlassen."),
        ("pt", "O paciente recebeu alta com antibióticos por via oral e não teve febre."),
        ("it", "Il paziente è stato dimesso con antibiotici per via orale."),
        ("nl", "De patiënt werd met orale antibiotica uit het ziekenhuis ontslagen."),
        ("ru", "Пациент был выписан с антибиотиками для приема внутрь."),
        ("zh", "患者口服抗生素后出院。"),
        ("ja", "患者は経口抗菌薬を処方されて退院した。"),
        ("ko", "환자는 경구 항생제를 처방받고 퇴원하였다."),
        ("el", "Ο ασθενής έλαβε εξιτήριο με αντιβιοτικά από το στόμα."),
        ("und", "12/80 (15%)"),
        ("und", ""),
    ],
)
def test_languages(code, text):
    assert language_of(text).code == code


def test_garbled_text_is_strange_in_every_language():
    clean = language_of(ABSTRACT).strangeness
    assert language_of(ABSTRACT[::-1]).strangeness > clean + 1


def test_stop_words_come_by_language():
    assert {"the", "of", "was"} <= stop_words("en")
    assert {"der", "und", "nicht"} <= stop_words("de")


@given(st.text(max_size=300))
def test_every_character_is_counted_once(text):
    kinds = counted(text)
    assert sum(kinds) == len(text)
    assert kinds.visible == len(text) - kinds.space


@fuzz(max_examples=150)
@given(st.text(max_size=400), st.sampled_from(names()))
def test_any_text_can_be_measured(text, profile):
    language, features = measure(text)
    assert 0 <= language.score <= 1
    assert all(np.isfinite(one) and one >= 0 for one in features)
    shares = [name for name in TextFeatures._fields if name.endswith("_share")]
    assert all(getattr(features, name) <= 1.0001 for name in shares if name != "odd_word_share")
    reason = drop_poor_text(text, profile=profile)
    assert reason is None or any(reason.startswith(rule) for rule in load(profile).rules)


@pytest.mark.parametrize("profile", names())
def test_a_shipped_profile_loses_at_most_one_percent_of_known_good_text(profile):
    loss = known_good_loss(profile)[-1]
    assert loss.n >= 100
    assert loss.share <= 0.01
    assert loss.low <= loss.share <= loss.high


def test_the_loss_of_all_is_no_less_than_of_any_and_no_more_than_the_sum():
    *each, together = known_good_loss("abstract", {"too_short": 150, "garbled": 10.4})
    assert max(one.lost for one in each) <= together.lost <= sum(one.lost for one in each)
    assert together.lost > 100


@pytest.mark.parametrize("profile", ["abstract", "paragraph", "note", "question"])
def test_an_abstract_passes(profile):
    assert drop_poor_text(ABSTRACT, profile=profile, languages=["en"]) is None


BAD = {
    "too_short": "Not available.",
    "spaced_letters": " ".join(ABSTRACT.replace(" ", "")),
    "repeated_phrases": "We thank the staff of the ward for their help. " * 12,
    "references": "\n".join(f"Smith AB, Jones CD. J Foo 19{n};{n}(3):9." for n in range(60, 72)),
    "boilerplate": "Privacy policy. All rights reserved. Sign in to read more of this. " * 3,
    "markup": ABSTRACT.replace(" of", r" \textbf{of} $\alpha_{1}$ \cite{a}"),
    "broken_characters": ABSTRACT.replace("of", "ofâ€™").replace("in", "inÃ©"),
    "too_many_digits": "12.4 38.1 99.2 14.0 mean value of all patients 77.3 12.9 11.1 " * 6,
}  # fmt: skip


@pytest.mark.parametrize("rule", BAD)
def test_a_bad_text_fails_by_its_rule(rule):
    assert rule in [one.rule for one in text_quality(BAD[rule], profile="abstract").failed]


@pytest.mark.parametrize(
    "caption",
    ["Figure 1.", "See text for details.", "Fig. 3 (continued)", "Table 2", "(A) (B) (C)", "..."],
)
def test_a_caption_without_news_is_dropped(caption):
    assert drop_poor_text(caption, profile="caption").startswith(("uninformative", "too"))


@pytest.mark.parametrize(
    "caption",
    ["Chest radiograph at admission.", "CONSORT flow chart of the trial", "Kaplan–Meier survival"],
)
def test_a_short_caption_with_news_is_kept(caption):
    assert drop_poor_text(caption, profile="caption") is None


def test_reasons_tell_numbers_and_never_text():
    secret = "Zebulon Quimby"
    for one in text_quality(secret, profile="abstract", languages=["es"]).failed:
        assert not any(word in one.reason for word in secret.split())
    assert drop_poor_text("Fever and cough.", profile="abstract") == "too_short: 3 words, least 30"


def test_features_that_are_there_are_used():
    quality = text_quality(ABSTRACT, profile="abstract")
    assert drop_poor_text("", quality, profile="abstract") is None
    assert drop_poor_text("", quality, profile="abstract", limits={"too_short": 500}) == (
        f"too_short: {quality.features.words} words, least 500"
    )


def test_limits_that_lose_good_text_are_a_problem_of_the_recipe():
    with pytest.raises(ValidationError, match=r"lose 3\d\.\d% of 840 known-good texts"):
        drop_poor_text.using(profile="caption", limits={"too_short": 12})
    accepted = drop_poor_text.using(
        profile="caption", limits={"too_short": 12}, most_known_good_loss=0.5
    )
    assert accepted.values["limits"] == {"too_short": 12.0}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"profile": "web"}, "there is no profile web; there are abstract, article"),
        ({"limits": {"too_shrt": 1}}, "there is no rule too_shrt; there are too_short"),
    ],
)
def test_wrong_settings_are_told(settings, message):
    for step in (drop_poor_text, text_quality):
        with pytest.raises(ValidationError, match=message):
            step.using(**settings)


def test_a_profile_of_ones_own(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("about: Mine.\nrules:\n  long: {feature: words, most: 3}\n")
    assert drop_poor_text("one two three four", profile=str(file)) == "long: 4 words, most 3"
    before = drop_poor_text.using(profile=str(file)).digest
    file.write_text("about: Mine.\nrules:\n  long: {feature: words, most: 4}\n")
    assert drop_poor_text.using(profile=str(file)).digest != before
    loss = known_good_loss(str(file), panel="caption")[-1]
    assert loss.share > 0.5
    with pytest.raises(ValidationError, match="known-good"):
        drop_poor_text.using(profile=str(file), panel="caption")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("about: x\nrules:\n  a: {feature: wrds, most: 3}\n", "there is no feature wrds"),
        ("about: x\nrules:\n  a: {feature: words}\n", "give `least` or `most`"),
        ("about: x\nrules: [", "is not YAML"),
    ],
)
def test_a_broken_profile_is_told(tmp_path, text, message):
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=message):
        load(str(file))


def test_the_command_tells_what_limits_lose():
    run = CliRunner().invoke(app, ["quality", "abstract", "--set", "too_short=200", "--json"])
    rows = [json.loads(line) for line in run.output.splitlines()]
    assert rows[-1]["rule"] == "all"
    assert rows[0]["limit"] == "least 200"
    assert rows[0]["percent"] > 20
    off = CliRunner().invoke(app, ["quality", "abstract", "--set", "too_short=off", "--json"])
    assert "too_short" not in off.output


def test_long_and_odd_texts_take_little_time():
    for text in ("a" * 200_000, "( " * 100_000, "\n" * 100_000, "a1" * 50_000, "Smith A " * 20_000):
        measure(text)


def test_digits_alone_are_not_letters():
    kinds = counted(string.digits)
    assert (kinds.digits, kinds.letters) == (10, 0)
