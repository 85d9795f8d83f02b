"""A recipe: named tables, each read from files or made from another table by a list of steps.

A recipe is checked as a whole before any data is read, and all its problems are told at once.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from pydantic import ValidationError

from medloom.errors import MedloomError, MissingExtraError, Problem, RecipeError
from medloom.registry import (
    did_you_mean,
    load_reader,
    load_step,
    make_importable,
    shipped_recipes,
)
from medloom.step import Columnar, Kind, Step

_TABLE_KEYS = ("about", "read", "from", "steps", "store")
_RECIPE_KEYS = ("name", "about", "settings", "search", "tables")
_SEARCH_KEYS = ("tables", "encoder")
_COLUMN_KEYS = ("reads", "makes", "by")
_PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*)\}(?!\})")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
SOURCE_COLUMN = "source"
"""The column that the engine adds to every table: the key of the file that a row came from."""


@dataclass(frozen=True)
class TableSpec:
    """One table of a recipe: where its rows come from and the steps that they pass."""

    name: str
    where: str
    reader: Step | None = None
    input: str | None = None
    parent: str | None = None
    steps: tuple[Step, ...] = ()
    store: bool = True
    about: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The other tables that must be made before this one."""
        others = [name for step in self.steps for name in step.others]
        return tuple(dict.fromkeys([self.parent, *others] if self.parent else others))


@dataclass(frozen=True)
class SearchSpec:
    """What a recipe wants to be searchable after each build."""

    tables: tuple[str, ...] | None = None
    """Which tables; None for all that have text."""
    encoder: str | None = None
    """The encoder of the vectors; None for the default one, "none" for full text alone."""


@dataclass(frozen=True)
class Recipe:
    """Tables in an order in which each comes after the one it is made from."""

    name: str
    tables: tuple[TableSpec, ...]
    text: str
    about: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """Placeholders such as `{input}` that nobody has given a value."""
    search: SearchSpec | None = None

    @classmethod
    def load(cls, name: str | Path, given: Mapping[str, Any] | None = None) -> "Recipe":
        """Load a recipe by its shipped name or its path; raise RecipeError with every problem."""
        file, text = _find(name)
        if Path(name).is_file():
            make_importable(Path(name).parent)  # for steps named `my_module:my_step`
        return _Loader(file, text, given or {}).recipe()

    def require_settings(self) -> None:
        """Raise RecipeError if a placeholder has no value yet."""
        problems = [
            Problem(f"recipe {self.name}", f"'{{{name}}}' has no value", _how_to_give(name))
            for name in self.missing
        ]
        if problems:
            raise RecipeError(problems)

    @property
    def digest(self) -> str:
        """A hash of the recipe's text and settings."""
        text = f"{self.text}\n{sorted(self.settings.items())!r}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def columns_after(step: Step, columns: Mapping[str, pa.DataType]) -> dict[str, pa.DataType]:
    """Return the columns of a table once its rows have passed a step."""
    made = {name: column.arrow for name, column in step.makes.items()}
    if step.kind in (Kind.EXPANDS, Kind.SUMS, Kind.READS):
        return {**made, SOURCE_COLUMN: pa.string()}
    return {**columns, **made}


def _find(name: str | Path) -> tuple[str, str]:
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        try:
            return path.name, path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(str(path), f"cannot be read: {error}", "give the path of a recipe")
            raise RecipeError([problem]) from error
    shipped = shipped_recipes()
    if str(name) not in shipped:
        listing = f"recipes: {', '.join(shipped)}; or give the path of a .yaml file"
        fix = did_you_mean(str(name), list(shipped), listing)
        raise RecipeError([Problem(f"recipe {name}", "no recipe has this name", fix)])
    return shipped[str(name)].name, shipped[str(name)].read_text(encoding="utf-8")


