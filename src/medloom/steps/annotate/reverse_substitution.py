"""Texts in which long forms give way to short forms."""

from collections.abc import Mapping
from typing import Any

import daft
from daft import DataFrame, DataType, col

from medloom.kit.short_forms.inventory import Spelling, ambiguous, senses_of
from medloom.kit.short_forms.substitution import Substitution
from medloom.step import changes
from medloom.tables.arrow import arrow_type
from medloom.tables.spans import Abbreviation

_PLACES = list[Abbreviation]


@changes(
    reads={"article_id": str, "text": str, "abbreviations": _PLACES},
    makes={"substituted_text": str | None, "substitutions": _PLACES | None},
)
def reverse_substitution(frame: DataFrame, *, least_documents: int = 2) -> DataFrame:
    """Replace long forms by short forms that mean several things in the collection.

    The way of MeDAL (Wen et al. 2020) to get examples whose meaning is known: the text is the
    puzzle, `substitutions` says where in `substituted_text` which long form stood. A short form
    counts where two of its senses or more have `least_documents` documents that define it so.
    Where a text defines the short form, the definition gives way to it, and its other uses are
    examples, too. The step `abbreviation_examples` makes rows of them.

    >>> import daft
    >>> from medloom.kit.short_forms import uses
    >>> texts = ["Heart rate (HR).", "Hazard ratio (HR).", "Their heart rate fell."]
    >>> found = [[use._asdict() for use in uses(["t"], [text])[0]] for text in texts]
    >>> rows = {"article_id": ["a", "b", "c"], "text": texts, "abbreviations": found}
    >>> made = reverse_substitution(daft.from_pydict(rows), least_documents=1).to_pydict()
    >>> made["substituted_text"]
    ['HR.', 'HR.', 'Their HR fell.']
    >>> made["substitutions"][2][0]["start"], made["substitutions"][2][0]["long"]
    (6, 'Heart rate')
    """
    use = col("abbreviations")
    definitions = frame.select("article_id", use.explode()).where(use.get("long_start").not_null())
    counted = (
        definitions.select("article_id", use.get("short"), use.get("long"))
        .groupby("short", "long")
        .agg(
            col("article_id").count().alias("n_definitions"),
            col("article_id").count_distinct().alias("n_documents"),
        )
        .to_pylist()
    )
    senses = senses_of(Spelling(**one) for one in counted)
    substitute = Substitution(ambiguous(senses, least_documents))
    made = _udf(substitute)(col("text"), use)
    with_both = frame.with_column("made", made)
    return (
        with_both.with_column("substituted_text", col("made").get("text"))
        .with_column("substitutions", col("made").get("places"))
        .exclude("made")
    )


def _udf(substitute: Substitution) -> Any:
    place = DataType.from_arrow_type(arrow_type(_PLACES))

    def replaced(text: str, abbreviations: list[Mapping[str, Any]]) -> dict[str, Any]:
        known = [Abbreviation(**one) for one in abbreviations or ()]
        new, places = substitute(text or "", known)
        return {"text": new, "places": [one._asdict() for one in places]}

    made = DataType.struct({"text": DataType.string(), "places": place})
    return daft.func(replaced, return_dtype=made)
