"""Every format gives the same model; what is wrong in a file is mended and counted, or told."""

import zipfile

import pytest

from medloom.terminology.load import load
from medloom.terminology.model import Synonym, TerminologyError

OBO = """format-version: 1.2
data-version: toy/releases/2026-01-02
ontology: toy
property_value: terms:license https://example.org/licence

[Term]
id: T:1
name: Heart finding
alt_id: T:9

[Term]
id: T:2
name: Heart attack \\, acute
def: "Death of heart muscle." [x]
synonym: "Myocardial infarct" EXACT layperson []
synonym: "Coronary event" BROAD []
is_a: T:1 ! Heart finding

[Term]
id: T:3
name: Old
is_obsolete: true
replaced_by: T:2

[Typedef]
id: part_of
name: part of
"""


@pytest.fixture
def write(tmp_path):
    def make(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def test_obo(write):
    toy = load(write("toy.obo", OBO))
    assert (toy.title, toy.licence) == ("toy 2026-01-02", "https://example.org/licence")
    entry = toy.entries["T:2"]
    assert (entry.name, entry.parents) == ("Heart attack , acute", ("T:1",))
    assert entry.definition == "Death of heart muscle."
    assert entry.synonyms[0] == Synonym("Myocardial infarct", "exact", kind="layperson")
    assert [one.scope for one in entry.synonyms] == ["exact", "broad"]
    assert [toy.primary(one) for one in ("T:9", "T:3", "T:2", "T:8")] == ["T:1", "T:2", "T:2", None]


def test_obograph(write):
    graph = """{"graphs": [{"id": "http://x/toy.json", 
      "meta": {"version": "x/toy/2026-01-02/toy.json"},
      "nodes": [{"id": "http://purl.obolibrary.org/obo/T_1", "lbl": "Heart", "type": "CLASS",
        "meta": {"synonyms": [{"pred": "hasExactSynonym", "val": "Cor"}]}},
        {"id": "http://purl.obolibrary.org/obo/T_2", "lbl": "Valve", "type": "CLASS"}],
      "edges": [{"sub": "http://purl.obolibrary.org/obo/T_2", "pred": "is_a",
        "obj": "http://purl.obolibrary.org/obo/T_1"}]}]}"""
    toy = load(write("toy.json", graph))
    assert toy.title == "toy 2026-01-02"
    assert toy.entries["T:1"].synonyms == (Synonym("Cor"),)
    assert toy.entries["T:2"].parents == ("T:1",)


def test_owl(write):
    owl = """<?xml version="1.0"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:owl="http://www.w3.org/2002/07/owl#"
      xmlns:o="http://www.geneontology.org/formats/oboInOwl#">
    <owl:Ontology rdf:about="http://x/toy.owl"><owl:versionInfo>7</owl:versionInfo></owl:Ontology>
    <owl:Class rdf:about="http://purl.obolibrary.org/obo/T_1"><rdfs:label>Heart</rdfs:label>
      <rdfs:label xml:lang="de">Herz</rdfs:label>
      <o:hasRelatedSynonym>Cor</o:hasRelatedSynonym></owl:Class>
    <owl:Class rdf:about="http://purl.obolibrary.org/obo/T_2"><rdfs:label>Valve</rdfs:label>
      <rdfs:subClassOf rdf:resource="http://purl.obolibrary.org/obo/T_1"/>
      <rdfs:subClassOf><owl:Restriction/></rdfs:subClassOf></owl:Class></rdf:RDF>"""
    toy = load(write("toy.owl", owl))
    assert toy.title == "toy 7"
    names = {(one.text, one.scope, one.language) for one in toy.entries["T:1"].names()}
    assert names == {("Heart", "exact", "en"), ("Herz", "exact", "de"), ("Cor", "related", "en")}
    assert toy.entries["T:2"].parents == ("T:1",)
    assert load(write("toy.owl", owl), languages=["de"]).entries["T:1"].name == "Herz"


def test_jsonld(write):
    skos = """{"@context": {}, "@graph": [{"@id": "http://x/T_1",
      "skos:prefLabel": [{"@value": "Heart", "@language": "en"},
      {"@value": "Herz", "@language": "de"}]},
      {"@id": "http://x/T_2", "skos:prefLabel": "Valve", "skos:broader": {"@id": "http://x/T_1"}}]}"""
    toy = load(write("toy.jsonld", skos))
    assert toy.entries["T:1"].synonyms == (Synonym("Herz", "exact", "de"),)
    assert toy.entries["T:2"].parents == ("T:1",)


CONSO = (
    "C0000001|ENG|P|L1|PF|S1|Y|A1||||MSH|MH|D1|Heart attack|0|N||\n"
    "C0000001|ENG|S|L2|PF|S2|Y|A2||||SNOMEDCT_US|SY|1|Coronary|9|O||\n"
    "C0000001|SPA|P|L3|PF|S3|Y|A3||||MSHSPA|MH|D1|Infarto|0|N||\n"
    "C0000002|ENG|P|L4|PF|S4|Y|A4||||MSH|MH|D2|Heart disease|0|N||\n"
    "cut off\n"
)


def test_rrf_in_a_folder_and_in_a_zip(write, tmp_path):
    write("META/MRCONSO.RRF", CONSO)
    write("META/MRSTY.RRF", "C0000001|T047|B2|Disease or Syndrome|AT|256|\n")
    write("META/MRREL.RRF", "C0000001|A1|AUI|PAR|C0000002|A4|AUI||R1||MSH|MSH|||N||\n")
    with zipfile.ZipFile(tmp_path / "2026AA.zip", "w") as archive:
        for name in ("MRCONSO", "MRSTY", "MRREL"):
            archive.write(tmp_path / f"META/{name}.RRF", f"2026AA/META/{name}.RRF")
    for place in ("META", "2026AA.zip"):
        umls = load(tmp_path / place)
        entry = umls.entries["UMLS:C0000001"]
        assert (entry.name, entry.types) == ("Heart attack", ("T047 Disease or Syndrome",))
        assert entry.parents == ("UMLS:C0000002",)
        assert [one.language for one in entry.synonyms] == ["es"]
        assert umls.notes.counts["suppressed names left out"] == 1
        assert sum(umls.notes.counts.values()) == 2
    assert umls.title == "umls 2026AA"
    spanish = load(tmp_path / "META", vocabularies=["MSHSPA"], languages=["es"])
    assert [one.name for one in spanish.entries.values()] == ["Infarto"]


def test_icd10cm(write):
    xml = """<ICD10CM.tabular><version>2026</version><chapter><name>1</name>
      <desc>Infections (A00-B99)</desc>
      <section id="A00-A09"><desc>Intestinal infections (A00-A09)</desc>
      <diag><name>A00</name><desc>Cholera</desc>
      <diag><name>A00.0</name><desc>Cholera due to x</desc>
      <inclusionTerm><note>Classical cholera</note></inclusionTerm></diag></diag>
      </section></chapter>
      </ICD10CM.tabular>"""
    tabular = load(write("t.xml", xml))
    assert tabular.title == "icd10cm 2026"
    assert tabular.entries["ICD10CM:A00.0"].synonyms == (Synonym("Classical cholera", "narrow"),)
    assert [one.id for one in tabular.ancestors("ICD10CM:A00.0")][-1] == "ICD10CM:chapter-1"
    order = (
        "00001 A00     0 Cholera".ljust(77) + "Cholera\n" + "00002 A000    1 Cholera d".ljust(77)
    )
    codes = load(write("icd10cm-order-2026.txt", order + "Cholera due to x\n"))
    assert codes.entries["ICD10CM:A00.0"].parents == ("ICD10CM:A00",)


def test_mesh_in_ascii_and_xml(write):
    ascii_ = """*NEWRECORD
MH = Heart Diseases
MN = C14.280
UI = D006331

*NEWRECORD
MH = Myocardial Infarction
ENTRY = Heart Attack|T047|NON|EQV|UNK (19XX)|abbcdef
MN = C14.280.647
MS = Necrosis of the myocardium.
UI = D009203
"""
    xml = """<DescriptorRecordSet><DescriptorRecord><DescriptorUI>D006331</DescriptorUI>
      <DescriptorName><String>Heart Diseases</String></DescriptorName>
      <TreeNumberList><TreeNumber>C14.280</TreeNumber></TreeNumberList></DescriptorRecord>
      <DescriptorRecord><DescriptorUI>D009203</DescriptorUI>
      <DescriptorName><String>Myocardial Infarction</String></DescriptorName>
      <TreeNumberList><TreeNumber>C14.280.647</TreeNumber></TreeNumberList>
      <ConceptList><Concept PreferredConceptYN="Y">
      <ScopeNote>Necrosis of the myocardium.</ScopeNote>
      <TermList><Term><String>Myocardial Infarction</String></Term>
      <Term><String>Heart Attack</String></Term>
      </TermList></Concept></ConceptList></DescriptorRecord></DescriptorRecordSet>"""
    for path in (write("d2026.bin", ascii_), write("desc2026.xml", xml)):
        mesh = load(path)
        entry = mesh.entries["MESH:D009203"]
        assert mesh.title == "mesh 2026"
        assert [one.text for one in entry.names()] == ["Myocardial Infarction", "Heart Attack"]
        assert (entry.parents, entry.definition) == (
            ("MESH:D006331",),
            "Necrosis of the myocardium.",
        )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id,name,synonyms\nT:1,Heart,Cor|Herz\n"),
        ("a.tsv", "id\tname\nT:1\tHeart\nT:1\tCor\nT:1\tHerz\n"),
        ("a.txt", "T:1||Heart|Cor|Herz\n"),
        ("ctd.csv", "# CTD\n# DiseaseName,DiseaseID,Synonyms\n#\nHeart,T:1,Cor|Herz\n"),
    ],
)
def test_tables(write, name, content):
    (entry,) = load(write(name, content)).entries.values()
    assert [one.text for one in entry.names()] == ["Heart", "Cor", "Herz"]


