"""The parser on real articles: nothing lost, nothing twice, every offset right.

The articles are not part of the repository; without them these tests are skipped.
`MEDLOOM_DATA` names the folder, `MEDLOOM_ALL=1` reads all of them and not a sample.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from lxml import etree

from medloom.errors import MedloomError
from medloom.steps.ingest.jats import parse
from medloom.tables.literature import Document

ROOT = Path(
    os.environ.get("MEDLOOM_DATA")
    or Path(__file__).resolve().parents[2].parent / "shared/data/literature"
)
FILES = sorted(path for path in ROOT.rglob("*.*ml") if path.suffix in {".xml", ".nxml"})
if not os.environ.get("MEDLOOM_ALL"):
    FILES = sorted(random.Random(1).sample(FILES, min(60, len(FILES))))
pytestmark = pytest.mark.skipif(not FILES, reason="the real articles are not here")

MATH = "{http://www.w3.org/1998/Math/MathML}"
ELSEWHERE = {
    "label": {"fig", "fig-group", "table-wrap", "supplementary-material", "media", "disp-formula"},
}
"""Labels that stand in columns of their own; those of notes, lists and sections are text."""
NOT_TEXT = {
    *("table", "ref", "tex-math", "alt-text", "long-desc", "object-id", "permissions"),
    *("contrib-group", "aff", "kwd-group", "sec-meta", f"{MATH}math"),
}
"""Visible, but in columns of their own (cells, references, affiliations), or not visible."""
FRONT = ("article-title", "subtitle", "abstract", "trans-abstract", "author-notes", "notes")


def documents() -> Iterator[tuple[Path, bytes, Document]]:
    for path in FILES:
        data = path.read_bytes()
        try:
            yield path, data, parse(data, name=path.name)
        except MedloomError:
            continue


@pytest.fixture(scope="module")
def parsed() -> list[tuple[Path, bytes, Document]]:
    return list(documents())


def visible(element: etree._Element, parent: str, out: list[str]) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in NOT_TEXT or parent in ELSEWHERE.get(tag, ()):
        return
    out.append(element.text or "")
    for child in element:
        visible(child, tag, out)
        out.append(child.tail or "")


def expected_text(data: bytes) -> list[str]:
    out: list[str] = []
    for article in etree.fromstring(data).iter("article", "sub-article", "response"):
        for part in article:
            if part.tag in {"body", "back", "floats-group"}:
                visible(part, article.tag, out)
            elif part.tag in {"front", "front-stub"}:
                for element in part.iter(*FRONT):
                    parent = element.getparent()
                    if parent is not None and parent.tag in {
                        "article-meta",
                        "title-group",
                        part.tag,
                    }:
                        visible(element, parent.tag, out)
    return out


def characters(texts: list[str]) -> Counter[str]:
    return Counter("".join("".join(texts).replace("\xad", "").split()))


def test_every_visible_character_is_in_a_passage(
    parsed: list[tuple[Path, bytes, Document]],
) -> None:
    for path, data, document in parsed:
        missing = characters(expected_text(data)) - characters([p.text for p in document.passages])
        assert not missing, f"{path.name}: {missing}"


def test_no_text_is_there_twice(parsed: list[tuple[Path, bytes, Document]]) -> None:
    """Passages hold what is expected, and from the metadata funding and related links only."""
    for path, data, document in parsed:
        if b"math>" in data or b"<related-" in data or b"funding" in data:
            continue
        extra = characters([p.text for p in document.passages]) - characters(expected_text(data))
        assert not extra, f"{path.name}: {extra}"


def test_every_id_is_unique_and_every_offset_right(
    parsed: list[tuple[Path, bytes, Document]],
) -> None:
    for path, _, document in parsed:
        rows = [row for rows in document[:7] for row in rows]
        assert len({row.id for row in rows}) == len(rows), path.name
        known = {row.id for row in rows}
        for passage in document.passages:
            text = passage.text
            assert text == " ".join(text.split())
            for mark in passage.marks:
                assert 0 <= mark.start < mark.end <= len(text)
                assert text[mark.start : mark.end] == text[mark.start : mark.end].strip()
            for mention in passage.mentions:
                assert 0 <= mention.start <= mention.end <= len(text)
                if mention.kind in {"figure", "table", "supplement", "formula"}:
                    assert mention.target_id in known


def test_every_cross_reference_is_a_mention(
    parsed: list[tuple[Path, bytes, Document]],
) -> None:
    """In running text, with the text of its markup at its offsets."""
    for path, data, document in parsed:
        expected: Counter[str] = Counter()
        for xref in etree.fromstring(data).iter("xref"):
            around = {a.tag for a in xref.iterancestors()}
            if not xref.get("rid") or not "".join(map(str, xref.itertext())).strip():
                continue
            if around & {"table", "contrib", "ref", "aff", "contrib-group"}:
                continue
            if around & {"body", "back", "floats-group"} and not around & {"label", "alternatives"}:
                expected[
                    " ".join("".join(map(str, xref.itertext())).replace("\xad", "").split())
                ] += 1
        found: Counter[str] = Counter()
        for passage in document.passages:
            spans = {m[2:4] for m in passage.mentions if not m.implied}
            found.update(passage.text[start:end] for start, end in spans)
        if b"math>" not in data:
            assert not expected - found, f"{path.name}: {expected - found}"


def test_nothing_is_unreadable(parsed: list[tuple[Path, bytes, Document]]) -> None:
    for path, _, document in parsed:
        codes = {issue.code for article in document.articles for issue in article.issues}
        assert "unreadable" not in codes, path.name


def test_counts_agree_with_the_markup(parsed: list[tuple[Path, bytes, Document]]) -> None:
    for path, data, document in parsed:
        root = etree.fromstring(data)
        assert len(document.figures) == len(list(root.iter("fig"))), path.name
        assert len(document.tables) >= len(list(root.iter("table-wrap"))), path.name
        assert sum(len(t.cells) for t in document.tables) == len(list(root.iter("td", "th")))
        with_references = {r.ref_id for a in document.articles for r in a.references}
        assert with_references >= {ref.get("id") for ref in root.iter("ref") if ref.get("id")}


def test_mutations_of_real_articles_only_raise_what_is_promised() -> None:
    seed = random.Random(2)
    for path in FILES[:12]:
        data = path.read_bytes()
        for _ in range(6):
            changed = bytearray(data)
            for _ in range(seed.randint(1, 5)):
                at = seed.randrange(len(changed))
                size = seed.randint(1, 400)
                match seed.randrange(4):
                    case 0:
                        changed[at] = seed.randrange(256)
                    case 1:
                        del changed[at : at + size]
                    case 2:
                        end = changed.find(b">", at) + 1
                        start = changed.rfind(b"<", 0, end)
                        changed[end:end] = changed[start:end]
                    case _:
                        del changed[at + len(changed) // 2 :]
            begin = time.process_time()
            with suppress(MedloomError):
                parse(bytes(changed), name="a")
            assert time.process_time() - begin < 10


def test_the_same_bytes_give_the_same_rows() -> None:
    for path in FILES[:5]:
        data = path.read_bytes()
        try:
            assert parse(data, name="a") == parse(data, name="a")
        except MedloomError:
            continue
