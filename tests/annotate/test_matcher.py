"""The matcher finds all that a slow and simple search finds, and nothing else, at exact places."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medloom.terminology.characters import APOSTROPHE, DIGIT, GREEK, HYPHEN, LETTER, fold, tables
from medloom.terminology.compiling import compile_to
from medloom.terminology.edges import edges_of
from medloom.terminology.lexicon import Lexicon
from medloom.terminology.matcher import Matcher
from medloom.terminology.model import Entry, Synonym, Terminology, TerminologyError
from medloom.terminology.normal import normal

WORDS = ["heart", "attack", "tumour", "tumors", "tumor", "il", "2", "IL", "α-synuclein", "Crohn's"]
WORDS += ["disease", "café", ",", "(", ")", "-", "of", "A"]
PIECES = [*WORDS, " ", " ", "-", "é", "e\u0301", "ß", "ﬁ", "😀", "שלום", "\u200f", "٣", "_", "s"]
texts = st.lists(st.sampled_from([*PIECES, " "]), max_size=30).map("".join)
spaced = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


def matcher(names: list[str], **options: bool) -> Matcher:
    entries = [Entry(f"T:{n}", name) for n, name in enumerate(names)]
    with tempfile.TemporaryDirectory() as folder:  # a mapped file may go while it is used
        path = Path(folder) / "t.lexicon"
        compile_to(path, Terminology("t", entries))
        return Matcher(Lexicon.open(path), **options)


def simple_tokens(text: str) -> list[tuple[str, int, int, bool, bool]]:
    """Character by character: normal form, start, end, and whether letters go on on either side."""
    kinds = tables().kind
    runs: list[list] = []  # kind, start, end, folded
    for at, char in enumerate(text):
        kind, folded = int(kinds[ord(char)]), fold(char)
        if not folded:
            continue  # a combining mark
        kind = int(kinds[ord(folded[0])]) if len(folded) > 1 else kind
        joins = runs and runs[-1][0] == kind and kind in (LETTER, DIGIT, GREEK)
        if joins and not text_gap(text, runs[-1][2], at):
            runs[-1][2:] = [at + 1, runs[-1][3] + folded]
        elif not char.isspace():
            runs.append([kind, at, at + 1, folded])
    for run in runs:  # marks that follow belong to the token
        while run[2] < len(text) and not fold(text[run[2]]):
            run[2] += 1
    wordy = (LETTER, DIGIT, GREEK)
    out = []
    for n, (kind, start, end, folded) in enumerate(runs):
        before, after = runs[n - 1] if n else None, runs[n + 1] if n + 1 < len(runs) else None
        left = before is not None and before[2] == start
        right = after is not None and after[1] == end
        if kind == HYPHEN and left and right:
            continue
        if kind == APOSTROPHE and left and before[0] == LETTER and len(before[3]) > 1:
            continue
        if (
            folded == "s"
            and n > 1
            and left
            and before[0] == APOSTROPHE
            and runs[n - 2][2] == before[1]
            and runs[n - 2][0] == LETTER
            and len(runs[n - 2][3]) > 1
        ):
            continue
        out.append(
            (
                normal(folded),
                start,
                end,
                left and kind in wordy and before[0] in wordy,
                right and kind in wordy and after[0] in wordy,
            )
        )
    return out


def text_gap(text: str, end: int, start: int) -> bool:
    return any(fold(char) for char in text[end:start])


def simple_search(names: list[str], text: str) -> set[tuple[int, int, str]]:
    found, tokens = set(), simple_tokens(text)
    for name in names:
        wanted = [one[0] for one in simple_tokens(name)]
        for at in range(len(tokens) - len(wanted) + 1):
            part = tokens[at : at + len(wanted)]
            whole = part and not part[0][3] and not part[-1][4]
            if whole and [one[0] for one in part] == wanted:
                found.add((part[0][1], part[-1][2], " ".join(wanted)))
    return found


def found_by(one: Matcher, names: list[str], rows: list[str]) -> list[set[tuple[int, int, str]]]:
    hits, found = one.find(rows), [set() for _ in rows]
    begin = one.lexicon.arrays["form_names"]
    for row, start, end, form in zip(*(column.tolist() for column in hits), strict=True):
        name = one.lexicon.names[begin[form]]
        found[row].add((start, end, " ".join(token[0] for token in simple_tokens(name))))
    return found


@settings(max_examples=150)
@given(
    st.lists(spaced | texts.filter(str.strip), min_size=1, max_size=8), st.lists(texts, max_size=4)
)
def test_it_finds_what_a_simple_search_finds(names, rows):
    names = [" ".join(name.split()) for name in names]
    names = [name for name in names if not edges_of(name)]  # these have a test of their own
    rows = [*rows, " ".join(names)]
    one = matcher(names, everything=True)
    assert found_by(one, names, rows) == [simple_search(names, row) for row in rows]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("myocardial infarction", "Myocardial Infarction"),
        ("non-small cell carcinoma", "non small-cell carcinomas"),
        ("kidney tumor", "kidney tumours"),
        ("TNF-alpha", "TNF-α"),
        ("Crohn disease", "Crohn’s disease"),
        ("Crohn's disease", "Crohn disease"),
        ("Sjogren syndrome", "Sjögren syndrome"),
        ("Sjögren syndrome", "Sjo\u0308gren syndrome"),
        ("anemia", "anaemia"),
        ("vertebra", "vertebrae"),
        ("metastasis", "metastases"),
        ("interleukin 2", "interleukin-2"),
    ],
)
def test_variants_are_found_at_their_place(name, text):
    hits = matcher([name]).find(["In 😀 " + text + ", then."])
    assert (hits.start.tolist(), hits.end.tolist()) == ([5], [5 + len(text)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("IL", "IL2"),
        ("art", "heart"),
        ("heart attack", "heart, attack"),
        ("ALS", "als"),
        ("of", "of"),
    ],
)
def test_what_is_no_name_is_not_found(name, text):
    assert not len(matcher([name]).find([text]).row)


def test_hyphens_and_possessives_at_the_edges_of_names():
    one = matcher(["variant A-", "Alzheimer's", "-glucan"])
    text = "variant A-, variant A, beta-glucan, glucan, Alzheimer's, Alzheimer"
    hits = one.find([text])
    found = [text[a:b] for a, b in zip(hits.start.tolist(), hits.end.tolist(), strict=True)]
    # A possessive may be left out, a hyphen may not.
    assert found == ["variant A-", "-glucan", "Alzheimer's", "Alzheimer", "Alzheimer"]


def test_a_short_name_in_capitals_is_found_as_itself():
    assert matcher(["ALS", "amyotrophy"]).find(["als ALS Als"]).start.tolist() == [4]


def test_the_longest_leaves_out_what_lies_inside():
    one = matcher(["heart attack", "heart", "attack rate"])
    assert one.find(["heart attack rate"]).start.tolist() == [0, 0, 6]
    assert one.find(["heart attack rate"], longest=True).start.tolist() == [0, 6]


def test_a_long_text_is_cut_where_nothing_is_lost():
    one = matcher(["heart attack"])
    unit = "a heart attack and "
    text = unit * 150_000
    assert one.find([text]).start.tolist() == [n * len(unit) + 2 for n in range(150_000)]
    whole = "x" * 900_000 + " heart attack"
    assert one.find([whole]).start.tolist() == [900_001]


def test_names_do_not_reach_from_text_to_text():
    assert not len(matcher(["heart attack"]).find(["heart", "attack"]).row)
    assert matcher(["heart"]).find(["", "heart", ""]).row.tolist() == [1]


def test_a_file_that_is_not_compiled_is_told(tmp_path):
    (tmp_path / "no.lexicon").write_bytes(b"nothing")
    with pytest.raises(TerminologyError, match="not a compiled terminology"):
        Lexicon.open(tmp_path / "no.lexicon")
    compile_to(tmp_path / "t.lexicon", Terminology("t", [Entry("T:1", "a b", (Synonym("c d"),))]))
    whole = (tmp_path / "t.lexicon").read_bytes()
    (tmp_path / "cut.lexicon").write_bytes(whole[:-200])
    with pytest.raises(TerminologyError, match="cut off"):
        Lexicon.open(tmp_path / "cut.lexicon")
