"""Exports of bibliographic databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.errors import NotThisFormat
from medloom.kit.citations import read_tagged
from medloom.kit.reading import in_memory
from medloom.step import Failure
from medloom.steps.ingest.citations import citations

RIS = """TY  - JOUR
AU  - Roe, A.
AU  - Doe, B.
TI  - Nudging clinicians:
a trial
T2  - Journal of Trials
PY  - 2019/05/01/
DO  - https://doi.org/10.1234/ABC.5
KW  - nudge
AB  - We asked.
ER  -

TY  - JOUR
T1  - Second
Y1  - 2001//
N2  - It fell.
ER  - 
"""
NBIB = """PMID- 123
TI  - A long title that
      goes on
AB  - First line
      second line.
FAU - Roe, Ann
AU  - Roe A
DP  - 2004 Mar
JT  - The journal
LID - 10.1234/x.1 [doi]
MH  - Humans

PMID- 124
TI  - Another
"""


def test_ris():
    first, second = read_tagged(RIS.encode())
    assert (first.id, first.title) == ("doi:10.1234/abc.5", "Nudging clinicians: a trial")
    assert (first.authors, first.year) == (["Roe, A.", "Doe, B."], 2019)
    assert (first.journal, first.keywords) == ("Journal of Trials", ["nudge"])
    assert (second.id, second.title, second.abstract) == ("record/2", "Second", "It fell.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_medline_of_pubmed(encoding):
    first, second = read_tagged(NBIB.replace("\n", "\r\n").encode(encoding))
    assert (first.id, first.title) == ("pmid:123", "A long title that goes on")
    assert (first.abstract, first.authors) == ("First line second line.", ["Roe, Ann"])
    assert (first.doi, first.year, first.keywords) == ("10.1234/x.1", 2004, ["Humans"])
    assert second.id == "pmid:124"


def test_tables_of_several_databases_have_the_same_columns():
    scopus = (
        b'Authors,Title,Year,DOI,Abstract,Source title\n"Roe; Doe",On rash,2001,10.1234/a,We,J\n'
    )
    (row,) = citations(in_memory("scopus.csv", scopus))
    assert (row.id, row.authors, row.year) == ("doi:10.1234/a", ["Roe", "Doe"], 2001)
    asreview = b"record_id,title,abstract,label_included\n5,On rash,,1.0\n6,,,0\n"
    first, second = citations(in_memory("a.csv", asreview))
    assert (first.id, first.label_included, first.abstract) == ("5", True, None)
    assert second == Failure("6", "neither a title nor an abstract")


def test_an_id_that_stands_twice_is_told_apart():
    rows = list(citations(in_memory("a.csv", b"pmid,title\n7,A\n7,B\n")))
    assert [one.id for one in rows] == ["pmid:7", "pmid:7#2"]


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", b"x,y\n1,2\n"), ("a.ris", b"hello"), ("a.ris", b"")]
)
def test_other_files_are_not_read(name, data):
    with pytest.raises(NotThisFormat):
        list(citations(in_memory(name, data)))


@given(st.binary(max_size=300) | st.text("TYIAB -\n\rER1é", max_size=200).map(str.encode))
def test_no_bytes_raise(data):
    for one in read_tagged(data):
        assert one.id
        assert one.title or one.abstract
