"""A step: a plain typed function that says which columns it reads and what it makes.

Positional parameters are columns; keyword-only parameters are settings. A step that holds a model
is a class: settings in `__init__`, one batch in `__call__`, whose parameters are lists.
A reader is a step of its own kind: it turns one source file into rows.
"""

import hashlib
import importlib
import inspect
import sys
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple, overload

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, create_model

from medloom.kit.columnar import IDS
from medloom.tables.arrow import admits_none, arrow_type, columns_of, is_row_type


class Kind(StrEnum):
    """What a step does to the rows of a table."""

    READS = "reads one source file into rows"
    ADDS = "adds columns"
    UPDATES = "changes the values of columns"
    DROPS = "drops rows"
    EXPANDS = "turns one row into many"
    CHANGES = "changes the whole table"
    SUMS = "sums the whole table up in new rows"


class Failure(NamedTuple):
    """What an `expands` body, or a reader, yields in place of a row that could not be made.

    It becomes a failed row of the ledger; the other rows are kept.
    """

    row_id: str
    """The id that the row would have had."""
    error: str


@dataclass(frozen=True)
class Column:
    """A column that a step reads or makes: its Python annotation, and whether null may come.

    The annotation may be an Arrow type, or Any where a step reads a column whatever its type is.
    """

    hint: Any
    optional: bool = False
    """Whether a table may lack it: the parameter has a default, and the body is given None."""

    def __post_init__(self) -> None:
        _ = self.arrow  # a type that cannot be stored is told where the step is made

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the column; null where any type will do."""
        if isinstance(self.hint, pa.DataType):
            return self.hint
        return pa.null() if self.hint is Any else arrow_type(self.hint)

    @property
    def nullable(self) -> bool:
        """Whether the body wants to see nulls (`str | None`); otherwise it never does."""
        return self.hint is Any or isinstance(self.hint, pa.DataType) or admits_none(self.hint)


@dataclass(frozen=True)
class DigestedBy:
    """Marks a setting that names a file or a model, whose content belongs to the step's digest.

    `lexicon: Annotated[str, DigestedBy(digest_of)]`: where the content changes, rows are stale.
    """

    digest: Callable[[Any], str]


class Columns:
    """Marks a setting that names columns which the step reads: one, a list, or a mapping of them.

    `by: Annotated[list[str], Columns()]`: only for a step that looks across rows.
    """


class OtherTable:
    """Marks a setting that names another table of the recipe: see `Rows.other`."""


Columnar = Mapping[str, pa.DataType]
"""The columns of a table by name."""


@dataclass(frozen=True)
class Step:
    """A function plus everything the engine must know before running it."""

    kind: Kind
    body: Any
    reads: dict[str, Column]
    makes: dict[str, Column]
    settings: type[BaseModel]
    values: dict[str, Any] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    """Of a reader: the file name patterns of its documents."""
    identity: Callable[[Any], tuple[str, int]] | None = None
    """Of a reader: the id and version of what a row is about, to know a copy in another source."""
    by: str | None = None
    """The column whose equal values make a document: the body gets all its rows as lists."""
    renamed: tuple[Mapping[str, str], ...] = ()
    """What `on` was given: pairs of names for reads and for makes, the author's to the recipe's."""
    across: bool = False
    """Whether the body looks across all rows of the table: it is given `Rows`."""
    remembers: bool = False
    """Whether it wants to see what it made in the build before: `Rows.before`."""
    settle: Callable[..., Columnar] | None = None
    """Says what columns it makes, where its settings and other tables or files decide."""

    def __post_init__(self) -> None:
        # Doctest and help() look at these names; without them a step's examples never run.
        shown = {"__wrapped__": self.body, "__doc__": self.body.__doc__}
        self.__dict__.update(shown, __module__=self.body.__module__, __name__=self.name)

    def __reduce__(self) -> Any:
        # A worker imports the step again; only one made in a shell travels by value.
        home = sys.modules.get(self.body.__module__)
        known = getattr(home, self.name, None)
        if isinstance(known, Step) and known.body is self.body and self.__module__ != "__main__":
            return _recall, (
                *(self.body.__module__, self.name, self.values, self.by, self.renamed),
                self.makes if self.settle else None,
            )
        fields = (self.kind, self.body, self.reads, self.makes, self.settings, self.values)
        more = (self.documents, self.identity, self.by, self.renamed)
        return Step, (*fields, *more, self.across, self.remembers, self.settle)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the body on plain values, as if it were not decorated."""
        return self.body(*args, **kwargs)

    @property
    def name(self) -> str:
        """The name that recipes use."""
        return str(self.body.__name__)

    @property
    def doc(self) -> str:
        """The author's docstring."""
        return inspect.getdoc(self.body) or ""

    @property
    def by_batch(self) -> bool:
        """Whether the body is a class that takes whole batches."""
        return inspect.isclass(self.body)

    @property
    def is_whole(self) -> bool:
        """Whether it must see all rows of a table at once."""
        return self.across or self.kind in (Kind.CHANGES, Kind.SUMS)

    @property
    def called(self) -> dict[str, str]:
        """The columns that it reads: what its author calls them, and what the recipe does."""
        called = {name: name for name in self.reads}
        for reads, _ in reversed(list(zip(self.renamed[::2], self.renamed[1::2], strict=True))):
            back = {new: old for old, new in reads.items()}
            called = {back.get(author, author): name for author, name in called.items()}
        return called

    @property
    def others(self) -> tuple[str, ...]:
        """The other tables of the recipe that its settings name."""
        return tuple(name for value in self._marked(OtherTable) for name in _names(value) if value)

    def using(self, **settings: Any) -> "Step":
        """Return this step with checked settings.

        Raises pydantic.ValidationError when a setting is unknown or has the wrong type.
        """
        step = replace(self, values=self.settings(**settings).model_dump())
        named = {name: Column(Any) for value in step._marked(Columns) for name in _names(value)}
        return replace(step, reads={**named, **step.reads}) if named else step

    def settled(self, *places: Any) -> "Step":
        """Return this step with the columns that its settings make.

        `places` is what decides beside the settings: of a reader its input, of another step the
        columns of its table and those of each other table. Raises ValueError with what is wrong.
        """
        if self.settle is None:
            return self
        makes = self.settle(*places, **self.values)
        if self.kind is Kind.READS:
            makes = _with_ids(makes)
        return replace(self, makes={name: Column(one) for name, one in makes.items()})

    def _marked(self, mark: type) -> Iterator[Any]:
        """The values of the settings that bear a mark."""
        for name, setting in self.settings.model_fields.items():
            if any(isinstance(one, mark) or one is mark for one in setting.metadata):
                yield self.values.get(name)

    def on(
        self,
        reads: Mapping[str, str] | None = None,
        makes: Mapping[str, str] | None = None,
        by: str | None = None,
    ) -> "Step":
        """Return this step on other columns: `reads={"text": "caption"}` reads captions as text.

        `by` is the column whose equal values make a document, for a step that looks at documents.
        Raises KeyError with a column that the step does not have.
        """
        reads, makes = dict(reads or {}), dict(makes or {})
        if self.kind is Kind.UPDATES:  # what it updates it reads under the same name
            makes = {name: new for name, new in reads.items() if name in self.makes} | makes
            reads |= makes
        unknown = [n for n in reads if n not in self.reads]
        unknown += [n for n in makes if n not in self.makes]
        if unknown:
            raise KeyError(unknown[0])
        reading = {reads.get(name, name): one for name, one in self.reads.items()}
        making = {makes.get(name, name): one for name, one in self.makes.items()}
        return replace(
            self,
            reads=reading,
            makes=making,
            by=by or self.by,
            renamed=(*self.renamed, reads, makes),
        )

    @cached_property
    def digest(self) -> str:
        """A hash of the step's name, code, settings, columns: if it changes, rows are stale."""
        text = f"{self.name}\n{self.code_digest}\n{sorted(self.values.items())!r}"
        if self.renamed or self.by:
            text += f"\n{self.by} {list(self.reads)} {list(self.makes)}"
        text += "".join(f"\n{one}" for one in self._resources())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _resources(self) -> Iterator[str]:
        """The digests of the files and models that settings name."""
        for name, setting in self.settings.model_fields.items():
            for mark in setting.metadata:
                if isinstance(mark, DigestedBy) and self.values.get(name) is not None:
                    yield mark.digest(self.values[name])
        if self.settle:
            yield str({name: str(one.arrow) for name, one in self.makes.items()})

    @cached_property
    def code_digest(self) -> str:
        """A hash of the module that defines the body; of all files of the package if it is one."""
        return _code_digest(self.body)


