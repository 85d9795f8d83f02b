"""Images that are too small, blank, blurred, or nothing but text."""

from medloom.step import drops
from medloom.tables.image_quality import ImageQuality


@drops
def drop_poor_images(
    quality: ImageQuality,
    *,
    least_side: int = 28,
    most_elongated: float = 20,
    least_contrast: float = 3,
    most_blank: float = 0.998,
    least_sharpness: float = 0.0015,
    most_text: float = 0.85,
) -> str | None:
    """Drop images by their measured `quality`, with the reason; `image_quality` makes it.

    Dropped are images with a side under `least_side` pixels, with a longer side more than
    `most_elongated` times the shorter one, with less contrast than `least_contrast`, of one level
    in more than the share `most_blank`, with less sharpness than `least_sharpness`, and those of
    which more than the share `most_text` is print (tables and equations as images). Grey images
    are as good as others. A threshold of 0, or of 1 for shares, is no threshold.

    >>> blank = ImageQuality(640, 480, 255.0, 0.0, 1.0, 1.0, 0.0, 0.0, True)
    >>> drop_poor_images(blank)
    'contrast of 0, less than 3'
    """
    shorter, longer = sorted((quality.width, quality.height))
    if shorter < least_side:
        return f"side of {shorter} pixels, less than {least_side}"
    if longer > most_elongated * shorter > 0:
        return f"longer than {most_elongated:g} times its shorter side"
    if quality.contrast < least_contrast:
        return f"contrast of {quality.contrast:g}, less than {least_contrast:g}"
    if quality.blank_share > most_blank:
        return f"blank in a share of {quality.blank_share:g}, more than {most_blank:g}"
    if quality.sharpness < least_sharpness:
        return f"blurred: sharpness of {quality.sharpness:g}, less than {least_sharpness:g}"
    if quality.text_share > most_text:
        return f"text in a share of {quality.text_share:g}, more than {most_text:g}"
    return None
