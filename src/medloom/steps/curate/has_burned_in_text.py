"""Images that may show in their pixels who the patient is, dropped."""

from medloom.kit.dicom.burned_in import burned_in_risk_of
from medloom.step import drops


@drops
def has_burned_in_text(
    burned_in_annotation: str | None,
    modality: str | None,
    kind: str | None,
    *,
    only_said: bool = False,
) -> str | None:
    """Drop images that say that they have text burned in, or are of a kind that often has.

    Pixels are not looked at. With `only_said`, what the file says is enough.

    >>> has_burned_in_text("YES", "CR", None), has_burned_in_text(None, "DX", None)
    ('burned-in text: the file says so', None)
    >>> has_burned_in_text("NO", "US", None)
    'burned-in text is likely: ultrasound'
    """
    if only_said:
        modality = kind = None
    return burned_in_risk_of(burned_in_annotation, modality, kind)