def adds(
    *columns: str,
    by: str | None = None,
    across: Mapping[str, Any] | None = None,
    remembers: bool = False,
    settle: Callable[..., Columnar] | None = None,
) -> Callable[[Any], Step]:
    """Make a step that adds columns: one for each name, from the body's return value.

    With several names the body returns a tuple with one value for each. With `by`, the body is
    given whole documents: the rows that follow each other with the same value in that column. Its
    parameters are lists, and it returns a list with one value for each row.

    With `across`, which names the columns that it reads (`Column(hint, optional=True)` where a
    table may lack one), the body looks across all rows: it is given `medloom.tables.rows.Rows`
    and returns a list with one value for each of them, or a mapping of column names to Arrow
    arrays. `settle(columns, others, **settings)` says what it adds where the settings decide: it
    is given the columns of its table, and of other tables by their names.
    """
    if across is None:
        return partial(_adding, Kind.ADDS, columns, by)
    return partial(_across, Kind.ADDS, columns, across, remembers, settle)


def updates(*columns: str, by: str | None = None) -> Callable[[Any], Step]:
    """Make a step that changes the values of columns that are there; else as `adds`.

    The body reads the columns that it changes.
    """
    return partial(_adding, Kind.UPDATES, columns, by)


@overload
def drops(body: Callable[..., Any], /) -> Step: ...
@overload
def drops(*, across: Mapping[str, Any], remembers: bool = False) -> Callable[[Any], Step]: ...
def drops(
    body: Any = None, /, *, across: Mapping[str, Any] | None = None, remembers: bool = False
) -> Any:
    """Make a step that drops every row for which the body is true.

    The body may return a string instead: the reason to drop the row, or None to keep it. With
    `across` it looks across all rows, as in `adds`, and returns a list with one answer for each.
    """
    if across is not None:
        return partial(_across, Kind.DROPS, (), across, remembers, None)
    return Step(Kind.DROPS, body, _reads(body), {}, _settings(body))


