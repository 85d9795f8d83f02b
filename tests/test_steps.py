"""Every installed step keeps its promises; a plug-in's steps are checked the same way."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Annotated

import pytest

from medloom import registry
from medloom.engine.frame import Frame, Values
from medloom.engine.stepping import Stepper
from medloom.errors import MedloomError, MissingExtraError
from medloom.step import DigestedBy, Kind, adds, drops, expands, updates
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


@adds("n_rows", by="article_id")
def document_size(text: list[str]) -> list[int]:
    """Count the texts of a document."""
    return [len(text)] * len(text)


@updates("spans")
def shouted(text: str, spans: list[Span]) -> list[Span]:
    """Write labels in capitals."""
    return [span._replace(label=span.label.upper()) for span in spans]


def test_a_step_works_on_the_columns_that_a_recipe_names():
    step = shouted.on(reads={"text": "caption", "spans": "mentions"})
    assert list(step.reads) == ["caption", "mentions"]
    assert list(step.makes) == ["mentions"]
    assert step.digest != shouted.digest
    assert list(pickle.loads(pickle.dumps(step)).makes) == ["mentions"]
    with pytest.raises(KeyError, match="nothing"):
        shouted.on(reads={"nothing": "caption"})


def test_a_step_by_document_has_columns_of_rows():
    assert document_size.reads["text"].hint is str
    assert document_size.makes["n_rows"].hint is int
    assert pickle.loads(pickle.dumps(document_size.on(by="id"))).by == "id"


def test_an_update_reads_what_it_changes():
    with pytest.raises(TypeError, match="must read them"):

        @updates("spans")
        def wrong(text: str) -> list[Span]:
            return []


def test_the_content_of_a_resource_is_part_of_the_digest(tmp_path):
    lexicon = tmp_path / "words.txt"

    @adds("n")
    def count(
        text: str, *, lexicon: Annotated[str, DigestedBy(lambda path: Path(path).read_text())]
    ) -> int:
        """Count."""
        return 0

    lexicon.write_text("a")
    before = count.using(lexicon=str(lexicon)).digest
    lexicon.write_text("b")
    assert count.using(lexicon=str(lexicon)).digest != before


def test_an_optional_column_may_be_missing():
    @adds("n")
    def count(text: str, spans: list[Span] | None = None, *, least: int = 0) -> int:
        """Count."""
        return -1 if spans is None else len(spans)

    assert [one.optional for one in count.reads.values()] == [False, True]
    stepper, source = Stepper(), Values(str, ["s"])
    without = Frame({"text": Values(str, ["a"]), "source": source}, 1)
    having = without.plus({"spans": Values(list[Span], [[Span(0, 1, "X")]])})
    for frame, n in ((without, -1), (having, 1)):
        made = stepper.run("t", [count], frame, 1, keep_rows=True)
        assert list(made.frame.python("n", int)) == [n]
