"""Split a figure caption into its panels, by the labels printed in it and by their markup.

A label is a panel letter in one of the forms that journals print: `(A)`, bold `A`, `A)`,
`Panel A`, `A, text`. Candidates of one form and one case are read as a sequence, and a caption
is split only where they run a, b, c, ...; other letters in brackets or bold stay plain text.

Sub-levels (`A1`, `Ai`, `A(i)`, `A'`) belong to the panel of their letter. Roman numerals name
panels where they open sentences, numbers only after the word `Panel`, and both only where the
caption has no lettered panels. A caption that names no second panel (B, or a range) has none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from medloom.tables.spans import Mark


class PanelSpan(NamedTuple):
    """The stretch of a caption, in code points, that describes the panels `letters`."""

    letters: list[str]
    start: int
    end: int


class _Label(NamedTuple):
    """A candidate: panel letters printed at a place that may start or end a panel's text."""

    start: int
    end: int
    letters: list[str]
    ranks: list[int]
    form: str
    case: str
    """`A`, `a`, `i` or `1`: what the letters are counted in."""
    opens: bool
    """It begins the caption, a line, a sentence, or a clause after a semicolon or colon."""


_DASH = r"\-\u2010-\u2015\u2212~"
_JOIN = rf"\s{{0,2}}(?:[{_DASH}&/]|to\b|through\b|[,;]?\s{{0,2}}and\b|[,;])\s{{0,2}}"
_ITEM = r"[A-Za-z](?:\d{1,2}|['\u2019\u2032]|(?<=[A-Z])[ivx]{1,4}|\([ivx]{1,4}\))?(?!\w)"
_LETTERS = rf"{_ITEM}(?:{_JOIN}{_ITEM}){{0,11}}"
_SIDE = r"(?:left|right|upper|lower|top|bottom|middle|cent(?:er|re|ral))\b"
_PRINTED = re.compile(
    # The lookahead says nothing new: it fails fast inside words.
    r"(?=[(\[]|(?<!\w)(?:[Pp]anel|[A-Za-z](?:[ivx]{0,4}|\d\d?)(?!\w)))(?:"
    rf"(?P<bracket>[(\[]\s?(?:(?:[Pp]anels?|[Ff]igs?\.?)\s?)?(?P<in_bracket>{_LETTERS})\s?[)\]])"
    rf"|(?P<panel>\b[Pp]anels?\s\(?(?P<in_panel>{_LETTERS})[):]{{0,2}})"
    rf"|(?P<open>\((?P<in_open>{_LETTERS})(?=[;:,]\s|\s{_SIDE}))"
    rf"|(?<![\w({_DASH}])(?P<close>(?P<in_close>(?:(?<![^.;:,\n]\s)(?<!\w){_LETTERS}|{_ITEM}))\))"
    rf"|(?<![\w{_DASH}])(?<![^.;:,(\s]\s)(?P<point>(?P<in_point>{_LETTERS})"
    rf"(?:[:,](?=\s)|\.(?=\s[A-Z\d(])|\s?[=\u2013\u2014](?!\s?[pP\d])|\s?-(?=\s))))"
)
_NUMERAL = r"ii?i?|iv|vi?i?i?|i?x"
_ORDINAL = re.compile(
    rf"\((?P<bracket>{_NUMERAL})\)|\b[Pp]anels?\s\(?(?P<panel>{_NUMERAL}|[1-9]\d?)\b[):]{{0,2}}"
)
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]
_SUB_LEVEL = re.compile(r"(?<=[A-Za-z])\([ivx]{1,4}\)")
_EXPRESSION = re.compile(_LETTERS)
_TOKEN = re.compile(rf"(?<!\w)(?:({_ITEM})|(to|through)(?!\w))|([{_DASH}])")
_JOINED = re.compile(_JOIN)
# Nothing to split without a second panel: a lone B, a range from A, (ii), Panel 2.
_SECOND = re.compile(
    rf"[ABPab(](?<!\w.)(?:(?<=[Bb])(?:\d{{1,2}}|[ivx]{{1,4}})?\b|(?<=\()ii\)|(?<=P)anels?\s[(\d]"
    rf"|(?<=[Aa])\s?(?:[{_DASH}]|to\b|through\b))"
)
_ELSEWHERE = re.compile(r"\b(?:[Ff]igs?|[Ff]igures?|[Tt]ables?|refs?)\.?\s?S?\d*\s?$")
_PLACE = re.compile(rf"(?i)\b{_SIDE}\s$")
_SEPARATORS = " \n\t\u00a0,;("
_CLAUSE = re.compile(r"(?<!\b[A-Z])\.\s+(?=[A-Z(\d])|[;:]\s+|\n|^[\s,;.)]*(?:and\s|or\s)?")

