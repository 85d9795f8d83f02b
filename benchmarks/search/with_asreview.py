"""ASReview's default on a topic: {"texts", "labels", "starts"} in; an order for each start out."""

import json
import sys

import numpy as np
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.models import get_ai_config
from asreview.simulation.simulate import Simulate


def order(texts: list[str], labels: list[bool], start: list[int]) -> list[int]:
    cycle = ActiveLearningCycle.from_meta(get_ai_config()["value"])
    table = pd.DataFrame({"title": texts, "abstract": [""] * len(texts)})
    played = Simulate(table, pd.Series(labels).astype(int), [cycle], print_progress=False)
    played.label(start)
    played.review()
    read = played._results["record_id"].tolist()
    return [int(one) for one in read if one not in start]


def main() -> None:
    given = json.load(sys.stdin)
    np.random.seed(1)
    orders = [order(given["texts"], given["labels"], one) for one in given["starts"]]
    json.dump(orders, sys.stdout)


if __name__ == "__main__":
    main()
