"""The bundled sample articles."""

from importlib.resources import files
from pathlib import Path


def path() -> Path:
    """The folder with the demo articles.

    >>> sorted(entry.name for entry in path().iterdir())[0]
    'PMC990000001'
    """
    return Path(str(files(__name__) / "literature"))
