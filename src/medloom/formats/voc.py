"""Pascal VOC: one XML file an image, with a box for each object on it.

Format: Everingham et al. 2010, doi:10.1007/s11263-009-0275-4. Its corners are pixels that belong
to the object and count from 1: a box from 1 to 1 is one pixel wide.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from lxml import etree

from medloom.errors import NotThisFormat, SourceError
from medloom.formats.box_values import misfits, safe_file, told
from medloom.formats.loss import Losses
from medloom.formats.rows import issue, storable
from medloom.kit.identifiers import unique_ids
from medloom.kit.xml_stream import records
from medloom.tables.boxes import Box, LabelledImage
from medloom.tables.literature import Issue
from medloom.tables.spans import Attribute

LOSSES = (
    "folders in names of files; characters that XML forbids; white space at the ends of values",
    "decimals of pixels behind the sixth",
    "attributes whose names are no XML names, or those of the format's own fields",
    "boxes whose place is not a number",
)
_OF_IMAGE = ("filename", "size", "object")
_OF_BOX = ("name", "bndbox")
_CORNERS = ("xmin", "ymin", "xmax", "ymax")


def read(data: bytes) -> LabelledImage:
    """Read one image with its boxes, without its bytes; its id is its file's name.

    What VOC says beside is among the attributes; an element with elements inside is kept as XML.

    >>> text = b'''<annotation><filename>a.jpg</filename><object><name>WBC</name><bndbox>
    ... <xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>'''
    >>> read(text).boxes
    [Box(x=0.0, y=1.0, width=3.0, height=2.0, label='WBC', attributes=())]
    """
    made = None
    for root, notes in records(data, roots=["annotation"], tags=["annotation"], format_name="VOC"):
        made = _row(root, notes)  # an element is emptied when the next one is asked for
    if made is None:
        raise SourceError("not VOC: it has no annotation")
    return made


def _row(root: etree._Element, notes: Sequence[Issue]) -> LabelledImage:
    if root.find("filename") is None and root.find("object") is None:
        raise NotThisFormat("not VOC: it has neither a file name nor objects")
    file = _text(root.find("filename")) or "image"
    width, height = (_pixels(root.find(f"size/{name}")) for name in ("width", "height"))
    attributes = list(_more(root, _OF_IMAGE))
    depth = root.find("size/depth")
    attributes += [Attribute("depth", _text(depth))] if depth is not None else []
    boxes = []
    for number, one in enumerate(root.iterfind("object"), start=1):
        box = _box(one)
        if box is None:
            attributes.append(issue(f"object {number}: it has no box"))
        else:
            boxes.append(box)
    attributes += misfits(boxes, width, height)
    attributes += (issue(f"{one.code}: {one.message}") for one in notes)
    return LabelledImage(file, file, None, width, height, boxes, attributes)


def _text(element: etree._Element | None) -> str:
    return storable((element.text or "").strip()) if element is not None else ""


def _pixels(element: etree._Element | None) -> int | None:
    value = _number(_text(element))
    return int(value) if value and 0 < value < 2**31 else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _more(element: etree._Element, known: Sequence[str]) -> Iterator[Attribute]:
    for child in element.iterchildren(tag=etree.Element):
        if child.tag in known:
            continue
        yield Attribute(str(child.tag), _xml(child) if len(child) else _text(child))


def _xml(element: etree._Element) -> str:
    """An element as text, without the space that only indents it."""
    for one in element.iter():
        one.tail = one.tail if (one.tail or "").strip() else None
        one.text = one.text if (one.text or "").strip() else None
    return storable(etree.tostring(element, encoding="unicode", with_tail=False))


def _box(element: etree._Element) -> Box | None:
    corners = [_number(_text(element.find(f"bndbox/{name}"))) for name in _CORNERS]
    left, top, right, bottom = corners
    if left is None or top is None or right is None or bottom is None:
        return None
    width, height = round(right - left + 1, 6), round(bottom - top + 1, 6)
    label, more = _text(element.find("name")), tuple(_more(element, _OF_BOX))
    return Box(round(left - 1, 6), round(top - 1, 6), width, height, label, more)


def write_voc(
    rows: Iterable[LabelledImage],
    folder: Path,
    *,
    annotations: str = "Annotations",
    images: str = "JPEGImages",
) -> Losses:
    """Write one XML file an image below `annotations`, and image files below `images`.

    The same rows give the same bytes. Returns what was lost, counted.
    """
    losses, stem_of = Losses(), unique_ids()
    for place in (folder / annotations, folder / images):
        place.mkdir(parents=True, exist_ok=True)
    for row in rows:
        path = PurePosixPath(safe_file(row.file))
        stem = stem_of(path.stem)
        file = stem + path.suffix
        losses.note("names of files that had to be changed", file != row.file)
        losses.note("images without their file", row.bytes is None)
        if row.bytes is not None:
            (folder / images / file).write_bytes(row.bytes)
        (folder / annotations / f"{stem}.xml").write_bytes(document(row, file, losses))
    return losses


def document(row: LabelledImage, file: str, losses: Losses) -> bytes:
    """One image as the bytes of its XML file.

    >>> row = LabelledImage("a", "a.jpg", None, 9, 9, [Box(0, 1, 3, 2, "WBC")], [])
    >>> read(document(row, "a.jpg", Losses())).boxes == row.boxes
    True
    """
    root = etree.Element("annotation")
    _add(root, "filename", file, losses)
    depth = [one for one in row.attributes if one.name == "depth"][:1]
    if row.width or row.height or depth:
        size = etree.SubElement(root, "size")
        for name, pixels in (("width", row.width), ("height", row.height)):
            if pixels:
                _add(size, name, str(pixels), losses)
        for one in depth:
            _add(size, "depth", one.value, losses)
    others = [one for one in told(row.attributes) if one not in depth]
    _add_all(root, others, _OF_IMAGE, losses)
    for box in row.boxes:
        place = (box.x + 1, box.y + 1, box.x + box.width, box.y + box.height)
        if not all(map(math.isfinite, place)):
            losses.note("boxes whose place is not a number")
            continue
        element = etree.SubElement(root, "object")
        _add(element, "name", box.label, losses)
        _add_all(element, list(told(box.attributes)), _OF_BOX, losses)
        corners = etree.SubElement(element, "bndbox")
        for name, value in zip(_CORNERS, place, strict=True):
            _add(corners, name, _decimal(value), losses)
    etree.indent(root, "\t")
    return etree.tostring(root, encoding="utf-8") + b"\n"


def _decimal(value: float) -> str:
    """A number without exponent, as short as six decimals allow.

    >>> _decimal(507.0), _decimal(0.25)
    ('507', '0.25')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _add_all(
    parent: etree._Element, attributes: Sequence[Attribute], known: Sequence[str], losses: Losses
) -> None:
    for one in attributes:
        if one.name in known or not _is_name(one.name):
            losses.note("attributes without a place")
        elif (element := _element(one)) is not None:
            parent.append(element)
        else:
            _add(parent, one.name, one.value, losses)


def _element(one: Attribute) -> etree._Element | None:
    """The element that an attribute was, where it is XML with elements inside."""
    if not one.value.startswith(f"<{one.name}"):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        element = etree.fromstring(one.value.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return element if element.tag == one.name and len(element) else None


def _is_name(name: str) -> bool:
    try:
        etree.Element(name)
    except ValueError:
        return False
    return not name.startswith("{")


def _add(parent: etree._Element, name: str, text: str, losses: Losses) -> None:
    element = etree.SubElement(parent, name)
    kept = "".join(one for one in text if one in "\t\n" or one >= " ").strip()
    kept = kept.replace("\ufffe", "").replace("\uffff", "")
    losses.note("values that lose characters or spaces", kept != text)
    element.text = kept
