"""Cut SQL into tokens."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from medloom.errors import CollectionError


class Token(NamedTuple):
    """A piece of a query: word, quoted (a name), text, number or sign."""

    kind: str
    text: str
    start: int

    @property
    def name(self) -> str:
        """The word or the quoted name, in lower case."""
        return self.text.strip('"').lower()

    @property
    def is_name(self) -> bool:
        """Whether it may be the name of something."""
        return self.kind in ("word", "quoted")


_TOKEN = re.compile(
    r"(?P<space>\s+|--[^\n]*(?:\n|$))"
    r"|(?P<text>'(?:[^'\\]|'')*')"
    r'|(?P<quoted>"[\w $()%-]+")'
    r"|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|<>|!=|\|\||::|/(?!\*)|[-+*%=<>(),.\[\]])"
)


def tokens(sql: str) -> Iterator[Token]:
    """Cut a query into tokens; comments to the end of a line are left out.

    Raises CollectionError at what is none: a backslash in a text, a dollar sign, a second query.

    >>> [one.text for one in tokens("select 'it''s' -- said")]
    ['select', "'it''s'"]
    """
    at = 0
    sql = sql.rstrip().removesuffix(";")
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None:
            told = sql[at : at + 12]
            raise CollectionError(f"character {at + 1}: '{told}' is not understood here")
        if match.lastgroup != "space":
            yield Token(str(match.lastgroup), match[0], at)
        at = match.end()
