"""HTML and MathML that strangers wrote, brought to what may stand in a page of our own.

Nothing is repaired or filtered in place: the tree is read, and what is on the list is written anew.
A name that is not on the list leaves only its text; what could run leaves nothing.
"""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

_KEPT = frozenset(
    (
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "p",
        "br",
        "b",
        "i",
        "em",
        "strong",
        "sub",
        "sup",
        "u",
        "s",
        "small",
        "code",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "blockquote",
        "pre",
        "a",
    )
)
_EMPTY = frozenset(("br", "col"))
_GONE = frozenset(
    (
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "applet",
        "template",
        "noscript",
        "svg",
        "math",
        "link",
        "meta",
        "base",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "title",
        "head",
        "frame",
        "frameset",
        "audio",
        "video",
        "img",
        "xml",
        "xmp",
        "noembed",
        "noframes",
        "plaintext",
    )
)
_ATTRIBUTES = {
    "th": ("colspan", "rowspan", "scope"),
    "td": ("colspan", "rowspan"),
    "col": ("span",),
    "colgroup": ("span",),
    "a": ("href",),
}
_MATH_TOKENS = frozenset(("mi", "mn", "mo", "mtext", "ms"))
_MATH = _MATH_TOKENS | frozenset(
    (
        "math",
        "mrow",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "mtable",
        "mtr",
        "mtd",
        "mspace",
        "mpadded",
        "mphantom",
        "mstyle",
        "merror",
        "none",
    )
)
_MATH_ATTRIBUTES = frozenset(
    (
        "display",
        "mathvariant",
        "stretchy",
        "fence",
        "separator",
        "form",
        "largeop",
        "movablelimits",
        "accent",
        "accentunder",
        "linethickness",
        "displaystyle",
        "scriptlevel",
        "width",
        "height",
        "depth",
        "lspace",
        "rspace",
        "columnalign",
        "rowalign",
        "columnspan",
        "rowspan",
    )
)
_MOST_CHARACTERS = 4_000_000
_MOST_DEPTH = 100
_MOST_SPAN = 1000


def safe_html(text: str) -> str:
    """What of some HTML may be shown: tables, lists, plain markup, links to the web.

    >>> safe_html('<td onclick=x()>5<script>x()</script> mg/m<sup>2</sup></td>')
    '<td>5 mg/m<sup>2</sup></td>'
    >>> safe_html('<a href="javascript:x()">a</a> <img src=x onerror=x()><blink>b</blink>')
    '<a>a</a> b'
    """
    if len(text) > _MOST_CHARACTERS:
        return escape(text)
    try:
        root = lxml_html.fragment_fromstring(
            f"<table>{text}</table>" if _is_part(text) else text, "div"
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return escape(text)
    inner = root[0] if _is_part(text) and len(root) else root
    return "".join(_html_inside(inner, 0))


def _is_part(text: str) -> bool:
    """Whether it is a part of a table, which a parser drops outside of one."""
    return text.lstrip()[:6].lower().startswith(("<tr", "<td", "<th", "<tbody", "<tfoot", "<col"))


def _html_inside(node: etree._Element, depth: int) -> Iterator[str]:
    yield escape(node.text or "")
    for child in node:
        if isinstance(child.tag, str) and child.tag not in _GONE and depth < _MOST_DEPTH:
            yield from _html(child, depth + 1)
        yield escape(child.tail or "")


def _html(node: etree._Element, depth: int) -> Iterator[str]:
    tag = node.tag
    if tag not in _KEPT:
        yield from _html_inside(node, depth)
        return
    yield f"<{tag}{''.join(_attributes(node))}>"
    if tag not in _EMPTY:
        yield from _html_inside(node, depth)
        yield f"</{tag}>"


def _attributes(node: etree._Element) -> Iterator[str]:
    for name in _ATTRIBUTES.get(str(node.tag), ()):
        value = node.get(name)
        if value is None:
            continue
        if name == "href":
            if is_web_link(value):
                yield f' href="{escape(value.strip())}" rel="noreferrer noopener"'
        elif name == "scope":
            if value in ("row", "col", "rowgroup", "colgroup"):
                yield f' scope="{value}"'
        elif value.isascii() and value.isdigit() and 0 < int(value[:9]) <= _MOST_SPAN:
            yield f' {name}="{int(value)}"'


def is_web_link(value: str) -> bool:
    """Whether a link leads to the web and nowhere else.

    >>> is_web_link("https://doi.org/10.1/x"), is_web_link("java\\nscript:x()"), is_web_link("//x")
    (True, False, False)
    """
    value = value.strip()
    if not value.isprintable():
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def safe_math(text: str | None) -> str | None:
    """A formula in MathML as a page may show it; None where it cannot be read.

    >>> safe_math('<m:math xmlns:m="u"><m:mi onclick="x()">x</m:mi><m:script>x</m:script></m:math>')
    '<math><mi>x</mi></math>'
    """
    if not text or len(text) > _MOST_CHARACTERS:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return "".join(_math(root, 0)) if _name(root) == "math" else None


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _math(node: etree._Element, depth: int) -> Iterator[str]:
    name = _name(node)
    if depth > _MOST_DEPTH:
        return
    if name == "semantics":  # the first child is what is shown
        yield from (piece for child in list(node)[:1] for piece in _math(child, depth + 1))
    elif name == "mfenced":  # browsers no longer know it
        yield from _fenced(node, depth)
    elif name in _MATH:
        kept = "".join(
            f' {key}="{escape(str(value))}"'
            for key, value in node.attrib.items()
            if key in _MATH_ATTRIBUTES
        )
        yield f"<{name}{kept}>"
        if name in _MATH_TOKENS:
            yield escape("".join(str(piece) for piece in node.itertext()))
        else:
            for child in node:
                yield from _math(child, depth + 1)
        yield f"</{name}>"


def _fenced(node: etree._Element, depth: int) -> Iterator[str]:
    between = (node.get("separators") or ",").strip()
    yield f"<mrow><mo>{escape(node.get('open') or '(')}</mo>"
    for number, child in enumerate(node):
        if number and between:
            yield f"<mo>{escape(between[min(number, len(between)) - 1])}</mo>"
        yield from _math(child, depth + 1)
    yield f"<mo>{escape(node.get('close') or ')')}</mo></mrow>"
