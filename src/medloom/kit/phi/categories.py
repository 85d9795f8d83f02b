"""What is looked for: kinds of findings, their labels, and which are meant by default."""

from collections.abc import Collection
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict


class Category(BaseModel):
    """One kind of finding."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: str
    letter: str | None = None
    """The item of the Safe Harbor list of HIPAA, `A` to `R`."""
    asked: bool = False
    """Found only where it is asked for by its name."""


@cache
def categories() -> dict[str, Category]:
    """All kinds, by name."""
    text = (resources.files("medloom.kit.phi") / "categories.yaml").read_text("utf-8")
    return {name: Category.model_validate(one) for name, one in yaml.safe_load(text).items()}


def kinds_of(entities: Collection[str] | None) -> frozenset[str]:
    """The kinds that are meant by names of labels and kinds; None is the default of all.

    A label means its kinds that are found by default, or all of them where none is.

    >>> sorted(kinds_of(["AGE", "COUNTRY", "year"]))
    ['age_over_89', 'country', 'year']

    Raises ValueError with a name that is neither.
    """
    known = categories()
    if entities is None:
        return frozenset(name for name, one in known.items() if not one.asked)
    found: set[str] = set()
    for wanted in entities:
        if wanted in known:
            found.add(wanted)
            continue
        own = [name for name, one in known.items() if one.label == wanted]
        if not own:
            labels = sorted({one.label for one in known.values()})
            raise ValueError(f"there is no entity {wanted}; there are {', '.join(labels)}")
        found.update([name for name in own if not known[name].asked] or own)
    return frozenset(found)
