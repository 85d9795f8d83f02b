"""The data sets that a text names: accession numbers and the DOIs of data repositories."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from medloom.kit.identifiers import find_doi


class Dataset(NamedTuple):
    """One data set, where a text names it; offsets are half-open, in code points."""

    repository: str
    accession: str
    url: str
    start: int
    end: int


_NCBI = "https://www.ncbi.nlm.nih.gov"
_EBI = "https://www.ebi.ac.uk"
_RULES: tuple[tuple[str, str, str], ...] = (
    ("GEO", r"GSE\d{2,7}|GDS\d{3,5}|GPL\d{2,6}", _NCBI + "/geo/query/acc.cgi?acc={}"),
    ("BioProject", r"PRJ(?:NA|EB|D[BA])\d{2,9}", _NCBI + "/bioproject/{}"),
    ("SRA", r"[SED]R[PXRSAZ]\d{6,9}", _NCBI + "/sra/?term={}"),
    ("BioSample", r"SAM(?:N|EA|D)\d{6,12}", _NCBI + "/biosample/{}"),
    ("dbGaP", r"phs\d{6}(?:\.v\d+\.p\d+)?", _NCBI + "/projects/gap/cgi-bin/study.cgi?study_id={}"),
    ("ArrayExpress", r"E-[A-Z]{4}-\d{1,6}", _EBI + "/biostudies/arrayexpress/studies/{}"),
    ("EGA", r"EGA[SD]\d{11}", "https://ega-archive.org/search/{}"),
    ("PRIDE", r"PXD\d{6}", _EBI + "/pride/archive/projects/{}"),
    ("MassIVE", r"MSV\d{9}", "https://massive.ucsd.edu/ProteoSAFe/dataset.jsp?accession={}"),
    ("MetaboLights", r"MTBLS\d{1,6}", _EBI + "/metabolights/{}"),
    ("EMDB", r"EMD-\d{4,5}", _EBI + "/emdb/{}"),
    ("OpenNeuro", r"ds00\d{4}", "https://openneuro.org/datasets/{}"),
    ("ClinicalTrials.gov", r"NCT\d{8}", "https://clinicaltrials.gov/study/{}"),
    ("ISRCTN", r"ISRCTN\d{8}", "https://www.isrctn.com/{}"),
    ("EU trials", r"20\d\d-\d{6}-\d{2}(?=\D|$)", "https://www.clinicaltrialsregister.eu/ctr-search/search?query={}"),
    ("ChiCTR", r"ChiCTR(?:-[A-Z]{3}-|-)?\d{8,10}", ""),
)  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<r{n}>{pattern})" for n, (_, pattern, _) in enumerate(_RULES)))
_EDGE_BEFORE, _EDGE_BEHIND = re.compile(r"[\w/-]$"), re.compile(r"[A-Za-z\d]")
_PDB = re.compile(
    r"\b(?:PDB|Protein Data Bank)"
    r"(?:\s*(?:IDs?|codes?|entry|entries|accession(?: (?:codes?|numbers?))?))?"
    r"[\s:=#(]{1,4}((?:[1-9][A-Za-z\d]{3})(?:(?:\s*,\s*|\s*,?\s+and\s+)[1-9][A-Za-z\d]{3})*)\b"
)
_PDB_ID = re.compile(r"[1-9](?=[A-Za-z\d]*[A-Za-z])[A-Za-z\d]{3}")
_DOIS = {
    "10.5061/dryad": "Dryad",
    "10.5281/zenodo": "Zenodo",
    "10.6084/m9.figshare": "figshare",
    "10.7910/dvn": "Harvard Dataverse",
    "10.17632/": "Mendeley Data",
    "10.13026/": "PhysioNet",
    "10.17605/osf.io": "OSF",
    "10.7937/": "TCIA",
    "10.18112/openneuro": "OpenNeuro",
    "10.3886/": "ICPSR",
    "10.21227/": "IEEE DataPort",
    "10.5255/ukda": "UK Data Service",
    "10.1594/pangaea": "PANGAEA",
    "10.18710/": "DataverseNO",
}
_DOI_START = re.compile(r"10\.\d{4,9}/")
_MOST_CHARACTERS = 5_000_000


def datasets(text: str) -> list[Dataset]:
    """The data sets that a text names, in order, each place once.

    Numbers that are accessions only beside a word (PDB) need the word. A trial's number counts: its
    record says where the data are.

    >>> text = "Data: GSE12345, doi:10.5281/zenodo.99 and PDB IDs 1ABC, 2xyz. Trial NCT01234567."
    >>> [one[:2] for one in datasets(text)]  # doctest: +NORMALIZE_WHITESPACE
    [('GEO', 'GSE12345'), ('Zenodo', '10.5281/zenodo.99'), ('PDB', '1ABC'), ('PDB', '2XYZ'),
     ('ClinicalTrials.gov', 'NCT01234567')]
    >>> datasets("The 2019 PDB meeting; NGSE12345; p. 1ABC")
    []
    """
    text = text[:_MOST_CHARACTERS]
    found = sorted([*_numbers(text), *_structures(text), *_dois(text)], key=lambda one: one.start)
    ends = 0
    kept = []
    for one in found:
        if one.start >= ends:
            kept.append(one)
            ends = one.end
    return kept


def named(texts: Iterable[str]) -> dict[str, Dataset]:
    """The data sets that texts name, by accession, each once, in order."""
    found: dict[str, Dataset] = {}
    for text in texts:
        for one in datasets(text):
            found.setdefault(one.accession.upper(), one)
    return found


def _numbers(text: str) -> Iterator[Dataset]:
    for m in _PATTERN.finditer(text):
        if _EDGE_BEFORE.search(text[max(m.start() - 1, 0) : m.start()]) and not _in_a_link(
            text, m.start()
        ):
            continue
        if _EDGE_BEHIND.match(text, m.end()):
            continue
        repository, _, link = _RULES[int((m.lastgroup or "r0")[1:])]
        yield Dataset(repository, m[0], link.format(m[0]), *m.span())


def _in_a_link(text: str, at: int) -> bool:
    """Whether the slash in front is that of a link."""
    word = text[max(at - 200, 0) : at].rpartition(" ")[2]
    return text[at - 1] == "/" and "://" in word


def _structures(text: str) -> Iterator[Dataset]:
    for m in _PDB.finditer(text):
        for one in _PDB_ID.finditer(text, *m.span(1)):
            name = one[0].upper()
            yield Dataset("PDB", name, f"https://www.rcsb.org/structure/{name}", *one.span())


def _dois(text: str) -> Iterator[Dataset]:
    for m in _DOI_START.finditer(text):
        doi = find_doi(text[m.start() : m.start() + 200])
        if doi and (repository := _repository(doi)):
            yield Dataset(
                repository, doi, f"https://doi.org/{doi}", m.start(), m.start() + len(doi)
            )


def _repository(doi: str) -> str | None:
    small = doi.lower()
    return next((name for head, name in _DOIS.items() if small.startswith(head)), None)
