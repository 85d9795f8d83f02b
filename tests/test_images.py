"""Image files of every kind that decode, and that do not."""

import io

import pytest
from PIL import Image as Pillow

from medloom.step import Failure
from medloom.steps.parse.images import images
from medloom.tables.literature import Figure, FigureFile, Image, MediaFile


def made(*files):
    named = [FigureFile(name, name, True) for name, _ in files]
    figure = Figure("PMC1/fig/F1", "PMC1", "1", None, "", [], "body", None, named, [], None)
    return list(images([figure], [], [MediaFile(name, data) for name, data in files]))


def encoded(mode, kind, size=(30, 20), **options):
    file = io.BytesIO()
    Pillow.new(mode, size).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("1", "TIFF"),
        ("I;16", "TIFF"),
        ("CMYK", "TIFF"),
        ("F", "TIFF"),
        ("P", "GIF"),
        ("RGB", "WEBP"),
        ("RGB", "BMP"),
    ],
)
def test_images_that_decode(mode, kind):
    (image,) = made(("a", encoded(mode, kind)))
    assert isinstance(image, Image)
    assert (image.format, image.mode, image.width, image.height) == (kind, mode, 30, 20)
    assert image.id == "PMC1/fig/F1/image/1"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "cannot identify"),
        (b"not an image", "cannot identify"),
        (encoded("RGB", "JPEG", (400, 400))[:900], "truncated"),
        (encoded("RGB", "PNG", (400, 400))[:150], ""),
        (encoded("1", "PNG", (30_000, 30_000)), "over the limit of 200 megapixels"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "cannot identify"),
    ],
)
def test_images_that_do_not_decode_say_why(data, told):
    (failure,) = made(("a", data))
    assert isinstance(failure, Failure)
    assert told in failure.error
    assert failure.error


def test_one_bad_image_does_not_lose_the_others():
    good = encoded("RGB", "PNG")
    kinds = [type(one) for one in made(("a", good), ("b", b"bad"), ("c", good))]
    assert kinds == [Image, Failure, Image]


def test_frames_count_towards_the_limit():
    file = io.BytesIO()
    frames = [Pillow.new("L", (100, 100), n) for n in range(12)]
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:])
    (image,) = made(("a", file.getvalue()))
    assert image.frames == 12
