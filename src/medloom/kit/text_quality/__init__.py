"""How good a text is: features in one pass, language, and profiles of rules with their limits."""

from medloom.kit.text_quality.features import measure
from medloom.kit.text_quality.known_good import Loss, known_good_loss
from medloom.kit.text_quality.profiles import Profile, Rule, digest_of, load, names, wrong_language

__all__ = [
    "Loss",
    "Profile",
    "Rule",
    "digest_of",
    "known_good_loss",
    "load",
    "measure",
    "names",
    "wrong_language",
]
