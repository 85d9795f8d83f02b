"""Which concepts of a terminology are said of a patient: asserted, and the patient's own."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from medloom.registry import load_step


def concepts_of_row(spans: Sequence[Any] | None) -> set[str]:
    """The ids of the concepts that spans assert: not negated, not of a relative.

    >>> concepts_of_row([{"concepts": [{"id": "HP:1"}], "assertion": None},
    ...                  {"concepts": [{"id": "HP:2"}], "assertion": {"negated": True}}])
    {'HP:1'}
    """
    found = set()
    for one in spans or ():
        concepts, assertion = _get(one, "concepts"), _get(one, "assertion")
        if concepts and _holds(assertion):
            found.add(str(_get(concepts[0], "id")))
    return found


def concepts_of_text(text: str, settings: Mapping[str, Any] | None) -> set[str]:
    """The concepts of a text, found with the settings with which the recipe found those of rows.

    Without settings there are none.
    """
    if not text or settings is None:
        return set()
    find, judge = _steps(json.dumps(dict(settings), sort_keys=True))
    return concepts_of_row(judge([text], find([text]))[0])


@lru_cache(maxsize=4)
def _steps(settings: str) -> tuple[Any, Any]:
    return load_step("concepts")(**json.loads(settings)), load_step("assertion")()


def _holds(assertion: Any) -> bool:
    if assertion is None:
        return True
    other = _get(assertion, "experiencer") or "patient"
    return not _get(assertion, "negated") and other == "patient"


def _get(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
