# ruff: noqa: E501 (markup in strings is not broken)
"""Encodings, entities, bombs and broken bytes."""

import random
import time
import tracemalloc

import pytest

from medloom.errors import MedloomError, SourceError
from medloom.steps.ingest.jats import parse


def text_of(data: bytes) -> str:
    return parse(data, name="a").passages[0].text


def wrap(text: str, head: str = "") -> str:
    return f"{head}<article><body><p>{text}</p></body></article>"


@pytest.mark.parametrize(
    "data",
    [
        wrap("é µ").encode(),
        b"\xef\xbb\xbf" + wrap("é µ").encode(),
        wrap("é µ", "<?xml version='1.0' encoding='UTF-16'?>").encode("utf-16"),
        wrap("é µ").encode("utf-16-le"),
        wrap("é µ", "<?xml version='1.0' encoding='ISO-8859-1'?>").encode("latin-1"),
        wrap("é µ", "<?xml version='1.0' encoding='ISO-8859-1'?>").encode(),
        wrap("é µ", "<?xml version='1.0' encoding='UTF-8'?>").encode("latin-1"),
        wrap("é µ").encode("latin-1"),
        wrap("é µ", "<?xml version='1.0' encoding='UTF-16'?>").encode(),
        b"\n  " + wrap("é µ", "<?xml version='1.0'?>").encode(),
        wrap("é\0 µ\x07").encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    assert text_of(data) == "é µ"


def test_a_wrong_encoding_is_an_issue() -> None:
    document = parse(wrap("é", "<?xml version='1.0' encoding='UTF-8'?>").encode("cp1252"), name="a")
    assert [i.code for i in document.articles[0].issues] == ["wrong-encoding"]


def test_html_and_iso_entities_become_characters() -> None:
    assert text_of(wrap("a&nbsp;&alpha;&mdash;&lt;&#233;").encode()) == "a α—<é"
    assert text_of(wrap("a&nbsp;b", "<!DOCTYPE article SYSTEM 'x.dtd'>").encode()) == "a b"
    assert text_of(wrap("<![CDATA[&nbsp;]]>").encode()) == "&nbsp;"


def test_an_unknown_entity_keeps_its_name() -> None:
    document = parse(wrap("a &strange; b").encode(), name="a")
    assert document.passages[0].text == "a &strange; b"
    assert [i.code for i in document.articles[0].issues] == ["undefined-entity"]


def test_declared_entities_are_read() -> None:
    head = (
        "<!DOCTYPE article [<!ENTITY me 'Me &amp; <b>you</b>'><!ENTITY e ''><!ENTITY two '&me;!'>]>"
    )
    assert text_of(wrap("&two;&e;", head).encode()) == "Me & you!"


BOMB = "<!DOCTYPE article [<!ENTITY a0 'lol'>" + "".join(
    f"<!ENTITY a{n + 1} '{f'&a{n};' * 20}'>" for n in range(12)
)


@pytest.mark.parametrize(
    "head",
    [
        BOMB + "<!ENTITY x '&a12;'>]>",
        "<!DOCTYPE article [<!ENTITY x '&x;'>]>",
        "<!DOCTYPE article [<!ENTITY x '&y;'><!ENTITY y '&x;'>]>",
        f"<!DOCTYPE article [<!ENTITY x '{'z' * 2_000_000}'>]>",
        "<!DOCTYPE article [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE article [<!ENTITY x PUBLIC 'p' 'http://localhost/x'>]>",
    ],
)
def test_bombs_and_external_entities_are_refused_in_bounded_memory(head: str) -> None:
    data = wrap("&x;", head).encode()
    tracemalloc.start()
    begin = time.process_time()
    with pytest.raises(SourceError):
        parse(data, name="a")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000
    assert time.process_time() - begin < 5


def test_a_file_that_an_entity_names_is_never_read(tmp_path: object) -> None:
    head = f"<!DOCTYPE article [<!ENTITY % p SYSTEM 'file://{tmp_path}/x.dtd'> %p;]>"
    assert text_of(wrap("a", head).encode()) == "a"


@pytest.mark.parametrize("data", [b"", b"  \n", b"\0\0", b"<article><body>", b"no xml", b"PK\3\4"])
def test_what_is_no_xml_is_a_source_error(data: bytes) -> None:
    with pytest.raises(SourceError):
        parse(data, name="a")


@pytest.mark.parametrize("tag", ["sec", "p", "bold", "list", "unknown", "xref", "boxed-text"])
@pytest.mark.parametrize("depth", [200, 5000])
def test_deep_nesting_never_crashes(tag: str, depth: int) -> None:
    data = wrap(f"<{tag}>" * depth + "x" + f"</{tag}>" * depth).encode()
    try:
        document = parse(data, name="a")
    except SourceError:
        assert depth > 200
    else:
        assert any("x" in p.text for p in document.passages) or document.articles[0].issues


SAMPLE = wrap(
    "x <bold>b</bold> <xref ref-type='fig' rid='F1'>Fig 1A</xref> &#233;",
    "<?xml version='1.0' encoding='UTF-8'?>",
).encode().replace(
    b"</body>",
    b"<fig id='F1'><label>1</label><caption><p>(A) a (B) b</p></caption></fig><table-wrap><table><tr>"
    b"<td rowspan='2'>1</td></tr></table></table-wrap></body><back><ref-list><ref id='r'>"
    b"<element-citation><name><surname>S</surname></name><year>2000</year></element-citation></ref>"
    b"</ref-list></back>",
)  # fmt: skip


def mutate(data: bytes, random: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(changed))
        match random.randrange(5):
            case 0:
                changed[at] = random.randrange(256)
            case 1:
                del changed[at : at + random.randint(1, 40)]
            case 2:
                changed[at:at] = bytes(changed[at : at + random.randint(1, 60)])
            case 3:
                start, end = changed.find(b"<", at), changed.find(b">", at)
                if 0 <= start < end:
                    changed[start:start] = changed[start : end + 1]
            case _:
                changed[at:at] = random.choice([b"&x;", b"<p>", b"</p>", b"\0", b"<!--", b"]]>"])
        if not changed:
            break
    return bytes(changed)


def test_mutations_only_ever_raise_what_is_promised() -> None:
    seed = random.Random(0)
    for _ in range(1500):
        data = mutate(SAMPLE, seed)
        try:
            parse(data, name="a")
        except MedloomError:
            continue
