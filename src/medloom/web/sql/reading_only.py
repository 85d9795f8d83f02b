"""Let only queries through that read the collection's tables.

The engine's SQL has functions that read any file or address (`read_csv`, `url_download`) and write
(`url_upload`), and takes the name of a file for a table. So a query is cut into tokens here, each
function must be on a list, no name may look like a path, and the engine gets the tokens put
together anew, without comments: it never sees a text that was read differently here.
"""

from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import pairwise

from medloom.errors import CollectionError
from medloom.web.sql.tokens import Token, tokens

MOST_CHARACTERS = 20_000
FUNCTIONS = frozenset(
    (resources.files("medloom.web.sql") / "functions.txt").read_text("utf-8").split()
)
_BEFORE_PARENTHESIS = frozenset(
    {"all", "and", "any", "as", "between", "by", "case", "distinct", "else", "except", "exists"}
    | {"filter", "from", "having", "in", "intersect", "is", "join", "like", "not", "on", "or"}
    | {"over", "select", "then", "union", "using", "when", "where", "with"}
)
_REFUSED = frozenset(
    {"alter", "attach", "call", "copy", "create", "delete", "describe", "drop", "execute"}
    | {"explain", "grant", "insert", "install", "into", "load", "merge", "pragma", "set"}
    | {"show", "table", "update", "use"}
)
_AFTER_FROM = frozenset(
    {"group", "having", "limit", "offset", "order", "select", "union", "where", "window"}
)
_END = Token("sign", "", 0)


def reading_only(sql: str, tables: Iterable[str]) -> str:
    """The query as the engine gets it.

    Raises CollectionError, with the place, for what does anything but read the tables.

    >>> reading_only("select count(*) from cases -- all", ["cases"])
    'select count ( * ) from cases'
    >>> reading_only("select * from read_csv('/etc/passwd')", ["cases"])
    Traceback (most recent call last):
    medloom.errors.CollectionError: character 15: 'read_csv' is no function that may be used here
    """
    if len(sql) > MOST_CHARACTERS:
        raise CollectionError(f"the query has more than {MOST_CHARACTERS:,} characters")
    found = list(tokens(sql))
    if not found or found[0].name not in ("select", "with"):
        raise CollectionError("a query begins with SELECT or WITH")
    known = {name.lower() for name in tables} | _named(found)
    for place, problem in _problems(found, known):
        raise CollectionError(f"character {place.start + 1}: {problem}")
    return " ".join(one.text for one in found)


def _named(found: list[Token]) -> set[str]:
    """The names that a WITH gives: a word before `AS (`."""
    pieces = zip(found, found[1:], found[2:], strict=False)
    return {a.name for a, b, c in pieces if a.is_name and b.name == "as" and c.text == "("}


def _problems(found: list[Token], known: set[str]) -> Iterator[tuple[Token, str]]:
    in_from = [False]  # one a level of parentheses
    before = _END
    for one, after in pairwise([*found, _END]):
        if one.kind == "word" and one.name in _REFUSED and "." not in (before.text, after.text):
            yield one, f"{one.text.upper()} is not for queries that only read"
        if one.is_name and after.text == "(" and not _may_be_called(one):
            yield one, f"'{one.name}' is no function that may be used here"
        is_table = _is_place_of_table(one, before, in_from[-1])
        if is_table and (told := _no_table(one, after, known)):
            yield one, told
        _move(in_from, one, before)
        before = one


def _may_be_called(one: Token) -> bool:
    return one.kind == "word" and (one.name in FUNCTIONS or one.name in _BEFORE_PARENTHESIS)


def _is_place_of_table(one: Token, before: Token, in_from: bool) -> bool:
    if one.text == "(" or one.name in ("select", "with"):
        return False
    starts = before.kind == "word" and before.name in ("from", "join")
    return starts or (in_from and before.text in ("(", ","))


def _no_table(one: Token, after: Token, known: set[str]) -> str | None:
    if not one.is_name:
        return f"a table is expected, not {one.text[:40]}"
    if one.name not in known:
        return f"no table {one.name}; tables: {', '.join(sorted(known))}"
    return "the name of a table has no dots" if after.text == "." else None


def _move(in_from: list[bool], one: Token, before: Token) -> None:
    """Keep track of whether names stand for tables here."""
    if one.text == "(":
        opens_list = before.kind == "word" and before.name not in ("from", "join")
        in_from.append(in_from[-1] and not opens_list)
    elif one.text == ")" and len(in_from) > 1:
        in_from.pop()
    elif one.kind == "word" and one.name == "from":
        in_from[-1] = True
    elif one.kind == "word" and one.name in _AFTER_FROM:
        in_from[-1] = False
