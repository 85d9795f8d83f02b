"""Any image encoder in an ONNX file, with the settings of its `preprocessor_config.json`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from medloom.kit.encoders.layout import on_white
from medloom.kit.encoders.onnx_session import home_of, session_of
from medloom.kit.encoders.static import normalised
from medloom.kit.pictures import opened

_MEAN, _SPREAD, _SIDE = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 224


class OnnxImageEncoder:
    """Encodes images by a folder's `model.onnx`.

    Size, mean and standard deviation are read from `preprocessor_config.json`; without one they
    are those of ImageNet at 224 pixels. Of an output by places the first is taken, and of one by
    rows and columns the mean.
    """

    def __init__(self, place: Path, threads: int = 1) -> None:
        self._session, home = session_of(place, threads), home_of(place)
        path = home / "preprocessor_config.json"
        config = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        self._side = _side_of(config.get("crop_size") or config.get("size") or _SIDE)
        self._mean = np.array(config.get("image_mean", _MEAN), np.float32)
        self._spread = np.array(config.get("image_std", _SPREAD), np.float32)
        self._input = self._session.get_inputs()[0].name
        self.name = str(place)
        blank = np.zeros((self._side[0], self._side[1], 3), np.float32)
        self.size = self._encoded([blank]).shape[1]

    def encode(self, images: Sequence[bytes]) -> npt.NDArray[np.float32]:
        """A vector of length 1 for each image; raises ValueError where one cannot be read."""
        if not images:
            return np.zeros((0, self.size), np.float32)
        return normalised(self._encoded([self._pixels(one) for one in images]))

    def _pixels(self, data: bytes) -> npt.NDArray[np.float32]:
        height, width = self._side
        with opened(data) as image:
            picture = on_white(image).resize((width, height), Image.Resampling.BICUBIC)
        pixels = np.asarray(picture, np.float32) / 255
        return np.asarray((pixels - self._mean) / self._spread, np.float32)

    def _encoded(self, pictures: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
        given = np.stack(pictures).transpose(0, 3, 1, 2)
        outputs = [one.name for one in self._session.get_outputs()]
        names = [one for one in ("image_embeds", "pooler_output") if one in outputs] or outputs
        found = np.asarray(self._session.run(names[:1], {self._input: given})[0], np.float32)
        if found.ndim == 4:
            return np.asarray(found.mean(axis=(2, 3)))
        return found[:, 0] if found.ndim == 3 else found


def _side_of(size: Any) -> tuple[int, int]:
    if isinstance(size, dict):
        side: Any = size.get("shortest_edge", _SIDE)
        return int(size.get("height", side)), int(size.get("width", side))
    return int(size), int(size)
