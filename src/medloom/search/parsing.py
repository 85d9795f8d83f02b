"""Read what a user typed as a tree of a query; say what is wrong with it, and where."""

import re
from typing import NamedTuple, NoReturn

from medloom.errors import MedloomError
from medloom.search.query import All, AnyOf, Fuzzy, Not, Phrase, Prefix, Query, Ranked, Word

MOST_CHARACTERS = 20_000
MOST_DEPTH = 50
_CONTEXT = 60
_OPERATORS = ("AND", "OR", "NOT")
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>-?\((?!\)))
      | (?P<close>\))
      | (?P<quoted>-?(?:[A-Za-z_][\w.]*:)?"[^"]*")
      | (?P<word>[^\s()"]+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_FIELD = re.compile(r"([a-z_][\w.]*):(?=[^\s:/])")
_FUZZY = re.compile(r"(.+)~([12]?)")
_HAS_WORD = re.compile(r"[^\W_]")


class QueryError(MedloomError):
    """A query that cannot be read; `place` is where, in code points."""

    def __init__(self, what: str, typed: str, place: int, fix: str) -> None:
        start = max(0, place - _CONTEXT)
        shown = typed[start : place + _CONTEXT].translate(_ONE_LINE)
        caret = " " * (place - start) + "^"
        super().__init__(
            f"the query cannot be read: {what} (character {place + 1})\n"
            f"  {shown}\n  {caret}\n  fix: {fix}"
        )
        self.place = place


_ONE_LINE = dict.fromkeys((*range(32), 127, 0x85, 0x2028, 0x2029), " ")


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


def parse(typed: str) -> Query:
    """The tree of a query; raise QueryError where it has no sense.

    >>> print(parse('chest pain "vitamin A" title:fever -cough cardio* infaction~'))
    chest pain "vitamin A" title:fever -cough cardio* infaction~1
    >>> parse("(heart attack OR stroke) AND NOT aspirin")  # doctest: +ELLIPSIS
    All(parts=(AnyOf(parts=(All(parts=(Word(text='heart',...
    >>> parse("fever AND")
    Traceback (most recent call last):
        ...
    medloom.search.parsing.QueryError: the query cannot be read: nothing follows AND (character 7)
      fever AND
            ^
      fix: write what has to match after it, or "AND" in quotes to look for the word
    """
    if len(typed) > MOST_CHARACTERS:
        raise QueryError(
            f"it has {len(typed):,} characters, at most {MOST_CHARACTERS:,} are read",
            typed,
            MOST_CHARACTERS,
            "look for a part of the text; to find rows like a long text: medloom similar",
        )
    return _Parser(typed).query()


def plain(text: str) -> Ranked:
    """A text as a ranked query of its words, without any syntax; nothing in it is an error.

    >>> print(plain('Effect of "IL-2" (high dose) AND placebo'))
    Effect of IL-2 high dose AND placebo
    """
    found = re.finditer(r"[^\s()\"]+", text[:MOST_CHARACTERS])
    return Ranked(tuple(Word(m[0], None, m.start()) for m in found if _HAS_WORD.search(m[0])))


class _Parser:
    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.tokens = [token for token in _tokens(typed) if token.kind != "space"]
        self.at = 0
        self.depth = 0
        self.strict = any(one.kind == "word" and one.text in _OPERATORS for one in self.tokens)

    def query(self) -> Query:
        parsed = self.either()
        if (token := self.peek()) is not None:
            self.fail("this parenthesis closes nothing", token.place, "remove it, or open one")
        if parsed is None:
            self.fail("it has no word", 0, 'type words, for example: chest pain "vitamin A"')
        if _only_leaves_out(parsed):
            self.fail("it only says what to leave out", 0, "say what to look for, too")
        return parsed

    def either(self) -> Query | None:
        start = self.place()
        parts = [self.both()]
        while self.takes("OR"):
            parts.append(self.both())
        known = [one for one in parts if one is not None]
        if len(known) > 1 and any(map(_only_leaves_out, known)):
            fix = "write what to leave out with AND NOT, after the parenthesis of the OR"
            self.fail("a part of this OR only says what to leave out", start, fix)
        return _joined(AnyOf, known)

    def place(self) -> int:
        """Where the next token begins."""
        token = self.peek()
        return token.place if token else len(self.typed)

    def both(self) -> Query | None:
        parts = self.side_by_side()
        joined = False
        while (token := self.peek()) and token.text == "AND" and token.kind == "word":
            self.takes("AND")
            joined = True
            parts += self.side_by_side()
        if joined or self.strict:
            return _joined(All, parts)
        return _joined(Ranked, parts)

    def side_by_side(self) -> list[Query]:
        parts: list[Query] = []
        while (token := self.peek()) and not self.is_operator(token, "AND", "OR"):
            if token.kind == "close":
                break
            part = self.one()
            if part is not None:
                parts.append(part)
        return parts

    def one(self) -> Query | None:
        token = self.next()
        if self.is_operator(token, "NOT"):
            follower = self.peek()
            if follower is None or follower.kind == "close" or self.is_operator(follower):
                self.nothing_follows(token)
            part = self.one()
            return self.negated(part, token) if part is not None else None
        if token.kind == "open":
            return self.group(token)
        if token.kind == "quoted":
            return _phrase(token)
        if token.kind == "word":
            self.no_group_of_a_field(token)
            return _word(token)
        fix = "write a second one after the phrase, or remove it"
        self.fail("this quotation mark has no partner", token.place, fix)

    def group(self, token: _Token) -> Query | None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.fail(f"more than {MOST_DEPTH} parentheses in each other", token.place, "use fewer")
        inner = self.either()
        closing = self.peek()
        if closing is None:
            self.fail("this parenthesis is never closed", token.place, "close it, or remove it")
        self.next()
        self.depth -= 1
        if token.text.startswith("-") and inner is not None:
            return self.negated(inner, token)
        return inner

    def no_group_of_a_field(self, token: _Token) -> None:
        follower = self.peek()
        end = token.place + len(token.text)
        if token.text.endswith(":") and follower is not None and follower.place == end:
            name, fix = token.text, "write the field before each word or phrase"
            self.fail(f"{name} stands before a parenthesis", token.place, fix)

    def negated(self, part: Query, token: _Token) -> Query:
        if isinstance(part, Not):
            return part.part
        if _only_leaves_out(part):
            fix = "say it without NOT"
            self.fail("this leaves out what only leaves out", token.place, fix)
        return Not(part)

    def takes(self, operator: str) -> bool:
        token = self.peek()
        if token is None or not self.is_operator(token, operator):
            return False
        before = self.tokens[self.at - 1] if self.at else None
        if before is None or before.kind == "open" or self.is_operator(before):
            fix = f'write what has to match before it, or "{operator}" in quotes'
            self.fail(f"nothing is before {operator}", token.place, fix)
        self.at += 1
        after = self.peek()
        if after is None or after.kind == "close" or self.is_operator(after, "AND", "OR"):
            self.nothing_follows(token)
        return True

    def nothing_follows(self, token: _Token) -> NoReturn:
        fix = f'write what has to match after it, or "{token.text}" in quotes to look for the word'
        self.fail(f"nothing follows {token.text}", token.place, fix)

    def is_operator(self, token: _Token, *which: str) -> bool:
        return token.kind == "word" and token.text in (which or _OPERATORS)

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def fail(self, what: str, place: int, fix: str) -> NoReturn:
        raise QueryError(what, self.typed, place, fix)


def _tokens(typed: str) -> list[_Token]:
    return [_Token(m.lastgroup or "", m[0], m.start()) for m in _TOKEN.finditer(typed)]


def _phrase(token: _Token) -> Query | None:
    head, _, rest = token.text.partition('"')
    text = " ".join(rest[:-1].split())
    if not _HAS_WORD.search(text):
        return None
    name = head.removeprefix("-").removesuffix(":") or None
    phrase = Phrase(text, name, token.place)
    return Not(phrase) if head.startswith("-") else phrase


def _word(token: _Token) -> Query | None:
    negated = token.text[0] == "-" and _HAS_WORD.search(token.text[1:2]) is not None
    text = _trimmed(token.text, "*~")
    found = _FIELD.match(text)
    name = found[1] if found else None
    text = _trimmed(text[found.end() :], "*~") if found else text
    if not _HAS_WORD.search(text):
        return None
    part = _leaf(text, name, token.place)
    return Not(part) if negated else part


def _leaf(text: str, name: str | None, place: int) -> Query:
    if text.endswith("*"):
        return Prefix(_trimmed(text), name, place)
    if found := _FUZZY.fullmatch(text):
        return Fuzzy(_trimmed(found[1]), int(found[2] or 1), name, place)
    text = _trimmed(text)
    return Word(text.lower() if text in _OPERATORS and not name else text, name, place)


def _trimmed(text: str, kept: str = "") -> str:
    """A text without what is no letter or digit at its ends, but for some marks at its end."""
    first = _HAS_WORD.search(text)
    last = _HAS_WORD.search(text[::-1])
    if first is None or last is None:
        return ""
    end = len(text) - last.start()
    marks = re.match(f"[{re.escape(kept)}]+[12]?" if kept else "", text[end:])
    return text[first.start() : end] + (marks[0] if marks else "")


def _joined(kind: type[Ranked] | type[All] | type[AnyOf], parts: list[Query]) -> Query | None:
    if not parts:
        return None
    if len(parts) == 1 and not (kind is Ranked and isinstance(parts[0], Not)):
        return parts[0]
    flat = tuple(inner for one in parts for inner in (one.parts if type(one) is kind else (one,)))
    return kind(flat)


def _only_leaves_out(query: Query) -> bool:
    return isinstance(query, Not) or all(isinstance(one, Not) for one in _parts(query))


def _parts(query: Query) -> tuple[Query, ...]:
    return query.parts if isinstance(query, Ranked | All | AnyOf) else (query,)
