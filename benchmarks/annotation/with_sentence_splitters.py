"""Cut paragraphs into sentences with a library: {"library", "texts"} to ends and CPU seconds."""

import json
import sys
import time
from importlib import import_module


def splitter(library):
    """A function from a text to the places behind the last characters of its sentences."""
    if library == "nupunkt":
        spans = import_module("nupunkt").sent_spans
        return lambda text: [end for _, end in spans(text)]
    if library == "blingfire":
        lines = import_module("blingfire").text_to_sentences
        return lambda text: ends(text, lines(text).split("\n"))
    if library == "segtok":
        single = import_module("segtok.segmenter").split_single
        return lambda text: ends(text, single(text))
    if library == "pysbd":
        segment = import_module("pysbd").Segmenter(language="en", clean=False).segment
        return lambda text: ends(text, segment(text))
    analyze = import_module("syntok.segmenter").analyze
    return lambda text: [
        sentence[-1].offset + len(sentence[-1].value)
        for paragraph in analyze(text)
        for sentence in paragraph
    ]


def ends(text, sentences):
    """Where sentences given as text end: by their characters that are not white space."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    found, seen = [], 0
    for sentence in sentences:
        seen += sum(not character.isspace() for character in sentence)
        if 0 < seen <= len(places):
            found.append(places[seen - 1] + 1)
    return found


given = json.load(sys.stdin)
split = splitter(given["library"])
before = time.process_time()
made = [split(text) for text in given["texts"]]
print(json.dumps({"ends": made, "seconds": time.process_time() - before}))
