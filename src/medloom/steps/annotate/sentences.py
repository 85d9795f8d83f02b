"""The sentences of a text."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from medloom.kit.sentence_words import language as lists_of
from medloom.kit.sentence_words import language_digest
from medloom.kit.sentences import split
from medloom.step import DigestedBy, adds
from medloom.tables import Range


def _known(language: str) -> str:
    lists_of(language)
    return language


Language = Annotated[str, AfterValidator(_known), DigestedBy(language_digest)]


@adds("sentences")
def sentences(
    text: str, *, style: Literal["auto", "prose", "notes"] = "auto", language: Language = "en"
) -> list[Range]:
    """Find the sentences of a text, without the white space between them.

    `prose` is for articles. `notes` also ends a sentence in front of a small letter (`no pain. no
    fever`), where a space is missing, and at line breaks that became commas (`ALLERGIES:,None.`).
    `auto` chooses by the text. A line break ends a sentence, unless lines are wrapped at a width.
    `language` is en, es, de or fr, or a YAML file with your own lists of abbreviations. The rules
    are Medloom's own (`medloom.kit.sentences`), measured on the CRAFT treebank.

    >>> text = "No rash (Fig. 2A). E. coli grew."
    >>> [text[s.start : s.end] for s in sentences(text)]
    ['No rash (Fig. 2A).', 'E. coli grew.']
    """
    return split(text, style, language)
