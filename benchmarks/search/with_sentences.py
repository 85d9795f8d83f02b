"""Score the texts of each query with a peer; run in the peer's own environment.

In: `{"how": "bm25s", "given": [{"query": ..., "texts": [...]}]}`. Out: a list of scores
for each query.
"""

import json
import sys

import bm25s


def by_bm25s(given):
    """BM25 over the texts of each query alone, with the package's own English stop words."""
    made = []
    for one in given:
        index = bm25s.BM25()
        tokens = bm25s.tokenize(one["texts"], stopwords="en", show_progress=False)
        index.index(tokens, show_progress=False)
        query = bm25s.tokenize(
            [one["query"]], stopwords="en", show_progress=False, return_ids=False
        )
        known = [word for word in query[0] if word in tokens.vocab]
        made.append(index.get_scores(known).tolist() if known else [0.0] * len(one["texts"]))
    return made


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump({"bm25s": by_bm25s}[asked["how"]](asked["given"]), sys.stdout)
