"""A small text classifier: hashed words and pairs, logistic regression, calibrated; on the CPU.

It trains in seconds and is a small file. It is for filters learned from a seed of labels, and for
finding wrong labels; not for the last point of accuracy.
"""

from medloom.kit.text_classifier.model import (
    Classifier,
    ModelFileError,
    digest_of,
    load,
    out_of_fold,
    train,
)
from medloom.kit.text_classifier.scoring import Scored, auc, scored

__all__ = [
    "Classifier",
    "ModelFileError",
    "Scored",
    "auc",
    "digest_of",
    "load",
    "out_of_fold",
    "scored",
    "train",
]
