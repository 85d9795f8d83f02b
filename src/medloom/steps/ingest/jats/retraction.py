"""Whether an article is retracted.

A retraction *notice* (`article-type="retraction"`) is not itself retracted, and its link to the
`retracted-article` says that the other one is. An article is retracted if its type says so, if it
links to its notice (`retraction-forward`), if its title begins with `RETRACTED`, if a subject is
`Retracted Article`, or if PMC's metadata says so.
"""

import re
from collections.abc import Sequence

from medloom.tables.literature import Related

_TITLE = re.compile(r"\W*(?:RETRACTED|Retracted(?: article)?\s*[:—–-])", re.UNICODE)
_SUBJECT = re.compile(r"retracted(?: article| paper| publication)?", re.IGNORECASE)
_FORWARD = frozenset({"retraction-forward", "retracted-by", "retraction-notice"})


def is_retracted(
    article_type: str | None,
    title: str | None,
    subjects: Sequence[str],
    related: Sequence[Related],
) -> bool:
    """Apply the rule of this module.

    >>> is_retracted("retraction", "Retraction: A study", [], [])
    False
    >>> is_retracted("research-article", "RETRACTED: A study", [], [])
    True
    """
    if article_type in {"retracted-article", "retracted"}:
        return True
    if article_type in {"retraction", "partial-retraction"}:
        return False
    return (
        (title is not None and _TITLE.match(title) is not None)
        or any(_SUBJECT.fullmatch(subject) for subject in subjects)
        or any(link.type in _FORWARD for link in related)
    )
