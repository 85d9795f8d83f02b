"""Saved web pages: their characters, their tree, the text of a part. Nothing is fetched."""

import codecs
import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HTMLParser

from medloom.errors import SourceError

MOST_BYTES = 32 * 2**20
"""A larger page is refused: a saved listing of 200 papers has about 2 million bytes."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_SILENT = frozenset({"script", "style", "template", "noscript", "svg"})
_BLOCK_TAGS = "p div br li h1 h2 h3 h4 h5 h6 section tr td dd dt article ul ol title"
_BLOCKS = frozenset(_BLOCK_TAGS.split())


def decoded(data: bytes) -> str:
    """The characters of a file, by its mark, its own word, else UTF-8 or Windows-1252.

    >>> decoded(b"\\xef\\xbb\\xbfB\\xc3\\xa9"), decoded(b"B\\xe9"), decoded(b"\\xff\\xfea\\0")
    ('Bé', 'Bé', 'a')
    """
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
                       (codecs.BOM_UTF16_BE, "utf-16-be")):  # fmt: skip
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    declared = _CHARSET.search(data[:4096]) or _DECLARED.match(data[:200])
    names = [declared[1].decode("ascii", "replace")] if declared else []
    for name in (*names, "utf-8"):
        try:
            if not codecs.lookup(name)._is_text_encoding:
                continue
            return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def page_of(data: bytes) -> etree._Element:
    """The tree of a page; raise SourceError where there is none, or it is too large.

    >>> page_of(b"<p>A<b>b").findtext(".//b")
    'b'
    """
    if len(data) > MOST_BYTES:
        raise SourceError(f"over the limit of {MOST_BYTES} bytes for a page")
    tree = parsed(decoded(data))
    if tree is None:
        raise SourceError("not HTML: no element")
    return tree


def parsed(text: str) -> etree._Element | None:
    """The tree of HTML, however broken; None where it holds nothing."""
    parser = HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    data = text.translate(_CONTROLS).encode("utf-8", "replace")
    if not data.strip():
        return None
    try:
        parser.feed(data)
        tree: etree._Element | None = parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree


def text_of(element: etree._Element | None) -> str:
    """The text that a reader of a page sees of an element, in one line.

    >>> text_of(page_of(b"<div>E. <i>coli</i><script>x</script> in H<sub>2</sub>O<br>Seen</div>"))
    'E. coli in H2O Seen'
    """
    return "" if element is None else " ".join("".join(_pieces(element)).split())


def _pieces(element: etree._Element) -> Iterator[str]:
    silent = 0
    for event, one in etree.iterwalk(element, events=("start", "end")):
        tag = one.tag if isinstance(one.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            yield " " if tag in _BLOCKS else ""
            yield "" if silent else one.text or ""
        else:
            silent -= tag in _SILENT
            yield " " if tag in _BLOCKS else ""
            yield one.tail or "" if not silent and one is not element else ""


def text_of_html(html: str) -> str:
    """The text of a piece of HTML, as feeds have it in a field.

    >>> text_of_html("<p>On &lt;5 <i>looms</i></p>"), text_of_html("p &lt; 5")
    ('On <5 looms', 'p < 5')
    """
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    return text_of(parsed(f"<div>{html}</div>"))


def with_class(element: etree._Element, *wanted: str) -> Iterator[etree._Element]:
    """The elements below one that have one of some classes, in order.

    >>> [one.tag for one in with_class(page_of(b"<p class='a b'><i class=ab></i></p>"), "b")]
    ['p']
    """
    names = set(wanted)
    for one in element.iter(etree.Element):
        if not names.isdisjoint((one.get("class") or "").split()):
            yield one


def first_text(element: etree._Element, *wanted: str) -> str:
    """The text of the first element with one of some classes that has any."""
    return next(filter(None, map(text_of, with_class(element, *wanted))), "")
