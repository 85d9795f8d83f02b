"""DICOM files: read, de-identified, and released with their reports."""

import json
import random
import warnings
from collections import Counter
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from medloom.errors import NotThisFormat, SourceError
from medloom.kit.dicom.profile import actions
from medloom.kit.dicom.reading import parse
from medloom.kit.phi.draws import days_of_shift
from medloom.kit.pseudonyms import day_shift, pseudonym, secret_of
from medloom.kit.reading import in_memory
from medloom.steps.curate.deidentify_dicom import deidentify_dicom
from medloom.steps.curate.has_burned_in_text import has_burned_in_text
from medloom.steps.curate.pseudonymous import pseudonymous
from medloom.steps.ingest.dicom import dicom

SECRET = "a secret of the hospital"
NAMES = ("Silverstein", "Margaret", "MRN00417", "ACC7788", "Ashdown", "Dr Quillfeather")


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setenv("MEDLOOM_SECRET", SECRET)


def file(**elements) -> bytes:
    """A small radiograph of a made-up patient."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    made = FileDataset(None, {}, file_meta=meta, preamble=b"MRN00417" * 16)
    made.update(_usual())
    for name, value in elements.items():
        setattr(made, name, value)
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.SourceApplicationEntityTitle = "ASHDOWN"
    out = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dcmwrite(out, made, enforce_file_format=True)
    return out.getvalue()


def _usual() -> Dataset:
    one = Dataset()
    one.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    one.SOPInstanceUID = "1.2.3.4.5"
    one.StudyInstanceUID, one.SeriesInstanceUID = "1.2.3.4", "1.2.3.4.1"
    one.PatientName, one.PatientID = "Silverstein^Margaret", "MRN00417"
    one.PatientBirthDate, one.PatientSex, one.PatientAge = "19280304", "F", "093Y"
    one.AccessionNumber, one.InstitutionName = "ACC7788", "Ashdown Hospital"
    one.ReferringPhysicianName = "Quillfeather^Dr"
    one.StudyDate, one.StudyTime, one.AcquisitionDateTime = "20210701", "101500", "20210704101500"
    one.Modality, one.ViewPosition, one.BodyPartExamined = "CR", "PA", "CHEST"
    one.Manufacturer, one.StationName = "Acme", "XR2"
    one.StudyDescription = "Chest of Margaret Silverstein"
    one.Rows, one.Columns, one.SamplesPerPixel = 4, 6, 1
    one.BitsAllocated = one.BitsStored = 8
    one.HighBit, one.PixelRepresentation = 7, 0
    one.PhotometricInterpretation, one.PixelData = "MONOCHROME2", bytes(24)
    return one


def read(data: bytes):
    (row,) = dicom(in_memory("a.dcm", data))
    return row


def clean(data: bytes, **settings):
    return deidentify_dicom(**settings)._one(data)


def test_a_row_has_what_the_header_says():
    row = read(file())
    assert (row.id, row.patient_id, row.study_id) == ("1.2.3.4.5", "MRN00417", "1.2.3.4")
    assert (row.modality, row.view, row.date, row.age_years) == ("CR", "PA", "2021-07-01", 93)
    assert (row.rows, row.columns, row.frames, row.bits) == (4, 6, 1, 8)
    assert row.kind == "Computed Radiography Image Storage"
    assert json.loads(row.header)["00280010"] == {"vr": "US", "Value": [4]}
    assert "7FE00010" not in json.loads(row.header)


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", NotThisFormat, "not a DICOM"),
        (b"PK\x03\x04" + bytes(200), NotThisFormat, "not a DICOM"),
        (bytes(128) + b"DICM", SourceError, "broken DICOM"),
        (file()[:-8], SourceError, "16 of 24 bytes of pixels"),
        (file(Rows=400), SourceError, "of 2,400 bytes of pixels"),
        (file()[:300], SourceError, "broken DICOM"),
    ],
)
def test_broken_files_say_why(data, error, says):
    with pytest.raises(error, match=says):
        read(data)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(128, 900), st.integers(0, 255)), max_size=8), st.booleans())
def test_damage_is_told_or_survived(changes, cut):
    data = bytearray(file())
    for at, value in changes:
        data[at % len(data)] = value
    try:
        row = read(bytes(data[: len(data) // 2] if cut else data))
        cleaned = clean(row.bytes)
    except (SourceError, NotThisFormat):
        return
    assert cleaned.id != row.id


def test_nothing_of_the_patient_is_left():
    private = Dataset()
    private.add_new(0x00111001, "LO", "Silverstein")
    item = Dataset()
    item.PatientID, item.ReferencedSOPInstanceUID = "MRN00417", "1.2.3.4.9"
    data = file(
        OtherPatientIDsSequence=[item],
        ReferencedImageSequence=[item],
        ImageComments="MARGARET moved",
        AcquisitionDeviceProcessingCode="for Silverstein",
    )
    parsed = parse(data)
    parsed.update(private)
    parsed.add_new(0x60003000, "OW", b"Silverstein1")
    out = BytesIO()
    dcmwrite(out, parsed, enforce_file_format=True)
    cleaned = clean(out.getvalue())
    low = cleaned.bytes.lower()
    assert not [name for name in NAMES if name.lower().encode() in low]
    assert b"1.2.3.4" not in cleaned.bytes
    assert b"19280304" not in cleaned.bytes
    assert b"20210701" not in cleaned.bytes
    again = parse(cleaned.bytes)
    assert again.PixelData == bytes(24)
    assert (again.PatientSex, again.PatientAge) == ("F", "090Y")
    assert (again.Manufacturer, again.ViewPosition, again.Rows) == ("Acme", "PA", 4)
    assert again.PatientIdentityRemoved == "YES"
    assert again.StationName == "REMOVED"
    assert cleaned.site == pseudonym(SECRET.encode(), "site", "Ashdown Hospital")
    assert clean(data, keep=["institution"]).site == "Ashdown Hospital"
    assert clean(out.getvalue(), keep=["device"]).header.count("XR2") == 1
    assert "PatientAge" not in parse(clean(data, keep=[]).bytes)


def test_ids_still_belong_together():
    one, two = clean(file()), clean(file(SOPInstanceUID="1.2.3.4.6"))
    other = clean(file(PatientID="MRN2", PatientName="Roe"))
    assert (one.patient_id, one.study_id, one.series_id) == (
        two.patient_id,
        two.study_id,
        two.series_id,
    )
    assert one.id != two.id
    assert one.patient_id != other.patient_id
    assert pseudonymous()(["MRN00417 "]) == [one.patient_id]
    assert pseudonymous(of="accession")(["ACC7788"]) == [one.accession]
    assert one.patient_id == pseudonym(SECRET.encode(), "patient", "MRN00417")


def test_another_secret_gives_other_pseudonyms(monkeypatch, tmp_path):
    one = clean(file())
    (tmp_path / "secret").write_text("another secret, longer\n")
    two = clean(file(), secret_file=str(tmp_path / "secret"))
    assert not {one.id, one.patient_id, one.study_id} & {two.id, two.patient_id, two.study_id}
    assert deidentify_dicom.using().digest != (
        deidentify_dicom.using(secret_file=str(tmp_path / "secret")).digest
    )
    assert SECRET not in repr(deidentify_dicom.using().values)
    monkeypatch.setenv("MEDLOOM_SECRET", "short")
    with pytest.raises(ValueError, match="holds no secret of 16 bytes"):
        deidentify_dicom()


def test_dates_move_as_those_of_texts_do():
    days = day_shift(secret_of(), "MRN00417")
    assert days_of_shift(secret_of(), "MRN00417", 365, keep_weekday=False) == days
    one, later = clean(file()), clean(file(StudyDate="20210704"))
    moved = parse(one.bytes)
    assert moved.StudyDate != "20210701"
    assert int(later.date[-2:]) - int(one.date[-2:]) in (3, 3 - 31, 3 - 30, 3 - 29, 3 - 28)
    assert str(moved.AcquisitionDateTime)[:8] == parse(later.bytes).StudyDate
    assert moved.StudyTime == "101500"
    removed = parse(clean(file(), dates="removed").bytes)
    assert not removed.StudyDate
    assert removed.LongitudinalTemporalInformationModified == "REMOVED"


@pytest.mark.parametrize("said", ["2021", "202107", "99999999", "20210231", "gone", ""])
def test_dates_that_are_none_are_emptied(said):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = file(StudyDate=said)
    assert not parse(clean(data).bytes).StudyDate


def test_documents_are_refused():
    item = Dataset()
    item.TextValue = "Margaret is ill"
    with pytest.raises(SourceError, match="holds a document"):
        clean(file(ContentSequence=[item]))


def test_burned_in_text():
    assert has_burned_in_text("YES", "CR", None)
    assert has_burned_in_text(None, "OT", "Secondary Capture Image Storage")
    assert has_burned_in_text(None, "CR", "Computed Radiography Image Storage") is None
    assert has_burned_in_text("NO", "US", None, only_said=True) is None


def test_every_name_of_the_table_is_one_of_dicom():
    counts = Counter(actions().values())
    assert counts["X"] > 380
    assert counts["U"] > 50
    assert set(counts) == {"X", "Z", "D", "U"}


def test_real_files(data):
    """Files of pydicom and of two scanners: none is lost, none tells its patient."""
    files = sorted((data / "imaging/dcm_pydicom").rglob("*.dcm"))
    random.Random(0).shuffle(files)
    counts = Counter()
    for path in files[:60]:
        raw = path.read_bytes()
        try:
            row = read(raw)
            cleaned = clean(raw)
        except (SourceError, NotThisFormat) as error:
            counts[type(error).__name__] += 1
            continue
        counts["read"] += 1
        ids = (row.id, row.study_id, row.series_id, row.patient_id)
        assert not [one for one in ids if one and len(one) > 4 and one.encode() in cleaned.bytes]
        before, after = parse(raw), parse(cleaned.bytes)
        assert before.get("PixelData") == after.get("PixelData")
    assert sum(counts.values()) == min(60, len(files))
    assert counts["read"] > 40


def test_uids_are_valid():
    made = clean(file(SOPInstanceUID=generate_uid()))
    for one in (made.id, made.study_id, made.series_id):
        assert one.startswith("2.25.")
        assert len(one) <= 64
