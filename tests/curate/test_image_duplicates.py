"""Copies of images: hashes, all pairs of near ones, copies told from variants; on real images."""

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from medloom.kit.image_hashes import (
    as_hex,
    as_numbers,
    content_digest,
    near_pairs,
    phash,
    thumbnail,
    turned,
)
from medloom.kit.image_hashes.perceptual import WAYS
from medloom.kit.pictures import opened
from medloom.steps.curate.image_copies_in import image_copies_in
from medloom.steps.curate.image_duplicates import image_duplicates
from medloom.steps.curate.image_hash import image_hash
from medloom.steps.curate.record_duplicates import record_duplicates
from medloom.tables.rows import Rows

NAMES = ("phash", "thumbnail", "content_sha256")


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def picture(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Smooth random shapes, as a photo has them."""
    draw = np.random.default_rng(seed)
    coarse = Image.fromarray(draw.integers(30, 210, (8, 8, 3), np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)


def marked(files: dict[str, bytes], **options: object) -> dict[str, tuple[str | None, list]]:
    hashes = [image_hash(data) for data in files.values()]
    kept = [number for number, one in enumerate(hashes) if one[0] is not None]
    ids = [list(files)[number] for number in kept]
    columns = zip(*[hashes[number] for number in kept], strict=True)
    rows = Rows.of({"id": ids, **dict(zip(NAMES, columns, strict=True))})
    return dict(zip(ids, image_duplicates(rows, **options), strict=True))


def brute(hashes: np.ndarray, distance: int) -> set[tuple[int, int, int]]:
    bits = np.bitwise_count(hashes[:, None] ^ hashes[None])
    left, right = np.nonzero(np.triu(bits <= distance, 1))
    return {(int(a), int(b), int(bits[a, b])) for a, b in zip(left, right, strict=True)}


def found(hashes: np.ndarray, distance: int) -> list[tuple[int, int, int]]:
    blocks = near_pairs(hashes, distance)
    return [pair for block in blocks for pair in zip(*(x.tolist() for x in block), strict=True)]


@given(st.data(), st.integers(0, 12))
def test_every_pair_is_found_once(data, distance):
    """Against every pair compared: hashes that are near each other on purpose."""
    centres = data.draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4))
    flips = st.sets(st.integers(0, 63), max_size=distance + 2)
    made = data.draw(st.lists(st.tuples(st.sampled_from(centres), flips), max_size=30))
    hashes = np.array([c ^ sum(1 << bit for bit in bits) for c, bits in made], np.uint64)
    pairs = found(hashes, distance)
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == brute(hashes, distance)


def test_every_pair_among_thousands_of_real_and_of_crowded_hashes(data):
    pixels = np.load(data / "imaging/img_pneumoniamnist/varun/data/pneumoniamnist.npz")
    chests = pixels["train_images"][:3000]
    small = np.stack([thumbnail(Image.fromarray(one)) for one in chests])
    crowded = np.random.default_rng(0).integers(0, 2**10, 1500, np.uint64) << np.uint64(30)
    for hashes in (phash(small), crowded):
        pairs = found(hashes, 4)
        assert len(pairs) == len(set(pairs))
        assert set(pairs) == brute(hashes, 4)


def test_the_hash_is_what_the_paper_says():
    """Against the transform by its definition, one coefficient at a time."""
    small = np.random.default_rng(3).integers(0, 256, (32, 32), np.uint8)
    place = (2 * np.arange(32) + 1) * np.pi / 64
    waves = [
        (small * np.outer(np.cos(u * place), np.cos(v * place))).sum()
        for u in range(8)
        for v in range(8)
    ]
    bits = "".join("1" if wave > np.median(waves) else "0" for wave in waves)
    assert as_hex(phash(small[None])) == [f"{int(bits, 2):016x}"]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=5))
def test_digits_come_back_as_numbers(numbers):
    hashes = np.array(numbers, np.uint64)
    assert as_numbers(as_hex(hashes)).tolist() == numbers


EDITS = {
    "half": lambda one: saved(one.resize((one.width // 2, one.height // 2))),
    "larger": lambda one: saved(one.resize((one.width * 3 // 2, one.height * 3 // 2))),
    "jpeg": lambda one: saved(one.convert("RGB"), "JPEG", quality=40),
    "webp": lambda one: saved(one, "WEBP", quality=60),
    "brighter": lambda one: saved(ImageEnhance.Brightness(one).enhance(1.15)),
    "darker": lambda one: saved(ImageEnhance.Brightness(one).enhance(0.8)),
    "less contrast": lambda one: saved(ImageEnhance.Contrast(one).enhance(0.8)),
    "grey": lambda one: saved(one.convert("L")),
    "cropped": lambda one: saved(one.crop((2, 2, one.width - 2, one.height - 2))),
    "cmyk": lambda one: saved(one.convert("CMYK"), "JPEG", quality=90),
    "palette": lambda one: saved(one.quantize(256), "GIF"),
    "transparent": lambda one: saved(one.convert("RGBA")),
    "sixteen bit": lambda one: saved(
        Image.fromarray(np.asarray(one.convert("L"), np.uint16) * 257), "TIFF"
    ),
    "softer": lambda one: saved(one.filter(ImageFilter.GaussianBlur(1))),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_a_near_copy(edit):
    files = {f"{n}": saved(picture(n)) for n in range(5)}
    files |= {f"{n} {edit}": EDITS[edit](picture(n)) for n in range(5)}
    clusters = {name: cluster for name, (cluster, _) in marked(files, distance=8).items()}
    assert clusters == {name: name[0] for name in files}


def test_other_images_are_no_copies():
    files = {f"{n}": saved(picture(n)) for n in range(60)}
    assert {cluster for cluster, _ in marked(files).values()} == {None}


def chart(heights: list[int], title: str) -> Image.Image:
    image = Image.new("RGB", (640, 480), "white")
    draw = ImageDraw.Draw(image)
    draw.line((60, 20, 60, 440, 620, 440), fill="black", width=3)
    for number, height in enumerate(heights):
        left = 90 + number * 100
        draw.rectangle((left, 440 - height, left + 60, 440), fill="grey", outline="black")
    draw.text((160, 4), title, fill="black", font_size=60)
    return image


def test_a_chart_with_another_bar_or_title_is_a_variant():
    files = {
        "chart": saved(chart([300, 220, 150, 90, 60], "Acetone test")),
        "copy": saved(chart([300, 220, 150, 90, 60], "Acetone test"), "JPEG", quality=70),
        "bar": saved(chart([300, 220, 150, 120, 60], "Acetone test")),
        "title": saved(chart([300, 220, 150, 90, 60], "Pinprick test")),
    }
    found = marked(files, distance=10)
    clusters = {name: cluster for name, (cluster, _) in found.items()}
    assert clusters == {"chart": "chart", "copy": "chart", "bar": None, "title": None}
    kinds = {one.other_id: one.kind for one in found["chart"][1]}
    assert kinds == {"copy": "near", "bar": "variant", "title": "variant"}
    (differs,) = next(one.differs for one in found["chart"][1] if one.other_id == "title")
    assert differs.startswith("top")


def test_neighbours_in_a_stack_and_other_patients_are_no_copies(data):
    """Real images that look alike: chests of many patients, slices of one cell."""
    pixels = np.load(data / "imaging/img_pneumoniamnist/varun/data/pneumoniamnist.npz")
    chests = np.unique(pixels["test_images"], axis=0)
    files = {f"chest {n}": saved(Image.fromarray(one)) for n, one in enumerate(chests)}
    slices = sorted((data / "imaging/img_em_membrane/membrane/train/image").iterdir())
    files |= {one.name: one.read_bytes() for one in slices}
    found = marked(files)
    assert {name for name, (cluster, _) in found.items() if cluster} == set()


def test_blank_images_are_nobodys_copy():
    for image in (Image.new("RGB", (50, 60), "white"), Image.new("L", (9, 9), 3)):
        assert image_hash(saved(image))[0] is None
    noise = np.random.default_rng(0).integers(253, 256, (200, 200), np.uint8)
    assert image_hash(saved(Image.fromarray(noise)))[0] is None
    assert image_hash(saved(Image.new("1", (1, 1))))[0] is None


@pytest.mark.parametrize("way", WAYS)
def test_turned_copies_are_found_where_they_are_wanted(way):
    mirrored, quarters = WAYS[way]
    lying = picture(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture(1)
    lying = lying.rotate(90 * quarters, expand=True)
    files = {"1": saved(picture(1)), "2": saved(lying), "3": saved(picture(3))}
    assert {cluster for cluster, _ in marked(files).values()} == {None}
    found = marked(files, orientations=True)
    assert [cluster for cluster, _ in found.values()] == ["1", "1", None]
    assert "|" in found["1"][1][0].differs[0]


def test_an_image_that_exif_turns_is_hashed_as_it_is_shown():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned_by_exif = saved(picture(4).rotate(90, expand=True), "JPEG", exif=exif, quality=95)
    upright = saved(picture(4), "JPEG", quality=95)
    found = marked({"upright": upright, "exif": turned_by_exif})
    assert [cluster for cluster, _ in found.values()] == ["upright", "upright"]


def png_with_note(data: bytes, note: bytes) -> bytes:
    return data[:33] + chunk(b"tEXt", note) + data[33:]


def test_metadata_do_not_change_what_a_file_shows():
    png = saved(picture(1))
    assert content_digest(png_with_note(png, b"Author\0me")) == content_digest(png)
    exif = Image.Exif()
    exif[0x010E] = "a description"
    plain = saved(picture(1), "JPEG")
    noted = saved(picture(1), "JPEG", exif=exif, comment="hello")
    assert plain != noted
    assert content_digest(plain) == content_digest(noted)
    assert content_digest(plain) != content_digest(saved(picture(1), "JPEG", quality=50))


@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\xff\xd8\xff\xe1"]),
)
def test_a_digest_is_made_of_anything(data, start):
    assert len(content_digest(start + data)) == 64


@settings(max_examples=60)
@given(
    st.integers(0, 4000),
    st.integers(0, 255),
    st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP"]),
)
def test_a_broken_file_is_a_value_error_or_an_image(at, byte, kind):
    whole = saved(picture(1, (64, 48)), kind)
    at %= len(whole)
    broken = whole[:at] + bytes([byte]) + whole[at + 1 :]
    for data in (broken, whole[:at]):
        with suppress(ValueError):
            image_hash(data)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def test_huge_images_are_told_before_they_are_decoded():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)
    with pytest.raises(ValueError, match="over the limit of 200 M"):
        image_hash(bomb)


def test_an_animation_counts_by_its_first_frame():
    frames = [picture(n) for n in range(3)]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    found = marked({"still": saved(frames[0]), "moving": moving, "other": saved(frames[1])})
    assert [cluster for cluster, _ in found.values()] == ["still", "still", None]


@given(arrays.arrays(np.uint8, (3, 32, 32)))
def test_turning_back_gives_the_thumbnail_again(small):
    assert (turned(turned(small, "turned left"), "turned right") == small).all()
    assert (turned(turned(small, "mirrored"), "mirrored") == small).all()


def test_which_row_is_kept():
    rows = Rows.of({"id": ["a", "b", "c"], "phash": ["0" * 16] * 3, "width": [10, 30, None]})
    kept = [cluster for cluster, _ in image_duplicates(rows, prefer={"width": "greatest"})]
    assert kept == ["b", "b", "b"]


def test_a_row_lists_no_more_than_is_wanted():
    n = 400
    rows = Rows.of({"id": [f"{k:03}" for k in range(n)], "phash": ["0" * 16] * n})
    made = image_duplicates(rows, most_listed=5)
    assert {cluster for cluster, _ in made} == {"000"}
    assert all(alike for _, alike in made)
    assert min(len(alike) for _, alike in made) >= 1
    assert len(made[-1][1]) == 5


def hashed(files: dict[str, bytes]) -> dict[str, object]:
    columns = zip(*map(image_hash, files.values()), strict=True)
    return {"id": list(files), **dict(zip(NAMES, columns, strict=True))}


@pytest.mark.parametrize("orientations", [False, True])
def test_copies_in_another_table(orientations):
    there = {"x": picture(1), "y": picture(2), "blank": Image.new("L", (9, 9)), "z": picture(3)}
    exam = Rows.of(hashed({name: saved(one) for name, one in there.items()}))
    upside = picture(3).rotate(180)
    here = {"a": picture(2), "b": picture(1).resize((160, 120)), "c": picture(7), "d": upside}
    mine = hashed({name: saved(one) for name, one in here.items()})
    rows = Rows.of({**mine, "id": list(here)}, exam=exam)
    made = image_copies_in(rows, table="exam", orientations=orientations)
    told = [[(one.other_id, one.kind) for one in row] for row in made]
    last = [("z", "near")] if orientations else []
    assert told == [[("y", "exact")], [("x", "near")], [], last]


def test_no_rows():
    empty = Rows.of({"id": [], "phash": []})
    assert image_duplicates(empty) == []


def test_a_bad_hash_is_told():
    with pytest.raises(ValueError, match="16 hexadecimal digits"):
        image_duplicates(Rows.of({"id": ["a"], "phash": ["123"]}))


def test_records_are_copies_in_image_and_text():
    hashes = {"x": "0" * 16, "y": "f0f0aa55f0f0aa55"}
    records = [
        ("1", "x", "CT of the chest shows a nodule of 5 mm in the left lung."),
        ("2", "x", "CT of the chest shows a nodule of 5 mm in the left lung"),
        ("3", "x", "CT of the chest shows a nodule of 9 mm in the left lung."),
        ("4", "x", "A normal chest."),
        ("5", "y", "CT of the chest shows a nodule of 5 mm in the left lung."),
        ("6", "y", ""),
        ("7", "y", " "),
    ]
    rows = Rows.of(
        {
            "id": [one for one, _, _ in records],
            "phash": [hashes[image] for _, image, _ in records],
            "text": [text for *_, text in records],
        }
    )
    made = record_duplicates(rows)
    assert [cluster for cluster, _ in made] == ["1", "1", None, None, None, "6", "6"]
    kinds = {one.other_id: one.kind for one in made[0][1]}
    assert kinds == {"2": "exact", "3": "variant", "4": "variant"}
    assert {one.other_id for one in made[4][1]} == {"6"}


def test_real_images_are_no_copies_but_for_those_that_are(data):
    """Of 250 blood smears two show the same place twice; a person looked at them."""
    folder = data / "imaging/img_bccd/BCCD/JPEGImages"
    found = marked({one.stem: one.read_bytes() for one in sorted(folder.iterdir())})
    copies = {name for name, (cluster, _) in found.items() if cluster}
    assert copies == {"BloodImage_00037", "BloodImage_00038"}


def test_an_image_is_closed_again():
    with opened(saved(picture(1))) as image:
        assert image.size == (320, 240)
