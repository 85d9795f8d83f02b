"""What the feed remembers: marks of articles, and the digests that were made and sent."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from medloom.collection.store import Store
from medloom.errors import CollectionError
from medloom.feed.files import FOLDER, held, read_text, write_text

FILE = "state.json"
_MOST_DIGESTS = 60
UP, DOWN = "up", "down"


@dataclass
class Item:
    """One article of a digest, with all that its pages show."""

    id: str
    table: str
    title: str
    authors: str
    journal: str
    date: str
    url: str
    about: str
    """The beginning of its abstract."""
    score: float
    interests: dict[str, list[str]]
    """The interests that it answers to, best first, with the reasons."""
    arrived: str
    """When its build came to its end, ISO 8601."""


@dataclass
class Digest:
    """What came between two builds and answers to the interests, best first."""

    id: str
    collection: str
    after: int
    """The build before it; 0: from the beginning."""
    build: int
    made: str
    items: list[Item]
    n_arrivals: int = 0
    by_mail: bool = False
    """Whether it is to be sent by e-mail."""
    sent: list[str] = field(default_factory=list)
    """Hashes of the recipients that have it."""
    sending: str | None = None
    """The hash of a recipient to whom it was being sent: set while it is not known if it came."""


@dataclass
class State:
    """All that is remembered."""

    last: int = 0
    """The newest build of which a digest was recorded."""
    read: list[str] = field(default_factory=list)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    """`up` or `down` by interest and article; of all interests under the empty name."""
    digests: list[Digest] = field(default_factory=list)

    def marked(self, interest: str, kind: str) -> list[str]:
        """The articles that are marked so for an interest."""
        both = {**self.marks.get("", {}), **self.marks.get(interest, {})}
        return [one for one, mark in both.items() if mark == kind]

    def mark(self, ids: Sequence[str], kind: str | None, interest: str = "") -> None:
        """Mark articles as wanted or not; None takes the mark away."""
        held = self.marks.setdefault(interest, {})
        for one in ids:
            held.pop(one, None)
            if kind is not None:
                held[one] = kind

    def record(self, digest: Digest, by_mail: bool = False) -> Digest:
        """Keep a digest; where it is kept already, that one is given back."""
        for one in self.digests:
            if one.id == digest.id:
                one.by_mail |= by_mail
                return one
        digest.by_mail = by_mail
        self.digests = [*self.digests, digest][-_MOST_DIGESTS:]
        self.last = max(self.last, digest.build)
        return digest


def load(store: Store) -> State:
    """What was remembered; nothing where there is no such file."""
    text = read_text(store, FILE)
    if text is None:
        return State()
    try:
        return _of(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        what = f"{store.uri}/{FOLDER}/{FILE} is damaged: {type(error).__name__}; delete it"
        raise CollectionError(f"{what}, and marks and sent digests are forgotten") from None


def _of(held: dict[str, Any]) -> State:
    digests = [
        Digest(**{**one, "items": [Item(**item) for item in one["items"]]})
        for one in held.pop("digests", [])
    ]
    return State(**held, digests=digests)


def save(store: Store, state: State) -> None:
    """Write all that is remembered, whole or not at all."""
    write_text(store, FILE, json.dumps(asdict(state), ensure_ascii=False, indent=1))


@contextmanager
def changing(store: Store) -> Iterator[State]:
    """What is remembered, to be changed: held against others, and written at the end."""
    with held(store):
        state = load(store)
        yield state
        save(store, state)
