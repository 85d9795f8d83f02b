"""Train the plans `phi_en` and `phi_es` on given corpora, in an environment with PyTorch."""

import json
import sys
from importlib import import_module
from pathlib import Path

given = json.load(sys.stdin)
sys.path.insert(0, given["source"])
plans = import_module("medloom.tagging.training.plan")
run = import_module("medloom.tagging.training.run")
folders = [Path(one) for one in given["folders"]]
for name, into in given["models"].items():
    plan = plans.read_plan(plans.place_of_plan(name))
    run.train_model(plan, folders, Path(into), told=lambda line: None)
print(json.dumps({}))