# In order of trust: the style that finds most letters wins, the earlier one on a tie.
_STYLES = (
    ({"bold"}, True),
    ({"bracket"}, True),
    ({"bold"}, False),
    ({"bracket"}, False),
    ({"close"}, False),
    ({"panel"}, True),
    ({"panel"}, False),
    ({"italic"}, False),
    ({"point", "colon"}, True),
    ({"point", "colon"}, False),
    ({"bracket", "open", "inner", "panel"}, False),
    ({"bold", "bracket", "close", "panel", "point", "colon"}, True),
)


def panel_letters(text: str) -> list[str]:
    """Read a panel expression (letters, lists, ranges) as lower-case letters; [] if it is none.

    >>> panel_letters("C-E"), panel_letters("A, C, and D-F"), panel_letters("(A1)")
    (['c', 'd', 'e'], ['a', 'c', 'd', 'e', 'f'], ['a'])
    >>> panel_letters("BCD"), panel_letters("n = 5"), panel_letters("")
    (['b', 'c', 'd'], [], [])
    """
    text = _SUB_LEVEL.sub("", text[:99]).strip(" \n\t()[].,:;")
    if len(text) > 1 and (text in ascii_uppercase or ascii_lowercase.startswith(text)):
        return list(text.lower())
    if not _EXPRESSION.fullmatch(text):
        return []
    letters: dict[str, None] = {}
    first, in_range = text[0], False
    for item, word, dash in _TOKEN.findall(text):
        if word or dash:
            in_range = True
        elif item[0].isupper() == text[0].isupper():
            if in_range and item[0] < first:
                return []
            codes = range(ord(first) if in_range else ord(item[0]), ord(item[0]) + 1)
            letters.update(dict.fromkeys(chr(code).lower() for code in codes))
            first, in_range = item[0], False
    return list(letters)


def split_caption(caption: str, marks: Sequence[Mark]) -> list[PanelSpan]:
    """Split a caption into the stretches that describe its panels; [] for a single panel.

    `marks` are the caption's bold, italic, ... stretches. Spans come in text order, do not
    overlap, start at their label (or end at it: `liver (A), spleen (B)`), and no letter occurs
    twice: later `(A)` are references.

    >>> split_caption("Liver. (A) Normal. (B, C) Cirrhosis.", [])
    [PanelSpan(letters=['a'], start=7, end=18), PanelSpan(letters=['b', 'c'], start=19, end=36)]
    """
    if not _SECOND.search(caption):
        return []
    labels = _merged(caption, sorted([*_printed(caption, marks), *_marked(caption, marks)]))
    run = _best_run(labels) or _best_run(list(_ordinals(caption)))
    return list(_spans(caption, run))


def _printed(caption: str, marks: Sequence[Mark]) -> Iterator[_Label]:
    """Labels by their punctuation; letters set as superscripts are notes of another kind."""
    raised = {mark.start for mark in marks if mark.kind in ("sup", "sub")}
    for match in _PRINTED.finditer(caption):
        form = match.lastgroup or ""
        inner = "in_" + form
        if match.start(inner) not in raised:
            yield from _label(caption, match.start(), match.end(), match[inner], form)


