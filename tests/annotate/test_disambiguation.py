"""Short forms over a collection: their senses, examples, and what undefined uses mean."""

import json
import os
from pathlib import Path

import daft
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from medloom.cli import app
from medloom.errors import MedloomError
from medloom.kit.short_forms import uses
from medloom.kit.short_forms.inventory import Spelling, ambiguous, senses_of
from medloom.kit.short_forms.normal import long_key, merged
from medloom.kit.short_forms.senses import Example, Senses, features_of
from medloom.kit.short_forms.substitution import Substitution
from medloom.step import Step
from medloom.steps.annotate.abbreviation_definitions import abbreviation_definitions
from medloom.steps.annotate.abbreviation_inventory import abbreviation_inventory
from medloom.steps.annotate.disambiguate_abbreviations import disambiguate_abbreviations
from medloom.steps.annotate.reverse_substitution import reverse_substitution
from medloom.tables.arrow import arrow_type
from medloom.tables.spans import Abbreviation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tumour-necrosis factor", "Tumor necrosis factors"),
        ("haemodialysis", "hemodialysis"),
        ("the randomised trial", "randomized trial"),
        ("interferon γ", "interferon gamma"),
        ("case studies", "case study"),
    ],
)
def test_what_is_only_spelled_differently_is_one_long_form(one, other):
    assert long_key(one) == long_key(other)


def test_different_things_stay_apart():
    assert long_key("heart rate") != long_key("heart ratio")
    points = merged(
        {"magnetic resonance imaging": 5, "magnetic resonnance imaging": 1, "mitral": 2}
    )
    assert points["magnetic resonnance imaging"] == "magnetic resonance imaging"
    assert points["mitral"] == "mitral"


def test_the_inventory_counts_definitions_and_documents():
    texts = {
        "a/1": "Physical therapy (PT) helps.",
        "a/2": "Physical therapies (PT) help.",
        "b/1": "Prothrombin time (PT) rose.",
    }
    rows = [
        row._asdict() | {"source": "s"}
        for text_id, text in texts.items()
        for row in abbreviation_definitions(text_id, text_id[0], uses([text_id], [text])[0])
    ]
    made = abbreviation_inventory(daft.from_pylist(rows)).to_pylist()
    senses = {row["long"]: row for row in made}
    therapy = next(one for long, one in senses.items() if long.startswith("Physical therap"))
    assert (therapy["n_definitions"], therapy["n_documents"], therapy["n_senses"]) == (2, 1, 2)
    assert therapy["share"] == 0.5
    assert therapy["example_ids"] == ["a/1", "a/2"]
    assert len(therapy["variants"]) == 1


SPELLED = {
    "PT": {
        "physical therapy": [Spelling("PT", "physical therapy", 2, 2)],
        "prothrombin time": [Spelling("PT", "prothrombin time", 2, 2)],
    }
}


def test_long_forms_and_definitions_give_way():
    text = "Physical therapy (PT) and the prothrombin time; PT."
    new, places = Substitution(SPELLED)(text, uses(["t"], [text])[0])
    assert new == "PT and the PT; PT."
    assert [(use.long, use.rule) for use in places] == [
        ("physical therapy", "defined"),
        ("prothrombin time", "substituted"),
        ("physical therapy", "defined"),
    ]


def test_parts_of_words_do_not_give_way():
    text = "a physical therapyst, a prothrombin timer"
    assert Substitution(SPELLED)(text, []) == (text, [])


@given(
    st.lists(st.sampled_from(["physical therapy", " (PT)", "PT ", "é́ ", "🫀", "Prothrombin Time "]))
)
def test_offsets_in_substituted_texts_are_exact(pieces):
    text = "".join(pieces)
    new, places = Substitution(SPELLED)(text, uses(["t"], [text])[0])
    assert all(new[use.start : use.end] == use.short for use in places)


def test_a_short_form_with_one_sense_is_not_ambiguous():
    senses = senses_of([Spelling("HR", "heart rate", 9, 9), Spelling("HR", "hazard ratio", 1, 1)])
    assert ambiguous(senses) == {}
    assert list(ambiguous(senses, least_documents=1)) == ["HR"]


WALK = "patients walk and exercise with {} for the knee, gait and muscle"
BLOOD = "plasma and platelets bleed; {} and coagulation in the liver"


def example(text: str, long: str) -> Example:
    filled = text.format("PT")
    at = filled.index("PT")
    return Example("PT", long, features_of(filled, at, at + 2))


