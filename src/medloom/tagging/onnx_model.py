"""Token classification models in ONNX files, run on the processor by ONNX Runtime."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from medloom.tagging.merging import Aggregation
from medloom.tagging.token_classifier import (
    ModelFileError,
    Numbers,
    Score,
    TokenClassifier,
    around,
    labels_of,
)

_NAMES = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")


class OnnxFiles(NamedTuple):
    """The three files that a model needs."""

    model: Path
    tokenizer: Path
    config: Path


def files_of(path: str) -> OnnxFiles:
    """The files of a model: of a folder, or beside a `.onnx` file; raises ModelFileError."""
    place = Path(path)
    if place.is_dir():
        model = next((place / name for name in _NAMES if (place / name).is_file()), None)
        if model is None:
            raise ModelFileError(f"{place}: no {_NAMES[0]} in it; give the path of the .onnx file")
    elif place.is_file():
        model, place = place, place.parent
    else:
        raise ModelFileError(f"{place}: there is no such model; give a folder or a .onnx file")
    home = place.parent if place.name == "onnx" and not (place / "config.json").exists() else place
    for name in ("tokenizer.json", "config.json"):
        if not (home / name).is_file():
            raise ModelFileError(f"{home}: no {name}, which belongs to {model.name}; put it there")
    return OnnxFiles(model, home / "tokenizer.json", home / "config.json")


def checked(path: str) -> str:
    """Return the path if a model can be opened there; for settings, raises ValueError if not."""
    try:
        files = files_of(path)
        labels_of(files.config)
        _tokenizer(files.tokenizer)
        _session(files.model, 1)
    except ModelFileError as error:
        raise ValueError(str(error)) from error
    return path


def digest_of(path: str) -> str:
    """A hash of all files of a model."""
    return _digest(tuple((file, file.stat().st_mtime_ns) for file in files_of(path)))


@cache
def _digest(files: tuple[tuple[Path, int], ...]) -> str:
    total = hashlib.sha256()
    for file, _ in files:
        with file.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()[:16]


def load(
    path: str,
    *,
    window: int,
    overlap: int,
    batch_tokens: int,
    aggregation: Aggregation,
    threads: int,
) -> TokenClassifier:
    """Open a model; raises ModelFileError where it cannot be."""
    files = files_of(path)
    labels, config = labels_of(files.config)
    tokenizer = _tokenizer(files.tokenizer)
    return TokenClassifier(
        tokenizer,
        labels,
        _scorer(_session(files.model, threads)),
        window=min(window, longest(config)),
        overlap=overlap,
        batch_tokens=batch_tokens,
        aggregation=aggregation,
    )


def longest(config: dict[str, object]) -> int:
    """The most tokens that a model can see at once, by its config.

    >>> longest({"max_position_embeddings": 512}), longest({"model_type": "roberta",
    ...     "max_position_embeddings": 514})
    (512, 512)
    """
    most = config.get("max_position_embeddings")
    if not isinstance(most, int):
        return 512
    offset = 2 if "roberta" in str(config.get("model_type", "")) else 0
    return most - offset


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
        around(tokenizer)
    except Exception as error:  # the library raises plain Exception
        raise ModelFileError(f"{path}: not a tokenizer of the tokenizers library") from error
    return tokenizer


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # the library has no common class of errors
        raise ModelFileError(f"{path}: ONNX Runtime cannot open it; export it again") from error
    wanted = {one.name for one in session.get_inputs()}
    if not {"input_ids"} <= wanted <= {"input_ids", "attention_mask", "token_type_ids"}:
        raise ModelFileError(f"{path}: its inputs are {', '.join(sorted(wanted))}, not input_ids")
    return session


def _scorer(session: onnxruntime.InferenceSession) -> Score:
    wanted = {one.name for one in session.get_inputs()}
    outputs = [one.name for one in session.get_outputs()]
    output = "logits" if "logits" in outputs else outputs[0]

    def score(ids: Numbers, mask: Numbers) -> NDArray[np.float32]:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (found,) = session.run([output], {name: given[name] for name in wanted})
        return np.asarray(found, np.float32)

    return score
