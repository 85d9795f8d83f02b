"""Saved interests: what somebody wants to read about, in a YAML file that people can edit."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import yaml

from medloom.collection.store import Store
from medloom.errors import InputError, Problem, RecipeError
from medloom.feed.files import FOLDER, read_text, write_text
from medloom.search.parsing import QueryError, parse

FILE = "interests.yaml"
_NAME = re.compile(r"[\w.+-]+(?: [\w.+-]+)*")
_HEAD = "# What the paper feed looks for: medloom feed --help. Edit freely.\n"


@dataclass(frozen=True)
class Interest:
    """One interest; a paper answers to it in any of its parts, and the more the better."""

    name: str
    queries: tuple[str, ...] = ()
    """In the query language of `medloom search`."""
    concepts: tuple[str, ...] = ()
    """Ids or names of a terminology, as HP:0001250."""
    terminologies: tuple[str, ...] = ()
    """Where the names of the concepts are; by default those that the recipe names."""
    like: tuple[str, ...] = ()
    """Example papers, by id, DOI, PMID or PMCID."""
    unlike: tuple[str, ...] = ()
    """Papers that are not wanted."""
    authors: tuple[str, ...] = ()
    """`Ng`, `Ng A` or `Ada Ng`."""
    journals: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing says what is wanted."""
        return not (self.queries or self.concepts or self.like or self.authors or self.journals)

    def told(self) -> dict[str, Any]:
        """Its parts that say something, for YAML and JSON."""
        parts = asdict(self).items()
        return {name: list(v) if isinstance(v, tuple) else v for name, v in parts if v}


_PARTS = tuple(one.name for one in fields(Interest) if one.name != "name")


def load(store: Store) -> list[Interest]:
    """The saved interests of a collection; raises RecipeError with every problem of the file."""
    text = read_text(store, FILE)
    return parsed(text, f"{FOLDER}/{FILE}") if text else []


def save(store: Store, interests: Sequence[Interest]) -> None:
    """Write all interests."""
    told = [one.told() for one in interests]
    write_text(store, FILE, _HEAD + yaml.safe_dump(told, sort_keys=False, allow_unicode=True))


def parsed(text: str, where: str) -> list[Interest]:
    """The interests of a YAML text.

    >>> parsed("- {name: a, queries: [fever], authors: Ng A}", "file")[0].authors
    ('Ng A',)
    >>> parsed("- {name: a, querys: [fever]}", "file")
    Traceback (most recent call last):
        ...
    medloom.errors.RecipeError: file[0]: no part of an interest is called 'querys'
      fix: its parts are name, queries, concepts, terminologies, like, unlike, authors, journals
    """
    try:
        held = yaml.safe_load(text) or []
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}:{mark.line + 1}" if mark else where
        raise RecipeError([Problem(place, "is not YAML", "see the line")]) from None
    problems: list[Problem] = []
    found: list[Interest] = []
    if not isinstance(held, list):
        problems.append(Problem(where, "is not a list", "begin each interest with '- name: ...'"))
        held = []
    for number, one in enumerate(held):
        place = f"{where}[{number}]"
        problems += [*_wrong(one, place)]
        if not problems:
            found.append(_interest(one))
    problems += _twice(found, where)
    if problems:
        raise RecipeError(problems)
    return found


def _wrong(one: Any, place: str) -> list[Problem]:
    if not isinstance(one, dict):
        return [Problem(place, "is not a mapping", "write '- name: ...' and its parts below")]
    known = f"its parts are name, {', '.join(_PARTS)}"
    problems = [
        Problem(place, f"no part of an interest is called '{name}'", known)
        for name in one
        if name not in (*_PARTS, "name")
    ]
    name = one.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > 60:
        fix = "give letters, digits, '.', '-', '_', '+' and single spaces, at most 60"
        problems.append(Problem(place, "has no fit name", fix))
    for part in _PARTS:
        values = one.get(part) or []
        if not all(isinstance(v, str | int) for v in _listed(values)):
            problems.append(Problem(f"{place}.{part}", "is not a list of texts", "write [a, b]"))
        elif part == "queries":
            problems += _unreadable(_listed(values), f"{place}.queries")
    if not problems and _interest(one).is_empty:
        fix = "give it queries, concepts, like, authors or journals"
        problems.append(Problem(place, "says nothing that is wanted", fix))
    return problems


def _unreadable(queries: Sequence[Any], place: str) -> list[Problem]:
    problems = []
    for number, query in enumerate(queries):
        try:
            parse(str(query))
        except QueryError as error:
            what, _, fix = str(error).partition("\n  fix: ")
            problems.append(Problem(f"{place}[{number}]", what, fix))
    return problems


def _twice(interests: Sequence[Interest], where: str) -> list[Problem]:
    names = [one.name for one in interests]
    return [
        Problem(where, f"two interests are called '{name}'", "rename one")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _interest(one: dict[str, Any]) -> Interest:
    parts = {part: tuple(map(str, _listed(one.get(part) or []))) for part in _PARTS}
    return Interest(one["name"], **parts)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def added(interests: Sequence[Interest], new: Interest) -> list[Interest]:
    """All interests with one more; one of the same name gets the new parts beside its own.

    >>> added([Interest("a", ("fever",))], Interest("a", authors=("Ng",)))[0].told()
    {'name': 'a', 'queries': ['fever'], 'authors': ['Ng']}
    """
    found = list(interests)
    for at, one in enumerate(found):
        if one.name == new.name:
            both: dict[str, Any] = {
                n: tuple(dict.fromkeys(getattr(one, n) + getattr(new, n))) for n in _PARTS
            }
            found[at] = replace(one, **both)
            break
    else:
        found.append(new)
    return parsed(yaml.safe_dump([one.told() for one in found]), "interests")


def removed(interests: Sequence[Interest], name: str) -> list[Interest]:
    """All interests but one; raise InputError where there is none of that name."""
    left = [one for one in interests if one.name != name]
    if len(left) == len(interests):
        known = ", ".join(one.name for one in interests) or "none"
        raise InputError(f"no interest is called '{name}'; there: {known}")
    return left
