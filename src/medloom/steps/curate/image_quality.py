"""What can be measured of an image without knowing what it shows."""

from medloom.kit.image_measures import image_quality_of
from medloom.kit.pictures import opened
from medloom.step import adds
from medloom.tables.image_quality import ImageQuality


@adds("quality")
def image_quality(bytes: bytes, *, max_megapixels: float = 200) -> ImageQuality:
    """Measure size, brightness, contrast, sharpness, blank and uniform parts, print and colour.

    These are measures and no verdicts: `drop_poor_images` has the thresholds. An image that does
    not decode is a failed row; of an animation the first frame counts. Watermarks are not looked
    for: no measure of them was found that holds on medical images.

    >>> import io
    >>> from PIL import Image
    >>> file = io.BytesIO()
    >>> Image.new("RGB", (640, 480), "white").save(file, "PNG")
    >>> measured = image_quality(file.getvalue())
    >>> measured.width, measured.contrast, measured.is_grey
    (640, 0.0, True)
    """
    with opened(bytes, max_megapixels) as image:
        return image_quality_of(image)
