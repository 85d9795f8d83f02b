"""Load releases and collections: a deterministic, resumable stream of rows for training."""

from medloom.errors import InputError
from medloom.loading.decode import decode_array, decode_image
from medloom.loading.mixing import Mix, mix
from medloom.loading.shard import Damaged, DecodeError
from medloom.loading.streaming import Stream, stream

__all__ = [
    "Damaged",
    "DecodeError",
    "InputError",
    "Mix",
    "Stream",
    "decode_array",
    "decode_image",
    "mix",
    "stream",
]
