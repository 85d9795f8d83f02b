"""Fixtures: the example plug-in, installed as a stranger's package is; demo articles; real data."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from medloom.demo import path

# CI machines stop and go, and what decides over a change must not depend on chance. To look for new
# examples: pytest --hypothesis-profile=explore
settings.register_profile("medloom", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("medloom")
HERE = Path(__file__).parent
PLUGIN = str(HERE / "plugin")
sys.path.insert(0, PLUGIN)
sys.path.insert(0, str(HERE.parent))
os.environ["PYTHONPATH"] = os.pathsep.join([PLUGIN, os.environ.get("PYTHONPATH", "")])


@pytest.fixture(scope="session")
def demo() -> Path:
    return path()


@pytest.fixture
def articles(tmp_path: Path, demo: Path) -> Path:
    """Six demo articles in a folder of their own, to add to and to break."""
    folder = tmp_path / "articles"
    for number in range(1, 7):
        shutil.copytree(demo / f"PMC99000000{number}", folder / f"PMC99000000{number}")
    return folder


@pytest.fixture(scope="session")
def real() -> Path:
    """Real articles that nobody here wrote."""
    folder = Path(os.environ.get("MEDLOOM_DATA", HERE.parent.parent / "shared/data/literature"))
    if not folder.is_dir():
        pytest.skip("no real articles here: set MEDLOOM_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of all real data: `annotation/`, `terminology/`, `notes/`, `literature/`."""
    named = os.environ.get("MEDLOOM_DATA")
    places = [Path(named), Path(named).parent] if named else [HERE.parent.parent / "shared/data"]
    for folder in places:
        if (folder / "annotation").is_dir():
            return folder
    pytest.skip("no real data here: set MEDLOOM_DATA to its folder")
