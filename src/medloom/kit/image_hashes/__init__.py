"""Images that look alike: perceptual hashes, all pairs of near ones, what a pair differs in."""

from medloom.kit.image_hashes.contents import content_digest
from medloom.kit.image_hashes.pairs import near_pairs
from medloom.kit.image_hashes.perceptual import (
    as_hex,
    as_numbers,
    is_blank,
    phash,
    thumbnail,
    turned,
)

__all__ = [
    "as_hex",
    "as_numbers",
    "content_digest",
    "is_blank",
    "near_pairs",
    "phash",
    "thumbnail",
    "turned",
]
