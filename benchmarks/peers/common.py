"""The half of an adapter that all of them share; runs under any Python, standard library only.

    python with_NAME.py speed|haul FILES.txt REPORT.json [option ...]

CPU seconds are of this process and of all that it starts, after the imports and one warm-up file.
"""

import json
import logging
import resource
import statistics
import sys
import warnings
from collections import Counter
from pathlib import Path


def cpu_seconds():
    ours = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in ours)


def files():
    return Path(sys.argv[2]).read_text().split("\n")


def main(extract, haul=None, passes=1):
    """`extract(path)` does the work that is measured, `haul(path)` says what it found."""
    run(lambda paths: speed(extract, paths, passes), haul)


def run(measure, haul):
    """`measure(paths)` reports the speed of the whole list."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    paths, report = files(), Path(sys.argv[3])
    found = measure(paths) if sys.argv[1] == "speed" else [attempt(haul, path) for path in paths]
    report.write_text(json.dumps(found))


def speed(extract, paths, passes):
    """CPU seconds of one pass over all files, the mean of so many."""
    attempt(extract, paths[0])
    seconds = []
    for _ in range(passes):
        raised, started = Counter(), cpu_seconds()
        for path in paths:
            error = attempt(extract, path)
            if isinstance(error, dict) and "error" in error:
                raised[error["error"]] += 1
        seconds.append(cpu_seconds() - started)
    return told(statistics.mean(seconds), len(paths), raised)


def told(cpu, n, raised):
    """What the speed mode reports."""
    failed = sum(raised.values())
    return {"cpu": cpu, "done": n - failed, "raised": failed, "why": sorted(raised)}


def attempt(function, path):
    """Call it; a refused article is a result too."""
    try:
        return function(path)
    except Exception as error:
        return {"error": type(error).__name__}
