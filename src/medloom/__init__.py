"""Medloom turns raw biomedical data into datasets that people can trust.

>>> import medloom
>>> {"entities", "literature", "pmc-patients"} <= set(medloom.recipes())
True
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medloom.collection.collection import Collection
    from medloom.engine.build import Progress, Run
    from medloom.loading.mixing import mix
    from medloom.loading.streaming import stream

# Clinical sites require that nothing phones home: set before Daft or Ray is imported.
for _name, _value in {
    "DO_NOT_TRACK": "true",
    "SCARF_NO_ANALYTICS": "true",
    "DAFT_ANALYTICS_ENABLED": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
    "LANCE_LOG": "error",
}.items():
    os.environ.setdefault(_name, _value)

__all__ = ["build", "mix", "open", "recipes", "stream"]


def open(path: str | Path, version: int | str | None = None) -> "Collection":
    """Open a collection to look at it, as its last finished build left it.

    `version` is the number or the tag of another build: `medloom.open("DIR", version="v1.0")`.
    """
    from medloom.collection.collection import Collection  # noqa: PLC0415 - import is slow

    return Collection(str(path), version)


def build(
    recipe: str | Path,
    *,
    input: str | Path | None = None,
    into: str | Path,
    settings: Mapping[str, Any] | None = None,
    workers: int | None = None,
    runner: str = "native",
    retry_failed: bool = False,
    progress: "Progress | None" = None,
) -> "Run":
    """Run a recipe, by its name or path, into a collection; return what was done.

    `settings` fill the recipe's `{placeholders}`, `input` the one called `{input}`;
    `retry_failed` reads sources again that failed before; `progress` is called with what is going
    on, how much of it is done and how much there is.
    """
    from medloom.engine.build import build as run  # noqa: PLC0415 - import is slow
    from medloom.recipe import Recipe  # noqa: PLC0415

    given = dict(settings or {}) | ({"input": str(input)} if input is not None else {})
    loaded = Recipe.load(recipe, given)
    made = run(
        loaded,
        into,
        workers=workers,
        runner=runner,
        retry_failed=retry_failed,
        progress=progress,
    )
    if loaded.search:
        from medloom.search.index import index  # noqa: PLC0415

        index(str(into), loaded.search.tables, loaded.search.encoder, progress)
    return made


def recipes() -> list[str]:
    """The names of the recipes that are installed."""
    from medloom.registry import shipped_recipes  # noqa: PLC0415

    return list(shipped_recipes())


def __getattr__(name: str) -> Any:
    """`medloom.stream` and `medloom.mix`, which are imported where they are first used."""
    if name not in ("mix", "stream"):
        raise AttributeError(f"module 'medloom' has no attribute '{name}'")
    from medloom import loading  # noqa: PLC0415 - import is slow

    return getattr(loading, name)