def _marked(caption: str, marks: Sequence[Mark]) -> Iterator[_Label]:
    """Labels that are bold or italic, alone or as the last letter of a bold title."""
    for start, end, kind in marks:
        if kind not in ("bold", "italic"):
            continue
        if end - start > 24:
            start = end - 1
            if caption[end - 3 : end - 1] not in (". ", ": ", "? "):
                continue
        letters = caption[start:end].strip(" ()[].,:;")
        if letters and panel_letters(letters):
            while caption[start - 1 : start] in ("(", "["):
                start -= 1
            while caption[end : end + 1] in (")", "]"):
                end += 1
            yield from _label(caption, start, end, letters, kind)


def _label(caption: str, start: int, end: int, text: str, form: str) -> Iterator[_Label]:
    before = caption[max(0, start - 40) : start]
    if form == "close" and before.rfind("(") > before.rfind(")"):
        form = "inner" if before[-2:-1] in (":", ";", ",") else ""
    if form == "point" and caption[end - 1] == ":":
        form = "colon"
    letters = panel_letters(text)
    if letters and form and not _ELSEWHERE.search(before[-12:]):
        place = _PLACE.search(before) if form == "panel" else None
        start -= len(place[0]) if place else 0
        before = before[: place.start()] if place else before
        opens = not before.strip(" ") or before.rstrip(" ")[-1] in ".;:\n"
        ranks = [ord(letter) - 96 for letter in letters]
        yield _Label(start, end, letters, ranks, form, "A" if text[0].isupper() else "a", opens)


def _merged(caption: str, labels: Iterable[_Label]) -> list[_Label]:
    """Join neighbours that a list or range joins: `(B) and (C)`, bold `A`-`C`."""
    merged: dict[str, list[_Label]] = {}
    for label in labels:
        same = merged.setdefault(label.form, [])
        if same and same[-1].case == label.case and label.letters[0] > same[-1].letters[-1]:
            gap = _JOINED.fullmatch(caption, same[-1].end, label.start)
            if gap and label.form != "point":
                ends = f"{same[-1].letters[-1]}{gap[0]}{label.letters[0]}"
                letters = [*same[-1].letters[:-1], *panel_letters(ends), *label.letters[1:]]
                ranks = [ord(letter) - 96 for letter in letters]
                same[-1] = same[-1]._replace(end=label.end, letters=letters, ranks=ranks)
                continue
        same.append(label)
    return sorted(label for same in merged.values() for label in same)


def _ordinals(caption: str) -> Iterator[_Label]:
    for match in _ORDINAL.finditer(caption):
        form = match.lastgroup or ""
        before = caption[max(0, match.start() - 2) : match.start()].rstrip(" ")
        opens = not before or before[-1] in ".\n"
        if opens or form == "panel":
            text = match[form]
            case, rank = ("i", _ROMAN.index(text)) if text in _ROMAN else ("1", int(text) - 1)
            yield _Label(match.start(), match.end(), [text], [rank + 1], form, case, opens)


def _best_run(labels: Sequence[_Label]) -> list[_Label]:
    """The run of most letters; one in bold type beats runs in the other case."""
    cases = sorted({label.case for label in labels})
    runs = [_best_of_case([x for x in labels if x.case == case]) for case in cases]
    trust = [(any(label.form == "bold" for label in run), _size(run)) for run in runs]
    return runs[trust.index(max(trust))] if runs else []


def _best_of_case(labels: Sequence[_Label]) -> list[_Label]:
    best: list[_Label] = []
    most = 0
    for forms, opening in _STYLES:
        chosen = [x for x in labels if x.form in forms and (x.opens or not opening)]
        if _size(chosen) > most:
            run = _run(chosen)
            if _size(run) > most and not ("colon" in forms and _is_legend(chosen, run)):
                best, most = run, _size(run)
    return best


def _is_legend(labels: Sequence[_Label], run: Sequence[_Label]) -> bool:
    """Whether letters out of sequence are explained alike: `S: sham, A: drug, B: placebo`."""
    named = {letter for label in run for letter in label.letters}
    return any(named.isdisjoint(label.letters) for label in labels if label.form == "colon")


def _size(labels: Iterable[_Label]) -> int:
    return sum([len(label.letters) for label in labels])


