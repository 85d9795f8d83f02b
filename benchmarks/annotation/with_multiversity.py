"""Label captions with MultiCaRe's caption labeler: a list of texts to their labels and seconds."""

import contextlib
import importlib.util
import json
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

HERE = Path(importlib.util.find_spec("multiversity").submodule_search_locations[0])
spec = importlib.util.spec_from_file_location("multi_labeler", HERE / "multi_labeler.py")
labeler = importlib.util.module_from_spec(spec)
spec.loader.exec_module(labeler)

given = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
    table = Path(folder) / "captions.csv"
    pd.DataFrame({"caption": given}).to_csv(table, index=False)
    before = time.process_time()
    made = labeler.CaptionLabeler(str(table), str(HERE / "data" / "annotated_ngrams.csv"))
    seconds = time.process_time() - before
print(json.dumps({"labels": made.caption_df["label_list"].tolist(), "seconds": seconds}))
