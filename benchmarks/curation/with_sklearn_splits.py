"""scikit-learn's grouped splits: JSON in on standard input, JSON out."""

import json
import sys
import time

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold


def shuffled(labels, groups, seed):
    """80 / 10 / 10 by two GroupShuffleSplits."""
    parts = np.full(len(labels), "train", dtype=object)
    every = np.arange(len(labels))
    _, rest = next(
        GroupShuffleSplit(1, test_size=0.2, random_state=seed).split(every, labels, groups)
    )
    half = GroupShuffleSplit(1, test_size=0.5, random_state=seed)
    _, test = next(half.split(rest, labels[rest], groups[rest]))
    parts[rest] = "validation"
    parts[rest[test]] = "test"
    return parts.tolist()


def stratified(labels, groups, seed):
    """80 / 10 / 10 by ten folds of StratifiedGroupKFold."""
    parts = np.full(len(labels), "train", dtype=object)
    folds = StratifiedGroupKFold(10, shuffle=True, random_state=seed)
    every = list(folds.split(np.zeros(len(labels)), labels, groups))
    parts[every[0][1]] = "test"
    parts[every[1][1]] = "validation"
    return parts.tolist()


def main():
    given = json.load(sys.stdin)
    labels = np.array(given["labels"])
    groups = np.array([one if one is not None else "" for one in given["groups"]])
    n = given["n_first"]
    answer = {}
    for name, cut in (("GroupShuffleSplit", shuffled), ("StratifiedGroupKFold", stratified)):
        started = time.process_time()
        every = [cut(labels, groups, seed) for seed in given["seeds"]]
        seconds = (time.process_time() - started) / len(given["seeds"])
        first = [cut(labels[:n], groups[:n], seed) for seed in given["seeds"]]
        answer[name] = {"all": every, "first": first, "seconds": seconds}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
