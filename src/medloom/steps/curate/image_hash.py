"""What tells images apart and finds the same ones: hashes of an image."""

from medloom.kit.image_hashes import as_hex, content_digest, is_blank, phash, thumbnail
from medloom.kit.pictures import opened, orientation
from medloom.step import adds


@adds("phash", "thumbnail", "content_sha256")
def image_hash(
    bytes: bytes, *, max_megapixels: float = 200
) -> tuple[str | None, bytes | None, str]:
    """Add a perceptual hash, the thumbnail that it comes from, and a digest of the image itself.

    `phash` (Zauner 2010) is 64 bits as 16 hexadecimal digits: it stays nearly the same where an
    image is resized, recompressed or recoloured. A blank image has none: all blank ones are alike.
    `thumbnail` is 32 x 32 grey pixels, row by row. `content_sha256` is the same for files that
    differ in metadata alone. `image_duplicates` reads all three. An image that does not decode
    is a failed row; of an animation the first frame counts.

    >>> import io
    >>> from PIL import Image
    >>> file = io.BytesIO()
    >>> Image.linear_gradient("L").save(file, "PNG")
    >>> image_hash(file.getvalue())[0]
    '8000000000000000'
    """
    with opened(bytes, max_megapixels) as image:
        digest = content_digest(bytes, orientation(image))
        small = thumbnail(image)
    digits = None if is_blank(small) else as_hex(phash(small[None]))[0]
    return digits, small.tobytes(), digest
