"""Promises that every installed step keeps: a conformance suite for plug-ins.

In a plug-in's tests, two lines check all the steps and readers that it installs::

    from medloom.testing import StepPromises

    class TestMySteps(StepPromises):
        distribution = "my-plugin"
"""

import doctest
import importlib
import pickle
from contextlib import suppress
from typing import Any

from medloom.errors import MissingExtraError
from medloom.registry import READERS, STEPS, installed, load_reader, load_step
from medloom.step import Kind, Step
from medloom.tables.arrow import to_arrow


def steps_of(distribution: str | None) -> list[Step]:
    """Load the steps and readers of an installed distribution, or of all."""
    loaded = []
    for group, load in ((STEPS, load_step), (READERS, load_reader)):
        for name, point in installed(group).items():
            if distribution is None or (point.dist and point.dist.name == distribution):
                with suppress(MissingExtraError):  # cannot be looked at without its package
                    loaded.append(load(name))
    return loaded


class StepPromises:
    """Inherit this in a test module and say which distribution to check."""

    distribution: str | None = None

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Run every test once for each step."""
        if "step" in metafunc.fixturenames:
            steps = steps_of(metafunc.cls.distribution)
            assert steps, f"no steps of {metafunc.cls.distribution} are installed"
            metafunc.parametrize("step", steps, ids=[step.name for step in steps])

    def test_it_explains_itself(self, step: Step) -> None:
        """The docstring begins with one sentence that ends in a full stop, and has an example."""
        assert step.doc, f"{step.name} has no docstring"
        first = step.doc.split("\n\n")[0]
        assert first.rstrip().endswith("."), f"the first sentence of {step.name}: {first!r}"
        assert doctest.DocTestParser().get_examples(step.doc), "add a >>> example that runs"

    def test_its_examples_run(self, step: Step) -> None:
        """The examples in the docstring run and give what they say."""
        module = importlib.import_module(step.body.__module__)
        test = doctest.DocTestParser().get_doctest(
            step.body.__doc__ or "", dict(vars(module)), step.name, None, 0
        )
        outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
        assert outcome.failed == 0, f"{outcome.failed} examples of {step.name} fail"
        assert outcome.attempted > 0

    def test_it_travels_to_workers(self, step: Step) -> None:
        """A worker can unpickle it, with its settings."""
        twin = pickle.loads(pickle.dumps(step))
        assert (twin.name, twin.values, twin.digest) == (step.name, step.values, step.digest)

    def test_its_columns_have_arrow_types(self, step: Step) -> None:
        """Every column that it reads or makes can be stored."""
        for column in (*step.reads.values(), *step.makes.values()):
            if column.hint is not Any:
                assert to_arrow([], column.hint).type == column.arrow

    def test_its_settings_have_defaults_or_types(self, step: Step) -> None:
        """Settings are keyword-only, typed and, where they have defaults, valid."""
        fields = step.settings.model_fields
        given = {name: field.default for name, field in fields.items() if not field.is_required()}
        needed = [name for name, field in fields.items() if field.is_required()]
        if not needed:
            assert step.using(**given).values == given

    def test_it_reads_or_makes_something(self, step: Step) -> None:
        """A step without columns would do nothing."""
        assert step.makes or step.settle or step.kind in (Kind.DROPS, Kind.CHANGES)
        assert step.reads or step.across or step.kind is Kind.READS
