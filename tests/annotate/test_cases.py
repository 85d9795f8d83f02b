import json
from pathlib import Path

import daft
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medloom.kit.cases import words_of
from medloom.kit.reading import in_memory
from medloom.step import Failure
from medloom.steps.annotate.case_figures import case_figures
from medloom.steps.annotate.case_reports import case_reports
from medloom.steps.annotate.citation_graph import citation_graph
from medloom.steps.annotate.citations import citations
from medloom.steps.annotate.patient_articles import patient_articles
from medloom.steps.annotate.patient_patients import patient_patients
from medloom.steps.ingest.jats import jats
from medloom.tables.cases import LinkedArticle

MAN = "A 54-year-old man presented with cough. He had a fever and was admitted to the ward."
WOMAN = "A 31-year-old woman fell. She was seen the next day and went home without treatment."
GIRL = "A 6-year-old girl limped after a long walk. She had no fever and walked again in May."


def section(title, *paragraphs, inside=""):
    told = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"<sec><title>{title}</title>{told}{inside}</sec>"


def document(body, kind="case-report", title="A cough: a case report", front="", back=""):
    text = (
        f'<article article-type="{kind}"><front><article-meta><article-id pub-id-type="pmcid">PMC1'
        f"</article-id><title-group><article-title>{title}</article-title></title-group>{front}"
        f"</article-meta></front><body>{body}</body><back>{back}</back></article>"
    )
    (made,) = jats(in_memory("PMC1.nxml", text.encode()))
    return made


def rows(made, **settings):
    return list(case_reports(made.articles, made.passages, made.figures, **settings))


def found(body, **rest):
    return [one for one in rows(document(body, **rest)) if not isinstance(one, Failure)]


def test_a_case_section_is_one_patient():
    body = section("Introduction", "Cough is common.") + section("2. Case presentation", MAN)
    (case,) = found(body + section("Discussion", "A 40-year-old man was reported by others."))
    assert (case.id, case.text, case.presentation) == ("PMC1/case/1", MAN, "single")
    assert (case.age.years, case.sex.value) == (54, "male")
    assert case.text[case.age.start : case.age.end] == "54-year-old"


@pytest.mark.parametrize(
    "title",
    [
        "Case",
        "CASE REPORT",
        "Clinical case",
        "Patient information",
        "Report of a case",
        "Caso clínico",
        "Presentación del caso",
        "Fallbericht",
        "Observation",
        "Case report and management",
        "The patient",
    ],
)
def test_titles_of_case_sections(title):
    assert len(found(section(title, MAN))) == 1


@pytest.mark.parametrize(
    "title",
    ["Patient characteristics", "Case definition", "Patient consent", "Patients and methods"],
)
def test_titles_that_only_sound_alike(title):
    assert found(section(title, MAN), kind="research-article", title="Coughs") == []


@pytest.mark.parametrize(
    "body",
    [
        section("Cases", inside=section("Case 1", MAN) + section("Case 2", WOMAN)),
        section("Case 1", MAN) + section("Case 2: a fall", WOMAN),
        section("Cases", f"Case 1. {MAN}", "He recovered.", f"Case 2. {WOMAN}"),
        section("Patients", f"Patient A: {MAN} Patient B: {WOMAN}"),
        section(
            "Case reports", "The first patient was a man. " + MAN, "The second patient. " + WOMAN
        ),
        section("Case series", MAN, "He recovered.", WOMAN),
        section("Family", f"Patient II-1. {MAN}", f"Patient III-2 (proband). {WOMAN}"),
    ],
)
def test_several_patients_are_told_apart(body):
    first, second = found(body, title="Two cases")
    assert [first.age.years, second.age.years] == [54, 31]
    assert [first.sex.value, second.sex.value] == ["male", "female"]
    assert {first.presentation, second.presentation} == {"several"}
    assert "31" not in first.text


def test_labels_are_kept_as_printed():
    body = section(
        "Patients",
        f"Patient III-2 (proband). {WOMAN}",
        "Patient II-4. Her uncle, aged 57 years, fell and died a week later.",
    )
    assert [one.label for one in found(body)] == ["Patient III-2", "Patient II-4"]


def test_a_relative_who_is_a_patient_has_his_own_age_and_sex():
    uncle = "Patient II-4. Her uncle, aged 57 years, had heart failure and a pacemaker since May."
    _, second = found(section("Patients", f"Patient III-2. {WOMAN}", uncle))
    assert (second.age.years, second.sex.value) == (57, "male")


