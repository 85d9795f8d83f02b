"""Modules of extras that are not installed here have no examples to run."""

from importlib.util import find_spec

_NEEDS = {"medloom/tagging/training/*.py": "torch"}
collect_ignore_glob = [modules for modules, package in _NEEDS.items() if not find_spec(package)]
