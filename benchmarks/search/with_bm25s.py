"""bm25s with English stop words: texts and queries in; times out."""

import json
import sys
import time
from pathlib import Path

import bm25s


def main() -> None:
    given = json.load(sys.stdin)
    folder = Path(given["folder"], "bm25s")
    began = time.process_time()
    texts = [f"{title} {text}" for _, title, text in given["texts"]]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    retriever.save(str(folder))
    index_s = time.process_time() - began
    times = []
    for query in given["queries"]:
        cpu, wall = time.process_time(), time.perf_counter()
        words = bm25s.tokenize([query], stopwords="en", show_progress=False)
        retriever.retrieve(words, k=10, show_progress=False)
        times.append(((time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3))
    size = sum(one.stat().st_size for one in folder.rglob("*")) / 1e6
    json.dump({"index_s": index_s, "times_ms": times, "mb": size}, sys.stdout)


main()
