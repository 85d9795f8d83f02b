"""Real medical texts of the data folder, and near-duplicates planted among them.

20,000 texts of 40 words or more: abstracts of SciFact, two Cohen reviews, Nagtegaal, PubMedQA,
MED1250 and the NER corpora in PubTator form; answers of MedQuAD; notes of MTSamples, ACI-Bench and
MEDEC; then, until there are enough, abstracts and paragraphs of the articles of Evidence Inference.
A text that shares three tenths of its word 5-grams with an earlier one is left out (`without
copies`): what is planted is then the only truth.
"""

import csv
import io
import json
import random
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

SEED, LEAST_WORDS = 20261128, 40
csv.field_size_limit(sys.maxsize)


class Text(NamedTuple):
    """One text, and what it was made from where it is planted."""

    id: str
    text: str
    kind: str = ""
    """The kind of a planted copy."""
    of: str = ""
    """The id of the text that was copied."""


def real(data: Path, most: int = 20_000) -> list[Text]:
    """Real texts, in the order above; as they are, with the copies that real sets have."""
    made: list[Text] = []
    for name, texts in _sets(data):
        long = (one for one in texts if len(one.split()) >= LEAST_WORDS)
        made += [Text(f"{name}/{number}", one) for number, one in enumerate(long)]
    return made[:most]


def _sets(data: Path) -> Iterator[tuple[str, Iterator[str]]]:
    yield "scifact", _scifact(data / "retrieval/ir_scifact/scifact.zip")
    for file in sorted((data / "retrieval/ir_screening").rglob("*.csv")):
        yield file.stem.lower(), _column(file, "abstract")
    yield "pubmedqa", _pubmedqa(data / "questions/qa_pubmedqa/dev500.json")
    yield "med1250", _med1250(data / "annotation/abbrev_ab3p/MED1250_dev600.txt")
    yield "pubtator", _pubtator(data / "annotation/ner_pubtator/pubtator")
    yield "medquad", _medquad(data / "questions/qa_medquad")
    yield "mtsamples", _column(data / "notes/notes_medcat_mtsamples/pt_notes.csv", "text")
    articles = sorted((data / "literature/pmc_evidence_inference/xml_files").glob("*.nxml"))
    yield "abstracts", _paragraphs(articles, ".//abstract")
    yield "paragraphs", _paragraphs(articles, ".//body//p")
    more = sorted((data / "literature").rglob("*.*xml"))
    yield "others", _paragraphs([one for one in more if one not in articles], ".//body//p")


def _scifact(file: Path) -> Iterator[str]:
    with zipfile.ZipFile(file) as zipped:
        lines = io.TextIOWrapper(zipped.open("corpus_train.csv"), "utf-8")
        for row in csv.DictReader(lines):
            parts = re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", row["abstract"])
            yield " ".join((one or other).replace("\\n", " ") for one, other in parts)


def _column(file: Path, name: str) -> Iterator[str]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for row in csv.DictReader(lines):
            yield row.get(name) or ""


def _pubmedqa(file: Path) -> Iterator[str]:
    for one in json.loads(file.read_text("utf-8")).values():
        yield " ".join(one["CONTEXTS"])


def _med1250(file: Path) -> Iterator[str]:
    for block in file.read_text("utf-8").split("\n\n"):
        lines = [one for one in block.split("\n") if not one.startswith(("  ", "//"))]
        yield max(lines, key=len, default="")


def _pubtator(folder: Path) -> Iterator[str]:
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        for line in file.read_text("utf-8", errors="replace").splitlines():
            if "|a|" in line[:20]:
                yield line.partition("|a|")[2]


