"""The one way that dictionaries, taggers and formats cut text into tokens."""

import re

from medloom.tables.spans import Range

TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
"""A run of letters, a run of digits, or one mark; combining marks stand alone."""


def tokens(text: str) -> list[Range]:
    """The places of the tokens of a text.

    >>> [text[t.start : t.end] for text in ["IL-2Ra (5%)"] for t in tokens(text)]
    ['IL', '-', '2', 'Ra', '(', '5', '%', ')']
    """
    return [Range(*match.span()) for match in TOKEN.finditer(text)]
