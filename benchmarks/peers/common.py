"""The half of an adapter that all of them share; runs under any Python, standard library only.

    python with_NAME.py speed|haul FILES.txt REPORT.json [option ...]

CPU seconds are of this process and of all that it starts, after the imports and one warm-up file.
"""

import json
import logging
import os
import sys
import warnings
from collections import Counter
from pathlib import Path


def cpu_seconds():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def options():
    return sys.argv[4:]


def main(extract, haul=None, passes=1):
    """`extract(path)` does the work that is measured, `haul(path)` says what it found."""
    mode, files, report = sys.argv[1], Path(sys.argv[2]).read_text().split("\n"), sys.argv[3]
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    found = speed(extract, files, passes) if mode == "speed" else hauls(haul, files)
    Path(report).write_text(json.dumps(found))


def speed(extract, files, passes):
    attempt(extract, files[0], Counter())
    raised, started = Counter(), cpu_seconds()
    for _ in range(passes):
        for path in files:
            attempt(extract, path, raised)
    cpu = (cpu_seconds() - started) / passes
    failed = sum(raised.values()) // passes
    return {"cpu": cpu, "done": len(files) - failed, "raised": failed, "why": sorted(raised)}


def attempt(extract, path, raised):
    try:
        extract(path)
    except Exception as error:  # a refused article is a result
        raised[type(error).__name__] += 1


def hauls(haul, files):
    found = []
    for path in files:
        try:
            found.append(haul(path))
        except Exception as error:  # a refused article is a result
            found.append({"error": type(error).__name__})
    return found
