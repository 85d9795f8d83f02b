"""Annotated corpora for training: PubTator or JSON lines, and their tokens with tags."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from medloom.errors import MedloomError
from medloom.tables import Range


class Mention(NamedTuple):
    """A gold mention: its place, half-open, in code points, and its label."""

    start: int
    end: int
    label: str


class Document(NamedTuple):
    """A text with its gold mentions."""

    id: str
    text: str
    mentions: tuple[Mention, ...]


class CorpusError(MedloomError):
    """A corpus file that is missing or is not what it should be."""


def read_pubtator(path: Path, labels: dict[str, str]) -> list[Document]:
    """Read a PubTator file: title and abstract joined by one space.

    `labels` maps the file's labels to those wanted; mentions with others are left out.
    Raises CorpusError where the file is missing or a line is not PubTator.
    """
    if not path.is_file():
        raise CorpusError(f"{path}: no such corpus file")
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [_document(path, block, labels) for block in blocks if block.strip()]


def read_corpus(path: Path, labels: dict[str, str]) -> list[Document]:
    """Read a corpus file: PubTator, or JSON lines where its name ends in `.jsonl`.

    A JSON line is `{"id": ..., "text": ..., "mentions": [[start, end, label], ...]}`: for texts
    with line breaks, which PubTator has no place for.
    """
    if path.suffix != ".jsonl":
        return read_pubtator(path, labels)
    if not path.is_file():
        raise CorpusError(f"{path}: no such corpus file")
    documents = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            some = [Mention(s, e, labels[n]) for s, e, n in row["mentions"] if n in labels]
            documents.append(Document(row["id"], row["text"], tuple(sorted(set(some)))))
        except (ValueError, KeyError, TypeError):
            raise CorpusError(f"{path}:{number}: not a document with its mentions") from None
    return documents


def _document(path: Path, block: str, labels: dict[str, str]) -> Document:
    parts: list[str] = []
    mentions = []
    lines = block.strip().split("\n")
    for line in lines:
        head = line.split("|", 2)
        if len(head) == 3 and head[1] in ("t", "a") and head[0].isdigit():
            parts.append(head[2])
            continue
        cells = line.split("\t")
        if len(cells) < 5 or not (cells[1] + cells[2]).isdigit():
            if len(cells) == 4 and not cells[2].isdigit():
                continue  # a relation
            raise CorpusError(f"{path}: not a PubTator line in document {lines[0].split('|')[0]}")
        if cells[4] in labels:
            mentions.append(Mention(int(cells[1]), int(cells[2]), labels[cells[4]]))
    return Document(lines[0].split("|")[0], " ".join(parts), tuple(sorted(set(mentions))))


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions that do not overlap, the longest first where some do."""
    kept: list[Mention] = []
    for one in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept)


def tags(places: Sequence[Range], mentions: Sequence[Mention], labels: Sequence[str]) -> list[int]:
    """BIOES tags of tokens: 0 outside; for the label k: 1+4k B, 2+4k I, 3+4k E, 4+4k S.

    A mention whose bounds are not those of tokens takes the tokens that it touches.
    """
    found = [0] * len(places)
    at = 0
    for one in longest(mentions):
        while at < len(places) and places[at].end <= one.start:
            at += 1
        first = at
        while at < len(places) and places[at].start < one.end:
            at += 1
        if at == first:
            continue
        base = 1 + 4 * labels.index(one.label)
        if at - first == 1:
            found[first] = base + 3
        else:
            found[first:at] = [base, *[base + 1] * (at - first - 2), base + 2]
    return found
