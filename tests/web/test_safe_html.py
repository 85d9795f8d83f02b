"""What strangers wrote as HTML or MathML holds nothing that runs, whatever it is."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.kit.safe_html import _KEPT, is_web_link, safe_html, safe_math

ATTACKS = [
    "<script>x()</script>",
    "<img src=x onerror=x()>",
    "<svg><script>x()</script></svg>",
    "<svg><style><img src=x onerror=x()></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=x()>",
    "<a href='javascript:x()'>a</a>",
    "<a href=' java\tscript:x()'>a</a>",
    "<a href='data:text/html,x'>a</a>",
    "<a href='vbscript:x'>a</a>",
    "<iframe srcdoc='<script>x()</script>'></iframe>",
    "<td style='background:url(javascript:x())'>a</td>",
    "<table background=javascript:x()><tr><td>",
    "<!--><img src=x onerror=x()>-->",
    "<noscript><p title='</noscript><img src=x onerror=x()>'>",
    "<form action=x><button formaction=javascript:x()>",
    "<p id=x name=csrf class=told>a</p>",
    "<xmp><img src=x onerror=x()></xmp>",
    "<textarea><script>x()</script></textarea>",
    "<b onmouseover=x()>a</b>",
    "<?php x ?><p>a</p>",
    "<![CDATA[<script>x()</script>]]>",
    "<td colspan='2\" onclick=x()'>a</td>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/>",
    "\x00<scr\x00ipt>x()</script>",
]


class Names(HTMLParser):
    """The names of all elements and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}


def check(html: str) -> None:
    """Nothing but what may be there."""
    seen = Names()
    seen.feed(html)
    assert seen.tags <= _KEPT
    assert seen.attributes <= {"colspan", "rowspan", "scope", "span", "href", "rel"}
    assert all(is_web_link(link) for link in seen.links)


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_leave_nothing(attack: str) -> None:
    check(safe_html(attack))
    check(safe_html(safe_html(attack)))
    check(safe_html(f"<table><tr><td>{attack}</td></tr></table>"))


PIECES = st.lists(
    st.sampled_from([*ATTACKS, "<table>", "</td>", "<", ">", "'", '"', "a", "--"]), max_size=6
)


@settings(max_examples=150, deadline=None)
@given(PIECES.map("".join) | st.text(max_size=60))
def test_any_text_leaves_nothing(text: str) -> None:
    check(safe_html(text))


def test_tables_and_plain_markup_stay() -> None:
    head = '<thead><tr><th scope="col">n</th></tr></thead>'
    table = f'<table>{head}<tbody><tr><td rowspan="2">1<sup>a</sup></td></tr></tbody></table>'
    assert safe_html(table) == table
    assert safe_html("p < 0.05 & q") == "p &lt; 0.05 &amp; q"
    assert safe_html('<a href="https://doi.org/10.1/x">x</a>').startswith(
        '<a href="https://doi.org'
    )


def test_deep_and_long_input_ends() -> None:
    check(safe_html("<div>" * 50_000 + "a"))
    check(safe_html("<td>" * 5_000))
    assert "<" not in safe_html("a" * 5_000_000)


@pytest.mark.parametrize(
    "attack",
    [
        "<math><mtext><script>x()</script></mtext></math>",
        "<math><maction actiontype='statusline#http://x'>a</maction></math>",
        "<math href='javascript:x()'><mi>x</mi></math>",
        "<math><mi style='x' onclick='x()' xlink:href='x' xmlns:xlink='y'>x</mi></math>",
        "<math><annotation-xml encoding='text/html'><img src='x'/></annotation-xml></math>",
    ],
)
def test_formulas_hold_nothing_that_runs(attack: str) -> None:
    made = safe_math(attack)
    assert made is not None
    assert made.startswith("<math>")
    assert not re.search(r"script>|href|on\w+=|style|annotation|maction|img", made)


def test_what_is_no_formula_is_none() -> None:
    entities = '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><math><mi>&b;</mi></math>'
    assert "aaaa" not in (safe_math(entities) or "")
    for text in (None, "", "x", "<svg/>", "<math>", '<!DOCTYPE m SYSTEM "file:///etc/passwd"><m/>'):
        assert safe_math(text) is None
    fenced = "<math><mfenced open='['><mi>a</mi><mi>b</mi></mfenced></math>"
    shown = "<mrow><mo>[</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>)</mo></mrow>"
    assert safe_math(fenced) == f"<math>{shown}</math>"
