"""Datasets for a research idea."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import medloom
from medloom.cli import app
from medloom.errors import InputError
from medloom.search.datasets.finder import Dataset, DatasetFinder
from medloom.search.datasets.naming import namings
from medloom.search.datasets.table import datasets_of

ROWS = [
    {"id": "ProstateMR", "description": "MRI volumes of the prostate with segmented zones."},
    {"id": "GlandSeg", "description": "Prostate MRI. Smaller than ProstateMR and segmented."},
    {"id": "SkinPhotos", "description": "Photographs of **skin** lesions."},
    {"id": "LesionText", "description": "Reports. Images are those of [SkinPhotos](http://x.y)."},
]


def finder(rows=ROWS) -> DatasetFinder:
    return DatasetFinder([Dataset(row["id"], (), row["description"]) for row in rows])


def test_words_count_and_names_by_others_raise():
    found = finder().find("Segmentation of the prostate in MRI volumes")
    assert [one.id for one in found] == ["ProstateMR", "GlandSeg"]
    assert found[0].n_naming == 1
    assert found[0].named_as == "Smaller than ProstateMR and segmented."
    assert found[0].score > found[0].text_score
    assert found[1].score == found[1].text_score


def test_a_dataset_is_found_by_what_another_says_of_it():
    rows = [*ROWS, {"id": "MelaNet", "description": "Melanomas, graded; a part of SkinPhotos."}]
    assert {one.id for one in finder(rows).find("melanomas")} == {"MelaNet", "SkinPhotos"}


def test_links_and_marks_are_no_part_of_a_description():
    (found,) = finder().find("photographs")
    assert found.description == "Photographs of skin lesions."


@pytest.mark.parametrize("idea", ["", "the a of", "☃", "xyzzy", "data " * 5000])
def test_ideas_without_words_find_nothing(idea):
    assert finder().find(idea) == []


def test_a_name_within_a_longer_one_is_not_named():
    names = [["COCO"], ["COCO-Text"], ["Other"]]
    assert {(one.by, one.named) for one in namings(names, ["", "", "COCONUTS and COCO-Text."])} == {
        (2, 0),
        (2, 1),
    }


@given(
    st.lists(st.tuples(st.text("Ab-1 ", max_size=6), st.text("Ab-1 .", max_size=30)), max_size=5)
)
def test_each_is_named_at_most_once_by_another_and_never_by_itself(rows):
    found = namings([[name] for name, _ in rows], [text for _, text in rows])
    pairs = [(one.by, one.named) for one in found]
    assert len(pairs) == len(set(pairs))
    assert all(by != named for by, named in pairs)
    assert all(one.sentence in rows[one.by][1] for one in found)


def test_the_command(tmp_path):
    (tmp_path / "sets.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    medloom.build("dataset-finder", input=tmp_path / "sets.jsonl", into=tmp_path / "c", workers=0)
    done = CliRunner().invoke(
        app, ["find-datasets", str(tmp_path / "c"), "prostate segmentation", "--json"]
    )
    assert [json.loads(one)["id"] for one in done.stdout.splitlines()] == ["ProstateMR", "GlandSeg"]


def test_a_table_without_descriptions_is_told(tmp_path):
    (tmp_path / "sets.jsonl").write_text('{"id": "a", "size": 3}')
    medloom.build("dataset-finder", input=tmp_path / "sets.jsonl", into=tmp_path / "c", workers=0)
    with pytest.raises(InputError, match="no 'id' and description; it has: id, size"):
        datasets_of(str(tmp_path / "c"))
