"""Pages whose examples run elsewhere.

Those of the reference are docstrings and run in their modules; those of pages that show whole
modules run in `tests/test_docs.py`.
"""

collect_ignore_glob = ["reference/*.md", "how-to/write-a-step.md", "how-to/write-a-reader.md"]
