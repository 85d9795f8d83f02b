"""Any sentence encoder in an ONNX file, with the settings that sentence-transformers wrote."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from medloom.errors import InputError
from medloom.kit.encoders.onnx_session import home_of, session_of
from medloom.kit.encoders.static import normalised

_BATCH = 16


class OnnxTextEncoder:
    """Encodes texts by a folder's `onnx/model.onnx` and `tokenizer.json`.

    `1_Pooling/config.json` says whether the first piece or the mean is taken (the mean, where it
    is missing), `sentence_bert_config.json` how many pieces are seen at most.
    """

    def __init__(self, place: Path, threads: int = 1) -> None:
        self._session, home = session_of(place, threads), home_of(place)
        self._tokenizer = _tokenizer(home / "tokenizer.json")
        longest = _read(home / "sentence_bert_config.json").get("max_seq_length", 512)
        self._tokenizer.enable_truncation(int(longest))
        self._by_first = _read(home / "1_Pooling" / "config.json").get("pooling_mode_cls_token")
        self._inputs = {one.name for one in self._session.get_inputs()}
        self.name = str(place)
        self.size = self._encoded(["a"]).shape[1]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A vector of length 1 for each text."""
        made = np.zeros((len(texts), self.size), np.float32)
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        for start in range(0, len(order), _BATCH):
            some = order[start : start + _BATCH]
            made[some] = self._encoded([texts[n] for n in some])
        return normalised(made)

    def _encoded(self, texts: list[str]) -> npt.NDArray[np.float32]:
        self._tokenizer.enable_padding()
        cut = self._tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in cut], np.int64)
        numbers = np.array([one.ids for one in cut], np.int64)
        kinds = np.zeros_like(numbers)
        given = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": kinds}
        found = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        if found.ndim == 2:  # pooled by the model itself
            return np.asarray(found, np.float32)
        if self._by_first:
            return np.asarray(found[:, 0], np.float32)
        return np.asarray(
            (found * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True), np.float32
        )


def _tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception
        raise InputError(
            f"{path}: no tokenizer\n  fix: put the model's tokenizer.json there"
        ) from error


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
