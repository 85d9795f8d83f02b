"""cleanvision: which issues it sees in each image file, and the CPU seconds that all took."""

import contextlib
import json
import os
import sys
import time

from cleanvision import Imagelab

paths = json.load(sys.stdin)
before = os.times()
with contextlib.redirect_stdout(sys.stderr):
    lab = Imagelab(filepaths=paths)
    lab.find_issues(n_jobs=1)
after = os.times()
kinds = [name for name in lab.issues.columns if name.startswith("is_") and name.endswith("_issue")]
flags = {
    name: [bool(one) for one in lab.issues.loc[paths, name]]
    for name in kinds
    if "duplicates" not in name
}
spent = after.user - before.user + after.system - before.system
spent += after.children_user - before.children_user
print(json.dumps({"flags": flags, "seconds": spent, "finished": time.time()}))
