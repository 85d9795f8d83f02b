"""Train the built-in plan without the documents to develop on, in an environment with PyTorch."""

import json
import sys
import time
from importlib import import_module
from pathlib import Path

given = json.load(sys.stdin)
sys.path.insert(0, given["source"])
plans = import_module("medloom.tagging.training.plan")
run = import_module("medloom.tagging.training.run")
inputs = import_module("medloom.tagging.training.inputs")
plan = plans.read_plan(plans.place_of_plan("mentions"))
folders = [Path(one) for one in given["folders"]]
divided = run.parts(plan, folders, hold_out=True)
texts = [one for some in divided.train.values() for one in some]
known = inputs.knowledge(plan, folders, texts)
seconds = {}
for into, heads in given["models"].items():
    before = time.process_time()
    run.train_model(plan, folders, Path(into), True, lambda line: None, known, heads)
    seconds[into] = time.process_time() - before
print(json.dumps({"seconds": seconds}))
