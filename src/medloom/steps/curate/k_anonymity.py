"""How many patients share what others may know of a patient."""

from collections import defaultdict
from typing import Annotated

from medloom.step import Column, Columns, adds
from medloom.tables.rows import Rows


@adds("k", across={"id": str, "patient_id": Column(str | None, optional=True)})
def k_anonymity(rows: Rows, *, quasi: Annotated[list[str], Columns()]) -> list[int]:
    """Count, for each row, the patients that have the same values in some columns.

    `quasi` names what somebody else may know of a patient: sex, age group, postcode area, year,
    diagnosis. A `k` of 1 is a patient who is the only one of the kind (Sweeney 2002). Without
    `patient_id` rows are counted. A null is a value like others.

    >>> rows = Rows.of({"id": ["a", "b", "c"], "sex": ["f", "f", "m"], "age": [40, 40, 71]})
    >>> k_anonymity(rows, quasi=["sex", "age"])
    [2, 2, 1]
    """
    who = rows.column("patient_id" if "patient_id" in rows.names else "id")
    values = list(zip(*(map(repr, rows.column(name)) for name in quasi), strict=True))
    patients: dict[tuple[str, ...], set[str | None]] = defaultdict(set)
    for value, one in zip(values, who, strict=True):
        patients[value].add(one)
    return [len(patients[value]) for value in values]
