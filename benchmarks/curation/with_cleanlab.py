"""Find wrong labels with cleanlab; under its own Python.

Reads {"labels": [[...]], "chances": [[[...]]]}, a list a set; writes masks, scores and seconds.
"""

import json
import resource
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores


def main() -> None:
    given = json.load(sys.stdin)
    made = []
    for labels, chances in zip(given["labels"], given["chances"], strict=True):
        labels, chances = np.array(labels), np.array(chances)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        mask = find_label_issues(labels, chances, n_jobs=1)
        seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
        quality = get_label_quality_scores(labels, chances)
        made.append({"mask": mask.tolist(), "quality": quality.tolist(), "seconds": seconds})
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
