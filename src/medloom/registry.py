"""Find steps, readers and recipes by name among the installed packages."""

import difflib
import os
import re
import sys
from functools import cache
from importlib import resources
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from pathlib import Path

from medloom.errors import MedloomError, MissingExtraError, Problem, RecipeError
from medloom.step import Kind, Step

STEPS, READERS, RECIPES = "medloom.steps", "medloom.readers", "medloom.recipes"


@cache
def installed(group: str) -> dict[str, EntryPoint]:
    """Return what the installed packages offer in a group, unloaded, by name."""
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        if point.name in found and point.value != found[point.name].value:
            both = f"{found[point.name].value} and {point.value}"
            raise MedloomError(f"two packages offer '{point.name}' in {group}: {both}")
        found[point.name] = point
    return found


def load_step(name: str) -> Step:
    """Import one step; only now are its own dependencies imported."""
    return _load("step", STEPS, name)


def load_reader(name: str) -> Step:
    """Import one reader."""
    reader = _load("reader", READERS, name)
    if reader.kind is not Kind.READS:
        raise MedloomError(f"'{name}' is offered as a reader, but it {reader.kind}")
    return reader


def shipped_recipes() -> dict[str, Traversable]:
    """Return the recipe files that installed packages ship, by name."""
    found: dict[str, Traversable] = {}
    for point in installed(RECIPES).values():
        for file in resources.files(point.value).iterdir():
            name, _, ending = file.name.rpartition(".")
            if ending in ("yaml", "yml"):
                if name in found:
                    raise MedloomError(f"two packages offer the recipe '{name}'")
                found[name] = file
    return dict(sorted(found.items()))


def make_importable(folder: Path) -> None:
    """Let this process and its workers import modules of a folder: those beside a recipe."""
    place = str(folder.absolute())
    if place not in sys.path:
        sys.path.insert(0, place)
        known = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = place + (os.pathsep + known if known else "")


def did_you_mean(name: str, known: list[str], listing: str) -> str:
    """Suggest the nearest known name, or how to list them.

    >>> did_you_mean("sentence", ["sentences", "panels"], "list steps with: medloom steps")
    'did you mean sentences?'
    """
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else listing


def _load(noun: str, group: str, name: str) -> Step:
    known = dict(installed(group))
    if ":" in name:  # `my_package.my_steps:my_step`: no entry point needed while one tries it
        known[name] = EntryPoint(name, name, group)
    if name not in known:
        fix = did_you_mean(
            name, list(known), f"list them with: medloom steps; {noun}s: " + ", ".join(known)
        )
        raise RecipeError([Problem(f"{noun} {name}", f"no {noun} has this name", fix)])
    point = known[name]
    try:
        step = point.load()
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"{noun} {name} needs {error.name}: {_install(point, error.name)}"
        ) from error
    except Exception as error:  # whatever a stranger's module does when it is imported
        what = f"cannot be imported: {type(error).__name__}: {error}"
        raise RecipeError([Problem(f"{noun} {name}", what, f"look at {point.value}")]) from error
    if not isinstance(step, Step):
        what = f"{point.value} is not decorated as a {noun}"
        raise RecipeError([Problem(f"{noun} {name}", what, "see: how to write a step")])
    return step


def _install(point: EntryPoint, module: str | None) -> str:
    """Say how to install a missing module, by the extra that brings it when there is one."""
    wanted = re.escape((module or "").split(".")[0])
    lines = (point.dist.requires or []) if point.dist else []
    found = (re.match(rf"{wanted}\b.*extra == ['\"]([\w-]+)['\"]", line) for line in lines)
    extras = sorted((one[1] for one in found if one), key=lambda extra: extra == "dev")
    if point.dist and extras:
        return f"pip install '{point.dist.name}[{extras[0]}]'"
    return f"pip install {(module or '').split('.')[0]}"
