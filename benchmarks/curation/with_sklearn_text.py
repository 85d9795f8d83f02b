"""Out-of-fold probabilities by scikit-learn's TF-IDF and logistic regression, the usual baseline.

Reads a list of {"texts", "labels", "folds"}; writes probabilities (a column a label, sorted) and
seconds of each.
"""

import json
import resource
import sys

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def main() -> None:
    made = []
    for given in json.load(sys.stdin):
        texts, labels = np.array(given["texts"], object), np.array(given["labels"])
        folds = np.array(given["folds"])
        names = sorted(set(labels))
        chances = np.zeros((len(texts), len(names)))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        for fold in sorted(set(folds)):
            held = folds == fold
            model = make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
                LogisticRegression(C=10, max_iter=1000),
            )
            model.fit(texts[~held], labels[~held])
            columns = [names.index(one) for one in model.classes_]
            chances[np.ix_(held, columns)] = model.predict_proba(texts[held])
        seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
        made.append({"chances": chances.tolist(), "seconds": seconds})
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
