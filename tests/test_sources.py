"""Inputs of every shape, and inputs that mean harm."""

import gzip
import io
import json
import os
import tarfile
import time
import zipfile

import fsspec
import pytest
from PIL import Image

import medloom
from medloom.errors import InputError, SourceError
from medloom.kit.archives import Archive, gunzip
from medloom.kit.reading import Opened, Shelf
from medloom.kit.sources import find

ARTICLE = b"""<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>
<article-id pub-id-type="pmcid">%s</article-id><title-group><article-title>A case</article-title>
</title-group></article-meta></front><body><p>See <xref ref-type="fig" rid="f1">Fig 1</xref>.</p>
<fig id="f1"><caption><p>A film.</p></caption><graphic xlink:href="f1"/></fig></body></article>"""
PATTERNS = ["*.xml", "*.nxml", "*.xml.gz", "*.nxml.gz"]


def article(number):
    return ARTICLE % f"PMC{number}".encode()


def picture():
    file = io.BytesIO()
    Image.new("L", (8, 8), 128).save(file, "JPEG")
    return file.getvalue()


def make_tar(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)


@pytest.fixture
def inputs(tmp_path):
    """One article in each layout that the reader knows."""
    root = tmp_path / "in"
    for folder in ("flat", "PMC2", "PMC10.1", "metadata", "meca"):
        (root / folder).mkdir(parents=True)
    (root / "flat/a.xml").write_bytes(article(1))
    (root / "flat/b.nxml.gz").write_bytes(gzip.compress(article(11)))
    (root / "PMC2/PMC2.nxml").write_bytes(article(2))
    (root / "PMC2/f1.jpg").write_bytes(picture())
    make_tar(root / "PMC3.tar.gz", [("PMC3/PMC3.nxml", article(3)), ("PMC3/f1.jpg", picture())])
    make_tar(
        root / "bulk.tar.gz",
        [
            (f"PMC{n}/{name}", data)
            for n in (4, 5, 6)
            for name, data in [("f1.jpg", picture()), (f"PMC{n}.nxml", article(n))]
        ],
    )
    make_zip(
        root / "meca/7.zip",
        [
            ("manifest.xml", b"<manifest/>"),
            ("content/7.xml", article(7)),
            ("content/images/f1.jpg", picture()),
        ],
    )
    (root / "PMC10.1/PMC10.1.xml").write_bytes(article(10))
    (root / "PMC10.1/f1.jpg").write_bytes(picture())
    (root / "metadata/PMC10.1.json").write_text(
        json.dumps(
            {"pmcid": "PMC10", "version": 1, "license_code": "CC BY-NC", "is_retracted": True}
        )
    )
    return root


def check(uri):
    """Every layout gave its article, and its picture where there is one."""
    rows = medloom.open(uri).table("articles").to_pydict()
    assert sorted(rows["id"]) == sorted(f"PMC{n}" for n in (1, 2, 3, 4, 5, 6, 7, 10, 11))
    images = medloom.open(uri).table("images").to_pydict()
    assert sorted(images["article_id"]) == sorted(f"PMC{n}" for n in (2, 3, 4, 5, 6, 7, 10))
    new_layout = rows["id"].index("PMC10")
    assert rows["license"][new_layout] == "CC-BY-NC"
    assert rows["license_source"][new_layout] == "metadata"
    assert rows["is_retracted"][new_layout]
    assert rows["version"][new_layout] == 1
    assert all(one.balanced for one in medloom.open(uri).ledger)


def test_every_layout_of_a_folder(tmp_path, inputs):
    medloom.build("literature", input=inputs, into=tmp_path / "c", workers=0)
    check(tmp_path / "c")


def test_a_list_of_paths(tmp_path, inputs):
    names = [
        "flat",
        "PMC2/PMC2.nxml",
        str(inputs / "PMC3.tar.gz"),
        "bulk.tar.gz",
        "# a comment",
        "meca/7.zip",
        "PMC10.1",
        "",
        "no/such.xml",
    ]
    (inputs / "list.txt").write_text("\n".join(names))
    found = {source.key: source for source in find(str(inputs / "list.txt"), PATTERNS)}
    assert {
        "flat/a.xml",
        "PMC2/PMC2.nxml",
        "bulk.tar.gz!PMC5/PMC5.nxml",
        "PMC10.1/PMC10.1.xml",
        "no/such.xml",
    } <= set(found)
    assert found["no/such.xml"].error == "No such file or directory"
    medloom.build("literature", input=inputs / "list.txt", into=tmp_path / "c", workers=0)
    (failed,) = [
        row
        for row in medloom.open(tmp_path / "c").lost("documents").to_pylist()
        if row["outcome"] == "failed"
    ]
    assert failed["source"] == "no/such.xml"


@pytest.mark.parametrize("name", ["flat/a.xml", "PMC3.tar.gz", "meca/7.zip", "flat/b.nxml.gz"])
def test_a_single_file(tmp_path, inputs, name):
    medloom.build("literature", input=inputs / name, into=tmp_path / "c", workers=0)
    assert medloom.open(tmp_path / "c").table("articles").count_rows() == 1