def _run(labels: Sequence[_Label]) -> list[_Label]:
    """The labels that run a, b, c, ...; what names a letter again or too early is a reference.

    A heading over panels that follow one by one stays in the run without letters.
    """
    last = {rank: i for i, label in enumerate(labels) for rank in label.ranks}
    run: list[_Label] = []
    seen: set[int] = set()
    for i, label in enumerate(labels):
        if run and label.start < run[-1].end:
            continue
        new = [rank for rank in label.ranks if rank not in seen]
        if len(new) < len(label.ranks):
            if not label.opens or not new:
                continue
            label = label._replace(letters=[chr(96 + rank) for rank in new], ranks=new)
        skipped = [rank for rank in range(1, min(new)) if rank not in seen]
        early = skipped + (new if len(new) < len(labels[i].ranks) else [])
        if (skipped and not run) or any(last[rank] > i for rank in early if rank in last):
            continue
        if _is_heading(label, labels[i + 1 : i + 1 + len(label.ranks)]):
            run.append(label._replace(letters=[], ranks=[]))
            continue
        run.append(label)
        seen.update(label.ranks)
    while run and (_is_gappy(seen) or _is_stray(run)):
        seen.difference_update(run.pop().ranks)
    return run if len(seen) > 1 and (len(run) > 1 or _stands_alone(run[0])) else []


def _is_gappy(ranks: set[int]) -> bool:
    return 3 * (max(ranks, default=0) - len(ranks)) > len(ranks)


def _is_stray(run: Sequence[_Label]) -> bool:
    """Whether the last label follows a gap inside a sentence: `dorsal (D)` after `(B)`."""
    *before, last = run
    reached = max((rank for label in before for rank in label.ranks), default=0)
    return not last.opens and min(last.ranks, default=0) > reached + 1


def _stands_alone(label: _Label) -> bool:
    """Whether one shared label makes a multi-panel caption: `(A, B) Liver`, `panels A and B`."""
    return label.case == "A" and (label.opens or label.form == "panel")


def _is_heading(label: _Label, following: Sequence[_Label]) -> bool:
    """Whether `(A-C)` is followed by sentences on `(A)`, `(B)` and `(C)`, which say more."""
    parts: set[int] = set()
    for part in following:
        if not (label.opens and part.opens and set(part.ranks) < set(label.ranks)):
            break
        parts.update(part.ranks)
    return parts == set(label.ranks)


def _spans(caption: str, run: Sequence[_Label]) -> Iterator[PanelSpan]:
    """Stretches of text: after a label that leads its text, before one that trails it."""
    sides = [_side(caption, label) for label in run]
    trails = [(side or sum(sides)) > 0 for side in sides]
    starts, floor = [], 0
    for label, trailing in zip(run, trails, strict=True):
        inside = caption.rfind("(", floor, label.start) if label.form == "inner" else -1
        head = caption[floor : label.start if inside < 0 else inside]
        clauses = _CLAUSE.finditer(head) if trailing else ()
        starts.append(max((floor + clause.end() for clause in clauses), default=label.start))
        floor = label.end
    stops = [*starts[1:], len(caption)]
    for label, trailing, start, stop in zip(run, trails, starts, stops, strict=False):
        text = "" if trailing else _trimmed(caption[label.end : stop])
        if label.letters:
            yield PanelSpan(label.letters, start, label.end + len(text))


def _trimmed(text: str) -> str:
    """Without the separators that lead over to the next label: `, and (`."""
    text = text.rstrip(_SEPARATORS)
    for word in (" and", " or"):
        text = text.removesuffix(word)
    return text.rstrip(_SEPARATORS)


def _side(caption: str, label: _Label) -> int:
    """1 for a label after its text, -1 for one before it, 0 where that is open."""
    if label.form == "inner":
        return 1
    before = caption[max(0, label.start - 6) : label.start]
    after = caption[label.end : label.end + 5]
    bracketed = caption[label.start] in "(["
    ends = r"\s*$|\s?[.,;:)]|\s(?:and|or)\b" if bracketed else r"\s*$|\s?[;)]|\s(?:and|or)\b"
    begins = label.opens or bool(re.search(r"(?:,|\band)\s$", before))
    return bool(re.match(ends, after)) - begins
