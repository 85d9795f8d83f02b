"""Find headers with medspaCy's sectionizer and its default rules: texts to [[place, kind], ...]."""

import contextlib
import json
import sys
import time

import spacy
from medspacy.section_detection import Sectionizer

given = json.load(sys.stdin)
with contextlib.redirect_stdout(sys.stderr):
    nlp = spacy.blank("en")
    nlp.add_pipe("medspacy_sectionizer")
    assert Sectionizer
    before = time.process_time()
    made = []
    for text in given:
        doc = nlp(text)
        titled = [one for one in doc._.sections if one.category]
        made.append([[doc[one.title_start].idx, one.category] for one in titled])
    seconds = time.process_time() - before
print(json.dumps({"headers": made, "seconds": seconds}))
