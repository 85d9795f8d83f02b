"""Hashes of files, to know when what was made from them is stale."""

import hashlib
from pathlib import Path


def digest_of_file(path: str | Path) -> str:
    """A hash of a file's content.

    >>> digest_of_file(__file__) == digest_of_file(Path(__file__))
    True
    """
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]
