"""The patients who are similar to a patient."""

from collections.abc import Iterator

from medloom.step import expands
from medloom.tables.cases import LinkedArticle, PatientPatient


@expands
def patient_patients(
    cases: list[str], linked: list[LinkedArticle] | None
) -> Iterator[PatientPatient]:
    """Make a row of each patient of an article and each patient who is similar to him.

    Similar are the other patients of the article (similarity 2), and the patients of articles that
    it cites or that cite it (1). Both directions are rows. Needs `citation_graph` before it. After
    Zhao et al., PMC-Patients (doi:10.1038/s41597-023-02814-8).

    >>> other = LinkedArticle("PMC2", "cited-by", True, ["PMC2/case/1"])
    >>> [(row.similar_id, row.similarity) for row in patient_patients(["PMC1/case/1"], [other])]
    [('PMC2/case/1', 1)]
    """
    around = sorted({case for one in linked or [] for case in one.cases or []} - set(cases))
    for case in cases:
        for other in cases:
            if other != case:
                yield PatientPatient(f"{case}/patient/{other}", case, other, 2)
        for other in around:
            yield PatientPatient(f"{case}/patient/{other}", case, other, 1)
