"""Our stems are those of the index, word by word."""

import re

import lance
import pyarrow as pa
from lance.query import MatchQuery

from medloom.search.stems import stem


def test_stems_join_the_same_words_as_the_index(tmp_path, demo):
    pages = [path.read_text(errors="replace") for path in demo.rglob("*.nxml")]
    words = sorted(set(re.findall(r"[a-z]{3,30}", " ".join(pages).lower())))
    dataset = lance.write_dataset(pa.table({"word": words}), tmp_path / "words.lance")
    dataset.create_scalar_index("word", "INVERTED", stem=True, remove_stop_words=False)
    mine: dict[str, set[str]] = {}
    for word in words:
        mine.setdefault(stem(word), set()).add(word)
    assert len(words) > 1000
    for word in words[:: max(1, len(words) // 400)]:
        rows = dataset.scanner(
            columns=["word", "_score"], full_text_query=MatchQuery(word, "word")
        ).to_table()
        assert set(rows["word"].to_pylist()) == mine[stem(word)], word