@pytest.fixture
def model(tmp_path) -> Path:
    examples = [example(WALK, "physical therapy"), example(BLOOD, "prothrombin time")] * 5
    Senses.learn(examples).save(tmp_path / "senses.npz")
    return tmp_path / "senses.npz"


def test_the_context_tells_what_is_meant(model):
    step = disambiguate_abbreviations(model=str(model), least_score=0.6)
    for text, longs in [
        (WALK.format("PT"), ["physical therapy"]),
        (BLOOD.format("PTs"), ["prothrombin time"]),
        ("PT", []),
        ("An ECG.", []),
    ]:
        (found,) = step([text], [[]])
        assert [use.long for use in found] == longs
        assert all(text[use.start : use.end] == "PT" == use.short for use in found)
        assert all((use.rule, use.defined_in) == ("context", None) for use in found)


def test_a_document_means_one_thing_by_a_short_form(model):
    step = disambiguate_abbreviations(model=str(model), least_score=0.6)
    found = step(["PT", WALK.format("PT"), ""], [[], [], []])
    assert [[use.long for use in row] for row in found] == [["physical therapy"]] * 2 + [[]]


def test_what_a_document_defines_is_left_alone(model):
    use = Abbreviation(24, 26, "PT", "pure tone", "t")
    step = disambiguate_abbreviations(model=str(model))
    assert step([BLOOD.format("PT")], [[use]]) == [[use]]


def test_a_wrong_model_is_told_when_the_recipe_is_checked(tmp_path):
    step: Step = disambiguate_abbreviations
    with pytest.raises(ValueError, match="no file"):
        step.using(model=str(tmp_path / "nothing.npz"))
    (tmp_path / "wrong.npz").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(ValueError, match="not a file of senses"):
        step.using(model=str(tmp_path / "wrong.npz"))
    with pytest.raises(MedloomError, match="not a file of senses"):
        disambiguate_abbreviations(model=str(tmp_path / "wrong.npz"))


def test_equal_examples_make_equal_models_and_digests(model, tmp_path):
    step: Step = disambiguate_abbreviations
    before = step.using(model=str(model)).digest
    Senses.load(model).save(model)
    assert step.using(model=str(model)).digest == before
    Senses.learn([example(WALK, "physical therapy")]).save(model)
    assert step.using(model=str(model)).digest != before


def test_the_recipe_the_command_and_the_step_work_together(tmp_path):
    documents = [
        ("1", "Physical therapy (PT) for the knee. PT helps to walk."),
        ("2", "Physical therapy (PT) after surgery of the knee."),
        ("3", "Prothrombin time (PT) in blood. PT rose in plasma."),
        ("4", "Prothrombin time (PT) of plasma and blood."),
        ("5", "Their physical therapy was for the knee."),
    ]
    lines = [
        {
            "documents": [
                {"id": key, "infons": {}, "passages": [
                    {"offset": 0, "infons": {"type": "abstract"}, "text": text, "sentences": [],
                     "annotations": [], "relations": []}], "annotations": [], "relations": []}
            ],
            "source": "", "date": "", "key": "", "infons": {}, "version": "1.0",
        }
        for key, text in documents
    ]  # fmt: skip
    (tmp_path / "in").mkdir()
    for number, line in enumerate(lines):
        (tmp_path / "in" / f"{number}.json").write_text(json.dumps(line))
    runner, folder = CliRunner(), str(tmp_path / "col")
    given = ["--input", str(tmp_path / "in"), "--set", "format=bioc", "--into", folder]
    built = runner.invoke(app, ["build", "abbreviations", *given, "--workers", "0"])
    assert built.exit_code == 0, built.output
    shown = runner.invoke(app, ["show", folder, "examples", "--json"])
    texts = [json.loads(line)["text"] for line in shown.stdout.splitlines()]
    assert "Their PT was for the knee." in texts
    out = tmp_path / "senses.npz"
    trained = runner.invoke(app, ["abbreviations", "train", folder, "--out", str(out)])
    assert trained.exit_code == 0, trained.output
    assert "2 senses of 1 short forms" in trained.output
    assert os.path.getsize(out)


def test_collections_without_definitions_are_no_error():
    names = ("short", "long", "text_id", "article_id", "source")
    empty = pa.table({name: pa.array([], pa.string()) for name in names})
    assert abbreviation_inventory(daft.from_arrow(empty)).to_pylist() == []
    found = pa.array([[], None], arrow_type(list[Abbreviation]))
    texts = pa.table({"article_id": ["a", "b"], "text": ["PT", None], "abbreviations": found})
    made = reverse_substitution(daft.from_arrow(texts)).to_pylist()
    assert [row["substitutions"] for row in made] == [[], []]
