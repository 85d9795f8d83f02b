"""What a datasheet and a Healthsheet ask."""

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

Sheet = Literal["datasheet", "healthsheet"]


class Question(BaseModel):
    """One question, and where it is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    ask: str
    required: bool = False
    """Whether a release needs the answer."""
    list: bool = False
    """Whether the answer is a list, one item a line."""
    sheets: tuple[Sheet, ...] = ()
    """Of a question that not all sheets of its section ask."""
    section: str = ""


@cache
def questions(sheet: Sheet | None = None) -> tuple[Question, ...]:
    """The questions of a sheet, or of all, in order.

    >>> [one.id for one in questions("datasheet") if one.required][:3]
    ['title', 'description', 'creators']
    """
    text = (resources.files(__package__) / "questions.yaml").read_text("utf-8")
    found = [
        Question(**{"sheets": section["sheets"], **one, "section": section["title"]})
        for section in yaml.safe_load(text)
        for one in section["questions"]
    ]
    return tuple(one for one in found if sheet is None or sheet in one.sheets)
