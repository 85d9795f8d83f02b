"""Digests as feeds that feed readers subscribe to: RSS 2.0 and Atom (RFC 4287)."""

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import cast

from lxml import etree

from medloom.feed.state import Digest, Item

MOST_ITEMS = 200
Make = Callable[..., etree._Element]
_ATOM = "http://www.w3.org/2005/Atom"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://medloom.invalid/feed")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOME = "https://medloom.invalid/"


def items_of(digests: Sequence[Digest]) -> list[Item]:
    """The items of some digests, each once, the newest first."""
    found = {item.id: item for one in digests for item in one.items}
    ordered = sorted(found.values(), key=lambda one: (one.arrived, one.score, one.id), reverse=True)
    return ordered[:MOST_ITEMS]


def guid(collection: str, item_id: str) -> str:
    """The name of an entry: the same whenever and wherever the feed is written.

    >>> guid("icu", "PMC1") == guid("icu", "PMC1"), guid("icu", "PMC1")[:9]
    (True, 'urn:uuid:')
    """
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{collection}/{item_id}')}"


def as_rss(collection: str, digests: Sequence[Digest], made: str) -> bytes:
    """The items of digests as RSS 2.0."""
    make = partial(_element, "")
    channel = make(
        "channel",
        make("title", _clean(f"{collection}: papers")),
        make("link", _HOME),
        make("description", _clean(f"New papers of {collection} that answer to saved interests")),
        make("lastBuildDate", _rfc822(made)),
        make("generator", "Medloom"),
        *(_rss_item(make, collection, one) for one in items_of(digests)),
    )
    return _written(make("rss", channel, version="2.0"))


def _rss_item(make: Make, collection: str, item: Item) -> etree._Element:
    parts = [
        make("title", _clean(item.title)),
        make("description", _clean(_text(item))),
        *(make("category", _clean(one)) for one in item.interests),
        make("guid", guid(collection, item.id), isPermaLink="false"),
        make("pubDate", _rfc822(item.arrived)),
    ]
    return make("item", *([make("link", _clean(item.url))] if item.url else []), *parts)


def as_atom(collection: str, digests: Sequence[Digest], made: str) -> bytes:
    """The items of digests as Atom."""
    make = partial(_element, _ATOM)
    return _written(
        make(
            "feed",
            make("id", guid(collection, "")),
            make("title", _clean(f"{collection}: papers")),
            make("updated", _rfc3339(made)),
            make("author", make("name", "Medloom")),
            make("generator", "Medloom"),
            *(_atom_entry(make, collection, one) for one in items_of(digests)),
        )
    )


def _atom_entry(make: Make, collection: str, item: Item) -> etree._Element:
    names = [one for one in item.authors.split(", ") if one != "et al."]
    link = [make("link", rel="alternate", href=_clean(item.url))] if item.url else []
    return make(
        "entry",
        make("id", guid(collection, item.id)),
        make("title", _clean(item.title)),
        make("updated", _rfc3339(item.arrived)),
        *(make("author", make("name", _clean(one))) for one in names if one.strip()),
        *link,
        *(make("category", term=_clean(one)) for one in item.interests),
        make("content", _clean(_text(item)), type="text"),
    )


def _element(
    space: str, name: str, *content: etree._Element | str, **attributes: str
) -> etree._Element:
    """An element of a namespace with its text or its children."""
    tag = f"{{{space}}}{name}" if space else name
    names = cast(dict[str, str], {None: space}) if space else None
    made = etree.Element(tag, attributes, names)
    for one in content:
        if isinstance(one, str):
            made.text = one
        else:
            made.append(one)
    return made


def _text(item: Item) -> str:
    told = ". ".join(filter(None, (item.authors, item.journal, item.date)))
    reasons = [f"{name}: {'; '.join(why)}" for name, why in item.interests.items()]
    return "\n".join(filter(None, (told, item.about, *reasons)))


def _clean(text: str) -> str:
    """A text without the characters that XML forbids."""
    return _NOT_XML.sub("", text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rfc822(text: str) -> str:
    return format_datetime(_moment(text).astimezone(UTC), usegmt=True)


def _rfc3339(text: str) -> str:
    return _moment(text).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