def test_what_is_wrong_is_mended_and_counted(write):
    rows = (
        b"id,name,synonyms,parents\nT:1,Heart,,T:2\nT:2,Valve,,T:1\nT:3,,,\n"
        b"T:4,Caf\xe9,,T:99\n,Lost,,\n"
    )
    toy = load(write("a.csv", rows))
    assert set(toy.entries) == {"T:1", "T:2", "T:4"}
    assert toy.entries["T:4"].name == "Café"
    assert sorted(len(one.parents) for one in toy.entries.values()) == [0, 0, 1]
    assert sum(toy.notes.counts.values()) == 5, list(toy.notes.lines())
    double = load(write("b.obo", OBO + "\n[Term]\nid: T:2\nname: Infarction\n"))
    assert [one.text for one in double.entries["T:2"].names()][-1] == "Infarction"
    assert "merged with the first (T:2)" in next(double.notes.lines())


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.csv", "code_of_it,thing\n1,2\n", "needs columns `id` and `name`"),
        ("a.json", "{", "not sound JSON"),
        ("a.owl", "<rdf:RDF", "not sound XML"),
        ("a.zip", "no", "not a sound zip"),
        ("a.obo", "format-version: 1.2\n", "no concept with a name"),
        ("a.bin", b"\0\1", "not a format that is known"),
        ("a.obo.gz", b"no", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(write, name, content, what):
    with pytest.raises(TerminologyError, match=what):
        load(write(name, content))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TerminologyError, match="no such file"):
        load(tmp_path / "no.obo")


def test_real_files(data):
    hpo = load(data / "terminology/onto_hpo/hp.obo")
    assert len(hpo.entries) > 15_000
    assert [one.id for one in hpo.ancestors("HP:0001250")][-1] == "HP:0000001"
    medic = load(data / "terminology/medic_vocab/medic_06Jul2012.txt")
    assert medic.primary("OMIM:613097") == "MESH:C567755"


def test_the_ids_of_a_table_stay_as_they_are(tmp_path):
    file = tmp_path / "ours.csv"
    file.write_text("id,name,parents\n1,Fever,\n2,High fever,1\n")
    ours = load(file)
    assert list(ours.entries) == ["1", "2"]
    assert ours.entries["2"].parents == ("1",)
