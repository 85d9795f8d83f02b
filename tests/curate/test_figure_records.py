"""Figures as records: one row an image, with its article and its licence."""

import io

import pytest
from PIL import Image

import medloom
from medloom.kit.reading import Opened
from medloom.kit.sources import find
from medloom.step import Failure
from medloom.steps.ingest.jats import jats
from medloom.steps.parse.figure_records import figure_records
from tests.engine.helpers import rows


def documents(demo, number):
    place = str(demo / f"PMC9900000{number:02}")
    for source in find(place, ["*.nxml"]):
        yield from jats.body(Opened(source, wanted=("media",)))


def test_each_image_is_a_row_with_its_article(demo):
    (document,) = documents(demo, 4)
    found = list(figure_records(document.figures, document.articles, document.media))
    assert [row.id for row in found if not isinstance(row, Failure)]
    for row in found:
        with Image.open(io.BytesIO(row.bytes)) as image:
            assert (row.width, row.height, row.format) == (*image.size, image.format)
        (article,) = [one for one in document.articles if one.id == row.article_id]
        assert (row.doi, row.journal, row.year) == (article.doi, article.journal, article.year)
        assert row.caption == next(
            one.caption for one in document.figures if one.id == row.figure_id
        )


def test_the_licence_of_the_figure_goes_before_that_of_the_article(demo):
    (document,) = documents(demo, 4)
    own = [one._replace(license="CC-BY-NC") for one in document.figures[:1]]
    (row, *_) = figure_records(own, document.articles, document.media)
    assert row.license == "CC-BY-NC"
    (row, *_) = figure_records(document.figures, document.articles, document.media)
    assert row.license == document.articles[0].license


@pytest.mark.parametrize(("data", "said"), [(b"", "not an image"), (b"GIF89a", "not an image")])
def test_what_is_no_image_is_a_failed_row(demo, data, said):
    (document,) = documents(demo, 4)
    broken = [one._replace(bytes=data) for one in document.media]
    found = list(figure_records(document.figures, document.articles, broken))
    assert found
    assert all(isinstance(row, Failure) and said in row.error for row in found)


def test_the_recipe_makes_figures_that_may_be_passed_on(articles, tmp_path):
    medloom.build("pmc-figures", input=str(articles), into=tmp_path / "figures")
    made = rows(tmp_path / "figures", "figures")
    part = {}
    for row in made:
        assert part.setdefault(row["article_id"], row["split"]) == row["split"]
        assert row["license"].startswith("CC")
        assert row["bytes"]
        assert row["quality"]["width"] == row["width"] >= 100
        assert len(row["phash"]) == 16
        assert row["cluster"] in (None, row["id"])
    assert len(made) > 3
    lost = medloom.open(tmp_path / "figures").lost("figures").to_pylist()
    assert "drop_duplicates" in {one["step"] for one in lost}
