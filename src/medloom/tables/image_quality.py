"""The row type of what can be measured of an image without knowing what it shows."""

from typing import NamedTuple


class ImageQuality(NamedTuple):
    """Measures of one image; none of them is a verdict."""

    width: int
    height: int
    """Pixels."""
    brightness: float
    """Mean grey level, 0 to 255."""
    contrast: float
    """Standard deviation of the grey levels."""
    blank_share: float
    """Pixels that have the most frequent grey level, or one within three of it; 0 to 1."""
    border_share: float
    """The area of the uniform rows and columns at the edges; 0 to 1."""
    sharpness: float
    """Variance of the Laplacian over the variance of the grey levels, on 512 pixels at most, and
    without the part of rounding errors."""
    text_share: float
    """Of what is drawn on a plain background, the share that is lines of print; 0 to 1."""
    is_grey: bool
    """Whether no pixel has a colour that is seen."""
