"""Load a compiled terminology and match texts, in a process whose memory is all its own."""

import json
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    given = json.load(sys.stdin)
    before = time.process_time()
    from medloom.terminology.lexicon import Lexicon  # noqa: PLC0415 - loading is timed
    from medloom.terminology.matcher import Matcher  # noqa: PLC0415

    matcher = Matcher(Lexicon.open(given["lexicon"]), everything=True)
    matcher.find(["first"])
    load = time.process_time() - before
    texts = json.loads(Path(given["texts"]).read_text("utf-8"))
    seconds = []
    for _ in range(4):
        before = time.process_time()
        found = matcher.find(texts)
        hits = list(zip(*(one.tolist() for one in found[:3]), strict=True))
        seconds.append(time.process_time() - before)
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    Path(given["hits"]).write_text(json.dumps(hits))
    shown = {"seconds": min(seconds), "first": seconds[0], "load": load, "hits": len(hits)}
    print(json.dumps({**shown, "resident": resident}))


if __name__ == "__main__":
    main()
