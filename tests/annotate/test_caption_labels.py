"""What figures and panels show, from their captions."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from medloom.steps.annotate.caption_labels import caption_labels
from medloom.steps.parse.panels_in_figures import panels_in_figures
from medloom.tables.literature import Figure, FigureMention, Panel

STEP = caption_labels()


def labels(caption: str, kind: str = "modality") -> set[str]:
    return {one.label for one in STEP([caption])[0] if one.kind == kind}


@pytest.mark.parametrize(
    ("caption", "modality", "body_part"),
    [
        ("Axial contrast-enhanced CT of the abdomen with a mass (arrow).", {"ct"}, {"abdomen"}),
        ("Chest radiograph on admission.", {"xray"}, {"chest"}),
        ("Sagittal T2-weighted image of the lumbar spine.", {"mri"}, {"spine"}),
        ("Abdominal ultrasound with gallstones.", {"ultrasound"}, {"abdomen"}),
        ("FDG PET/CT with uptake in the liver.", {"pet", "ct"}, {"liver"}),
        ("Bilateral mammogram.", {"mammography"}, {"breast"}),
        ("Barium swallow with a narrow oesophagus.", {"fluoroscopy"}, {"esophagus"}),
        ("Bone scan with uptake in two ribs.", {"scintigraphy"}, {"bone", "chest"}),
        ("Kidney biopsy, H&E, ×200.", {"histology"}, {"kidney"}),
        ("Immunohistochemistry for CD3 of the skin.", {"immunohistochemistry"}, {"skin"}),
        ("Electron micrograph of a glomerulus.", {"electron_microscopy"}, {"kidney"}),
        ("Colonoscopy showing an ulcer.", {"endoscopy"}, {"bowel"}),
        ("OCT scan of the left eye.", {"oct"}, {"eye"}),
        ("Clinical photograph of both hands.", {"clinical_photo"}, {"upper_limb"}),
        ("Intraoperative view of the stomach.", {"intraoperative_photo"}, {"stomach"}),
        ("12-lead ECG with sinus rhythm.", {"ecg"}, set()),
        ("Western blot of lung tissue.", {"gel_blot"}, set()),
        ("Kaplan-Meier curves of overall survival, liver group.", {"chart"}, set()),
        ("Mean lesion volume on brain MRI by arm (P < 0.05).", {"chart"}, set()),
        ("CONSORT flow diagram. CT, computed tomography.", {"flowchart"}, set()),
        ("Schematic of the pathway.", {"diagram"}, set()),
        ("Map of the study area.", {"map"}, set()),
        ("", set(), set()),
    ],
)
def test_captions(caption: str, modality: set[str], body_part: set[str]) -> None:
    assert labels(caption) == modality
    assert labels(caption, "body_part") == body_part


def test_plane_contrast_and_stain() -> None:
    caption = "Coronal contrast-enhanced CT of the chest; lateral view. Stained with H&E."
    assert labels(caption, "plane") == {"coronal", "lateral"}
    assert labels(caption, "contrast") == {"contrast_enhanced"}
    assert labels(caption, "stain") == {"hematoxylin_eosin"}


def test_several_panels_give_several_modalities() -> None:
    caption = "(A) MRI of the brain. (B) Quantification of volumes; error bars are SEM."
    assert labels(caption) == {"mri", "chart"}


def test_what_is_only_measured_with_is_not_shown() -> None:
    assert labels("Changes in fat mass measured by MRI, with 95% CI.") == {"chart"}
    assert labels("Right breast during ultrasound-guided aspiration (arrow).") == {"ultrasound"}


def test_words_that_fired() -> None:
    text = "Right knee, axial CT scan."
    for one in STEP([text])[0]:
        assert text[one.start : one.end] == one.text
        assert (one.source, one.rule) == ("caption", "strong")


def test_a_mention_helps_where_the_caption_says_nothing() -> None:
    says = FigureMention("p", 0, 5, [], "Fig. 1 is a chest X-ray; blood counts were normal.")
    found = caption_labels()(["On admission.", "Brain MRI."], (), [[says], [says]])
    assert [(one.label, one.source) for one in found[0]] == [
        ("xray", "mention"),
        ("chest", "mention"),
    ]
    assert {one.label for one in found[1]} == {"mri", "brain"}


def test_panels_inherit_what_their_own_words_do_not_say() -> None:
    caption = "Brain tumour. CT of the head. (A) Before. (B) MRI. (C) Survival curve of 9 cases."
    places = [(caption.index(f"({one})"), one.lower()) for one in "ABC"]
    ends = [*(at for at, _ in places[1:]), len(caption)]
    panels = [
        Panel(f"f/{one}", "f", "a", [one], caption[at:end].strip(), at, end)
        for (at, one), end in zip(places, ends, strict=True)
    ]
    mentions = [FigureMention("p", 0, 5, ["b"], "Fig. 1B shows it.")]
    figure = Figure("f", "a", "1", None, caption, [], "body", None, [], mentions, None)
    rows = list(panels_in_figures([figure], panels))
    assert [len(row.mentions) for row in rows] == [0, 1, 0]
    found = caption_labels()(*zip(*((r.caption, r.lead, r.mentions) for r in rows), strict=True))
    first = [{(one.label, one.source) for one in row if one.kind == "modality"} for row in found]
    assert first == [{("ct", "figure")}, {("mri", "caption")}, {("chart", "caption")}]


def test_a_taxonomy_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "modality: {kite: {name: kite photograph, strong: [kite*]}}\n"
        "body_part: {wing: {name: wing, strong: [wings]}}\n"
    )
    found = caption_labels(taxonomy=str(mine))(["Two kites with wings."])[0]
    assert [(one.label, one.text) for one in found] == [("kite", "kites"), ("wing", "wings")]
    before = caption_labels.using(taxonomy=str(mine)).digest
    mine.write_text(mine.read_text().replace("wings", "tail"))
    assert caption_labels.using(taxonomy=str(mine)).digest != before


@pytest.mark.parametrize("content", [None, "modality: [", "modality: {}", "body_part: 3", "text"])
def test_a_taxonomy_that_is_wrong_fails_with_the_recipe(
    tmp_path: Path, content: str | None
) -> None:
    mine = tmp_path / "mine.yaml"
    if content is not None:
        mine.write_text(content)
    with pytest.raises(ValidationError, match=r"mine\.yaml"):
        caption_labels.using(taxonomy=str(mine))


PIECES = st.sampled_from(
    ["CT", "scan ", "of ", "the ", "left ", "lung", ". ", "(A) ", "H&E", "x-ray ", "😀", "e\u0301"]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_places_are_exact(text: str) -> None:
    for one in STEP([text])[0]:
        assert text[one.start : one.end] == one.text != ""


def test_the_captions_labelled_by_hand_are_well_formed() -> None:
    lines = (Path(__file__).parent / "gold_captions.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert len({row["id"] for row in rows}) == len(rows)
    hints = [one for found in STEP.known.phrases.exact.values() for one in found if one]
    known = {hint.label.name for hint in hints}
    assert {one for row in rows for one in row["modality"] + row["body_part"]} <= known
