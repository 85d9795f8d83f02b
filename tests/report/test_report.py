"""Rankings, trends, sentences, the page, graphs and RDF, on a small collection of mentions."""

import json
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import medloom
from medloom.cli import app
from medloom.errors import CollectionError
from medloom.report import network, page, ranking, triples

RECIPE = """\
name: known
tables:
  documents: {read: {pubmed: "{input}"}, store: false}
  articles: {from: documents, steps: [articles]}
  passages:
    from: documents
    steps:
      - passages
      - tests.report.known:known_words
  entities: {from: passages, steps: [entities]}
  cooccurrence:
    from: passages
    steps: [cooccurrence, cooccurrence_statistics]
"""
TEXTS = {
    1: (2001, "Fever and cough. No rash < 2 days 😀 with fever."),
    2: (2002, "Cough with fever."),
    3: (2002, "The rash had gone & the cough, too."),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("known")
    records = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{n}</PMID><Article><Journal><JournalIssue><PubDate>"
        f"<Year>{year}</Year></PubDate></JournalIssue></Journal><ArticleTitle>Title</ArticleTitle>"
        f"<Abstract><AbstractText>{text.replace('&', '&amp;').replace('<', '&lt;')}</AbstractText>"
        "</Abstract></Article></MedlineCitation></PubmedArticle>"
        for n, (year, text) in TEXTS.items()
    )
    (folder / "p.xml").write_text(f"<PubmedArticleSet>{records}</PubmedArticleSet>")
    (folder / "r.yaml").write_text(RECIPE)
    medloom.build(folder / "r.yaml", input=folder / "p.xml", into=folder / "c", workers=0)
    return folder / "c"


@pytest.fixture
def known(built):
    return medloom.open(built)


def test_entities_are_ranked_by_documents(known):
    ranked = ranking.rank(known)
    assert [(r.rank, r.name, r.mentions, r.documents) for r in ranked] == [
        (1, "cough", 3, 3),
        (2, "fever", 3, 2),
        (3, "rash", 2, 2),
    ]
    assert ranked[1].forms == ["Fever", "fever"] or ranked[1].forms == ["fever", "Fever"]
    assert ranking.rank(known, labels=["Nothing"]) == []
    assert [r.name for r in ranking.rank(known, by="mentions", top=1)] == ["cough"]


def test_trends_count_documents_by_year(known):
    by_entity, every = ranking.trends(known, "entities", ["Sign:cough", "Sign:fever"])
    assert by_entity == {"Sign:cough": {2001: 1, 2002: 2}, "Sign:fever": {2001: 1, 2002: 1}}
    assert every == {2001: 1, 2002: 2}


def test_sentences_show_the_mention(known):
    found = list(ranking.sentences(known, "entities", ["Sign:fever"], 10))
    assert len(found) == 3
    for row in found:
        at = row["start"] - row["sentence_start"]
        assert row["sentence"][at : at + len(row["text"])] == row["text"]
    documents = [row["document_id"] for row in found]
    assert documents[0] != documents[1]  # another document before a second sentence of the first


def test_a_table_that_holds_no_mentions(known):
    assert ranking.table_of_mentions(known) == "entities"
    with pytest.raises(CollectionError, match="holds no mentions"):
        ranking.rank(known, "articles")


def test_the_page_in_a_browser(known, tmp_path):
    made = page.write(known, tmp_path / "r")
    assert {file.name for file in made} >= {"index.html", "entities.tsv", "cooccurrence.tsv"}
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
        (tmp_path / "r" / "index.html").as_uri(),
    ]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    body = dom.partition("<main>")[2].partition("<script")[0]
    assert body.count("<tr") == 4  # the head and three entities
    assert "<h2>cough</h2>" in body
    assert "The rash had gone &amp; the <mark>cough</mark>, too." in body
    assert "Share of documents that mention it" in body


def test_graphs_in_every_form(known, tmp_path):
    graph = network.of_collection(
        known, "entities", "cooccurrence", top=None, weight="llr", least=1
    )
    assert {frozenset(edge) for edge in graph.edges} == {
        frozenset({"Sign:cough", "Sign:fever"}),
        frozenset({"Sign:rash", "Sign:fever"}),
        frozenset({"Sign:cough", "Sign:rash"}),
    }
    network.write_graphml(graph, tmp_path / "g.graphml")
    assert "Sign:fever" in (tmp_path / "g.graphml").read_text()
    network.write_parquet(graph, tmp_path / "g")
    assert pq.read_table(tmp_path / "g" / "nodes.parquet").num_rows == 3
    assert pq.read_table(tmp_path / "g" / "edges.parquet").num_rows == 3
    network.write_picture(graph, tmp_path / "g.png")
    assert (tmp_path / "g.png").read_bytes().startswith(b"\x89PNG")


def test_turtle_is_read_by_rdflib(known, tmp_path):
    rdflib = pytest.importorskip("rdflib")
    n = triples.write_turtle(known, tmp_path / "k.ttl")
    assert n == 8
    graph = rdflib.Graph().parse(tmp_path / "k.ttl")
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    assert len(list(graph.subjects(rdflib.RDF.type, oa.Annotation))) == 8
    assert {str(text) for text in graph.objects(None, oa.exact)} >= {"Fever", "rash"}
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    assert list(graph.objects(None, prov.used))


@pytest.mark.parametrize("name", ["urn:x y", "Disease:a<b>", "HP:0001250", 'x:"', "é:ß\n"])
def test_iris_are_legal(name):
    rdflib = pytest.importorskip("rdflib")
    rdflib.Graph().parse(data=f"{triples.iri(name)} <urn:p> <urn:o> .", format="turtle")


def test_the_commands(built, tmp_path):
    run = CliRunner().invoke
    shown = run(app, ["report", str(built), "--json"])
    assert [json.loads(line)["name"] for line in shown.stdout.splitlines()] == [
        "cough",
        "fever",
        "rash",
    ]
    assert "Cough with fever." in run(app, ["report", str(built), "--entity", "Sign:fever"]).stdout
    assert "2001" in run(app, ["report", str(built), "--trend"]).stdout
    done = run(app, ["graph", str(built), str(tmp_path / "g.ttl")])
    assert done.exit_code == 0
    assert run(app, ["graph", str(built), str(tmp_path / "g.xls")]).exit_code == 2
