"""Out-of-fold probabilities by fastText, supervised; input and output as `with_sklearn_text.py`."""

import json
import resource
import sys
import tempfile

import fasttext
import numpy as np


def main() -> None:
    made = []
    for given in json.load(sys.stdin):
        texts = [" ".join(one.lower().split()) for one in given["texts"]]
        labels, folds = given["labels"], np.array(given["folds"])
        names = sorted(set(labels))
        chances = np.zeros((len(texts), len(names)))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        for fold in sorted(set(folds.tolist())):
            model = trained(texts, labels, folds != fold, names)
            for row in np.flatnonzero(folds == fold):
                found, scores = model.predict(texts[row], k=len(names))
                for one, score in zip(found, scores, strict=True):
                    chances[row, int(one.removeprefix("__label__"))] = score
        seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
        made.append({"chances": chances.tolist(), "seconds": seconds})
    json.dump(made, sys.stdout)


def trained(texts: list, labels: list, wanted: np.ndarray, names: list) -> object:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for row in np.flatnonzero(wanted):
            file.write(f"__label__{names.index(labels[row])} {texts[row]}\n")
        file.flush()
        # A tenth of the buckets: the sets are small, and the default writes 800 MB a fold.
        return fasttext.train_supervised(
            file.name, wordNgrams=2, epoch=25, lr=0.5, bucket=200_000, dim=50, thread=1, verbose=0
        )


if __name__ == "__main__":
    main()
