"""The sections of clinical notes and reports, by their headers."""

from typing import Annotated

from pydantic import AfterValidator

from medloom.step import DigestedBy, adds
from medloom.steps.annotate.note_sections.headers import headers
from medloom.steps.annotate.note_sections.vocabulary import digest, of_file
from medloom.tables import Range
from medloom.tables.notes import NoteSection


def _readable(path: str | None) -> str | None:
    of_file(path)
    return path


VocabularyFile = Annotated[str | None, AfterValidator(_readable), DigestedBy(digest)]


@adds("sections")
class note_sections:  # noqa: N801
    """Find the sections of a note or report, and what kind each is.

    A header is a line, or the start of one before a colon, whose title the vocabulary knows, or
    capitals that it does not (kind `other`). Parts of an examination (`HEENT:`) stay in it. Text
    whose line breaks became commas (`PLAN:,Rest.`) and reports in one paragraph are read, too. A
    note without headers is one section of the kind `text`. `vocabulary` is the path of a YAML file
    like `kinds.yaml` in this step's folder; its codes are LOINC's for sections of documents.

    >>> text = "CC: Cough.\\nHPI: Three days of cough.\\nPLAN:\\nRest."
    >>> [(one.kind, text[one.start : one.end]) for one in note_sections()([text])[0]][:2]
    [('chief_complaint', 'CC: Cough.'), ('history_of_present_illness', 'HPI: Three days of cough.')]
    """

    def __init__(self, *, vocabulary: VocabularyFile = None) -> None:
        self.known = of_file(vocabulary)

    def __call__(self, text: list[str]) -> list[list[NoteSection]]:
        """The sections of each text."""
        return [self._sections(one) for one in text]

    def _sections(self, text: str) -> list[NoteSection]:
        found = headers(text, self.known)
        first = found[0].start if found else len(text)
        sections = []
        if before := _trimmed(text, 0, first):
            sections.append(NoteSection(0, before, "text"))
        ends = [*(one.start for one in found[1:]), len(text)]
        for one, end in zip(found, ends, strict=False):
            place = Range(one.start, one.end)
            end = max(_trimmed(text, one.start, end), one.end)
            kind = one.kind
            row = NoteSection(one.start, end, kind.name, one.title, place, kind.code, kind.rule)
            sections.append(row)
        return sections


def _trimmed(text: str, start: int, end: int) -> int:
    """The end without white space, and without the comma that was a line break."""
    return start + len(text[start:end].rstrip().rstrip(",").rstrip())