def expands(body: Any) -> Step:
    """Make a step that yields many rows for each row it reads, or a Failure in place of one."""
    (hint,) = typing.get_args(_returns(body))[:1] or (None,)
    row = next(
        (one for one in _alternatives(hint) if one is not Failure and is_row_type(one)), None
    )
    if row is None:
        raise TypeError(f"{body.__name__} yields {hint}, which is not a NamedTuple or a dataclass")
    if "source" in columns_of(row):
        raise TypeError(f"{row.__name__} has a field 'source', which is the engine's own column")
    makes = {name: Column(hint) for name, hint in columns_of(row).items()}
    return Step(Kind.EXPANDS, body, _reads(body), makes, _settings(body))


def changes(
    *, reads: Mapping[str, Any], makes: Mapping[str, Any] | None = None
) -> Callable[[Any], Step]:
    """Make a step that changes the whole table (a join, a split, a deduplication).

    The body takes and returns a Daft frame; `makes` names the columns that it adds.
    """

    def make(body: Any) -> Step:
        columns = {name: Column(hint) for name, hint in reads.items()}
        added = {name: Column(hint) for name, hint in (makes or {}).items()}
        return Step(Kind.CHANGES, body, columns, added, _settings(body))

    return make


def sums(*, reads: Mapping[str, Any], makes: Mapping[str, Any]) -> Callable[[Any], Step]:
    """Make a step that sums a whole table up (counts, rankings, statistics).

    The body takes and returns a Daft frame; its rows are new ones, with the columns of `makes` and
    no others.
    """

    def make(body: Any) -> Step:
        columns = {name: Column(hint) for name, hint in reads.items()}
        made = {name: Column(hint) for name, hint in makes.items()}
        return Step(Kind.SUMS, body, columns, made, _settings(body))

    return make


def reads(
    *documents: str,
    identity: Callable[[Any], tuple[str, int]] | None = None,
    settle: Callable[..., Columnar] | None = None,
) -> Callable[[Any], Step]:
    """Make a reader: a body that takes one `medloom.kit.reading.Opened` and yields rows.

    `documents` are the name patterns of the files that hold documents, as `*.nxml`. With
    `identity`, which gives the id and version of what a row is about, a source that holds one row
    is dropped where another source holds the same in the same or a later version.

    It may yield a `Failure` in place of a row that cannot be read.

    A reader of files that have their own columns yields `pyarrow.RecordBatch` in place of rows;
    `settle(input, **settings)` looks at the input and says what columns the table has.
    """

    def make(body: Any) -> Step:
        (hint,) = typing.get_args(_returns(body))
        row = next(one for one in typing.get_args(hint) or (hint,) if one is not Failure)
        known = {} if row is pa.RecordBatch else columns_of(row)
        makes = {name: Column(hint) for name, hint in known.items()}
        return Step(
            *(Kind.READS, body, {}, makes, _settings(body)),
            documents=documents,
            identity=identity,
            settle=settle,
        )

    return make


def _adding(kind: Kind, columns: Sequence[str], by: str | None, body: Any) -> Step:
    in_lists = inspect.isclass(body) or by is not None
    returned = _returns(body, in_lists)
    hints = [returned] if len(columns) == 1 else list(typing.get_args(returned))
    if len(hints) != len(columns):
        raise TypeError(f"{body.__name__} adds {columns} but returns {returned}")
    makes = {name: Column(hint) for name, hint in zip(columns, hints, strict=True)}
    reading = _reads(body, in_lists)
    if kind is Kind.UPDATES and not makes.keys() <= reading.keys():
        raise TypeError(f"{body.__name__} updates {columns}, and must read them, too")
    return Step(kind, body, reading, makes, _settings(body), by=by)


