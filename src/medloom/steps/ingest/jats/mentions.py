"""Where passages refer to figures, tables, references: links are made when all rows are known."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lxml import etree

from medloom.steps.ingest.jats.figure_panels import named_panels, numbered_panels
from medloom.steps.ingest.jats.names import make
from medloom.steps.ingest.jats.normal import XRef
from medloom.steps.ingest.jats.sentences import sentence_around
from medloom.tables.literature import FigureMention, Issue, Mention, Passage

if TYPE_CHECKING:
    from medloom.steps.ingest.jats.draft import Draft

_KIND_OF_TAG = {
    "sec": "section",
    "app": "section",
    "boxed-text": "section",
    "fn": "footnote",
    "aff": "affiliation",
    "disp-formula-group": "formula",
}
_KIND_OF_TYPE = {
    "sec": "section",
    "app": "section",
    "fn": "footnote",
    "table-fn": "footnote",
    "author-notes": "footnote",
    "corresp": "footnote",
    "aff": "affiliation",
}
_DASHES = frozenset({"-", "–", "—", "−", "‐", "‑", "‒", "to", "through", "--", "–-"})
_RANGE = re.compile(r"(\d+)\s?[-‐‑‒–—−]\s?(\d+)\W*$")
_LABEL = re.compile(r"\W*(fig|tab)[a-z]*\.?\s*(S?\d+)\W*$", re.IGNORECASE)
_PRINTED = re.compile(
    r"(Fig|Tab)(?:ures?|les?|s)?\.?\s(S?\d+)"
    r"(?!\d|\.\d|\s?[—–]|\w?\s(?:of|in|from) (?:ref|\[|another))"
)
_OTHERS = re.compile(
    r"(?:[—–-]\s?|\w|(?:[Ss]upp\w*|[Aa]dditional|[Aa]ppendix|[Oo]nline|eTable)\.?\s)$"
)
_WITH_ID = etree.XPath("//*[@id]")
_LONGEST_RANGE = 80


class Links:
    """What the ids of a document's elements stand for, and the references still to be joined."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._targets: dict[str, tuple[str, list[str]]] = {}
        self._series: dict[str, dict[str, str]] = {}
        self._mentions: dict[str, list[FigureMention]] = {}
        self._tags: dict[str, str] | None = None
        self.pending: list[tuple[Draft, Passage, list[XRef]]] = []

    def add(
        self,
        element: etree._Element,
        kind: str,
        row_id: str,
        label: str | None = None,
        mentions: list[FigureMention] | None = None,
    ) -> None:
        """Say which row an element became."""
        if xml_id := element.get("id"):
            self._targets.setdefault(xml_id, (kind, [row_id]))
        self._series.setdefault(kind, {})[row_id] = label or ""
        if mentions is not None:
            self._mentions[row_id] = mentions

    def add_alias(self, xml_id: str | None, kind: str, row_ids: list[str]) -> None:
        """Say that an id stands for several rows, as that of a group of figures does."""
        if xml_id and row_ids:
            self._targets.setdefault(xml_id, (kind, row_ids))

    def resolve(self, passages: list[Passage]) -> None:
        """Fill the mentions of every passage, figure and table."""
        pending, self.pending = self.pending, []  # it refers to us through its drafts
        for draft, passage, xrefs in pending:
            try:
                passage.mentions.extend(self._read(draft, passage, xrefs))
            except Exception as error:
                message = f"{passage.id}: {type(error).__name__}: {error}"
                draft.issues.append(Issue("unreadable", "", message))
        self._read_printed(passages)
        for passage in passages:
            for mention in passage.mentions:
                if (mentions := self._mentions.get(mention.target_id)) is not None:
                    _, _, start, end, panels, _ = mention
                    sentence = sentence_around(passage.text, start, end)
                    mentions.append(FigureMention(passage.id, start, end, panels, sentence))

    def _read(self, draft: "Draft", passage: Passage, xrefs: list[XRef]) -> list[Mention]:
        text = passage.text
        mentions: list[Mention] = []
        previous: Mention | None = None
        starts = [xref.start for xref in xrefs[1:]]
        for (start, end, rids, ref_type), until in zip(xrefs, [*starts, len(text)], strict=True):
            here: list[Mention] = []
            for rid in rids.split():
                target = self._targets.get(rid) or self._other(draft, rid, ref_type)
                kind, row_ids = target
                panels = named_panels(text, start, end, until) if kind == "figure" else []
                for row in row_ids:
                    here.append(make(Mention, (kind, row, start, end, panels, False)))
            if not here:
                continue
            first = here[0]
            if len(here) > 1 and first.kind == "figure":
                here = self._share_panels(here, text[start:end])
            if (
                previous is not None
                and start - previous.end < 12
                and text[previous.end : start].strip(" []()") in _DASHES
            ):
                mentions += self._between(previous, first)
            mentions += here
            if len(here) < 3 and end - start > 2 and (found := _RANGE.search(text, start, end)):
                mentions += self._within(here, int(found[2]) - int(found[1]))
            previous = here[-1]
        return mentions

    def _other(self, draft: "Draft", rid: str, ref_type: str) -> tuple[str, list[str]]:
        """A target that is no row of ours: a section, a footnote, or nothing at all."""
        if self._tags is None:
            every: Any = _WITH_ID(self._root)
            self._tags = {element.get("id"): element.tag for element in reversed(every)}
        if tag := self._tags.get(rid):
            kind = _KIND_OF_TYPE.get(ref_type) or _KIND_OF_TAG.get(tag, "other")
        else:
            kind = "other"
            draft.issues.append(Issue("dangling-rid", "", f"{rid} is the id of nothing"))
        target = self._targets[rid] = (kind, [rid])
        return target

    def _between(self, first: Mention, last: Mention) -> list[Mention]:
        """What a range names without markup of its own: rows, or panels of one figure."""
        kind, target, start, _, panels, _ = first
        if last.kind != kind:
            return []
        if target == last.target_id:
            if len(panels) == len(last.panels) == 1:
                letters = [chr(c) for c in range(ord(panels[0]) + 1, ord(last.panels[0]))]
                if letters:
                    return [Mention(kind, target, start, last.end, letters, True)]
            return []
        rows = self._rows_between(kind, target, last.target_id)
        return [Mention(kind, row, start, last.end, [], True) for row in rows]

    def _rows_between(self, kind: str, first: str, last: str) -> list[str]:
        series = self._series.get(kind, {})
        rows = list(series)
        if first not in series or last not in series:
            return []
        begin, end = rows.index(first), rows.index(last)
        if not 1 < end - begin <= _LONGEST_RANGE:
            return []
        between = rows[begin + 1 : end]
        if kind == "reference":
            return between
        stem = series[first].rstrip(" .:0123456789")
        return [row for row in between if series[row].rstrip(" .:0123456789") == stem]

    def _within(self, here: list[Mention], steps: int) -> list[Mention]:
        """The rows of a range that one cross-reference prints: `[3-7]` with the id of 3."""
        kind, first, start, end, _, _ = here[0]
        rows = list(self._series.get(kind, ()))
        if first not in rows or not 0 < steps <= _LONGEST_RANGE:
            return []
        begin = rows.index(first)
        if len(here) == 2:
            named = self._rows_between(kind, first, here[1].target_id)
        elif begin + steps < len(rows):
            named = [*self._rows_between(kind, first, rows[begin + steps]), rows[begin + steps]]
        else:
            named = []
        if len(named) not in {steps, steps - 1} or kind not in {"figure", "table", "reference"}:
            return []
        return [Mention(kind, row, start, end, [], True) for row in named]

    def _share_panels(self, here: list[Mention], text: str) -> list[Mention]:
        """Give each of several figures in one cross-reference the panels behind its number."""
        numbered = numbered_panels(text)
        if len(numbered) != len(here):
            return [mention._replace(panels=[]) for mention in here]
        return [m._replace(panels=panels) for m, (_, panels) in zip(here, numbered, strict=True)]

    def _read_printed(self, passages: list[Passage]) -> None:
        """Link `Figure 2` in plain text where exactly one figure has that label."""
        labels: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for kind in ("figure", "table"):
            for row, label in self._series.get(kind, {}).items():
                if found := _LABEL.match(label):
                    labels.setdefault((found[1].lower(), found[2]), []).append((kind, row))
        words = sorted({kind.capitalize() for kind, _ in labels})
        for passage in passages:
            text = passage.text
            starts = _find_all(text, words)
            if not starts:
                continue
            taken, added = passage.mentions, []
            for start in starts:
                if any(m.start <= start < m.end for m in taken):
                    continue
                found = _PRINTED.match(text, start)
                targets = labels.get((found[1].lower(), found[2]), ()) if found else ()
                if found is None or len(targets) != 1:
                    continue
                kind, row = targets[0]
                end = found.end()
                if row == passage.about or any(m.start < end and m.end > start for m in taken):
                    continue
                if not _OTHERS.search(text, max(0, start - 16), start):
                    panels = named_panels(text, start, end, len(text)) if kind == "figure" else []
                    added.append(Mention(kind, row, start, end, panels, False))
            if added:
                taken += added
                taken.sort(key=lambda mention: mention.start)


def _find_all(text: str, words: Sequence[str]) -> list[int]:
    """Where words begin, from right to left: CPython searches that way three times as fast."""
    places: list[int] = []
    for word in words:
        at = text.rfind(word)
        while at >= 0:
            places.append(at)
            at = text.rfind(word, 0, at)
    return places
