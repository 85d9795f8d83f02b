"""The bundled demo corpus: what it holds, and that the generator still makes it."""

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image, ImageChops, ImageStat

from benchmarks.corpus.demo import NOT_JATS, TRUNCATED, demo_expected, write_demo
from benchmarks.corpus.load import write_corpus
from medloom import demo

BUNDLED = demo.path()
EXPECTED = Path(__file__).parent / "demo_expected.json"
PICTURES = (".jpg", ".png", ".gif", ".tif", ".webp")
MAX_BYTES = 1_500_000


def members(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file by its path, those inside archives as `archive!path`."""
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = path.relative_to(root).as_posix()
        if name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    file = archive.extractfile(member)
                    assert file is not None
                    yield f"{name}!{member.name}", file.read()
        elif name.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                for inside in archive.namelist():
                    yield f"{name}!{inside}", archive.read(inside)
        else:
            yield name, path.read_bytes()


def parse(content: bytes) -> etree._Element:
    """Parses without the DTD; entities that only the DTD declares stay as they are."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False))


def nodes(root: etree._Element, xpath: str) -> list[Any]:
    found = root.xpath(xpath)
    assert isinstance(found, list)
    return found


@pytest.fixture(scope="module")
def bundled() -> dict[str, bytes]:
    return dict(members(BUNDLED))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    to = tmp_path_factory.mktemp("demo")
    write_demo(to)
    return dict(members(to))


@pytest.fixture(scope="module")
def articles(bundled: dict[str, bytes]) -> dict[str, bytes]:
    """The XML of the readable articles."""
    return {
        name: content
        for name, content in bundled.items()
        if name.endswith((".nxml", ".xml")) and TRUNCATED not in name and name != NOT_JATS
    }


def test_the_generator_makes_the_bundled_text(
    bundled: dict[str, bytes], made: dict[str, bytes]
) -> None:
    assert made.keys() == bundled.keys()
    for name, content in made.items():
        if not name.endswith((*PICTURES, ".json")):
            assert content == bundled[name], name


def test_the_generator_makes_the_bundled_pictures(
    bundled: dict[str, bytes], made: dict[str, bytes]
) -> None:
    """The same bytes, or with another version of an image library nearly the same pixels."""
    for name, content in made.items():
        if name.endswith(PICTURES) and content != bundled[name]:
            new, old = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(bundled[name]))
            assert (new.size, new.format) == (old.size, old.format), name
            difference = ImageChops.difference(new.convert("L"), old.convert("L"))
            assert ImageStat.Stat(difference).mean[0] < 4, name


@pytest.mark.slow
def test_two_runs_write_the_same_bytes(made: dict[str, bytes], tmp_path: Path) -> None:
    write_demo(tmp_path)
    assert dict(members(tmp_path)) == made


def test_all_but_the_broken_article_are_well_formed_jats(articles: dict[str, bytes]) -> None:
    assert len(articles) == 24
    for name, content in articles.items():
        assert etree.QName(parse(content)).localname == "article", name


def test_the_broken_files_are_broken(bundled: dict[str, bytes]) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        parse(bundled[f"{TRUNCATED}/{TRUNCATED}.nxml"])
    assert etree.QName(parse(bundled[NOT_JATS])).localname == "catalogue"


def test_every_reference_inside_an_article_has_its_target(articles: dict[str, bytes]) -> None:
    for name, content in articles.items():
        root = parse(content)
        ids = nodes(root, "//@id")
        assert len(ids) == len(set(ids)), name
        for targets in nodes(root, "//@rid"):
            assert set(str(targets).split()) <= set(ids), (name, targets)


def test_every_picture_decodes_and_is_of_modest_size(bundled: dict[str, bytes]) -> None:
    formats = set()
    modes = set()
    for name, content in bundled.items():
        if name.endswith(PICTURES):
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                assert max(image.size) <= 1400, name
                formats.add(image.format)
                modes.add(image.mode)
    assert formats == {"JPEG", "PNG", "TIFF", "GIF", "WEBP"}
    assert modes >= {"RGB", "CMYK", "I;16"}


