"""Running text out of files of many kinds, to count words in: no more than that is kept of it."""

import csv
import html
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from medloom.tagging.corpora import CorpusError

SHORTEST = 50
"""Characters that a piece of text must have."""
_REFERENCES = re.compile(r"<ref-list|<back[ >]")
_PARAGRAPH = re.compile(r"<(p|title|article-title|Answer)(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")
csv.field_size_limit(10**9)


def open_texts(patterns: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """The different texts of files, in the order of their paths; raises CorpusError if none match.

    Texts of PubTator files come with the corpora, and are not taken here.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        paths = sorted({path for folder in folders for path in folder.glob(pattern)})
        if not paths:
            raise CorpusError(f"no text files {pattern} in {', '.join(map(str, folders))}")
        for path in paths:
            if path.is_file():
                for piece in pieces(path.name, path.read_bytes()):
                    plain = _SPACE.sub(" ", piece).strip()
                    if len(plain) >= SHORTEST:
                        found[plain] = None
    return list(found)


def pieces(name: str, content: bytes) -> Iterator[str]:
    """The texts in one file, by the end of its name; of archives, those of their members."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in sorted(archive.namelist()):
                yield from pieces(member, archive.read(member))
    elif name.endswith((".tar.gz", ".tgz")):
        with tarfile.open(fileobj=io.BytesIO(content)) as package:
            for one in package:
                file = package.extractfile(one)
                if file:
                    yield from pieces(one.name, file.read())
    else:
        yield from _plain_pieces(name, content.decode("utf-8", "replace"))


def _plain_pieces(name: str, text: str) -> Iterator[str]:
    if name.endswith(".csv"):
        for row in csv.DictReader(io.StringIO(text)):
            yield " ".join(value for value in row.values() if isinstance(value, str))
    elif name.endswith(".jsonl"):
        for line in text.splitlines():
            yield " ".join(_strings(json.loads(line)))
    elif name.endswith(".json"):
        whole = json.loads(text)
        for one in whole.values() if isinstance(whole, dict) else whole:
            yield " ".join(_strings(one))
    elif name.endswith((".xml", ".nxml")):
        for match in _PARAGRAPH.finditer(_REFERENCES.split(text)[0]):
            yield html.unescape(_MARKUP.sub(" ", match[2]))
    elif name.endswith(".txt"):
        yield from text.splitlines()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)
