"""A step for tests: three words that are always signs."""

import re

from medloom.step import adds
from medloom.tables import Span, span_of

_WORDS = re.compile("fever|cough|rash", re.IGNORECASE)


@adds("spans")
def known_words(text: str) -> list[Span]:
    """Find three words.

    >>> [span.text for span in known_words("No rash.")]
    ['rash']
    """
    return [span_of(text, *m.span(), "Sign") for m in _WORDS.finditer(text)]
