"""brat standoff: a text file, and beside it a file of annotations (`.ann`; BioNLP: `.a1`, `.a2`).

Format: Stenetorp et al. 2012, aclanthology E12-2021. T lines are mentions, with `;` between the
parts of one with gaps; A and M lines attributes, R lines relations, E lines events, N lines
concepts, # lines notes, * lines equivalences.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from medloom.formats.brat_lines import Lines, parsed
from medloom.formats.brat_write import annotation_lines
from medloom.formats.loss import Losses
from medloom.formats.rows import decoded, joined
from medloom.tables.texts import Text

LOSSES = (
    "ids that brat does not know (T1, R1, ...) are numbered anew",
    "line breaks at the ends of a mention",
    "brat shows _ for spaces and other marks in labels and kinds; Medloom reads them back whole",
    "rows of one document become one text; its attributes and kind are left out",
    "a mention whose parts only line breaks separate is one without gaps",
)
_UNSAFE = re.compile(r"[^\w.-]+")


def read(text: bytes, annotations: Sequence[bytes], name: str) -> Text:
    """Read one document; `annotations` are the contents of its `.ann`, or of `.a1` and `.a2`.

    An event becomes one relation for each argument, from its trigger to the argument's mention.

    >>> row = read(b"No fever.", [b"T1\\tSign 3 8\\tfever\\nA1\\tNegation T1\\n"], "n")
    >>> row.spans[0].id, row.spans[0].assertion.negated
    ('T1', True)
    """
    body = decoded(text, keep_mark=True)  # brat counts the byte order mark as a character
    lines: Lines = parsed("\n".join(map(decoded, annotations)))
    return lines.row(body, name)


def write(documents: Iterable[Sequence[Text]], losses: Losses) -> Iterator[tuple[str, bytes]]:
    """Yield the files of documents, name and content: `ID.txt` and `ID.ann`.

    >>> row = Text("n/1", "n/1", "note", "No fever.", [], [], [])
    >>> list(write([[row]], Losses()))
    [('n_1.txt', b'No fever.'), ('n_1.ann', b'')]
    """
    taken: set[str] = set()
    for rows in documents:
        row = joined(rows)
        stem = file_stem(rows[0].document_id, taken)
        yield f"{stem}.txt", row.text.encode()
        yield f"{stem}.ann", "".join(f"{line}\n" for line in annotation_lines(row, losses)).encode()


def file_stem(name: str, taken: set[str]) -> str:
    """A name for files that no document has had yet.

    >>> taken = {"a_b"}
    >>> file_stem("a/b", taken), file_stem("", taken)
    ('a_b-2', 'document')
    """
    stem = wanted = _UNSAFE.sub("_", name).strip("._")[:150] or "document"
    number = 1
    while stem.lower() in taken:
        number += 1
        stem = f"{wanted}-{number}"
    taken.add(stem.lower())
    return stem
