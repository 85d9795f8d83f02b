"""How like articles are by what they cite and by who cites them.

Bibliographic coupling (Kessler 1963): two articles cite the same works. Co-citation (Small 1973):
other articles cite both. And one may cite the other. Works that many cite weigh less.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from medloom.search.similar.lexical import Scores
from medloom.search.similar.sets import SetIndex

PARTS = ("coupling", "co-citation", "cites")


def keys_of(row: Mapping[str, Any]) -> list[str]:
    """The names under which an article or a reference is cited: PMID, PMCID, DOI.

    >>> keys_of({"pmid": "7", "pmcid": None, "doi": "10.1/X"})
    ['pmid:7', 'doi:10.1/x']
    """
    if row.get("keys"):
        return list(row["keys"])
    pmid, pmcid, doi = row.get("pmid"), row.get("pmcid"), row.get("doi")
    return [one for one in (pmid and f"pmid:{pmid}", pmcid, doi and f"doi:{doi.lower()}") if one]


class CitationGraph:
    """Articles of a table, and the works that they cite.

    `own` are the names of each article, `cited` for each article the names of each work it cites.
    All names of one work are brought to one, where any reference or article gives them together.

    >>> graph = CitationGraph([["pmid:1"], ["pmid:2"], ["pmid:3"]],
    ...                       [[["pmid:9"]], [["pmid:9", "doi:a"]], [["pmid:1"], ["pmid:2"]]])
    >>> scores = graph.scores(graph.works_of(0), graph.own(0))
    >>> [(name, scores[name].round(1).tolist()) for name in PARTS]
    [('coupling', [1.0, 1.0, 0.0]), ('co-citation', [1.0, 1.0, 0.0]), ('cites', [0.0, 0.0, 1.0])]
    """

    def __init__(
        self, own: Sequence[Sequence[str]], cited: Sequence[Sequence[Sequence[str]]]
    ) -> None:
        self._same: dict[str, str] = {}
        for names in (*own, *(work for works in cited for work in works)):
            self._join(names)
        self._own = [self._one(names) for names in own]
        self._works = [{self._one(work) for work in works} - {""} for works in cited]
        self._coupled = SetIndex(self._works)
        citing: defaultdict[str, set[str]] = defaultdict(set)
        for number, works in enumerate(self._works):
            for work in works:
                citing[work].add(str(number))
        self._citing = dict(citing)
        self._cocited = SetIndex([self._citing.get(one, set()) for one in self._own])

    def works_of(self, number: int) -> set[str]:
        """The works that an article cites."""
        return self._works[number]

    def own(self, number: int) -> str:
        """The name under which an article is cited."""
        return self._own[number]

    def scores(self, works: Collection[str], own: str) -> dict[str, Scores]:
        """The three parts, one score an article, for an article that cites works."""
        citing = {int(one) for one in self._citing.get(own, ())} if own else set()
        linked = [
            float(number in citing or (one != "" and one in works))
            for number, one in enumerate(self._own)
        ]
        return {
            "coupling": self._coupled.cosines(works),
            "co-citation": self._cocited.cosines({str(one) for one in citing}),
            "cites": np.array(linked, np.float32),
        }

    def _join(self, names: Sequence[str]) -> None:
        if names:
            first = min(map(self._root, names))
            for name in names:
                self._same[self._root(name)] = first

    def _root(self, name: str) -> str:
        while (above := self._same.setdefault(name, name)) != name:
            self._same[name] = self._same.setdefault(above, above)
            name = above
        return name

    def _one(self, names: Sequence[str]) -> str:
        return self._root(names[0]) if names else ""
