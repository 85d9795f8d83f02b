"""Run fenominal on texts: in its own environment. In: an OBO graph file and texts, as JSON."""

import json
import sys
import time

from fenominal import Fenominal  # type: ignore[import-not-found]

given = json.load(sys.stdin)
peer = Fenominal(given["graph"])
before = time.process_time()
found = [peer.map_text(text) for text in given["texts"]]
seconds = time.process_time() - before
ids = [[one["termId"] for one in json.loads(row)] for row in found]
print(json.dumps({"ids": ids, "seconds": seconds}))
