"""Candidates of mentions by string likeness alone; runs in the peer's own environment."""

import json
import sys
import time
from importlib import import_module


def tfidf(names, ids, mentions):
    """Cosine of character 3-grams, as of scispaCy's candidates, but exact."""
    np = import_module("numpy")
    text = import_module("sklearn.feature_extraction.text")
    made = text.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=10, dtype=np.float32)
    known = made.fit_transform(names).T.tocsc()
    yield None
    for start in range(0, len(mentions), 32):
        scores = (made.transform(mentions[start : start + 32]) @ known).tocsr()
        for row in range(scores.shape[0]):
            part = slice(scores.indptr[row], scores.indptr[row + 1])
            order = np.argsort(-scores.data[part], kind="stable")[:400]
            yield list(dict.fromkeys(ids[at] for at in scores.indices[part][order].tolist()))[:20]


def rapidfuzz(names, ids, mentions):
    """The likeness of sorted words."""
    fuzz, process = import_module("rapidfuzz.fuzz"), import_module("rapidfuzz.process")
    utils = import_module("rapidfuzz.utils")
    yield None
    prepared = [utils.default_process(name) for name in names]
    for one in mentions:
        asked = utils.default_process(one)
        best = process.extract(asked, prepared, scorer=fuzz.token_sort_ratio, limit=60)
        yield list(dict.fromkeys(ids[at] for _, _, at in best))[:20]


def main():
    given = json.load(sys.stdin)
    run = {"tfidf": tfidf, "rapidfuzz": rapidfuzz}[given["engine"]]
    answers = run(given["names"], given["ids"], given["mentions"])
    next(answers)
    start = time.process_time()
    found = list(answers)
    json.dump({"found": found, "seconds": time.process_time() - start}, sys.stdout)


main()
