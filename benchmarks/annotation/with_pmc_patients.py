"""PMC-Patients' rules on JATS files and on texts: its files run as they are, from their folder.

Given {"folder", "files", "texts"}; gives back {"files": [n patients], "texts": [[age, sex]]}.
Its extractor keeps its patterns in its main block, so they are evaluated from there.
"""

import ast
import json
import sys
import xml.etree.ElementTree
from pathlib import Path

sys.modules["xml.etree.cElementTree"] = xml.etree.ElementTree  # gone since Python 3.9


def main() -> None:
    """Run both of its stages: candidates, then the filters with age and sex."""
    given = json.load(sys.stdin)
    folder = Path(given["folder"])
    sys.path[:0] = [str(folder), str(folder.parent)]
    filters, extractor = (_load(folder / f"{name}.py") for name in ("filters", "extractor"))
    found = []
    for file in given["files"]:
        *_, patients = extractor["extract"]((file, "0", "CC BY"))
        found.append(sum(_kept(filters, one["patient"]) for one in patients))
    said = [filters["demo_filter"](text) for text in given["texts"]]
    json.dump({"files": found, "texts": said}, sys.stdout)


def _kept(filters: dict, note: str) -> bool:
    tests = (filters["length_filter"], filters["en_filter"], filters["demo_filter"])
    return all(test(note) for test in tests)


def _load(file: Path) -> dict:
    names: dict = {"__name__": file.stem, "data_dir": ""}
    tree = ast.parse(file.read_text("utf-8"))
    patterns = []
    for node in tree.body:
        if isinstance(node, ast.If):
            patterns += [
                one
                for one in node.body
                if isinstance(one, ast.Assign) and "re.compile" in ast.unparse(one)
            ]
    tree.body = [node for node in tree.body if not isinstance(node, ast.If)] + patterns
    exec(compile(tree, str(file), "exec"), names)
    return names


main()
