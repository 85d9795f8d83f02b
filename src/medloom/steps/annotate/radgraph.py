"""Report graphs in the format of RadGraph (Jain 2021)."""

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import Any

from medloom.step import adds
from medloom.tables.spans import Assertion, Relation, Span

_TOKEN = re.compile(r"\w+|[^\w\s]")


@adds("radgraph")
def radgraph(text: str, spans: list[Span], relations: list[Relation]) -> str:
    """Write a text's entities and relations as RadGraph's JSON, one object with `entities`.

    Labels are ANAT-DP, and OBS-DP, OBS-DA or OBS-U as the step `assertion` has judged: negated is
    DA, and uncertain is U, also where it is negated, too. Tokens are words and single marks;
    `start_ix` and `end_ix` count them from 0, both included.

    >>> from medloom.tables.spans import Assertion
    >>> spans = [Span(3, 10, "Anatomy"), Span(11, 19, "Observation",
    ...                                       assertion=Assertion(negated=True))]
    >>> kind = Relation("located_at", spans[1].key, spans[0].key)
    >>> made = json.loads(radgraph("No pleural effusion", spans, [kind]))["entities"]["2"]
    >>> made["label"], made["start_ix"], made["relations"]
    ('OBS-DA', 2, [['located_at', '1']])
    """
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    ends, starts = [end for _, end in tokens], [start for start, _ in tokens]
    names = {span.key: str(number) for number, span in enumerate(sorted(spans), start=1)}
    leaving: dict[str, list[list[str]]] = defaultdict(list)
    for one in relations:
        if one.tail in names:
            leaving[one.head].append([one.kind, names[one.tail]])
    entities: dict[str, dict[str, Any]] = {}
    for span in sorted(spans):
        first, last = bisect_right(ends, span.start), bisect_left(starts, span.end) - 1
        if first <= last:
            entities[names[span.key]] = {
                "tokens": text[span.start : span.end],
                "label": label_of(span),
                "start_ix": first,
                "end_ix": last,
                "relations": leaving[span.key],
            }
    words = " ".join(text[start:end] for start, end in tokens)
    return json.dumps({"text": words, "entities": entities}, ensure_ascii=False)


def label_of(span: Span) -> str:
    """RadGraph's label of an entity of a report.

    >>> label_of(Span(0, 4, "Anatomy")), label_of(Span(0, 4, "Observation"))
    ('ANAT-DP', 'OBS-DP')
    """
    said = span.assertion or Assertion()
    if span.label == "Anatomy":
        return "ANAT-DP"
    return "OBS-U" if said.uncertain else "OBS-DA" if said.negated else "OBS-DP"
