"""Short forms and what their document says that they mean."""

from medloom.kit.short_forms import uses
from medloom.step import adds
from medloom.tables.spans import Abbreviation


@adds("abbreviations", by="article_id")
def abbreviations(id: list[str], text: list[str]) -> list[list[Abbreviation]]:
    """Find every use of the short forms that a document defines, with their long forms.

    A definition in one text of the document holds in all of them. The use that defines says where
    the long form stands. After Schwartz and Hearst (PSB 2003), improved.

    >>> found = abbreviations(["t", "a"], ["BMI in youth", "Body mass index (BMI) rose."])
    >>> [(use.short, use.long, use.defined_in, use.long_start) for row in found for use in row]
    [('BMI', 'Body mass index', 'a', None), ('BMI', 'Body mass index', 'a', 0)]
    """
    return uses(id, text)
