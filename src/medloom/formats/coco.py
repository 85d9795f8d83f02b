"""COCO: boxes of many images in one JSON file, the image files beside it.

Format: Lin et al. 2014, Microsoft COCO: Common Objects in Context; cocodataset.org/#format-data.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from medloom.errors import NotThisFormat, SourceError
from medloom.formats.box_values import as_text, from_text, misfits, safe_file, told
from medloom.formats.loss import Losses
from medloom.formats.rows import decoded, issue
from medloom.kit.identifiers import unique_ids
from medloom.tables.boxes import Box, LabelledImage
from medloom.tables.spans import Attribute

LOSSES = (
    "info; licences that no image has; categories that no box has, and all but their supercategory",
    "ids of images and boxes that are not whole numbers, and ids of categories: numbered anew",
    "annotations that have neither a box nor a caption",
    "a box's supercategory where boxes of one label have several",
    "of attributes with the same name all but the last, captions aside; those named like a field",
    "boxes whose place is not a number",
)
_OF_IMAGE = ("id", "file_name", "width", "height", "license")
_OF_BOX = ("image_id", "category_id", "bbox")
_SUPER = "supercategory"


def read(data: bytes) -> Iterator[LabelledImage]:
    """Yield one row an image, without its bytes.

    What COCO says of a box beside its place and label is among its attributes, `segmentation`,
    `area`, `iscrowd` and `id`, too; values that are no text are JSON.

    >>> text = b'''{"images": [{"id": 7, "file_name": "a.jpg", "width": 9, "height": 9}],
    ... "annotations": [{"id": 1, "image_id": 7, "category_id": 2, "bbox": [1, 2, 3, 4]}],
    ... "categories": [{"id": 2, "name": "WBC"}]}'''
    >>> next(read(text)).boxes
    [Box(x=1.0, y=2.0, width=3.0, height=4.0, label='WBC', attributes=(Attribute(name='id', value='1'),))]
    """  # noqa: E501 - the answer is one line
    whole = _loaded(data)
    categories = {one.get("id"): one for one in _objects(whole, "categories")}
    licences = {one.get("id"): one for one in _objects(whole, "licenses")}
    drawn: dict[Any, list[dict[str, Any]]] = {}
    for one in _objects(whole, "annotations"):
        drawn.setdefault(_key(one.get("image_id")), []).append(one)
    name = unique_ids()
    for image in _objects(whole, "images"):
        yield _row(image, drawn.get(_key(image.get("id")), []), categories, licences, name)


def _loaded(data: bytes) -> dict[str, Any]:
    try:
        whole = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not JSON: {error}") from error
    if not isinstance(whole, dict) or not isinstance(whole.get("images"), list):
        raise NotThisFormat("not COCO: it has no list of images")
    return whole


def _objects(whole: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    values = whole.get(name)
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _key(value: Any) -> Any:
    return value if isinstance(value, str | int) else str(value)


def _row(
    image: dict[str, Any],
    drawn: Sequence[dict[str, Any]],
    categories: Mapping[Any, dict[str, Any]],
    licences: Mapping[Any, dict[str, Any]],
    name: Any,
) -> LabelledImage:
    file = str(image.get("file_name") or image.get("id"))
    width, height = _pixels(image.get("width")), _pixels(image.get("height"))
    more = [("image_id", image.get("id"))] if "id" in image else []
    more += [(key, value) for key, value in image.items() if key not in _OF_IMAGE]
    if licence := licences.get(image.get("license")):
        more.append(("license", licence.get("url") or licence.get("name") or ""))
    attributes = [Attribute(key, as_text(value)) for key, value in more]
    boxes: list[Box] = []
    for one in drawn:
        box = _box(one, categories)
        if isinstance(box, Box):
            boxes.append(box)
        else:
            attributes.append(box)
    attributes += misfits(boxes, width, height)
    return LabelledImage(name(file), file, None, width, height, boxes, attributes)


def _pixels(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and 0 < value < 2**31 else None


def _box(one: dict[str, Any], categories: Mapping[Any, dict[str, Any]]) -> Box | Attribute:
    place = one.get("bbox")
    if isinstance(one.get("caption"), str) and not place:
        return Attribute("caption", as_text(one["caption"]))
    if not isinstance(place, list) or len(place) != 4 or not all(map(_is_number, place)):
        return issue(f"annotation {one.get('id')}: it has no box")
    category = categories.get(one.get("category_id"), {})
    label = str(category.get("name", one.get("category_id")))
    more = [item for item in one.items() if item[0] not in _OF_BOX and item not in _implied(place)]
    if category.get(_SUPER):
        more.append((_SUPER, category[_SUPER]))
    attributes = tuple(Attribute(key, as_text(value)) for key, value in more)
    x, y, width, height = map(float, place)
    return Box(x, y, width, height, label, attributes)


def _implied(place: Sequence[float]) -> list[tuple[str, float]]:
    """What is written with every box, and says nothing new."""
    return [("area", _short(place[2] * place[3])), ("iscrowd", 0)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def write_coco(
    rows: Iterable[LabelledImage],
    folder: Path,
    *,
    annotations: str = "annotations.json",
    images: str = "images",
) -> Losses:
    """Write images below the folder `images`, and all boxes as one JSON file; count the losses.

    The same rows give the same bytes. Names of files never lead out of the folder.
    """
    losses, file_of = Losses(), unique_ids()
    whole = _Whole(losses)
    for row in rows:
        file = file_of(safe_file(row.file))
        losses.note("names of files that had to be changed", file != row.file)
        losses.note("images without their file", row.bytes is None)
        if row.bytes is not None:
            place = folder / images / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(row.bytes)
        whole.add(row, file)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(whole.content(), ensure_ascii=False, indent=1)
    (folder / annotations).write_text(text + "\n", encoding="utf-8")
    return losses


class _Whole:
    """The content of a file, as it grows."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._images: list[dict[str, Any]] = []
        self._boxes: list[dict[str, Any]] = []
        self._categories: dict[str, dict[str, Any]] = {}
        self._licences: dict[str, dict[str, Any]] = {}
        self._image_ids, self._box_ids = _Numbers(), _Numbers()

    def add(self, row: LabelledImage, file: str) -> None:
        """Add an image with its boxes."""
        captions = [from_text(one.value) for one in row.attributes if one.name == "caption"]
        others = [one for one in told(row.attributes) if one.name != "caption"]
        more = self._object(others, ("id", "file_name", "width", "height"))
        number = self._number(self._image_ids, more.pop("image_id", None), "images")
        image: dict[str, Any] = {"id": number, "file_name": file}
        image |= {"width": row.width, "height": row.height} if row.width and row.height else {}
        if "license" in more:
            more["license"] = self._licence(more["license"])
        self._images.append(image | more)
        self._boxes += ({"id": None, "image_id": number, "caption": one} for one in captions)
        self._boxes += (self._box(box, number) for box in row.boxes if self._has_place(box))

    def _object(self, attributes: Sequence[Attribute], fields: Sequence[str]) -> dict[str, Any]:
        fit = [one for one in attributes if one.name not in fields]
        made = {one.name: from_text(one.value) for one in fit}
        self._losses.note("attributes without a place", len(attributes) - len(made))
        return made

    def _licence(self, licence: Any) -> int:
        known = self._licences.setdefault(
            as_text(licence), {"id": len(self._licences) + 1, "name": licence, "url": licence}
        )
        return int(known["id"])

    def _has_place(self, box: Box) -> bool:
        has_place = all(map(_is_number, (box.x, box.y, box.width, box.height)))
        self._losses.note("boxes whose place is not a number", not has_place)
        return has_place

    def _box(self, box: Box, image_id: int) -> dict[str, Any]:
        more = self._object(list(told(box.attributes)), _OF_BOX)
        kind = self._categories.setdefault(
            box.label, {"id": len(self._categories) + 1, "name": box.label}
        )
        above = more.pop(_SUPER, None)
        if above is not None and kind.setdefault(_SUPER, above) != above:
            self._losses.note("boxes that lose their supercategory")
        number = self._number(self._box_ids, more.pop("id", None), "boxes")
        place = [_short(value) for value in (box.x, box.y, box.width, box.height)]
        made = {"id": number, "image_id": image_id, "category_id": kind["id"], "bbox": place}
        return made | dict(_implied(place)) | more

    def _number(self, numbers: "_Numbers", wanted: Any, what: str) -> int:
        number = numbers.of(wanted)
        self._losses.note(f"ids of {what} numbered anew", wanted is not None and number != wanted)
        return number

    def content(self) -> dict[str, Any]:
        """All of it, in the order of the format."""
        for box in self._boxes:
            box["id"] = box["id"] or self._box_ids.of(None)
        return {
            "images": self._images,
            "annotations": self._boxes,
            "categories": list(self._categories.values()),
            "licenses": list(self._licences.values()),
        }


class _Numbers:
    """Whole numbers as ids: those that are wanted while they are free, else the next one."""

    def __init__(self) -> None:
        self._used: set[int] = set()
        self._next = count(1)

    def of(self, wanted: Any) -> int:
        is_number = isinstance(wanted, int) and not isinstance(wanted, bool)
        if not is_number or wanted in self._used:
            wanted = next(one for one in self._next if one not in self._used)
        self._used.add(wanted)
        return int(wanted)


def _short(value: float) -> int | float:
    """A number without a decimal point where it needs none."""
    return int(value) if value == int(value) else value
