"""Runs of words that two sets of texts share, and vectors that lie close."""

from medloom.kit.overlap.ngrams import OtherTexts, Shared
from medloom.kit.overlap.vectors import OtherVectors

__all__ = ["OtherTexts", "OtherVectors", "Shared"]
