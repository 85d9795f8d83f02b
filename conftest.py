"""Modules of extras that are not installed here have no examples to run."""

from importlib.util import find_spec

_NEEDS = {
    "src/medloom/loading/torch_data.py": "torch",
    "src/medloom/steps/annotate/tag_onnx.py": "onnxruntime",
    "src/medloom/steps/annotate/tag_transformers.py": "transformers",
    "src/medloom/tagging/onnx_model.py": "onnxruntime",
    "src/medloom/tagging/training/*.py": "torch",
    "src/medloom/tagging/transformers_model.py": "transformers",
}
collect_ignore_glob = [modules for modules, package in _NEEDS.items() if not find_spec(package)]
