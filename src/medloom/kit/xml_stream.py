"""A large XML file as a stream of its records, in bounded memory, and safe.

The parser never loads a DTD, never opens a file or a connection, and never expands an entity: the
names that HTML knows are replaced by their characters in the bytes beforehand, all others by their
visible name and an issue. A document that declares entities of its own is refused. Characters that
XML forbids are left out, and stray Windows-1252 in UTF-8 is decoded, each with an issue.
"""

import codecs
import re
from collections.abc import Collection, Iterator
from html.entities import html5
from typing import Literal, cast

from lxml import etree

from medloom.errors import NotThisFormat, SourceError
from medloom.tables.literature import Issue

_PIECE = 2**16
_CONTROLS = bytes({*range(0x20)} - set(b"\t\n\r"))
_FORBIDDEN = re.compile(rb"&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));")
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z_][\w.:-]*);")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


def records(
    data: bytes, *, roots: Collection[str], tags: Collection[str], format_name: str
) -> Iterator[tuple[etree._Element, list[Issue]]]:
    """Yield each element of `tags` when it is complete, with what had to be put right before it.

    An element inside another one of them is part of that one. An element is emptied when the next
    one is asked for. Raises `NotThisFormat` where the root is not one of `roots`, and
    `SourceError` where the bytes stop being well-formed XML: every record in front of that place
    has been yielded by then.

    >>> text = b"<set><r>a&nbsp;b</r><r>c &what;</r></set>"
    >>> for element, issues in records(text, roots=["set"], tags=["r"], format_name="test"):
    ...     print(repr(element.text))
    'a\\xa0b'
    'c &what;'
    """
    issues: list[Issue] = []
    data, encoding = _ascii_compatible(data, issues)
    root = _root_tag(data, encoding)
    if root not in roots:
        raise NotThisFormat(f"not {format_name}: the root element is {root}")
    parser = _parser("end", tags, encoding)
    error: Exception | None = None
    for piece in _pieces(data, encoding, issues):
        error = _feed(parser, piece)
        for element in _complete(parser):
            if next(element.iterancestors(*tags), None) is None:
                yield element, issues
                issues.clear()
                _forget(element)
        if error is not None:
            break
    if error := error or _close(parser):
        raise SourceError(f"not well-formed XML: {_message(error)}") from error


def _parser(
    event: Literal["start", "end"], tags: Collection[str] | None, encoding: str
) -> etree.XMLPullParser:
    # Never add collect_ids=False: libxml2 then opens the external DTD in spite of load_dtd=False.
    return etree.XMLPullParser(
        (event,),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding=encoding,
    )


def _feed(parser: etree.XMLPullParser, piece: bytes) -> Exception | None:
    try:
        parser.feed(piece)
    except (etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as error:
        return error
    return None


def _complete(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    return (cast(etree._Element, element) for _, element in parser.read_events())


def _close(parser: etree.XMLPullParser) -> Exception | None:
    try:
        parser.close()
    except (etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as error:
        return error
    return None


def _message(error: Exception) -> str:
    return str(getattr(error, "msg", None) or error)


def _forget(element: etree._Element) -> None:
    """Free a record and everything in front of it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _root_tag(data: bytes, encoding: str) -> str:
    parser = _parser("start", None, encoding)
    for piece in _pieces(data, encoding, []):
        error = _feed(parser, piece)
        for element in _complete(parser):
            return str(element.tag)
        if error is not None:
            raise SourceError(f"not well-formed XML: {_message(error)}") from error
    raise SourceError("not well-formed XML: no element")


def _ascii_compatible(data: bytes, issues: list[Issue]) -> tuple[bytes, str]:
    """The bytes in an encoding whose markup is ASCII, and its name."""
    if not data.strip(b"\0 \t\r\n"):
        raise SourceError("the file is empty")
    for mark, wide in _WIDE:
        if data.startswith(mark):
            try:
                return _without_declaration(data.decode(wide)), "utf-8"
            except UnicodeError as error:
                raise SourceError(f"not well-formed XML: bad {wide}: {error}") from error
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    declared = _DECLARED.match(data[:200])
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if name in _UTF8:
        return data, "utf-8"
    if name.startswith(("utf-16", "utf-32", "ucs")) or not _is_known(name):
        issues.append(Issue("wrong-encoding", "", f"declares {name}; read as UTF-8"))
        return data, "utf-8"
    return data, name


def _is_known(encoding: str) -> bool:
    try:
        etree.XMLParser(encoding=encoding)
    except LookupError:
        return False
    return True


def _without_declaration(text: str) -> bytes:
    text = text.lstrip("\ufeff \t\r\n")
    return re.sub(r"^<\?xml[^>]*\?>", "", text, count=1).encode("utf-8", "replace")


def _pieces(data: bytes, encoding: str, issues: list[Issue]) -> Iterator[bytes]:
    """The bytes, cut behind tags and put right."""
    at = 0
    while at < len(data):
        end = data.find(b">", at + _PIECE) + 1 or len(data)
        yield _put_right(data[at:end], encoding == "utf-8", issues)
        at = end


def _put_right(piece: bytes, is_utf8: bool, issues: list[Issue]) -> bytes:
    if b"<!ENTITY" in piece:
        raise SourceError("refused: the document declares entities")
    size = len(piece)
    piece = piece.translate(None, _CONTROLS)
    if b"&#" in piece:
        piece = _FORBIDDEN.sub(b"", piece)
    if len(piece) < size:
        issues.append(Issue("control-characters", "", "characters that XML forbids left out"))
    if b"&" in piece:
        piece = _NAMED.sub(lambda found: _character(found[1], issues), piece)
    return _utf8(piece, issues) if is_utf8 else piece


def _character(name: bytes, issues: list[Issue]) -> bytes:
    shown = name.decode("utf-8", "replace")
    if value := html5.get(f"{shown};"):
        return b"".join(b"&#%d;" % ord(c) for c in value)
    message = f"&{shown}; is not defined; its name is kept in the text"
    issues.append(Issue("undefined-entity", "", message))
    return b"&amp;" + name + b";"


def _utf8(piece: bytes, issues: list[Issue]) -> bytes:
    try:
        piece.decode()
    except UnicodeDecodeError:
        issues.append(Issue("wrong-encoding", "", "not UTF-8; read as Windows-1252"))
        return piece.decode("cp1252", "replace").encode()
    return piece