def test_what_is_said_of_a_patient_in_two_places_is_one_story():
    body = section("Case 1", MAN) + section("Case 2", WOMAN)
    body += section("Results", inside=section("Case 1", "He was well after a year."))
    first, _ = found(body)
    assert first.text.endswith("He was well after a year.")


def test_sections_after_the_case_go_on_with_it():
    body = section("Case presentation", MAN) + section("Treatment", "He was given air.")
    (case,) = found(body + section("Discussion", "Air is good."))
    assert case.text == f"{MAN}\n\nHe was given air."


def test_a_case_report_without_sections_ends_where_the_discussion_begins():
    paragraphs = ["Cough is common.", MAN, "He recovered.", "In conclusion, cough is common."]
    (case,) = found("".join(f"<p>{one}</p>" for one in paragraphs))
    assert case.text == f"{MAN}\n\nHe recovered."


def test_a_letter_may_tell_of_a_patient():
    body = f"<p>To the Editor,</p><p>{MAN}</p><p>Coughs are common.</p>"
    (case,) = found(body, kind="letter", title="Cough")
    assert case.text == MAN


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("research-article", "Air for cough: a randomised trial"),
        ("review-article", "Cough: a review"),
        ("case-report", "A randomized trial that the publisher calls a case report"),
    ],
)
def test_trials_and_reviews_tell_of_no_patient(kind, title):
    body = section("Methods", "Patients of 18 years were included.") + section("Results", MAN)
    assert rows(document(body, kind=kind, title=title)) == []


def test_a_case_report_without_a_story_is_in_the_ledger():
    (failure,) = rows(document(section("Introduction", "Cough is common.")))
    assert failure == Failure("PMC1/case/1", "a case report in which no story was found")


def test_an_abstract_is_told_where_there_is_no_body():
    front = f"<abstract><sec><title>Case presentation</title><p>{MAN}</p></sec></abstract>"
    made = document("", front=front)
    (case,) = rows(made)
    assert (case.text, case.how) == (MAN, "abstract")
    assert isinstance(rows(made, abstracts=False)[0], Failure)


def test_age_and_sex_may_stand_in_the_title():
    body = section("Case report", "The patient had a cough and was admitted. The cough went away.")
    (case,) = found(body, title="Cough in a 54-year-old man: a case report")
    assert (case.age.years, case.age.where) == (54, "title")
    assert (case.sex.value, case.sex.where) == ("male", "title")


FIGURES = """<fig id="F1"><label>Figure 1</label><caption><p>Two lungs.</p></caption></fig>
<fig id="F2"><label>Figure 2</label><caption><p>The leg of case 2.</p></caption></fig>
<fig id="F3"><label>Figure 3</label><caption><p>A pathway.</p></caption></fig>"""


def test_figures_belong_to_the_patients_that_mention_them():
    see = 'See <xref ref-type="fig" rid="F1">Fig. 1{}</xref>.'
    body = section("Case 1", f"{MAN} {see.format('A')}") + section(
        "Case 2", f"{WOMAN} {see.format('B')}"
    )
    body += section(
        "Discussion", 'See <xref ref-type="fig" rid="F3">Fig. 3</xref>.', inside=FIGURES
    )
    first, second = found(body)
    assert [(one.figure_id, one.panels, one.why) for one in first.figures] == [
        ("PMC1/fig/F1", ["a"], "mentioned")
    ]
    assert [(one.figure_id, one.panels, one.why) for one in second.figures] == [
        ("PMC1/fig/F1", ["b"], "mentioned"),
        ("PMC1/fig/F2", [], "caption"),
    ]
    assert [row.id for row in case_figures(second.figures)] == [
        "PMC1/case/2/fig/F1",
        "PMC1/case/2/fig/F2",
    ]


def test_a_figure_that_nobody_mentions_belongs_to_the_section_in_which_it_stands():
    fig = '<fig id="F1"><caption><p>A lung.</p></caption></fig>'
    (case,) = found(section("Case report", MAN, inside=fig))
    assert [one.why for one in case.figures] == ["section"]


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<&>"), max_size=30
)


@given(st.lists(TEXTS, max_size=4))
def test_passages_can_be_found_again_in_the_text(more):
    made = document(section("Cases", f"Case 1. {MAN} 👩‍⚕️ é", *more, f"Case 2. {GIRL}", *more))
    texts = {one.id: one.text for one in made.passages}
    cases = rows(made)
    assert len(cases) == 2
    for case in cases:
        for one in case.passages:
            length = one.end - one.start
            stretch = texts[one.passage_id][one.passage_start : one.passage_start + length]
            assert case.text[one.start : one.end] == stretch


