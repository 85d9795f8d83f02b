"""What a collection says of itself: its tables, their versions, and how far a build has come.

The manifest is the one truth. A table may be newer on disk than the manifest says (a build was
killed between two writes): the next build goes back to what the manifest says, and readers never
look at anything else.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from medloom.collection.store import MANIFEST, Store
from medloom.errors import CollectionError

FORMAT = 1


@dataclass
class CatchUp:
    """How far a table has come that is being made again from rows that exist already."""

    origin: str
    """The table whose rows it is made from; `sources` means the files themselves."""
    version: int
    """0: the version that the origin has when the work begins."""
    done: int = 0
    """Rows of the origin (or sources) already processed, in order."""
    steps_from: int = 0
    """The first step to run: those before it are in the origin's rows."""
    last_step: int = 0
    """The number in its table of the last step that the origin's rows have passed."""
    columns: list[str] = field(default_factory=list)
    """The columns of the origin to start from."""
    is_own: bool = False
    """Whether the origin holds the table's own rows, and not those of the table above."""
    unit: int = 0
    """Rows in a unit of work, so that a killed build cuts the rest the same way."""
    ledger_version: int | None = None
    """The ledger that still holds the rows which the steps had lost, to give them back."""


@dataclass
class TableState:
    """One table: the version that counts, and what made it."""

    version: int
    keys: list[str]
    """A chain of hashes: of the parent or reader, then one after each step."""
    steps: list[dict[str, Any]] = field(default_factory=list)
    """Name, kind, settings and columns of each step, as recorded lineage."""
    parent: str | None = None
    made_from: int | None = None
    """The version of the parent, where the node is made from all of it at once."""
    about: str = ""
    internal: bool = False
    catch_up: CatchUp | None = None
    rows: int = 0
    made_with: dict[str, int] = field(default_factory=dict)
    """The versions of other tables that the whole-table step looked at."""


@dataclass
class Manifest:
    """The state of a collection."""

    recipe: str
    tables: dict[str, TableState] = field(default_factory=dict)
    ledger: dict[str, int] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    """The reader of each table that is read from files, as a hash of its code and settings."""
    passing: dict[str, list[str]] = field(default_factory=dict)
    """The keys of tables that are not stored, as their steps were last counted."""
    recounting: list[str] = field(default_factory=list)
    """Those of them that a pass over old sources is counting anew."""
    run: int = 0
    finished: int | None = None
    """The number of the last build that came to its end: what readers see."""
    format: int = FORMAT

    @classmethod
    def load(cls, store: Store) -> "Manifest | None":
        """Read the manifest of a collection; None where there is no collection."""
        raw = store.read_json(MANIFEST)
        if raw is None:
            return None
        if raw.get("format") != FORMAT:
            raise CollectionError(
                f"{store.uri} has format {raw.get('format')}, this Medloom reads {FORMAT}"
            )
        tables = {name: _state(body) for name, body in raw.pop("tables").items()}
        return cls(tables=tables, **raw)

    def save(self, store: Store) -> None:
        """Write the manifest, whole or not at all."""
        store.write_json(MANIFEST, asdict(self))


def _state(body: dict[str, Any]) -> TableState:
    catch_up = body.pop("catch_up")
    return TableState(**body, catch_up=CatchUp(**catch_up) if catch_up else None)
