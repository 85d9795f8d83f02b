"""Texts that are copies of each other, exactly or nearly, and those that only look like it."""

from medloom.kit.near_duplicates.clustering import Copies, find_copies, find_copies_between
from medloom.kit.near_duplicates.comparing import Likeness, Settings, texts_of
from medloom.kit.near_duplicates.guard import Told, differs, is_variant
from medloom.kit.near_duplicates.words import words

__all__ = [
    "Copies",
    "Likeness",
    "Settings",
    "Told",
    "differs",
    "find_copies",
    "find_copies_between",
    "is_variant",
    "texts_of",
    "words",
]