def test_words_can_be_replaced_and_are_checked(tmp_path):
    (tmp_path / "words.yaml").write_text("a: b")
    with pytest.raises(ValueError, match="has no types"):
        words_of(str(tmp_path / "words.yaml"))
    with pytest.raises(ValueError, match="cannot read"):
        case_reports.using(words=str(tmp_path / "none.yaml"))


REFERENCES = """<ref-list><ref id="B1"><element-citation><pub-id pub-id-type="pmid">22</pub-id>
</element-citation></ref><ref id="B2"><element-citation><pub-id pub-id-type="doi">10.1/OUT</pub-id>
</element-citation></ref></ref-list>"""


def test_articles_are_relevant_through_citations():
    made = document(section("Case 1", MAN) + section("Case 2", WOMAN), back=REFERENCES)
    (own,) = citations(made.articles, made.passages)
    assert own.cases == ["PMC1/case/1", "PMC1/case/2"]
    assert [one.keys for one in own.cites] == [["pmid:22"], ["doi:10.1/out"]]
    other = own._replace(id="PMC2", keys=["pmid:22"], cases=["PMC2/case/1"], cites=[])
    frame = daft.from_pylist([_plain(own), _plain(other)])
    linked = {row["id"]: row["linked"] for row in citation_graph(frame).to_pylist()}
    around = [_linked(one) for one in linked["PMC1"]]
    relevant = [
        row for row in patient_articles("PMC1", own.cases, around) if row.case_id[-1] == "1"
    ]
    assert [(row.article, row.relevance, row.through, row.in_collection) for row in relevant] == [
        ("PMC1", 2, "own", True),
        ("PMC2", 2, "cites", True),
        ("doi:10.1/out", 1, "cites", False),
    ]
    similar = {
        (row.case_id, row.similar_id): row.similarity for row in patient_patients(own.cases, around)
    }
    assert similar[("PMC1/case/1", "PMC1/case/2")] == 2
    assert similar[("PMC1/case/2", "PMC2/case/1")] == 1
    back = [_linked(one) for one in linked["PMC2"]]
    assert [(one.article, one.through) for one in back] == [("PMC1", "cited-by")]


def _plain(row):
    return row._asdict() | {"cites": [one._asdict() for one in row.cites]}


def _linked(row):
    return LinkedArticle(**row)


def test_the_demo_articles(demo):
    golds = [json.loads(line) for line in Path(__file__).with_name("gold_cases.jsonl").open()]
    for gold in golds:
        if gold["id"].startswith("demo/"):
            for file in demo.glob(f"{gold['id'][5:]}*/*.*xml"):
                (made,) = jats(in_memory(file.name, file.read_bytes()))
                assert len(rows(made)) == gold["patients"], gold["id"]


def test_no_trial_holds_a_patient(data):
    trials = sorted((data / "literature/pmc_evidence_inference/xml_files").glob("*.nxml"))[:20]
    for file in trials:
        (made,) = jats(in_memory(file.name, file.read_bytes()))
        assert [one for one in rows(made) if not isinstance(one, Failure)] == []


def test_a_series_that_tells_of_nobody_alone_is_no_case():
    cohort = (
        "We saw 250 patients (mean age 54 years). Patients were asked. The patient signed a form."
    )
    (failure,) = rows(document(section("Patients", cohort), title="A case series"))
    assert isinstance(failure, Failure)


def test_a_section_marked_as_a_case_may_have_any_title():
    body = f'<sec sec-type="cases"><title>An odd title</title><p>{MAN}</p></sec>'
    (case,) = found(section("Introduction", "Cough is common.") + body)
    assert case.text == MAN


def test_tables_belong_where_they_are_mentioned_or_stand():
    table = '<table-wrap id="T{}"><caption><p>Values.</p></caption></table-wrap>'
    see = 'See <xref ref-type="table" rid="T2">Table 2</xref>.'
    body = section("Case 1", MAN, inside=table.format(1)) + section("Case 2", f"{WOMAN} {see}")
    first, second = found(body + section("Discussion", "Well.", inside=table.format(2)))
    assert (first.tables, second.tables) == (["PMC1/table/T1"], ["PMC1/table/T2"])