class _Loader:
    """Turns the YAML of one recipe into a Recipe, collecting every problem on the way."""

    def __init__(self, file: str, text: str, given: Mapping[str, Any]) -> None:
        self.file, self.text = file, text
        self.problems: list[Problem] = []
        self.given = dict(given)
        self.missing: dict[str, None] = {}
        self.used: set[str] = set()
        self.lines: dict[tuple[str, ...], int] = {}

    def recipe(self) -> Recipe:
        raw = self._yaml()
        self._known_keys(raw, _RECIPE_KEYS, ())
        self.settings = {**self._mapping(raw, "settings", ()), **self.given}
        tables = self._mapping(raw, "tables", ())
        if not tables and not self.problems:
            self._problem(("tables",), "a recipe needs at least one table", "add: tables: ...")
        specs = [self._table(str(name), body) for name, body in tables.items()]
        search = self._search(raw.get("search"), [spec.name for spec in specs if spec])
        ordered = self._checked_columns(self._ordered([spec for spec in specs if spec]))
        self._unused()
        if self.problems:
            raise RecipeError(sorted(self.problems, key=_line_of))
        name = str(raw.get("name") or self.file.rsplit(".", 1)[0])
        about = str(raw.get("about") or "")
        missing = tuple(self.missing)
        return Recipe(name, tuple(ordered), self.text, about, self.settings, missing, search)

    def _yaml(self) -> dict[str, Any]:
        try:
            node = yaml.compose(self.text, Loader=yaml.SafeLoader)
            raw = yaml.safe_load(self.text)
        except (yaml.YAMLError, RecursionError) as error:
            line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
            what = f"is not YAML: {getattr(error, 'problem', error)}"
            raise RecipeError(
                [Problem(f"{self.file}:{line}", what, "check the indents")]
            ) from error
        if not isinstance(raw, dict):
            fix = "start with 'name:' and 'tables:'; see: medloom recipes"
            raise RecipeError([Problem(self.file, "is not a recipe", fix)])
        self.lines = dict(_lines(node, ()))
        return raw

    def _table(self, name: str, body: Any) -> TableSpec | None:
        path = ("tables", name)
        if not _NAME.fullmatch(name):
            self._problem(path, f"'{name}' is not a table name", "use a-z, 0-9 and _")
        if not isinstance(body, dict):
            self._problem(path, "a table is a mapping", "give it 'read:' or 'from:'")
            return None
        self._known_keys(body, _TABLE_KEYS, path)
        if ("read" in body) == ("from" in body):
            self._problem(path, "a table needs either 'read:' or 'from:'", "give one of them")
        reader, place = self._reader(body.get("read"), path) if "read" in body else (None, None)
        steps = self._steps(body.get("steps") or [], (*path, "steps"))
        parent = str(body["from"]) if "from" in body else None
        about, store = str(body.get("about") or ""), bool(body.get("store", True))
        return TableSpec(name, self._where(path), reader, place, parent, steps, store, about)

    def _search(self, item: Any, known: list[str]) -> SearchSpec | None:
        """`search: true`, or a mapping that names tables and an encoder."""
        if item is None or isinstance(item, bool):
            return SearchSpec() if item else None
        if not isinstance(item, dict):
            fix = "write 'search: true', or name 'tables:' and 'encoder:'"
            self._problem(("search",), "'search:' is true or a mapping", fix)
            return None
        self._known_keys(item, _SEARCH_KEYS, ("search",))
        named = self._filled(item.get("tables"))
        named = [named] if isinstance(named, str) else named
        for name in named or []:
            if name not in known:
                fix = did_you_mean(str(name), known, f"tables: {', '.join(known)}")
                self._problem(("search", "tables"), f"'{name}' is not a table here", fix)
        encoder = self._filled(item.get("encoder"))
        return SearchSpec(
            tuple(map(str, named)) if named else None, str(encoder) if encoder else None
        )

    def _reader(self, item: Any, path: tuple[str, ...]) -> tuple[Step | None, str | None]:
        path = (*path, "read")
        if not isinstance(item, dict) or len(item) != 1:
            self._problem(path, "'read:' names one reader", "for example: read: {jats: '{input}'}")
            return None, None
        ((name, settings),) = item.items()
        name = self._filled(name)
        settings = dict(settings) if isinstance(settings, dict) else {"input": settings}
        place = self._filled(settings.pop("input", None))
        if place is None:
            self._problem(path, f"reader {name} needs an input", f"read: {{{name}: '{{input}}'}}")
        step = self._step(str(name), settings, path, load_reader)
        return step, None if place is None else str(place)

    def _steps(self, items: Any, path: tuple[str, ...]) -> tuple[Step, ...]:
        if not isinstance(items, list):
            self._problem(path, "'steps:' is a list", "put '- ' in front of each step")
            return ()
        found = []
        for number, item in enumerate(items):
            here = (*path, str(number))
            if isinstance(item, dict) and len(item) == 1:
                ((name, settings),) = item.items()
            else:
                name, settings = item, {}
            if not isinstance(name, str) or not isinstance(settings or {}, dict):
                self._problem(
                    here, f"{item!r} is not a step", "write 'name' or 'name: {setting: 1}'"
                )
                continue
            if step := self._step(name, settings or {}, here, load_step):
                found.append(step)
        return tuple(found)

    def _step(self, name: str, settings: Any, path: tuple[str, ...], load: Any) -> Step | None:
        try:
            step: Step = load(name)
        except RecipeError as error:
            self.problems += [
                Problem(self._where(path), p.where + ": " + p.what, p.fix) for p in error.problems
            ]
            return None
        except MissingExtraError as error:
            self._problem(path, *str(error).rsplit(": ", 1))
            return None
        filled = {str(key): self._filled(value) for key, value in settings.items()}
        step = self._on_columns(step, filled, path)
        try:
            return step.using(**filled)
        except ValidationError as error:
            for one in error.errors():
                self._setting_problem(step, one, path)
            return step  # its columns are known: the steps behind it are checked, too

    def _on_columns(self, step: Step, settings: dict[str, Any], path: tuple[str, ...]) -> Step:
        """Take `reads`, `makes` and `by` out of the settings: the columns that a step works on."""
        own = step.settings.model_fields.keys() | (set() if step.by else {"by"})
        given = {key: settings.pop(key) for key in _COLUMN_KEYS if key in settings.keys() - own}
        try:
            return step.on(**given) if given else step
        except KeyError as error:
            known = [*step.reads, *step.makes]
            fix = did_you_mean(str(error.args[0]), known, f"its columns: {', '.join(known)}")
            self._problem(path, f"step {step.name} has no column '{error.args[0]}'", fix)
        except (TypeError, ValueError, AttributeError):
            fix = "for example: reads: {text: caption}"
            self._problem(path, "'reads:' and 'makes:' map its columns to yours", fix)
        return step

    def _setting_problem(self, step: Step, error: Any, path: tuple[str, ...]) -> None:
        setting = ".".join(map(str, error["loc"]))
        known = list(step.settings.model_fields)
        fix = f"see: medloom steps {step.name}"
        if error["type"] == "extra_forbidden":
            fix = did_you_mean(setting, known, f"settings here: {', '.join(known) or 'none'}")
            self._problem(path, f"step {step.name} has no setting '{setting}'", fix)
        else:
            self._problem(path, f"step {step.name}, setting '{setting}': {error['msg']}", fix)

    def _filled(self, value: Any) -> Any:
        """Replace `{name}` in strings by its setting; alone it keeps the type; `{{` is a brace."""
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        if not isinstance(value, str):
            return value
        for name in _PLACEHOLDER.findall(value):
            self.used.add(name)
            if name not in self.settings:
                self.missing[name] = None
        whole = _PLACEHOLDER.fullmatch(value)
        if whole and whole[1] in self.settings:
            return self.settings[whole[1]]
        filled = _PLACEHOLDER.sub(lambda m: str(self.settings.get(m[1], m[0])), value)
        return filled.replace("{{", "{").replace("}}", "}")

    def _ordered(self, specs: list[TableSpec]) -> list[TableSpec]:
        """The tables, each behind those that it needs."""
        by_name = {spec.name: spec for spec in specs}
        ordered: dict[str, TableSpec] = {}

        def place(spec: TableSpec, above: tuple[TableSpec, ...]) -> None:
            if spec.name in ordered:
                return
            if spec in above:
                names = " from ".join(s.name for s in (*above[above.index(spec) :], spec))
                raise RecipeError([Problem(spec.where, f"a circle: {names}", "break it")])
            for name in spec.needs:
                if name in by_name:
                    place(by_name[name], (*above, spec))
                else:
                    fix = did_you_mean(name, list(by_name), f"tables: {', '.join(by_name)}")
                    verb = "is made from" if name == spec.parent else "looks at"
                    what = f"{verb} '{name}', which is not a table here"
                    self.problems.append(Problem(spec.where, what, fix))
            ordered[spec.name] = spec

        try:
            for spec in specs:
                place(spec, ())
        except RecipeError as error:
            self.problems += error.problems
            return specs
        return list(ordered.values())

    def _checked_columns(self, specs: list[TableSpec]) -> list[TableSpec]:
        """The tables with the columns that their steps make, each step checked against them."""
        have: dict[str, Columnar] = {}
        stored = {spec.name for spec in specs if spec.store}
        checked = []
        for spec in specs:
            for name in (n for step in spec.steps for n in step.others if n not in stored):
                if any(name == other.name for other in specs):
                    what = f"looks at '{name}', which is not stored"
                    self.problems.append(Problem(spec.where, what, "leave out 'store: false'"))
            reader = self._settled(spec, spec.reader, spec.input) if spec.reader else None
            spec = replace(spec, reader=reader)
            if reader is not None and (reader.makes or not reader.settle):
                columns: Columnar | None = columns_after(reader, {})
            else:  # nobody knows them before the input is given, or it was reported already
                columns = have.get(spec.parent or "")
            checked.append(spec if columns is None else self._checked(spec, columns, have))
        return checked

    def _checked(self, spec: TableSpec, columns: Columnar, have: dict[str, Columnar]) -> TableSpec:
        """One table, whose rows have some columns when its steps begin."""
        steps = []
        for step in spec.steps:
            others = {name: have[name] for name in step.others if name in have}
            if len(others) == len(step.others):
                step = self._settled(spec, step, columns, others)
            self.problems += _column_problems(spec, step, columns)
            columns = columns_after(step, columns)
            steps.append(step)
        have[spec.name] = columns
        return replace(spec, steps=tuple(steps))

    def _settled(self, spec: TableSpec, step: Step, *places: Any) -> Step:
        """A step with the columns that its settings make, where they decide."""
        not_given = any(isinstance(one, str) and _PLACEHOLDER.search(one) for one in places)
        not_checked = step.settings.model_fields.keys() - step.values.keys()
        if step.settle is None or not_given or not_checked:
            return step
        try:
            return step.settled(*places)
        except (ValueError, OSError, MedloomError) as error:
            noun = "reader" if step.kind is Kind.READS else "step"
            fix = f"see: medloom steps {step.name}"
            self.problems.append(Problem(f"{spec.where}, {noun} {step.name}", str(error), fix))
            return step

    def _unused(self) -> None:
        for name in self.given.keys() - self.used:
            fix = did_you_mean(name, sorted(self.used), f"settings: {', '.join(sorted(self.used))}")
            what = f"nothing in the recipe uses the setting '{name}'"
            self.problems.append(Problem(self.file, what, fix))

    def _known_keys(self, body: Mapping[str, Any], known: tuple[str, ...], path: Any) -> None:
        for key in body:
            if key not in known:
                fix = did_you_mean(str(key), list(known), f"keys here: {', '.join(known)}")
                self._problem((*path, str(key)), f"'{key}' means nothing here", fix)

    def _mapping(self, body: Mapping[str, Any], key: str, path: tuple[str, ...]) -> dict[Any, Any]:
        value = body.get(key) or {}
        if not isinstance(value, dict):
            self._problem(
                (*path, key), f"'{key}:' is a mapping", "write 'name: ...' lines under it"
            )
            return {}
        return value

    def _problem(self, path: tuple[str, ...], what: str, fix: str = "") -> None:
        self.problems.append(Problem(self._where(path), what, fix))

    def _where(self, path: tuple[str, ...]) -> str:
        line = next(
            (self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 1
        )
        return f"{self.file}:{line} {'.'.join(path)}".rstrip()


def _column_problems(
    spec: TableSpec, step: Step, columns: Mapping[str, pa.DataType]
) -> Iterator[Problem]:
    where = f"{spec.where}, step {step.name}"
    for name, column in step.reads.items():
        if name not in columns and column.optional:
            continue
        if name not in columns:
            what = f"reads '{name}', which is not a column here"
            fix = did_you_mean(name, list(columns), "") or f"columns here: {', '.join(columns)}"
            yield Problem(where, what, fix)
        elif not _fits(columns[name], column.arrow):
            what = f"reads '{name}' as {column.arrow}, but it is {columns[name]}"
            yield Problem(where, what, "convert it in an earlier step")
    if step.by is not None and step.by not in columns:
        what = f"takes the rows with the same '{step.by}' as a document, which is not a column here"
        yield Problem(where, what, f"name another column, as by: id; here: {', '.join(columns)}")
    if step.kind is Kind.ADDS:
        for name in step.makes:
            if name in columns:
                what = f"adds '{name}', which is already a column here"
                fix = f"leave the step out, or give it another name: makes: {{{name}: more_{name}}}"
                yield Problem(where, what, fix)


def _fits(got: pa.DataType, wanted: pa.DataType) -> bool:
    large = {pa.large_string(): pa.string(), pa.binary(): pa.large_binary()}
    unknown = pa.types.is_null(got) or pa.types.is_null(wanted)
    return bool(unknown or large.get(got, got) == large.get(wanted, wanted))


def _lines(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if path:
        yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from ((p, n) for p, n in _lines(value, inner) if p != inner)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*path, str(number)))


def _line_of(problem: Problem) -> int:
    found = re.search(r":(\d+)", problem.where)
    return int(found[1]) if found else 0


def _how_to_give(name: str) -> str:
    return "give it: --input PATH" if name == "input" else f"give it: --set {name}=VALUE"
