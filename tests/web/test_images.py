"""Pictures are made anew, within limits; what is broken says so."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from PIL import Image as Pillow

import medloom
from medloom.web.records.thumbnails import placeholder, thumbnail
from tests.web.conftest import client_of

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
RECIPE = 'name: pictures\ntables:\n  images: {read: {parquet: "{input}"}}\n'


def saved(image: Pillow.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")


SIXTEEN = Pillow.fromarray(np.arange(2000, 2000 + 64 * 48, dtype=np.uint16).reshape(48, 64))
GOOD = {
    "jpeg": saved(Pillow.new("RGB", (900, 600), "teal"), "JPEG"),
    "cmyk": saved(Pillow.new("CMYK", (90, 60), (0, 200, 200, 0)), "JPEG"),
    "tiff16": saved(SIXTEEN, "TIFF"),
    "alpha": saved(Pillow.new("RGBA", (50, 40), (0, 0, 0, 0)), "PNG"),
    "bilevel": saved(Pillow.new("1", (50, 40), 1), "TIFF"),
    "gif": saved(Pillow.new("P", (50, 40)), "GIF"),
}
BAD = {
    "svg": SVG,
    "bomb": bomb(),
    "cut": GOOD["jpeg"][:200],
    "empty": b"",
    "html": b"<html><script>alert(1)</script>",
    "noise": bytes(range(256)) * 4,
}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "in").mkdir()
    every = {**GOOD, **BAD, "null": None}
    table = pa.table({"id": list(every), "bytes": pa.array(list(every.values()), pa.binary())})
    pq.write_table(table, folder / "in" / "a.parquet")
    (folder / "recipe.yaml").write_text(RECIPE)
    medloom.build(folder / "recipe.yaml", input=folder / "in", into=folder / "c", workers=0)
    return folder / "c"


@pytest.fixture(scope="module")
def viewer(pictures: Path) -> TestClient:
    return client_of(pictures)


@pytest.mark.parametrize("name", GOOD)
def test_sound_pictures_are_made_small(viewer: TestClient, name: str) -> None:
    answer = viewer.get("/image/images/bytes", params={"id": name, "size": 96})
    assert answer.status_code == 200
    assert "x-problem" not in answer.headers
    made = Pillow.open(io.BytesIO(answer.content))
    assert max(made.size) <= 96
    assert made.mode in ("RGB", "L")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", [*BAD, "null"])
def test_what_is_no_picture_is_told_in_a_picture(viewer: TestClient, name: str) -> None:
    answer = viewer.get("/image/images/bytes", params={"id": name, "size": 400})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-problem"]
    assert b"script" not in answer.content
    assert Pillow.open(io.BytesIO(answer.content)).size[0] <= 400


def test_a_picture_that_is_known_is_not_sent_again(viewer: TestClient) -> None:
    first = viewer.get("/image/images/bytes", params={"id": "jpeg"})
    tag = {"if-none-match": first.headers["etag"]}
    again = viewer.get("/image/images/bytes", params={"id": "jpeg"}, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    other = viewer.get("/image/images/bytes", params={"id": "gif"}, headers=tag)
    assert other.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/image/images/bytes?id=../../etc/passwd",
        "/image/images/bytes",
        "/image/images/id?id=jpeg",
        "/image/nothing/bytes?id=jpeg",
        "/image/..%2f..%2fetc/passwd?id=jpeg",
        "/image/images/bytes?row=99",
    ],
)
def test_pictures_are_found_by_table_column_and_id_only(viewer: TestClient, address: str) -> None:
    assert viewer.get(address).status_code == 404


def test_sixteen_bits_are_spread(viewer: TestClient) -> None:
    made = Pillow.open(io.BytesIO(thumbnail(GOOD["tiff16"], 400)[0])).convert("L")
    low, high = made.getextrema()
    assert low < 20
    assert high > 235


def test_transparent_is_white() -> None:
    made = Pillow.open(io.BytesIO(thumbnail(GOOD["alpha"], 96)[0]))
    assert made.getpixel((1, 1)) == (255, 255, 255)


def test_a_placeholder_says_anything(viewer: TestClient) -> None:
    assert Pillow.open(io.BytesIO(placeholder("é" * 1000 + "\x00\n", 400)[0])).size == (400, 300)


def test_the_page_of_an_image_shows_it(viewer: TestClient) -> None:
    text = viewer.get("/t/images/r", params={"id": "jpeg"}).text
    assert "/image/images/bytes?id=jpeg" in text
    assert "ml-zoom" in text
    assert viewer.get("/t/images/r", params={"id": "bomb"}).status_code == 200
