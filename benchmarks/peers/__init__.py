"""The tools that Medloom is measured against, each in a throw-away environment of its own.

`with_NAME.py` is the adapter of one tool. It runs under that tool's Python, knows nothing of
Medloom, calls the tool's fullest extraction for each file, and has two modes (`common.py`):
`speed` reports CPU seconds, `haul` what was found, in the shape that `scoring.py` compares.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent


class Peer(NamedTuple):
    """One tool: what to install, and what of it is called."""

    name: str
    install: tuple[str, ...]
    calls: str
    scored: bool = True
    """Whether its output has fields that completeness can be counted on."""

    @property
    def version(self) -> str:
        """The version that is installed: the pin of the first requirement."""
        return self.install[0].partition("==")[2]


PEERS = (
    Peer("pubmed_parser", ("pubmed_parser==0.5.1",),
         "parse_pubmed_xml, _references, _paragraph (all), _caption, _table: five calls a file"),
    Peer("pyeuropepmc", ("pyeuropepmc==4.5.0",),
         "FullTextXMLParser: every extract_ method and the structured sections (mentions)"),
    Peer("pmcgrab", ("pmcgrab==3.0.1",), "process_single_local_xml(output_style='full')"),
    Peer("docling", ("docling-slim[format-xml-jats]==2.143.0",),
         "JatsDocumentBackend.convert, without the PDF stack"),
    Peer("pubget", ("pubget==0.0.9",), "extract_articles and extract_data_to_csv of an articleset"),
    Peer("litdown", ("litdown==0.7.0",), "convert: one Markdown text an article", scored=False),
)  # fmt: skip

NOT_RUN = {
    "s2orc-doc2json": "not on the package index",
    "OpenPMC, biomedica": "not on the package index; both start at retired download services",
    "MultiCaRe's caption splitter": "not on the package index",
}


class NotInstalled(Exception):
    """A peer could not be installed; the message says why, without paths."""


def environment(peer: Peer, folder: Path) -> Path:
    """The Python of a peer, in an environment that is made if it is not there."""
    place, ready = folder / peer.name, " ".join(peer.install)
    python, mark = place / "bin" / "python", place / "installed.txt"
    if mark.exists() and mark.read_text() == ready:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, *peer.install], capture_output=True).returncode:
        raise NotInstalled(f"pip could not install {ready}")
    mark.write_text(ready)
    return python


def adapt(
    name: str, python: Path, mode: str, files: Sequence[Path], *options: str, timeout: float = 400
) -> Any:
    """Run an adapter over files; return what it reports, or how it failed as {"failed": ...}."""
    with tempfile.TemporaryDirectory(prefix="medloom-peer-") as scratch:
        listing, report = Path(scratch, "files.txt"), Path(scratch, "report.json")
        listing.write_text("\n".join(map(str, files)))
        script = HERE / f"with_{name}.py"
        command = [str(part) for part in (python, script, mode, listing, report, *options)]
        environ = {**os.environ, "HOME": scratch, "TMPDIR": scratch}
        try:
            done = subprocess.run(
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd=scratch,
                env=environ,
                timeout=timeout,
                text=True,
            )
        except subprocess.TimeoutExpired:
            return {"failed": f"did not finish in {timeout:.0f} s"}
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return {"failed": last.partition(":")[0]}
        return json.loads(report.read_text())