def _across(
    kind: Kind,
    columns: Sequence[str],
    across: Mapping[str, Any],
    remembers: bool,
    settle: Callable[..., Columnar] | None,
    body: Any,
) -> Step:
    reading = {n: one if isinstance(one, Column) else Column(one) for n, one in across.items()}
    makes: dict[str, Column] = {}
    if columns:
        returned = _returns(body, True)
        hints = [returned] if len(columns) == 1 else list(typing.get_args(returned))
        if len(hints) != len(columns):
            raise TypeError(f"{body.__name__} adds {columns} but returns a list of {returned}")
        makes = {name: Column(hint) for name, hint in zip(columns, hints, strict=True)}
    settings = _settings(body)
    return Step(
        kind, body, reading, makes, settings, across=True, remembers=remembers, settle=settle
    )


def _with_ids(columns: Columnar) -> Columnar:
    """The columns of a file with an `id`, and with ids that are texts.

    The engine names rows without an id by their file and number.

    >>> _with_ids({"patient_id": pa.int64(), "n": pa.int64()})
    {'id': DataType(string), 'patient_id': DataType(string), 'n': DataType(int64)}
    """
    named = columns if "id" in columns else {"id": pa.string(), **columns}
    as_text = {name for name in IDS if pa.types.is_integer(named.get(name, pa.string()))}
    return {name: pa.string() if name in as_text else one for name, one in named.items()}


def _names(value: Any) -> Sequence[str]:
    """The names in a setting: one, a list, or the keys of a mapping.

    >>> _names("site"), _names(["site", "year"]), _names(None)
    (['site'], ['site', 'year'], [])
    """
    return [value] if isinstance(value, str) else list(value or ())


def _recall(
    module: str,
    name: str,
    values: dict[str, Any],
    by: str | None,
    renamed: tuple[Mapping[str, str], ...],
    makes: dict[str, Column] | None,
) -> Step:
    step: Step = getattr(importlib.import_module(module), name)
    for reads, made in zip(renamed[::2], renamed[1::2], strict=True):
        step = step.on(reads, made)
    step = replace(step, values=values, by=by)
    return step if makes is None else replace(step, makes=makes)


def _reads(body: Any, in_lists: bool | None = None) -> dict[str, Column]:
    call = body.__call__ if inspect.isclass(body) else body
    hints = typing.get_type_hints(call)
    columns = [p for p in _parameters(call) if p.kind is not p.KEYWORD_ONLY]
    listed = inspect.isclass(body) or in_lists
    return {
        p.name: Column(
            typing.get_args(hints[p.name])[0] if listed else hints[p.name],
            optional=p.default is not p.empty,
        )
        for p in columns
    }


def _returns(body: Any, in_lists: bool | None = None) -> Any:
    call = body.__call__ if inspect.isclass(body) else body
    returned = typing.get_type_hints(call)["return"]
    in_list = inspect.isclass(body) if in_lists is None else in_lists
    return typing.get_args(returned)[0] if in_list else returned


def _settings(body: Any) -> type[BaseModel]:
    call = body.__init__ if inspect.isclass(body) else body
    hints = typing.get_type_hints(call, include_extras=True)
    fields: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is p.empty else p.default)
        for p in _parameters(call)
        if p.kind is p.KEYWORD_ONLY
    }
    config = ConfigDict(extra="forbid", frozen=True)
    return create_model(body.__name__, __config__=config, **fields)


def _parameters(call: Any) -> Iterator[inspect.Parameter]:
    parameters = inspect.signature(call).parameters.values()
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return (p for p in parameters if p.name != "self" and p.kind not in variadic)


def _alternatives(hint: Any) -> Sequence[Any]:
    return (hint,) if is_row_type(hint) else typing.get_args(hint)


_SHARED = ("kit", "tables", "terminology", "tagging", "formats")
"""Packages below the steps that they import."""


@cache
def shared_code_digest() -> str:
    """A hash of the code that built-in steps share."""
    here = Path(__file__).parent
    files = [file for name in _SHARED for file in _files_of(here / name)]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _files_of(package: Path) -> list[Path]:
    """The code of a package, and the rules and word lists beside it."""
    return sorted(
        file
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    )


def _code_digest(body: Any) -> str:
    try:
        file = Path(inspect.getsourcefile(body) or "")
        files = _files_of(file.parent) if file.name == "__init__.py" else [file]
        code = b"\0".join(path.read_bytes() for path in files)
    except (OSError, TypeError):  # made in a shell: no file to read
        code = getattr(body, "__code__", body).__repr__().encode()
    return hashlib.sha256(code).hexdigest()[:16]
