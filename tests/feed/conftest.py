"""A small collection that was built twice: four papers, then three more."""

from pathlib import Path
from shutil import copytree

import pytest

import medloom

FIRST = """
@article{a, title={Heart failure in rats}, abstract={Rats with a failing heart.}, doi={10.1000/a}}
@article{b, title={Skin rash in children}, abstract={A rash of the skin.}, doi={10.1000/b}}
@article{c, title={A broken leg}, abstract={Fractures of the leg.}, doi={10.1000/c}}
@article{d, title={Lung cancer}, abstract={Tumours. Data: GSE12345.}, doi={10.1000/d}}
"""
SECOND = """
@article{e, title={Heart failure in men <b>& women}, abstract={Failing hearts. Data: GSE99999.},
 doi={10.1000/e}, author={Ng, Ada}, journal={J Loom}, date={2026-11-02}}
@article{f, title={Skin rash after travel}, abstract={An itching rash.}, doi={10.1000/f}}
@article{g, title={Knitting}, abstract={Wool.}, doi={10.1000/g}, author={Ek, Cy}}
@article{a2, title={Heart failure in rats, again}, doi={10.1000/a}}
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("feed")
    source = place / "in"
    source.mkdir()
    for name, text in (("1.bib", FIRST), ("2.bib", SECOND)):
        (source / name).write_text(text)
        medloom.build("reading-list", input=source, into=place / "papers", workers=0)
    return place / "papers"


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return copytree(built, tmp_path / "papers")
