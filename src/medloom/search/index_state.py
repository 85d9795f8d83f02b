"""What a search index says of itself: one file, written last, so that it is always whole."""

from dataclasses import asdict, dataclass, field
from typing import Any

from medloom.collection.store import Store
from medloom.errors import CollectionError

STATE = "search/search.json"
FORMAT = 1


class NoIndexError(CollectionError):
    """A collection that has no search index, or one that cannot be read."""


@dataclass
class TableIndex:
    """The index of one table."""

    dataset: str
    """The name of its Lance table under `search/`."""
    version: int
    rows: int
    source_version: int
    fragments: dict[str, str]
    """The pieces of the table that are in it, each with a digest of its files."""
    layout: dict[str, Any]
    encoder: str | None = None
    base_rows: int = 0
    """Rows when its parts were last joined."""
    schema: str = ""
    """Of the table, as it was indexed."""
    chosen: list[str] | None = None
    """The text columns, where the user named them."""


@dataclass
class State:
    """All tables of an index."""

    tables: dict[str, TableIndex] = field(default_factory=dict)
    text_columns: dict[str, list[str]] = field(default_factory=dict)
    """Tables whose text columns the user chose."""
    replaced: dict[str, float] = field(default_factory=dict)
    """Lance tables that were replaced, and when, in seconds since 1970."""
    format: int = FORMAT

    @classmethod
    def load(cls, store: Store) -> "State | None":
        """The state of a collection's index; None where there is none."""
        try:
            raw = store.read_json(STATE)
        except CollectionError as error:
            raise _damaged(store, str(error)) from error
        if raw is None:
            return None
        try:
            if raw["format"] != FORMAT:
                raise _damaged(store, f"it has format {raw['format']}")
            tables = {name: TableIndex(**one) for name, one in raw.pop("tables").items()}
            return cls(tables=tables, **raw)
        except (TypeError, KeyError, AttributeError) as error:
            raise _damaged(store, f"{STATE} is not what was written") from error

    def save(self, store: Store) -> None:
        """Write it whole or not at all."""
        store.write_json(STATE, asdict(self))


def _damaged(store: Store, what: str) -> NoIndexError:
    return NoIndexError(
        f"the search index of {store.uri} cannot be read: {what}\n"
        f"  fix: medloom index {store.uri} --rebuild"
    )
