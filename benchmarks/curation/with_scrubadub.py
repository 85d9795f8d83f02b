"""scrubadub with its default detectors. JSON in, JSON out."""

import json
import sys
import time

given = json.load(sys.stdin)
import scrubadub  # noqa: E402

scrubber = scrubadub.Scrubber(locale={"en": "en_US", "es": "es_ES"}[given["language"]])
list(scrubber.iter_filth("Warm up."))
begin, found = time.process_time(), []
for text in given["texts"]:
    found.append([(f.beg, f.end, f.type.upper()) for f in scrubber.iter_filth(text)])
print(json.dumps({"found": found, "seconds": time.process_time() - begin}))