def _medquad(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.xml")):
        for answer in etree.parse(file).iter("Answer"):
            yield answer.text or ""


def _paragraphs(files: Sequence[Path], path: str) -> Iterator[str]:
    parser = etree.XMLParser(recover=True, load_dtd=False, resolve_entities=False)
    for file in files:
        root = etree.parse(file, parser).getroot()
        for one in root.iterfind(path) if root is not None else ():
            yield " ".join("".join(one.itertext()).split())


def without_copies(texts: Sequence[Text], least: float = 0.3) -> list[Text]:
    """Texts that share less than this of their 5-grams with any earlier one; all pairs counted."""
    seen: dict[int, list[int]] = {}
    kept: list[Text] = []
    sizes: list[int] = []
    for one in texts:
        grams = _grams(one.text)
        shared = Counter(number for gram in grams for number in seen.get(gram, ()))
        if any(n / (len(grams) + sizes[at] - n) >= least for at, n in shared.items()):
            continue
        for gram in grams:
            seen.setdefault(gram, []).append(len(kept))
        kept.append(one)
        sizes.append(len(grams))
    return kept


def _grams(text: str) -> set[int]:
    words = re.findall(r"\w+", text.lower())
    return {hash(tuple(words[n : n + 5])) for n in range(max(len(words) - 4, 1))}


def with_planted(texts: Sequence[Text], n_each: int = 500) -> list[Text]:
    """The texts, and copies of the eight kinds (half of the last each), in a mixed order."""
    draw = random.Random(SEED)
    fit = [one for one in texts if _is_fit(one.text)]
    chosen = iter(draw.sample(fit, len(fit)))
    planted: list[Text] = []
    for kind, change in KINDS.items():
        made = 0
        while made < (n_each // 2 if kind in NUMBER_KINDS else n_each):
            of = next(chosen)
            text = change(of.text, draw)
            if text != of.text:
                planted.append(Text(f"planted/{kind}/{made}", text, kind, of.id))
                made += 1
    every = [*texts, *planted]
    draw.shuffle(every)
    return every


def _is_fit(text: str) -> bool:
    return (
        len(_long(_sentences(text))) >= 5 and len(text.split()) >= 80 and len(_numbers(text)) >= 3
    )


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+(?=[A-Z(])", text.strip())


def _long(sentences: Sequence[str]) -> list[int]:
    """The places of those of 5 words or more: what the pattern calls a sentence may be `1.`"""
    return [at for at, one in enumerate(sentences) if len(one.split()) >= 5]


def _numbers(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"(?<![\w.,])\d+(?:\.\d+)?(?![\w.,]*\d)", text))


def _case_and_marks(text: str, draw: random.Random) -> str:
    """Other case; commas, brackets, quotes, hyphens and full stops between sentences go."""
    text = draw.choice([str.lower, str.upper, str.title])(text)
    text = re.sub(r"(?<!\d)[,;:()\[\]\"'](?!\d)|\.(?=\s|$)", "", text)
    return re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", " ", text)


def _spaces_and_codes(text: str, draw: random.Random) -> str:
    """Other spaces and line breaks, full-width letters, ligatures, curly quotes, soft hyphens."""
    words = text.split(" ")
    text = "".join(w + draw.choice([" ", "  ", "\n", "\u00a0", "\u2009"]) for w in words).strip()
    text = text.replace("fi", "ﬁ").replace("'", "’").replace("-", "\u2010")
    places = draw.sample(range(len(text)), max(len(text) // 50, 3))
    marks = {
        at: chr(ord(text[at]) + 0xFEE0)
        for at in places
        if text[at].isascii() and text[at].isalnum()
    }
    soft = {at for at in draw.sample(range(1, len(text)), 5) if text[at - 1 : at + 1].isalpha()}
    return "".join(("\u00ad" if at in soft else "") + marks.get(at, c) for at, c in enumerate(text))


def _cut_off(text: str, draw: random.Random) -> str:
    """The end is missing: 10 to 30% of the characters."""
    return text[: int(len(text) * draw.uniform(0.7, 0.9))]


def _sentence_dropped(text: str, draw: random.Random) -> str:
    sentences = _sentences(text)
    del sentences[draw.choice(_long(sentences))]
    return " ".join(sentences)


def _slips(text: str, draw: random.Random) -> str:
    """One word in 40 is misspelt (letters that change places, or one lost), or swapped."""
    words = text.split(" ")
    plain = [at for at, w in enumerate(words[:-1]) if w.isalpha() and words[at + 1].isalpha()]
    for at in draw.sample(plain, min(max(len(words) // 40, 1), len(plain))):
        word = words[at]
        if len(word) >= 5:
            cut = draw.randrange(1, len(word) - 2)
            slip = draw.choice([word[cut + 1] + word[cut], word[cut]])
            words[at] = word[:cut] + slip + word[cut + 2 :]
        else:
            words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


_HEADS = (
    "Author manuscript; available in PMC 2014 March 05. Published in final edited form. ",
    "BACKGROUND AND OBJECTIVES ",
    "Downloaded from the journal's site by guest on 12 May 2016. ",
    "Original article, received 3 June 2009, accepted in revised form 17 January 2010. ",
)
_FEET = (
    " Copyright (C) 2012 The Authors. Published by the society. All rights reserved.",
    " PMID: 19470452 [Indexed for MEDLINE]",
    " The online version has supplementary material, available to authorized users.",
    " This is an open access article under the terms of the licence. doi: 10.1186/1471-2458-9-157",
)


def _head_or_foot(text: str, draw: random.Random) -> str:
    return draw.choice([draw.choice(_HEADS) + text, text + draw.choice(_FEET)])


def _order(text: str, draw: random.Random) -> str:
    """Two sentences change places."""
    sentences = _sentences(text)
    one, other = draw.sample(_long(sentences), 2)
    sentences[one], sentences[other] = sentences[other], sentences[one]
    return " ".join(sentences)


def _number(text: str, draw: random.Random) -> str:
    return _with_numbers(text, draw.sample(_numbers(text), 1), draw)


def _all_numbers(text: str, draw: random.Random) -> str:
    return _with_numbers(text, _numbers(text), draw)


def _with_numbers(text: str, which: Sequence[re.Match[str]], draw: random.Random) -> str:
    for found in sorted(which, key=lambda one: -one.start()):
        old = found.group()
        new = old
        while new == old:
            at = draw.randrange(len(old))
            new = old[:at] + (draw.choice("123456789") if old[at] != "." else ".") + old[at + 1 :]
        text = text[: found.start()] + new + text[found.end() :]
    return text


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "case and punctuation": _case_and_marks,
    "spaces and Unicode": _spaces_and_codes,
    "end cut off": _cut_off,
    "sentence dropped": _sentence_dropped,
    "slips": _slips,
    "header or footer": _head_or_foot,
    "sentence order": _order,
    "one number": _number,
    "all numbers": _all_numbers,
}
NUMBER_KINDS = ("one number", "all numbers")
