"""Images that may show in their pixels who the patient is, marked."""

from medloom.kit.dicom.burned_in import burned_in_risk_of
from medloom.step import adds


@adds("burned_in_risk")
def burned_in_risk(
    burned_in_annotation: str | None, modality: str | None, kind: str | None
) -> str | None:
    """Say why an image may have text burned into its pixels; null where nothing speaks for it.

    For a review: `has_burned_in_text` drops such rows, this keeps them.

    >>> burned_in_risk(None, "US", "Ultrasound Image Storage")
    'burned-in text is likely: ultrasound'
    """
    return burned_in_risk_of(burned_in_annotation, modality, kind)