def test_the_demo_is_small() -> None:
    assert sum(p.stat().st_size for p in BUNDLED.rglob("*") if p.is_file()) < MAX_BYTES


def test_the_awkward_shapes_are_there(articles: dict[str, bytes]) -> None:
    everything = b"".join(articles.values())
    for shape in (
        b"\xef\xbb\xbf<?xml", b'encoding="ISO-8859-1"', b"&nbsp;", b"&alpha;", b"<floats-group>",
        b"<fig-group", b"<alternatives>", b"<app ", b'<fig position="float">', b'rid="F2 F3"',
        b"<sub-article", b"<trans-abstract", b'article-type="retraction"', b"retraction-forward",
        b'article-type="correction"', b'xmlns="https://jats.nlm.nih.gov', b'dtd-version="3.0"',
        b"<collab>", b"<tex-math", b"<mml:math", b"\xe2\x80\x83", b"rowspan=", b"colspan=",
        b'pub-id-type="pmc"', b'pub-id-type="pmcid"', b'pub-id-type="pmcaid"',
    ):  # fmt: skip
        assert shape in everything, shape


def test_every_article_says_that_it_was_written_for_tests(articles: dict[str, bytes]) -> None:
    for name, content in articles.items():
        assert b"This article was written for software tests." in content, name


def test_expected_is_what_the_generator_wrote() -> None:
    assert json.loads(EXPECTED.read_text("utf-8")) == json.loads(json.dumps(demo_expected()))


def test_expected_counts_agree_with_the_elements_in_the_files(articles: dict[str, bytes]) -> None:
    """The gold is made from what was written; here the elements are counted for once."""
    totals = json.loads(EXPECTED.read_text("utf-8"))["totals"]

    def count(xpath: str) -> int:
        return sum(len(nodes(parse(content), xpath)) for content in articles.values())

    assert totals["articles"] == len(articles)
    assert totals["sub_articles"] == count("//*[local-name()='sub-article']")
    assert totals["figures"] == count("//*[local-name()='fig']")
    assert totals["tables"] == count("//*[local-name()='table-wrap']")
    assert totals["cells"] == count("//*[local-name()='td' or local-name()='th']")
    assert totals["references"] == count("//*[local-name()='ref']")
    assert totals["image_files_named"] == count("//*[local-name()='graphic']")
    assert totals["supplements"] == count("//*[local-name()='supplementary-material']")
    formulas = "//*[local-name()='inline-formula' or local-name()='disp-formula']"
    assert totals["formulas"] == count(formulas)


def test_load_articles_are_the_same_every_time_and_of_real_size(tmp_path: Path) -> None:
    write_corpus(tmp_path / "a", 40, images=False)
    write_corpus(tmp_path / "b", 15, first=11, images=False)
    whole, part = dict(members(tmp_path / "a")), dict(members(tmp_path / "b"))
    assert part.items() <= whole.items()
    assert 60_000 < sum(map(len, whole.values())) / len(whole) < 90_000
    for content in whole.values():
        root = parse(content)
        assert 30 <= len(root.findall(".//ref")) <= 60
        assert 3 <= len(root.findall(".//fig")) <= 8
        assert 2 <= len(root.findall(".//table-wrap")) <= 4


def test_load_packages_hold_the_pictures_that_they_name(tmp_path: Path) -> None:
    write_corpus(tmp_path, 1, packages=True)
    (archive,) = tmp_path.iterdir()
    assert archive.name == "PMC991000001.tar.gz"
    names = [name for name, _ in members(tmp_path)]
    xml = next(content for name, content in members(tmp_path) if name.endswith(".nxml"))
    for href in nodes(parse(xml), "//graphic/@*[local-name()='href']"):
        assert any(name.endswith(f"{href}.jpg") for name in names)
