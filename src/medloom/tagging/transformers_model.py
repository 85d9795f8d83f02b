"""Token classification models of the transformers library, by folder or hub id."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer

from medloom.tagging.merging import Aggregation, tags
from medloom.tagging.token_classifier import ModelFileError, Numbers, TokenClassifier

_WEIGHTS = ("*.safetensors", "*.bin", "*.json")


def checked(model: str) -> str:
    """Return the name if its config is here or can be fetched; for settings, raises ValueError."""
    try:
        tags(_labels(_config(model)))
    except (ModelFileError, ValueError) as error:
        raise ValueError(str(error)) from error
    return model


def digest_of(model: str) -> str:
    """A hash of the files of a folder, or the hub's own hash of the revision."""
    if not Path(model).is_dir():
        config = _config(model)
        known = getattr(config, "_commit_hash", None) or config.to_json_string()
        return hashlib.sha256(str(known).encode()).hexdigest()[:16]
    total = hashlib.sha256()
    for file in sorted(one for kind in _WEIGHTS for one in Path(model).glob(kind)):
        with file.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()[:16]


def load(
    model: str,
    *,
    window: int,
    overlap: int,
    batch_tokens: int,
    aggregation: Aggregation,
    threads: int,
    device: str,
) -> TokenClassifier:
    """Open a model; raises ModelFileError where it cannot be."""
    torch.set_num_threads(threads)
    config = _config(model)
    try:
        fast = AutoTokenizer.from_pretrained(model, use_fast=True)
        network = AutoModelForTokenClassification.from_pretrained(model).eval().to(device)
    except (OSError, ValueError) as error:
        raise ModelFileError(f"{model}: cannot be opened ({type(error).__name__})") from error
    if not getattr(fast, "is_fast", False):
        raise ModelFileError(
            f"{model}: its tokenizer gives no places; one with tokenizer.json is needed"
        )

    def score(ids: Numbers, mask: Numbers) -> NDArray[np.float32]:
        with torch.inference_mode():
            found = network(
                input_ids=torch.from_numpy(ids).to(device),
                attention_mask=torch.from_numpy(mask).to(device),
            )
        return np.asarray(found.logits.float().cpu().numpy(), np.float32)

    most = min(int(fast.model_max_length), int(getattr(config, "max_position_embeddings", 512)))
    return TokenClassifier(
        fast.backend_tokenizer,
        _labels(config),
        score,
        window=min(window, most),
        overlap=overlap,
        batch_tokens=batch_tokens,
        aggregation=aggregation,
    )


def _config(model: str) -> Any:
    try:
        return AutoConfig.from_pretrained(model)
    except (OSError, ValueError) as error:
        raise ModelFileError(
            f"{model}: neither a folder with a config.json nor a model that the hub or its cache "
            "has; fetch it once, or give a folder"
        ) from error


def _labels(config: Any) -> dict[int, str]:
    return {int(number): str(label) for number, label in config.id2label.items()}
