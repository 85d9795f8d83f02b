"""The articles that are relevant to a patient."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.cases import LinkedArticle, PatientArticle


@expands
def patient_articles(
    id: str, cases: list[str], linked: list[LinkedArticle] | None
) -> Iterator[PatientArticle]:
    """Make a row of each patient of an article and each article that is relevant to him.

    Relevant are the patient's own article (relevance 2), and articles that it cites or that cite
    it: 2 if they tell of patients themselves, else 1. Of an article that is not in the collection
    nobody knows whether it does, so it has 1. Needs `citation_graph` before it. After Zhao et al.,
    PMC-Patients (doi:10.1038/s41597-023-02814-8).

    >>> other = LinkedArticle("PMC2", "cites", True, [])
    >>> [(row.article, row.relevance) for row in patient_articles("PMC1", ["PMC1/case/1"], [other])]
    [('PMC1', 2), ('PMC2', 1)]
    """
    if not cases:
        return
    around = {one.article: one for one in sorted(linked or [], reverse=True)}
    for case in cases:
        yield PatientArticle(f"{case}/article/{id}", case, id, 2, "own", True)
        for name, one in sorted(around.items()):
            relevance = 2 if one.cases else 1
            yield PatientArticle(
                f"{case}/article/{name}", case, name, relevance, one.through, one.in_collection
            )
