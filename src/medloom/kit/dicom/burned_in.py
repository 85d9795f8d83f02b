"""Whether the pixels of a DICOM image may show the name of a patient."""

_MODALITIES = {
    "US": "ultrasound",
    "SC": "a secondary capture",
    "OT": "an image of another kind",
    "ES": "an endoscopy",
    "XC": "a photograph",
    "GM": "a microscopy",
    "DOC": "a document",
    "IVUS": "ultrasound",
    "HC": "a hard copy",
    "DF": "a digitised film",
}
_KINDS = {
    "Secondary Capture": "a secondary capture",
    "Ultrasound": "ultrasound",
    "Hardcopy": "a hard copy",
    "Photographic": "a photograph",
    "Video": "a video",
    "Encapsulated": "a document",
}


def burned_in_risk_of(
    burned_in_annotation: str | None, modality: str | None, kind: str | None
) -> str | None:
    """Why an image may have text in its pixels that tells who the patient is; null where not.

    What the file says is believed where it says YES. NO is believed but of kinds that often have
    such text: ultrasound, secondary captures, photographs, digitised film.

    >>> burned_in_risk_of("YES", "CR", None), burned_in_risk_of(None, "CR", None)
    ('burned-in text: the file says so', None)
    >>> burned_in_risk_of("NO", "US", None)
    'burned-in text is likely: ultrasound'
    """
    if (burned_in_annotation or "").upper() == "YES":
        return "burned-in text: the file says so"
    why = _MODALITIES.get((modality or "").upper())
    why = why or next((said for word, said in _KINDS.items() if word in (kind or "")), None)
    return f"burned-in text is likely: {why}" if why else None
