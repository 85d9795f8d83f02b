"""Run the quality filters of datatrove with their defaults; under its own Python.

Reads {set: [texts]} as JSON; writes {filter: {set: share kept}} and seconds.
"""

import json
import resource
import sys

from datatrove.data import Document
from datatrove.pipeline.filters import (
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)


def main() -> None:
    given = json.load(sys.stdin)
    filters = {
        "Gopher quality": [GopherQualityFilter()],
        "Gopher quality + repetition": [GopherQualityFilter(), GopherRepetitionFilter()],
        "FineWeb": [FineWebQualityFilter()],
    }
    kept, seconds = {}, {}
    for name, some in filters.items():
        keeps(some, "Warm up the tokenizer.")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        kept[name] = {
            key: [sum(keeps(some, text) for text in texts), len(texts)]
            for key, texts in given.items()
        }
        seconds[name] = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    json.dump({"kept": kept, "seconds": seconds}, sys.stdout)


def keeps(filters: list, text: str) -> bool:
    return all(one.filter(Document(text=text, id="0")) is True for one in filters)


if __name__ == "__main__":
    main()
