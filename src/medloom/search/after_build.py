"""The index of a collection is brought up to date after a build where the recipe asks for it."""

from pathlib import Path

from medloom.recipe import Recipe
from medloom.search.index import Progress, index


def index_as_asked(recipe: Recipe, into: str | Path, progress: Progress | None = None) -> None:
    """Index what `search:` of the recipe names; do nothing where it has none."""
    if recipe.search is None:
        return
    index(
        str(into),
        tables=recipe.search.tables,
        encoder=recipe.search.encoder,
        progress=progress,
    )
