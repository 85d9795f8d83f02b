"""A peer that finds short forms: {"peer": name, "texts": [...]} in, pairs and seconds out."""

import json
import sys
import time
from importlib import import_module


def rust():
    extract = import_module("abbreviation_extractor").extract_abbreviation_definition_pairs
    return lambda text: [(one.abbreviation, one.definition) for one in extract(text)]


def python():
    peer = import_module("abbreviations.schwartz_hearst")
    extract = peer.extract_abbreviation_definition_pairs
    return lambda text: list(extract(doc_text=text).items())


def scispacy():
    nlp = import_module("spacy").blank("en")
    import_module("scispacy.abbreviation")
    nlp.add_pipe("abbreviation_detector")
    return lambda text: [(one.text, one._.long_form.text) for one in nlp(text)._.abbreviations]


def main() -> None:
    sys.path.pop(0)  # the folder of this file has a module of the name of a peer
    given = json.load(sys.stdin)
    find = {"rust": rust, "python": python, "scispacy": scispacy}[given["peer"]]()
    pairs, least = [find(text) for text in given["texts"]], 1e9
    for _ in range(given["rounds"]):
        began = time.process_time()
        for text in given["texts"]:
            find(text)
        least = min(least, time.process_time() - began)
    json.dump({"pairs": pairs, "seconds": least}, sys.stdout)


if __name__ == "__main__":
    main()
