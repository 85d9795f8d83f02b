"""sqlite FTS5 with the Porter stemmer: {"folder", "texts", "queries"} in; times out."""

import json
import os
import re
import sqlite3
import sys
import time
from pathlib import Path


def main() -> None:
    given = json.load(sys.stdin)
    file = Path(given["folder"], "fts.db")
    began = time.process_time()
    base = sqlite3.connect(file)
    base.execute(
        "create virtual table d using fts5(id unindexed, title, text, tokenize='porter unicode61')"
    )
    base.executemany("insert into d values (?, ?, ?)", given["texts"])
    base.commit()
    base.execute("insert into d(d) values ('optimize')")
    base.commit()
    index_s = time.process_time() - began

    def ask(query: str) -> None:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query))
        base.execute("select id, bm25(d) s from d where d match ? order by s limit 10", (words,)
                     ).fetchall()  # fmt: skip

    times = []
    for query in given["queries"]:
        cpu, wall = time.process_time(), time.perf_counter()
        ask(query)
        times.append(((time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3))
    size = os.path.getsize(file) / 1e6
    json.dump({"index_s": index_s, "times_ms": times, "mb": size}, sys.stdout)


main()
