"""Measures of images, and which images are dropped for them; medical images must stay."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from medloom.kit.image_measures import border_share, sharpness
from medloom.kit.text_figures import text_share
from medloom.steps.curate.drop_poor_images import drop_poor_images
from medloom.steps.curate.image_quality import image_quality
from tests.curate.real_images import image_files

GOLD = Path(__file__).parent / "gold_text_figures.jsonl"
WORDS = ("seen", "again", "after", "two", "weeks", "with", "fever", "and", "a", "cough")


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(seed: int = 0, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Blobs with edges and a little grain, as cells are."""
    draw = np.random.default_rng(seed)
    image = Image.new("RGB", size, (210, 190, 200))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, radius = draw.integers(0, size[0]), draw.integers(0, size[1]), draw.integers(10, 60)
        colour = tuple(int(one) for one in draw.integers(60, 200, 3))
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    grain = draw.normal(0, 3, (size[1], size[0], 3))
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))


def page(n_lines: int = 20) -> Image.Image:
    image = Image.new("L", (900, 40 + 30 * n_lines), "white")
    pen = ImageDraw.Draw(image)
    for line in range(n_lines):
        text = " ".join(WORDS[(line * 3 + k) % len(WORDS)] for k in range(10))
        pen.text((30, 20 + 30 * line), text, fill="black", font_size=20)
    return image


def chart() -> Image.Image:
    image = Image.new("RGB", (800, 600), "white")
    pen = ImageDraw.Draw(image)
    pen.line((80, 20, 80, 540, 780, 540), fill="black", width=2)
    pen.line(
        [(80 + 7 * k, 300 - int(150 * np.sin(k / 12))) for k in range(100)], fill="red", width=3
    )
    for k in range(8):
        pen.text((80 + 90 * k, 550), f"{k * 10} mg", fill="black", font_size=18)
        pen.text((20, 30 + 64 * k), f"{100 - k * 10}", fill="black", font_size=18)
    return image


def reason(image: Image.Image, kind: str = "PNG", **thresholds: object) -> str | None:
    return drop_poor_images(image_quality(saved(image, kind)), **thresholds)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (Image.new("RGB", (400, 300), "white"), "contrast of 0"),
        (Image.new("L", (20, 300), 9), "side of 20 pixels"),
        (photo(size=(2000, 60)), "longer than 20 times"),
        (photo().filter(ImageFilter.GaussianBlur(9)), "blurred"),
        (page(), "text in a share of"),
    ],
)
def test_each_reason(image, said):
    assert (reason(image) or "").startswith(said)


@pytest.mark.parametrize(
    "image",
    [
        photo(),
        photo().convert("L"),
        photo().convert("CMYK"),
        photo().quantize(16),
        photo().filter(ImageFilter.GaussianBlur(1)),
        photo().point(lambda level: level // 4),
        chart(),
    ],
    ids=["photo", "grey", "cmyk", "palette", "soft", "dark", "chart"],
)
def test_others_stay(image):
    assert reason(image, "JPEG" if image.mode == "CMYK" else "PNG") is None


def test_a_threshold_can_be_let_go():
    nothing = {"least_contrast": 0, "most_blank": 1, "least_sharpness": 0}
    assert reason(Image.new("L", (400, 300), 9), **nothing) is None
    assert reason(page(), most_text=1) is None


def test_a_blank_page_with_one_mark_says_that_it_is_blank():
    image = Image.new("L", (1000, 1000), "white")
    ImageDraw.Draw(image).rectangle((500, 500, 520, 520), fill="black")
    assert "blank in a share of" in (reason(image, least_contrast=0) or "")


def test_size_and_colour_are_as_they_are():
    measured = image_quality(saved(photo(), "JPEG", quality=60))
    assert (measured.width, measured.height, measured.is_grey) == (640, 480, False)
    assert image_quality(saved(photo().convert("L").convert("RGB"), "JPEG")).is_grey
    sixteen = np.arange(250 * 250, dtype=np.uint16).reshape(250, 250)
    measured = image_quality(saved(Image.fromarray(sixteen), "TIFF"))
    assert measured.is_grey
    assert measured.brightness == pytest.approx(127.5, abs=2)


def test_blur_makes_less_sharp():
    values = [photo().convert("L").filter(ImageFilter.GaussianBlur(r)) for r in (0, 1, 2, 4)]
    sharp = [sharpness(np.asarray(one)) for one in values]
    assert sharp == sorted(sharp, reverse=True)


def test_a_soft_scan_stays(data):
    """A bone scan has no edges at all, and is as it should be."""
    pydicom = pytest.importorskip("pydicom")
    file = data / "imaging/dcm_pydicom/test_files/JPEG2000.dcm"
    counts = pydicom.dcmread(file).pixel_array
    assert reason(Image.fromarray((counts / counts.max() * 255).astype(np.uint8))) is None


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 50), st.integers(1, 50))
def test_borders_are_measured_exactly(left, top, right, bottom):
    inner = np.random.default_rng(1).integers(0, 256, (60, 80), np.uint8)
    framed = np.pad(inner, ((top, bottom), (left, right)), constant_values=7)
    assert border_share(framed) == pytest.approx(1 - inner.size / framed.size)


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(12, 40))
def test_print_is_print_whatever_its_size(n_lines, size):
    image = Image.new("L", (1100, 60 + n_lines * size * 2), "white")
    for line in range(n_lines):
        text = " ".join(WORDS[: 400 // size])
        ImageDraw.Draw(image).text((20, 20 + line * size * 2), text, fill="black", font_size=size)
    assert text_share(np.asarray(image)) > 0.85


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_any_pixels_have_a_share(height, width, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    for some in (pixels, np.where(pixels > 200, 0, 255).astype(np.uint8)):
        assert 0 <= text_share(some) <= 1
        assert 0 <= border_share(some) <= 1
        assert sharpness(some) >= 0


def test_text_only_figures_against_what_a_person_saw(data):
    gold = {one["file"]: one["text_only"] for one in map(json.loads, GOLD.open())}
    said = {}
    for key, content in image_files(data / "literature"):
        if key in gold:
            said[key] = image_quality(content).text_share > 0.85
    missing = gold.keys() - said.keys()
    assert not missing
    assert [key for key in gold if said[key] and not gold[key]] == []
    found = sum(said[key] for key in gold if gold[key])
    assert found >= 0.85 * sum(gold.values())


def test_known_good_images_are_not_lost(data):
    """Blood smears, electron micrographs, histology, chests, figures: one in a hundred at most."""
    kept = lost = 0
    for key, content in image_files(data / "imaging"):
        if not key.endswith("broken.svs"):
            gone = drop_poor_images(image_quality(content)) is not None
            lost, kept = lost + gone, kept + (not gone)
    pixels = np.load(data / "imaging/img_pneumoniamnist/varun/data/pneumoniamnist.npz")
    for chest in pixels["val_images"]:
        gone = drop_poor_images(image_quality(saved(Image.fromarray(chest)))) is not None
        lost, kept = lost + gone, kept + (not gone)
    assert kept > 700
    assert lost <= 0.01 * (kept + lost)
