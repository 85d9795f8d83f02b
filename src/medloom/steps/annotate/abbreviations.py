"""Short forms and what their document says that they mean."""

from medloom.kit.short_forms import uses
from medloom.step import adds
from medloom.tables.spans import Abbreviation


@adds("abbreviations", by="article_id")
def abbreviations(
    id: list[str], text: list[str], *, least_score: float = 0.5
) -> list[list[Abbreviation]]:
    """Find every use of the short forms that a document defines, with their long forms.

    A definition in one text of the document holds in all of them: `defined_in` is the id of its
    row, and the use that defines says where the long form stands. Read are brackets, as Schwartz
    and Hearst (2003) do, and lists of abbreviations. Of several ways to align letters with words
    the likeliest is taken; `least_score` is the least share of such pairs that is meant.

    >>> found = abbreviations(["t", "a"], ["BMI in youth", "Body mass index (BMI) rose."])
    >>> [(use.short, use.long, use.defined_in, use.long_start) for row in found for use in row]
    [('BMI', 'Body mass index', 'a', None), ('BMI', 'Body mass index', 'a', 0)]
    """
    return uses(id, text, least_score)
