"""Every installed step keeps its promises; a plug-in's steps are checked the same way."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from medloom import registry
from medloom.errors import MedloomError, MissingExtraError
from medloom.step import Kind, adds, drops, expands
from medloom.tables import Span
from medloom.testing import StepPromises


class TestBuiltInSteps(StepPromises):
    distribution = "medloom"


class TestPluginSteps(StepPromises):
    distribution = "medloom-example"


def test_a_signature_is_a_schema():
    @adds("ages")
    def ages(text: str, note: str | None, *, oldest: int = 120) -> list[Span]:
        """Find ages."""
        return []

    assert list(ages.reads) == ["text", "note"]
    assert not ages.reads["text"].nullable
    assert ages.reads["note"].nullable
    assert str(ages.makes["ages"].arrow).startswith("list<item: struct<start: int64")
    assert ages.using(oldest=3).values == {"oldest": 3}
    assert ages.using(oldest=3).digest != ages.using(oldest=4).digest
    assert ages.kind is Kind.ADDS


def test_wrong_signatures_are_told_when_the_step_is_made():
    with pytest.raises(TypeError, match="no Arrow type for set"):

        @adds("x")
        def wrong(text: str) -> set[str]:
            return set()

    with pytest.raises(TypeError, match=r"adds \('a', 'b'\) but returns"):

        @adds("a", "b")
        def wrong_too(text: str) -> int:
            return 1


def test_a_step_is_still_a_plain_function():
    @drops
    def is_empty(text: str) -> bool:
        """Drop empty texts."""
        return not text

    assert is_empty("") is True
    assert is_empty.doc == "Drop empty texts."


def test_two_packages_with_one_name_are_an_error(monkeypatch):
    points = [EntryPoint("same", "a:b", "g"), EntryPoint("same", "c:d", "g")]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    registry.installed.cache_clear()
    with pytest.raises(MedloomError, match="two packages offer 'same'"):
        registry.installed("g")
    registry.installed.cache_clear()


def test_a_missing_package_is_explained(tmp_path, monkeypatch):
    (tmp_path / "needy.py").write_text("import a_package_that_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtraError, match="pip install a_package_that_nobody_has"):
        registry.load_step("needy:step")


def test_the_command_starts_without_heavy_packages():
    heavy = ("daft", "lance", "pyarrow", "pydantic", "lxml", "pandas", "PIL", "ray")
    code = f"import sys, medloom.cli; print([m for m in {heavy!r} if m in sys.modules])"
    shown = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert shown.strip() == "[]"


def test_expands_needs_a_row_type():
    with pytest.raises(TypeError, match="not a NamedTuple or a dataclass"):

        @expands
        def wrong(text: str) -> Iterator[str]:
            yield text