def test_an_object_store(tmp_path, inputs):
    """The layout of PMC's bucket, in fsspec's in-memory object store."""
    store = fsspec.filesystem("memory")
    for path in (p for p in inputs.rglob("*") if p.is_file() and p.suffix not in (".gz", ".zip")):
        store.pipe(f"/bucket/{path.relative_to(inputs)}", path.read_bytes())
    found = {source.key: source for source in find("memory://bucket", PATTERNS)}
    assert set(found) == {"flat/a.xml", "PMC2/PMC2.nxml", "PMC10.1/PMC10.1.xml"}
    assert found["PMC10.1/PMC10.1.xml"].beside == ["f1.jpg", "../metadata/PMC10.1.json"]
    opened = Opened(found["PMC10.1/PMC10.1.xml"], Shelf())
    assert opened.read() == article(10)
    assert json.loads(opened.read_beside("../metadata/PMC10.1.json"))["pmcid"] == "PMC10"
    before = found["PMC2/PMC2.nxml"].fingerprint
    time.sleep(0.01)
    store.pipe("/bucket/PMC2/f1.jpg", b"another picture")
    store.pipe("/bucket/metadata/PMC10.1.json", b'{"is_retracted": true, "pmcid": "PMC10"}')
    store.pipe("/bucket/old/PMC3.tar.gz", b"an archive")
    after = {source.key: source for source in find("memory://bucket", PATTERNS)}
    assert after["PMC10.1/PMC10.1.xml"].fingerprint != found["PMC10.1/PMC10.1.xml"].fingerprint
    assert "copy it to a folder" in after["old/PMC3.tar.gz"].error
    assert after["PMC2/PMC2.nxml"].fingerprint != before
    assert after["flat/a.xml"].fingerprint == found["flat/a.xml"].fingerprint
    with pytest.raises(InputError, match="nothing under"):
        list(find("memory://nowhere", PATTERNS))


def test_a_new_picture_is_read(tmp_path, inputs):
    (inputs / "PMC2/f1.jpg").rename(tmp_path / "f1.jpg")
    medloom.build("literature", input=inputs / "PMC2", into=tmp_path / "c", workers=0)
    assert medloom.open(tmp_path / "c").table("images").count_rows() == 0
    (tmp_path / "f1.jpg").rename(inputs / "PMC2/f1.jpg")
    medloom.build("literature", input=inputs / "PMC2", into=tmp_path / "c", workers=0)
    assert medloom.open(tmp_path / "c").table("images").count_rows() == 1


def test_a_tar_is_passed_once_when_read_in_order(tmp_path):
    members = [(f"PMC{n}/PMC{n}.nxml", article(n)) for n in range(50)]
    make_tar(tmp_path / "bulk.tar.gz", members)
    archive = Archive(str(tmp_path / "bulk.tar.gz"))
    rewinds = []
    original = archive._rewind
    archive._rewind = lambda: (rewinds.append(1), original())[1]
    for name, data in members:
        assert archive.read(name) == data
    assert archive.read(members[3][0]) == members[3][1]
    assert len(rewinds) == 2
    with pytest.raises(SourceError, match="no member"):
        archive.read("PMC99/PMC99.nxml")


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_names_that_climb_out_are_refused(tmp_path, kind):
    path = tmp_path / f"bad.{kind}"
    make = make_zip if kind == "zip" else make_tar
    make(path, [("../../evil.xml", article(1)), ("ok/good.xml", article(2))])
    medloom.build("literature", input=path, into=tmp_path / "c", workers=0)
    assert medloom.open(tmp_path / "c").table("articles").to_pydict()["id"] == ["PMC2"]
    (lost,) = medloom.open(tmp_path / "c").lost("documents").to_pylist()
    assert "climbs out" in lost["reason"]
    assert not list(tmp_path.parent.glob("evil*"))


def test_bombs_are_refused_quickly(tmp_path):
    bomb = b"<article>" + b"a" * 400_000_000
    folder = tmp_path / "in"
    folder.mkdir()
    make_zip(folder / "bomb.zip", [("bomb.xml", bomb)])
    make_tar(folder / "bomb.tar.gz", [("bomb.xml", bomb)])
    (folder / "bomb.xml.gz").write_bytes(gzip.compress(bomb))
    (folder / "good.xml").write_bytes(article(1))
    lol = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    (folder / "laughs.xml").write_text(
        f'<!DOCTYPE article [<!ENTITY l0 "lol">{lol}]><article><body><p>&l9;</p></body></article>'
    )
    (folder / "outside.xml").write_text(
        '<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<article><body><p>&x;</p></body></article>"
    )
    (folder / "deep.xml").write_text("<article>" + "<sec>" * 100_000)
    (folder / "nul.xml").write_bytes(article(2).replace(b"A case", b"A\0case"))
    started = time.monotonic()
    medloom.build("literature", input=folder, into=tmp_path / "c", workers=0)
    assert time.monotonic() - started < 60
    collection = medloom.open(tmp_path / "c")
    assert "PMC1" in collection.table("articles").to_pydict()["id"]
    lost = {
        row["source"].split("!")[0]: row["reason"]
        for row in collection.lost("documents").to_pylist()
    }
    assert {"bomb.zip", "bomb.tar.gz", "bomb.xml.gz", "laughs.xml", "deep.xml"} <= set(lost)
    texts = " ".join(collection.table("passages").to_pydict()["text"])
    assert "root:" not in texts
    assert all(one.balanced for one in collection.ledger)


def test_things_that_are_not_files(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.xml").write_bytes(article(1))
    os.mkfifo(folder / "pipe.xml")
    (folder / "dangling.xml").symlink_to(tmp_path / "nowhere")
    (folder / "broken.zip").write_bytes(b"PK not a zip")
    (folder / "empty.xml").write_bytes(b"")
    medloom.build("literature", input=folder, into=tmp_path / "c", workers=0)
    lost = {
        row["source"]: row["reason"]
        for row in medloom.open(tmp_path / "c").lost("documents").to_pylist()
    }
    assert set(lost) == {"pipe.xml", "dangling.xml", "broken.zip", "empty.xml"}
    assert lost["pipe.xml"] == "is not a regular file"


def test_a_cut_gzip_is_told():
    with pytest.raises(SourceError, match="not a whole gzip file"):
        gunzip(gzip.compress(b"x" * 10_000)[:40])
