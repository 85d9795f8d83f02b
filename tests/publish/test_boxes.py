"""Boxes: COCO and Pascal VOC, read and written; on real blood smears."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medloom.errors import NotThisFormat, SourceError
from medloom.formats import coco as coco_format
from medloom.formats import voc as voc_format
from medloom.formats.box_values import as_text, from_text, safe_file
from medloom.formats.coco import write_coco
from medloom.formats.voc import write_voc
from medloom.kit.reading import Opened, in_memory
from medloom.kit.sources import find
from medloom.step import Failure
from medloom.steps.ingest.coco import coco
from medloom.steps.ingest.voc import voc
from medloom.tables.boxes import Box, LabelledImage
from medloom.tables.spans import Attribute

WORDS = st.text(alphabet="aé漢 -_&<>\"'1", min_size=1, max_size=8).map(str.strip).filter(bool)
NAMES = st.from_regex(r"[a-z_][a-z0-9_.-]{0,6}", fullmatch=True)
PLACES = st.integers(-10, 4000) | st.decimals(0, 4000, places=2).map(float)
SIZES = st.integers(0, 4000) | st.decimals(0, 4000, places=2).map(float)
TAKEN = {"name", "bndbox", "filename", "size", "object", "depth", "issue", "id", "image_id"}
TAKEN |= {"category_id", "bbox", "area", "iscrowd", "supercategory", "license", "caption"}
TAKEN |= {"file_name", "width", "height"}


def attributes() -> st.SearchStrategy[list[Attribute]]:
    pairs = st.dictionaries(NAMES.filter(lambda name: name not in TAKEN), WORDS, max_size=3)
    return pairs.map(lambda found: [Attribute(*pair) for pair in found.items()])


@st.composite
def images(draw: st.DrawFn) -> list[LabelledImage]:
    made = []
    for number in range(draw(st.integers(0, 3))):
        boxes = [
            Box(*map(float, place), label, tuple(more))
            for place, label, more in draw(
                st.lists(
                    st.tuples(st.tuples(PLACES, PLACES, SIZES, SIZES), WORDS, attributes()),
                    max_size=3,
                )
            )
        ]
        size = draw(st.none() | st.integers(1, 5000))
        data = draw(st.none() | st.binary(max_size=5))
        file = f"image{number}.jpg"
        made.append(LabelledImage(file, file, data, size, size, boxes, draw(attributes())))
    return made


def sources(folder: Path, *patterns: str) -> list[Opened]:
    return [Opened(one) for one in find(str(folder), patterns)]


def without(row: LabelledImage, *names: str) -> LabelledImage:
    """A row without the ids that a writer gave, and without issues."""
    kept = [one for one in row.attributes if one.name not in (*names, "issue")]
    boxes = [
        box._replace(attributes=tuple(a for a in box.attributes if a.name not in names))
        for box in row.boxes
    ]
    return row._replace(id=row.file, attributes=kept, boxes=boxes)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(images())
def test_what_is_written_as_coco_is_read_again(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("coco")
    write_coco(rows, folder)
    first = [row for one in sources(folder, "*.json") for row in coco(one, missing="null")]
    assert [without(row, "id", "image_id") for row in first] == rows
    again = tmp_path_factory.mktemp("again")
    assert not {what for what in write_coco(first, again) if what != "images without their file"}
    second = [row for one in sources(again, "*.json") for row in coco(one, missing="null")]
    assert second == first
    assert (again / "annotations.json").read_bytes() == (folder / "annotations.json").read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(images())
def test_what_is_written_as_voc_is_read_again(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("voc")
    lost = write_voc(rows, folder)
    assert not {what for what in lost if what != "images without their file"}
    made = [row for one in sources(folder, "*.xml") for row in voc(one, missing="null")]
    assert [without(row) for row in made] == rows


def test_voc_and_coco_say_the_same_of_real_blood_smears(data, tmp_path):
    folder = data / "imaging/img_bccd/BCCD"
    rows = [row for one in sources(folder, "*.xml") for row in voc(one)]
    assert len(rows) == len(list((folder / "Annotations").iterdir()))
    assert all(row.bytes and row.bytes.startswith(b"\xff\xd8") for row in rows)
    assert {box.label for row in rows for box in row.boxes} == {"RBC", "WBC", "Platelets"}
    write_coco(rows, tmp_path / "coco")
    write_voc(rows, tmp_path / "voc")
    from_coco = list(coco(sources(tmp_path / "coco", "*.json")[0]))
    from_voc = [row for one in sources(tmp_path / "voc", "*.xml") for row in voc(one)]
    for one, other, third in zip(rows, from_coco, from_voc, strict=True):
        assert without(one).boxes == without(other, "id").boxes == without(third).boxes
        assert one.bytes == other.bytes == third.bytes
        told = [without(row, "id", "image_id").attributes for row in (one, other, third)]
        assert sorted(told[0]) == sorted(told[1]) == sorted(told[2])


def test_all_of_real_voc_comes_back_from_what_is_written(data):
    """Element by element, but for the order of elements."""
    for file in sorted((data / "imaging/img_bccd/BCCD/Annotations").iterdir())[:60]:
        from lxml import etree  # noqa: PLC0415 - as a second reader

        row = voc_format.read(file.read_bytes())
        made = etree.fromstring(voc_format.document(row, row.file, voc_format.Losses()))

        def leaves(root):
            tree = root.getroottree()
            return sorted(
                (tree.getelementpath(one), (one.text or "").strip())
                for one in root.iter()
                if not len(one)
            )

        assert leaves(made) == leaves(etree.parse(file).getroot())


def test_a_missing_image_is_told_or_null():
    data = json.dumps(
        {"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}]}
    )
    given = {"images/b.png": b"png"}
    found = list(coco(in_memory("c.json", data.encode(), given)))
    assert found[0] == Failure("c/a.png", "missing file: a.png")
    assert found[1].bytes == b"png"
    made = list(coco(in_memory("c.json", data.encode(), given), missing="null"))
    assert [row.bytes for row in made] == [None, b"png"]
    xml = b"<annotation><filename>a.jpg</filename></annotation>"
    with pytest.raises(SourceError, match="missing file"):
        list(voc(in_memory("a.xml", xml)))
    assert next(voc(in_memory("a.xml", xml), missing="null")).bytes is None


def test_names_lead_nowhere(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    for name in (str(secret), "../../secret.txt", "x/../../../secret.txt"):
        file = folder / "c.json"
        file.write_text(json.dumps({"images": [{"id": 1, "file_name": name}]}))
        assert isinstance(next(coco(sources(folder, "*.json")[0])), Failure)
        row = LabelledImage("1", name, b"mine", None, None, [], [])
        write_coco([row], tmp_path / "out" / "coco")
        write_voc([row], tmp_path / "out" / "voc")
    assert secret.read_text() == "secret"
    assert not [
        one for one in tmp_path.rglob("secret*") if one != secret and "out" not in one.parts
    ]


def test_two_images_with_one_name_are_both_written(tmp_path):
    rows = [LabelledImage(f"{n}", f"{n}/a.jpg", b"%d" % n, 1, 1, [], []) for n in (1, 2)]
    lost = write_voc(rows, tmp_path)
    assert sorted(one.name for one in (tmp_path / "JPEGImages").iterdir()) == ["a-2.jpg", "a.jpg"]
    assert lost["names of files that had to be changed"] == 2
    write_coco(rows, tmp_path / "coco")
    assert (tmp_path / "coco/images/2/a.jpg").read_bytes() == b"2"


def test_what_does_not_fit_is_an_issue_and_nothing_is_lost():
    boxes = [[0, 0, 5, 5], [8, 8, 5, 5], [1, 1, 0, 4], [1, 2, 3], None, [1, 2, "3", 4]]
    marks = [{"id": n, "image_id": 1, "category_id": 9, "bbox": b} for n, b in enumerate(boxes)]
    image = {"id": 1, "file_name": "a.jpg", "width": 10, "height": 10}
    (row,) = coco_format.read(json.dumps({"images": [image], "annotations": marks}).encode())
    assert [box.label for box in row.boxes] == ["9"] * 3
    assert [one.value for one in row.attributes if one.name == "issue"] == [
        "annotation 3: it has no box",
        "annotation 4: it has no box",
        "annotation 5: it has no box",
        "box 2: not within the image",
        "box 3: it has no area",
    ]


def test_what_coco_says_beside_comes_back(tmp_path):
    whole = {
        "images": [
            {"id": 5, "file_name": "a.jpg", "width": 9, "height": 9, "license": 3, "coco_url": "u"}
        ],
        "annotations": [
            {"id": 8, "image_id": 5, "category_id": 2, "bbox": [0.5, 1, 2, 3], "area": 4.25,
             "iscrowd": 1, "segmentation": {"counts": "x", "size": [9, 9]}, "score": "0.5"},
            {"id": 9, "image_id": 5, "caption": "A cell."},
        ],
        "categories": [{"id": 2, "name": "cell", "supercategory": "blood"}],
        "licenses": [{"id": 3, "name": "CC BY", "url": "https://example.org/by"}],
    }  # fmt: skip
    (row,) = coco_format.read(json.dumps(whole).encode())
    lost = write_coco([row], tmp_path)
    made = json.loads((tmp_path / "annotations.json").read_text())
    assert set(lost) == {"images without their file"}
    assert made["images"] == [{**whole["images"][0], "license": 1}]
    assert made["annotations"][1] == {**whole["annotations"][0], "category_id": 1}
    assert made["annotations"][0]["caption"] == "A cell."
    assert made["categories"] == [{"id": 1, "name": "cell", "supercategory": "blood"}]
    assert made["licenses"][0]["url"] == "https://example.org/by"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"[1]", NotThisFormat),
        (b'{"a": 1}', NotThisFormat),
        (b"{", SourceError),
        (b"\xff\xff", SourceError),
        (b"[" * 100_000, SourceError),
    ],
)
def test_what_is_no_coco(data, error):
    with pytest.raises(error):
        list(coco_format.read(data))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<html/>", NotThisFormat),
        (b"<annotation/>", NotThisFormat),
        (b"<annotation><filename>a</filename>", SourceError),
        (b"", SourceError | NotThisFormat),
    ],
)
def test_what_is_no_voc(data, error):
    with pytest.raises((SourceError, NotThisFormat)) as caught:
        voc_format.read(data)
    assert isinstance(caught.value, error)


def test_entities_of_voc_are_not_followed():
    data = (
        b'<!DOCTYPE annotation [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<annotation><filename>&x;</filename></annotation>"
    )
    with pytest.raises((SourceError, NotThisFormat)):
        voc_format.read(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(JSON)
def test_values_come_back_from_text(value):
    assert from_text(as_text(value)) == value


@given(st.text())
def test_no_name_leaves_its_folder(name):
    parts = Path(safe_file(name)).parts
    assert parts
    assert ".." not in parts
    assert not Path(safe_file(name)).is_absolute()


ODD = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.floats(),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=5,
)


@given(ODD, st.sampled_from(["images", "annotations", "categories", "bbox", "id", "file_name"]))
def test_broken_coco_never_raises_anything_else(value, where):
    image = {"id": 1, "file_name": "a", "width": 5, "height": 5}
    mark = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 1, 1]}
    whole = {"images": [image], "annotations": [mark], "categories": [{"id": 1, "name": "x"}]}
    for place in (whole, image, mark):
        if where in place:
            place[where] = value
    try:
        rows = list(coco_format.read(json.dumps(whole).encode()))
    except (SourceError, NotThisFormat):
        return
    assert all(math.isfinite(box.x) for row in rows for box in row.boxes)
