"""What is written in a format is read back the same, but for what the format says it loses."""

import os
import re

import pytest
from hypothesis import given, settings

from medloom.formats.tagged import flat
from tests.annotate.formats import WAYS, texts

N = int(os.environ.get("MEDLOOM_EXAMPLES", 15))
WHOLE = ["bioc-xml", "bioc-json", "label-studio", "web-annotation", "docbin"]
"""Formats that hold a row whole."""
TAGS = ["conll", "hf-tokens", "hf-parquet"]


def ordered(one):
    return one._replace(attributes=type(one.attributes)(sorted(one.attributes)))


def comparable(row):
    spans = [ordered(one) for one in row.spans]
    return ordered(row)._replace(spans=spans, relations=[ordered(one) for one in row.relations])


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=N)
@given(row=texts())
def test_a_row_comes_back_whole(name, row):
    again, _ = WAYS[name](row)
    if name == "label-studio":  # mentions of one maker after those of another
        row, again = (one._replace(spans=sorted(one.spans, key=repr)) for one in (row, again))
        kept = {repr(ordered(one)) for one in again.relations}
        assert kept <= {repr(ordered(one)) for one in row.relations}
        row, again = (one._replace(relations=[]) for one in (row, again))
    assert comparable(again) == comparable(row)


@pytest.mark.parametrize("name", TAGS)
@settings(max_examples=N)
@given(row=texts())
def test_tags_keep_flat_mentions(name, row):
    again, losses = WAYS[name](row)
    assert again.text == row.text
    wanted = [(*trimmed(s, row.text), s.label) for s in flat(row.spans)]
    found = [(s.start, s.end, s.label) for s in again.spans]
    assert sorted(found) == sorted(one for one in wanted if one[0] < one[1])
    assert losses["mentions that overlap a longer one or have gaps left out"] == (
        len(row.spans) - len(flat(row.spans))
    )


def trimmed(span, text):
    """Where a mention is without the white space around it, which has no token."""
    covered = text[span.start : span.end]
    return span.start + len(covered) - len(covered.lstrip()), span.start + len(covered.rstrip())


@settings(max_examples=N)
@given(row=texts())
def test_pubtator_keeps_places_labels_and_concepts(row):
    again, losses = WAYS["pubtator"](row)
    shorter = losses["texts that lose a line break at their end"]
    size = len(row.text) - shorter
    assert len(again.text) == size
    kept = [one for one in row.spans if one.start < size]
    assert [(s.start, s.end, s.label) for s in again.spans] == [
        (s.start, min(s.end, size), s.label) for s in kept
    ]
    assert all(set(told) for told in losses)


@settings(max_examples=N)
@given(row=texts())
def test_brat_keeps_all_but_ids(row):
    again, losses = WAYS["brat"](row)
    assert again.text == row.text
    kept = [one for one in row.spans if places_of(one, row.text)]
    assert losses["mentions of nothing but line breaks left out"] == len(row.spans) - len(kept)
    assert [places_of(one, row.text) for one in again.spans] == [
        places_of(one, row.text) for one in kept
    ]
    assert [bare(one) for one in again.spans] == [bare(one) for one in kept]
    names = {old.key: new.key for old, new in zip(kept, again.spans, strict=True)}
    assert [ordered(one)._replace(id=None) for one in again.relations] == [
        ordered(one)._replace(id=None, head=names[one.head], tail=names[one.tail])
        for one in row.relations
        if {one.head, one.tail} <= names.keys()
    ]


def places_of(span, text):
    """Where the characters of a mention stand that are no line breaks."""
    parts = span.fragments or ((span.start, span.end),)
    return [at for a, b in parts for at in range(a, b) if text[at] not in "\r\n"]


def bare(span):
    return ordered(span)._replace(id=None, start=0, end=0, text="", fragments=())


@settings(max_examples=N)
@given(row=texts())
def test_webanno_keeps_mentions_and_first_concepts(row):
    again, losses = WAYS["webanno"](row)
    lost = sum(n for what, n in losses.items() if what.startswith("mentions of nothing"))
    assert len(again.spans) == len(row.spans) - lost
    found = sorted((re.sub(r"\s+", "", s.text), s.label) for s in again.spans)
    wanted = ((re.sub(r"\s+", "", row.text[s.start : s.end]), s.label) for s in row.spans)
    assert found == sorted(one for one in wanted if one[0])
    assert not [one for one in again.attributes if one.name == "issue"]


@pytest.mark.parametrize("name", WAYS)
@settings(max_examples=8)
@given(row=texts())
def test_places_are_exact(name, row):
    again, _ = WAYS[name](row)
    for span in again.spans:
        parts = span.fragments or ((span.start, span.end),)
        assert span.text == " ".join(again.text[a:b] for a, b in parts)
