"""Tokens with tags: what CoNLL files, token classifiers and DocBin have in common."""

from bisect import bisect_left
from collections.abc import Sequence

from medloom.kit.tokens import tokens
from medloom.tables.spans import Range, Span

_BEGINS, _GOES_ON, _ENDS, _ALONE = "B", "IM", "EL", "SUW"


def cut(text: str, spans: Sequence[Span]) -> list[Range]:
    """The tokens of a text, cut once more where a mention begins or ends inside one.

    >>> cut("IL2Ra", [Span(0, 4, "GENE")])
    [Range(start=0, end=2), Range(start=2, end=3), Range(start=3, end=4), Range(start=4, end=5)]
    """
    ends = sorted({place for span in spans for place in (span.start, span.end)})
    found: list[Range] = []
    for token in tokens(text):
        inside = ends[bisect_left(ends, token.start + 1) : bisect_left(ends, token.end)]
        edges = [token.start, *inside, token.end]
        found += map(Range, edges[:-1], edges[1:])
    return found


def flat(spans: Sequence[Span]) -> list[Span]:
    """The spans that one line of tags can hold: no gaps, no overlap; the longest stay.

    >>> flat([Span(0, 4, "A"), Span(2, 9, "B"), Span(9, 12, "C")])
    [Span(start=2, end=9, label='B'), Span(start=9, end=12, label='C')]
    """
    kept: list[Span] = []
    starts: list[int] = []
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        at = bisect_left(starts, span.start)
        is_free = (at == 0 or kept[at - 1].end <= span.start) and (
            at == len(kept) or kept[at].start >= span.end
        )
        if is_free and not span.fragments and span.start < span.end:
            kept.insert(at, span)
            starts.insert(at, span.start)
    return kept


def tags_of(ranges: Sequence[Range], spans: Sequence[Span]) -> tuple[list[str], list[Span]]:
    """The BIO (IOB2) tags of tokens for flat spans, and the spans that stand on no token.

    >>> tags_of([Range(0, 2), Range(3, 5)], [Span(0, 5, "DIS")])
    (['B-DIS', 'I-DIS'], [])
    """
    starts = [one.start for one in ranges]
    tags = ["O"] * len(ranges)
    lost = []
    for span in spans:
        first, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
        tags[first:last] = [f"{'I' if n else 'B'}-{span.label}" for n in range(last - first)]
        if first == last:
            lost.append(span)
    return tags, lost


def mentions(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """First token, token behind the last, and label of each mention.

    Reads IOB1, IOB2 (BIO), BIOES, BILOU and bare labels alike: a tag that cannot go on from the
    one before begins a mention.

    >>> mentions(["I-A", "I-A", "O", "B-A", "E-A", "S-B", "I-A", "B-A"])
    [(0, 2, 'A'), (3, 5, 'A'), (5, 6, 'B'), (6, 7, 'A'), (7, 8, 'A')]
    """
    found: list[tuple[int, int, str]] = []
    is_open, open_label = False, ""
    for number, tag in enumerate(tags):
        place, label = _parts(tag)
        if place == "O":
            is_open = False
            continue
        if is_open and label == open_label and place in _GOES_ON + _ENDS:
            found[-1] = (found[-1][0], number + 1, label)
        else:
            found.append((number, number + 1, label))
        is_open, open_label = place not in _ENDS + _ALONE, label
    return found


def _parts(tag: str) -> tuple[str, str]:
    if tag in ("O", "", "_"):
        return "O", ""
    if len(tag) > 1 and tag[1] in "-_" and tag[0] in _BEGINS + _GOES_ON + _ENDS + _ALONE:
        return tag[0], tag[2:]
    return ("I", "") if tag in ("B", "I") else ("I", tag)
