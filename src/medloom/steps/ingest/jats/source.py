"""Bytes to an XML tree: encodings, entities, and what is refused for safety.

The parser never loads a DTD, never opens a file or a connection, and never expands an entity by
itself. Named entities are replaced in the bytes beforehand, and only in documents that have any:
`&nbsp;` and the other HTML and ISO names by their characters, those that the document declares by
their declared text (up to a limit), all others by their visible name and an issue.
"""

import codecs
import re
from html.entities import html5

from lxml import etree

from medloom.errors import SourceError
from medloom.tables.literature import Issue

# Not `collect_ids=False`: it makes libxml2 ask for the external DTD in spite of `load_dtd=False`.
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_MAX_EXPANSION = 1_000_000
"""Bytes that the entities declared in one document may add to it."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?\?>")
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([\w.:-]+)")
_NAMED = re.compile(rb"&(?!#|amp;|lt;|gt;|quot;|apos;)")
_SKIPPED_OR_NAMED = re.compile(
    rb"(?P<skipped><!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>)"
    rb"|<!DOCTYPE[^\[>]*(?P<subset>\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\])?\s*>"
    rb"|&(?P<name>[A-Za-z_][\w.:-]*);",
    re.DOTALL,
)
_ENTITY = re.compile(
    rb"<!ENTITY\s+([A-Za-z_][\w.:-]*)\s+"
    rb"(?:\"([^\"]*)\"|'([^']*)'|(?:SYSTEM|PUBLIC)\s[^>]*)\s*>",
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcefBCEF]|1\w)|0*\d);")
_PREDEFINED = {b"amp", b"lt", b"gt", b"quot", b"apos"}


def read_root(data: bytes) -> tuple[etree._Element, list[Issue]]:
    """Parse XML bytes as they come, and say what had to be put right.

    >>> root, issues = read_root(b"<p>a&nbsp;b &alpha; &what;</p>")
    >>> root.text
    'a\\xa0b α &what;'
    >>> issues[0].code, issues[0].message
    ('undefined-entity', '&what; is not defined; its name is kept in the text')

    Raises `SourceError` where the bytes are not well-formed XML, or unsafe.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise SourceError("the file is empty")
    issues: list[Issue] = []
    data, encoding = _utf8(data, issues)
    if _NAMED.search(data):
        data = _replace_entities(data, issues)
    try:
        return _parse(data, encoding), issues
    except etree.XMLSyntaxError as error:
        repaired, encoding = _repair(data, encoding, issues)
        if repaired == data:
            raise SourceError(f"not well-formed XML: {error.msg}") from error
    try:
        return _parse(repaired, encoding), issues
    except etree.XMLSyntaxError as error:
        raise SourceError(f"not well-formed XML: {error.msg}") from error


def _parse(data: bytes, encoding: str | None) -> etree._Element:
    parser = _PARSER
    if encoding is not None:
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
            encoding=encoding,
        )
    try:
        return etree.fromstring(data, parser)
    except (ValueError, LookupError, AssertionError) as error:
        raise SourceError(f"not well-formed XML: {error}") from error


def _utf8(data: bytes, issues: list[Issue]) -> tuple[bytes, str | None]:
    """The bytes, and the encoding that overrules the declared one (null: as declared)."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _transcode(data, encoding), "utf-8"
    if data[:2] == b"<\0" or data[:2] == b"\0<":
        return _transcode(data, "utf-16-le" if data[:1] == b"<" else "utf-16-be"), "utf-8"
    declaration = _DECLARATION.match(data)
    data = data.lstrip() if data[:1].isspace() else data
    declared = declaration and _DECLARED.search(declaration[0])
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if name in {"utf-8", "utf8", "us-ascii"}:
        return data, None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data, None
    if not data.isascii() or name.startswith(("utf", "ucs")):
        issues.append(Issue("wrong-encoding", "", f"declares {name} but is UTF-8"))
    return data, "utf-8"


def _transcode(data: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        return data[len(codecs.BOM_UTF8) :]
    try:
        return data.decode(encoding).lstrip("\ufeff").encode()
    except UnicodeError as error:
        raise SourceError(f"not well-formed XML: bad {encoding}: {error}") from error


def _repair(data: bytes, encoding: str | None, issues: list[Issue]) -> tuple[bytes, str | None]:
    """Two mistakes that are common and safe to undo: control characters, Windows text."""
    clean, n = _CONTROL.subn(b"", data)
    if n:
        issues.append(Issue("control-characters", "", f"{n} characters that XML forbids left out"))
    try:
        clean.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(clean[:200])
        if declared is None or declared[1].lower() in {b"utf-8", b"utf8", b"us-ascii"}:
            issues.append(Issue("wrong-encoding", "", "declares UTF-8 but is Windows-1252"))
            return clean.decode("cp1252", "replace").encode(), "utf-8"
    return clean, encoding


def _replace_entities(data: bytes, issues: list[Issue]) -> bytes:
    declared: dict[bytes, bytes | None] = {}
    added = 0

    def character(name: bytes) -> bytes:
        value = html5.get(name.decode("ascii", "replace") + ";")
        if value is not None:
            return b"".join(b"&#%d;" % ord(c) for c in value)
        issues.append(
            Issue(
                "undefined-entity",
                "",
                f"&{name.decode('utf-8', 'replace')}; is not defined; its name is kept in the text",
            )
        )
        return b"&amp;" + name + b";"

    def expand(name: bytes, within: tuple[bytes, ...]) -> bytes:
        nonlocal added
        if name in _PREDEFINED:
            return b"&" + name + b";"
        if name not in declared:
            return character(name)
        value = declared[name]
        if value is None:
            raise SourceError(f"refused: external entity &{name.decode('utf-8', 'replace')};")
        if name in within or len(within) > 8:
            raise SourceError("refused: entities that contain each other")
        added += len(value)
        if added > _MAX_EXPANSION:
            raise SourceError("refused: entities expand without end")
        return re.sub(rb"&([A-Za-z_][\w.:-]*);", lambda m: expand(m[1], (*within, name)), value)

    def replacement(found: re.Match[bytes]) -> bytes:
        if found["name"]:
            return expand(found["name"], ())
        if found["skipped"]:
            return found[0]
        for entity in _ENTITY.finditer(found["subset"] or b""):
            declared.setdefault(entity[1], entity[2] if entity[2] is not None else entity[3])
        return b""

    return _SKIPPED_OR_NAMED.sub(replacement, data)


def drop_namespace(element: etree._Element) -> None:
    """Rename an element, and all in it of the same namespace, to names without one.

    >>> root, _ = read_root(b"<a xmlns='urn:x'><b/></a>")
    >>> drop_namespace(root)
    >>> root.tag, root[0].tag
    ('a', 'b')
    """
    namespace = etree.QName(element).namespace
    if namespace is None:
        return
    prefix = f"{{{namespace}}}"
    for inner in element.iter(f"{prefix}*"):
        inner.tag = inner.tag.removeprefix(prefix)
