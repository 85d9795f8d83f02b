"""A vector of an image."""

from typing import Annotated

from pydantic import AfterValidator, Field

from medloom.errors import MedloomError
from medloom.kit.encoders import digest_of, image_encoder
from medloom.kit.encoders.cached import Kept
from medloom.step import DigestedBy, adds


def _checked(name: str) -> str:
    try:
        image_encoder(name)
    except MedloomError as error:
        raise ValueError(str(error)) from error
    return name


@adds("image_embedding")
class embed_image:  # noqa: N801 - a step is named as recipes call it
    """Add the vector of an image file, of length 1.

    `encoder` is `layout`, which is built in and knows how an image is laid out, not what it shows;
    or a folder with a model in ONNX and its `preprocessor_config.json`. Vectors are kept by the
    hash of the file, so that another build does not make them again. An image that cannot be read
    is a failed row.

    >>> import io
    >>> from PIL import Image
    >>> file = io.BytesIO()
    >>> Image.radial_gradient("L").save(file, "PNG")
    >>> len(embed_image()([file.getvalue()])[0])
    508
    """

    def __init__(
        self,
        *,
        encoder: Annotated[str, AfterValidator(_checked), DigestedBy(digest_of)] = "layout",
        threads: Annotated[int, Field(ge=1)] = 1,
    ) -> None:
        self._encoder = image_encoder(encoder, threads)
        self._kept = Kept(digest_of(encoder))

    def __call__(self, bytes: list[bytes]) -> list[list[float]]:
        """The vector of each image."""
        return [one.tolist() for one in self._kept.vectors(bytes, self._encoder.encode)]
