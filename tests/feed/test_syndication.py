"""RSS 2.0 and Atom: their rules, names that stay, characters that XML forbids."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from medloom.feed.pages import as_html
from medloom.feed.plain import as_text
from medloom.feed.state import Digest, Item
from medloom.feed.syndication import as_atom, as_rss, guid

MADE = "2026-11-28T06:00:00+00:00"
ATOM = "{http://www.w3.org/2005/Atom}"
RULES = etree.RelaxNG(
    etree.fromstring("""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><start>
<element name="feed"><interleave>
<element name="id"><data type="anyURI"><param name="minLength">1</param></data></element>
<element name="title"><text/></element><element name="updated"><data type="dateTime"/></element>
<oneOrMore><ref name="author"/></oneOrMore>
<optional><element name="generator"><text/></element></optional>
<zeroOrMore><element name="entry"><interleave>
<element name="id"><data type="anyURI"><param name="minLength">1</param></data></element>
<element name="title"><text/></element><element name="updated"><data type="dateTime"/></element>
<zeroOrMore><ref name="author"/></zeroOrMore>
<optional><element name="link"><attribute name="rel"/><attribute name="href"><data type="anyURI"/>
</attribute></element></optional>
<zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
<element name="content"><attribute name="type"><value>text</value></attribute><text/></element>
</interleave></element></zeroOrMore></interleave></element></start>
<define name="author"><element name="author"><element name="name"><data type="string">
<param name="minLength">1</param></data></element></element></define></grammar>""")
)


def item(name: str, **parts: object) -> Item:
    held: dict[str, object] = {
        "id": name, "table": "articles", "title": "T <&>", "authors": "Ng A, et al.",
        "journal": "J", "date": "2026", "url": "https://doi.org/10.1000/x?a=1&b=2", "about": "A",
        "score": 0.5, "interests": {"wool": ["matches 'wool'"]}, "arrived": MADE,
    }  # fmt: skip
    return Item(**{**held, **parts})  # type: ignore[arg-type]


def digest(*items: Item) -> Digest:
    return Digest("d", "papers", 1, 2, MADE, list(items), 3)


def test_rss_keeps_its_rules() -> None:
    held = [digest(item("a"), item("b", url="")), digest(item("a"))]
    root = etree.fromstring(as_rss("papers", held, MADE))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    assert parsedate_to_datetime(channel.findtext("lastBuildDate") or "")
    found = channel.findall("item")
    assert len(found) == 2
    for one in found:
        assert one.findtext("title") == "T <&>"
        assert one.find("guid").get("isPermaLink") == "false"  # type: ignore[union-attr]
        assert parsedate_to_datetime(one.findtext("pubDate") or "") == datetime.fromisoformat(MADE)
    assert len({one.findtext("guid") for one in found}) == 2


def test_atom_keeps_its_rules() -> None:
    root = etree.fromstring(as_atom("papers", [digest(item("a"), item("b", authors=""))], MADE))
    RULES.assertValid(root)
    names = [one.text for one in root.findall(f"{ATOM}entry/{ATOM}id")]
    assert sorted(map(str, names)) == sorted([guid("papers", "a"), guid("papers", "b")])


def test_names_stay_and_differ_by_collection() -> None:
    assert guid("papers", "a") == "urn:uuid:" + guid("papers", "a")[9:]
    assert guid("papers", "a") != guid("others", "a")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_written_well(title: str, about: str, name: str) -> None:
    one = digest(item("a", title=title, about=about, authors=name, interests={name: [about]}))
    for data in (as_rss("p", [one], MADE), as_atom("p", [one], MADE)):
        etree.fromstring(data)
    page = as_html(one)
    assert page.count("<script") == 0
    tree = etree.HTML(page)
    assert tree.find(".//h1") is not None
    assert as_text(one).startswith("papers: 1 of 3")
