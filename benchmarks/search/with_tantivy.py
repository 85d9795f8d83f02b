"""tantivy with its English stemmer, one writer thread: texts and queries in; times out."""

import json
import re
import sys
import time
from pathlib import Path

import tantivy


def main() -> None:
    given = json.load(sys.stdin)
    folder = Path(given["folder"], "tantivy")
    folder.mkdir()
    began = time.process_time()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(300_000_000, 1)
    for id_, title, text in given["texts"]:
        row = tantivy.Document()
        for name, value in (("id", id_), ("title", title), ("text", text)):
            row.add_text(name, value)
        writer.add_document(row)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    index_s = time.process_time() - began
    searcher = index.searcher()
    times = []
    for query in given["queries"]:
        cpu, wall = time.process_time(), time.perf_counter()
        parsed = index.parse_query(" ".join(re.findall(r"\w+", query)), ["title", "text"])
        for _, place in searcher.search(parsed, 10).hits:
            searcher.doc(place)
        times.append(((time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3))
    size = sum(one.stat().st_size for one in folder.rglob("*")) / 1e6
    json.dump({"index_s": index_s, "times_ms": times, "mb": size}, sys.stdout)


main()
