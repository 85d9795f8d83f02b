"""Run a dictionary matcher on texts, in its own environment.

In: JSON with engine, a file of names (one a line), a file of texts (JSON list) and a file for hits.
Out: CPU seconds of matching, of building, resident megabytes, and how many hits; the hits, as
[text, start, end], in the file. Names and texts are in lower case; a hit must end at a boundary.
Each engine is imported where it is used: only one is installed.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

Hits = Iterator[tuple[int, int]]


def ahocorasick_rs(names: list[str]) -> Callable[[str], Hits]:
    from ahocorasick_rs import AhoCorasick  # noqa: PLC0415

    automaton = AhoCorasick(names)

    def find(text: str) -> Hits:
        for _, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
            if bounded(text, start, end):
                yield start, end

    return find


def pyahocorasick(names: list[str]) -> Callable[[str], Hits]:
    import ahocorasick  # noqa: PLC0415

    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for name in names:
        automaton.add_word(name)
    automaton.make_automaton()

    def find(text: str) -> Hits:
        for last, size in automaton.iter(text):
            if bounded(text, last - size + 1, last + 1):
                yield last - size + 1, last + 1

    return find


def flashtext2(names: list[str]) -> Callable[[str], Hits]:
    from flashtext2 import KeywordProcessor  # noqa: PLC0415

    processor = KeywordProcessor(case_sensitive=True)
    processor.add_keywords_from_iter(names)

    def find(text: str) -> Hits:
        for _, start, end in processor.extract_keywords_with_span(text):
            yield start, end

    return find


def spacy(names: list[str]) -> Callable[[str], Hits]:
    import spacy as peer  # noqa: PLC0415
    from spacy.matcher import PhraseMatcher  # noqa: PLC0415

    language = peer.blank("en")
    language.max_length = 1 << 30
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("TERM", list(language.tokenizer.pipe(names)))

    def find(text: str) -> Hits:
        document = language.make_doc(text)
        for _, start, end in matcher(document):
            span = document[start:end]
            yield span.start_char, span.end_char

    return find


def bounded(text: str, start: int, end: int) -> bool:
    return not (
        (start and text[start - 1].isalnum() and text[start].isalnum())
        or (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
    )


def main() -> None:
    given = json.load(sys.stdin)
    names = Path(given["names"]).read_text("utf-8").splitlines()
    texts = json.loads(Path(given["texts"]).read_text("utf-8"))
    before = time.process_time()
    find = globals()[given["engine"]](names)
    built = time.process_time() - before
    used = Path("/proc/self/statm").read_text().split()[1]
    seconds = []
    for _ in range(3):
        before = time.process_time()
        hits = [(row, *hit) for row, text in enumerate(texts) for hit in find(text)]
        seconds.append(time.process_time() - before)
    Path(given["hits"]).write_text(json.dumps(hits))
    resident = int(used) * resource.getpagesize() / 1e6
    shown = {"seconds": min(seconds), "built": built, "resident": resident, "hits": len(hits)}
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
