"""The lines of a WebAnno TSV 3.x file: its layers, its sentences, and its text put together."""

import re

from medloom.formats.rows import issue
from medloom.formats.utf16 import Utf16
from medloom.formats.webanno_cells import Layer, plain
from medloom.tables.spans import Attribute

_TOKEN = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d{1,12})-(\d{1,12})\t")
_Token = tuple[str, int, int, list[str]]
"""Name, start and end as the file counts, and cells; the first cell is the token itself."""


class Lines:
    """What a file holds, before its cells are looked into."""

    def __init__(self, content: str) -> None:
        self.notes: list[Attribute] = []
        self.layers: list[Layer] = []
        self.sentences: list[tuple[list[str], list[_Token]]] = []
        for line in content.split("\n"):
            self._line(line)

    def _line(self, line: str) -> None:
        if line.startswith(("#T_SP=", "#T_RL=", "#T_CH=")):
            name, *features = line[6:].split("|")
            self.layers.append(Layer(line[3:5], name, features or [""]))
        elif line.startswith("#Text="):
            if not self.sentences or self.sentences[-1][1]:
                self.sentences.append(([], []))
            self.sentences[-1][0].append(plain(line[6:]))
        elif found := _TOKEN.match(line):
            if not self.sentences:
                self.sentences.append(([], []))
            cells = line[found.end() :].split("\t")[1:]
            word = line[found.end() :].split("\t")[0]
            place = (found[1], int(found[2]), int(found[3]), [plain(word), *cells])
            self.sentences[-1][1].append(place)
        elif line.strip() and not line.startswith("#"):
            self.notes.append(issue(f"not a line of WebAnno TSV: {line}"))

    def put_together(self) -> tuple[str, dict[str, tuple[int, int]]]:
        """The text put together, and where its tokens stand; in UTF-16 units where that fits."""
        built = [self._built(is_utf16) for is_utf16 in (True, False)]
        misfits, text, points = min(built, key=lambda one: one[0])
        if misfits:
            self.notes.append(issue(f"{misfits} tokens do not stand where their lines say"))
        return text, points

    def _built(self, is_utf16: bool) -> tuple[int, str, dict[str, tuple[int, int]]]:
        text, n_units, misfits = "", 0, 0
        points: dict[str, tuple[int, int]] = {}
        for lines, tokens in self.sentences:
            sentence = "\n".join(lines)
            units = Utf16(sentence if is_utf16 else "")
            first = tokens[0] if tokens else ("", n_units, 0, [""])
            lead = max(0, sentence.find(first[3][0])) if tokens else 0
            begin = first[1] - units.units(lead)
            # White space between lines is not in the file; a line break stands for its last part.
            gap = min(max(begin - n_units, 1 if text else 0), 10_000)
            text += " " * (gap - 1) + ("\n" if text else " ") * bool(gap)
            for token, start, end, cells in tokens:
                a, b = (len(text) + units.points(max(at - begin, 0)) for at in (start, end))
                points[token] = a, b
                misfits += sentence[a - len(text) : b - len(text)] != cells[0]
            text += sentence
            n_units = begin + units.units(len(sentence))
        return misfits, text, points
