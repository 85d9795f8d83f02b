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
plan = plans.read_plan(plans.place_of_plan("mentions"))
folders = [Path(one) for one in given["folders"]]
before = time.process_time()
run.train_model(plan, folders, Path(given["into"]), hold_out=True, told=lambda line: None)
print(json.dumps({"seconds": time.process_time() - before}))
