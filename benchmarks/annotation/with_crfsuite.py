"""Train a CRF on plain features and tag: {"train", "test"} in words to tags and CPU seconds."""

import json
import os
import re
import sys
import tempfile
import time
from importlib import import_module

crfsuite = import_module("pycrfsuite")
DIGIT, UPPER, LOWER = re.compile(r"\d"), re.compile(r"[A-Z]"), re.compile(r"[a-z]")


def of_word(word):
    low = word.lower()
    shape = DIGIT.sub("9", LOWER.sub("x", UPPER.sub("X", word)))
    found = [f"w={low}", f"s={shape[:8]}"]
    return found + [f"{n}{low[:n]}" for n in (2, 3, 4)] + [f"-{n}{low[-n:]}" for n in (2, 3, 4)]


def features(words):
    own = [of_word(word) for word in words]
    rows = []
    for at in range(len(words)):
        row = list(own[at])
        for by in (-2, -1, 1, 2):
            if 0 <= at + by < len(words):
                row += [f"{by}{one}" for one in own[at + by]]
        rows.append(row)
    return rows


def sentences(words):
    start = 0
    for at, word in enumerate(words):
        if word == "." or at == len(words) - 1:
            yield start, at + 1
            start = at + 1


given = json.load(sys.stdin)
trainer = crfsuite.Trainer(algorithm="ap", verbose=False)
trainer.set_params({"max_iterations": 30})
for one in given["train"]:
    for start, end in sentences(one["words"]):
        trainer.append(features(one["words"][start:end]), [str(t) for t in one["tags"][start:end]])
place = os.path.join(tempfile.mkdtemp(), "mentions.crfsuite")
trainer.train(place)
tagger = crfsuite.Tagger()
tagger.open(place)
before = time.process_time()
found = [
    [int(t) for start, end in sentences(words) for t in tagger.tag(features(words[start:end]))]
    for words in given["test"]
]
print(json.dumps({"tags": found, "seconds": time.process_time() - before}))
