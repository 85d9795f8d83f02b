"""A vector of a text."""

from typing import Annotated

from pydantic import AfterValidator, Field

from medloom.errors import MedloomError
from medloom.kit.encoders import digest_of, text_encoder
from medloom.kit.encoders.cached import Kept
from medloom.step import DigestedBy, adds


def _checked(name: str) -> str:
    try:
        text_encoder(name)
    except MedloomError as error:
        raise ValueError(str(error)) from error
    return name


@adds("embedding")
class embed_text:  # noqa: N801 - a step is named as recipes call it
    """Add the vector of a text, of length 1; null where the text is empty.

    `encoder` is `static` (built in, thousands of abstracts a second), `minilm` (a transformer, a
    thousand times slower) or a folder with a model in ONNX. The vectors of all but `static`
    are kept by the hash of the text, so that another build does not make them again.

    >>> found = embed_text()(["Fever and cough", " "])
    >>> len(found[0]), found[1]
    (256, None)
    """

    def __init__(
        self,
        *,
        encoder: Annotated[str, AfterValidator(_checked), DigestedBy(digest_of)] = "static",
        threads: Annotated[int, Field(ge=1)] = 1,
    ) -> None:
        self._encoder = text_encoder(encoder, threads)
        self._kept = None if encoder == "static" else Kept(digest_of(encoder))

    def __call__(self, text: list[str]) -> list[list[float] | None]:
        """The vector of each text."""
        if self._kept is None:
            vectors = self._encoder.encode(text)
        else:
            vectors = self._kept.vectors(
                [one.encode() for one in text],
                lambda some: self._encoder.encode([one.decode() for one in some]),
            )
        return [
            vector.tolist() if one.strip() and vector.any() else None
            for one, vector in zip(text, vectors, strict=True)
        ]
