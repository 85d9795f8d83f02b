"""What Medloom tells a user when something is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to fix: where it is, what is wrong, and what to do."""

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  fix: {self.fix}"


class MedloomError(Exception):
    """Base of every error that Medloom raises on purpose; the command shows it plainly."""


class RecipeError(MedloomError):
    """A recipe cannot run; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


class MissingExtraError(MedloomError):
    """A step needs an optional package that is not installed."""


class InputError(MedloomError):
    """An input that the user named cannot be found or listed."""


class CollectionError(MedloomError):
    """A collection cannot be opened, is locked, or cannot be written."""


class SourceError(MedloomError):
    """One source cannot be read; it becomes a failed row, and the build goes on."""


class NotThisFormat(MedloomError):
    """A source is sound but not what this reader reads; it becomes a dropped row."""
