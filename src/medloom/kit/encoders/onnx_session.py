"""Open a model of an ONNX file on the processor."""

from pathlib import Path

import onnxruntime

from medloom.errors import InputError

_NAMES = ("onnx/model.onnx", "model.onnx", "onnx/model_quantized.onnx", "model_quantized.onnx")


def session_of(place: Path, threads: int) -> onnxruntime.InferenceSession:
    """The model of a folder, or of a `.onnx` file; raises InputError where none can be opened."""
    model = next((place / name for name in _NAMES if (place / name).is_file()), place)
    if not model.is_file():
        raise InputError(f"{place}: no model.onnx in it\n  fix: export the model to ONNX first")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has no common class of errors
        raise InputError(f"{model}: not an ONNX model\n  fix: export it again") from error


def home_of(place: Path) -> Path:
    """The folder with a model's other files."""
    folder = place if place.is_dir() else place.parent
    return folder.parent if folder.name == "onnx" else folder
