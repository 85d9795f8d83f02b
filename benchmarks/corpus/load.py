"""Articles by the thousand for load tests: real sizes and shapes, invented words."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random

from benchmarks.corpus import model as m
from benchmarks.corpus import prose, templates
from benchmarks.corpus.contents import every_picture, parts
from benchmarks.corpus.journals import JOURNALS
from benchmarks.corpus.markup import sample_orcid
from benchmarks.corpus.package import package
from benchmarks.corpus.pictures import encode
from benchmarks.corpus.prose import Slots, paragraphs
from benchmarks.corpus.references import references
from benchmarks.corpus.words import DISEASES, DRUGS, GENES, INITIALS, SURNAMES, TESTS, UNITS

FIRST_ID = 991_000_000
"""PMC is far from numbers like this; the demo has those from 990,000,001."""
_LICENSES = ["CC-BY"] * 52 + ["CC-BY link"] * 14 + ["CC-BY-NC"] * 14 + ["CC-BY-NC-ND"] * 7 + [
    "CC0", "CC0", "CC-BY text", "CC-BY-NC text", "other", "other"
] + [""] * 7  # fmt: skip
_TYPES = ["case-report", "research-article", "research-article", "review-article"]
_PICTURES = (
    "2x1 chest:infiltrate ct:nodules", "2x2 histology ihc fluor:merge lines:crp", "forest",
    "3x1 bars km roc", "flow:consort", "2x1 heatmap box", "2x2 ct:abdomen brain:mass scatter ecg",
    "2x1 echo histology:glands",
)  # fmt: skip
_PANELS = 3


def write_corpus(to: Path, count: int, *, seed: int = 0, first: int = 1, packages: bool = False,
                 images: bool = True) -> None:  # fmt: skip
    """Writes articles `first` to `first + count - 1`; each depends on its number and the seed."""
    to.mkdir(parents=True, exist_ok=True)
    for article in articles(count, seed=seed, first=first):
        if packages:
            article.header["layout"] = ["tar.gz"]
        package(article, _files(article, images=images)).write(to)


def articles(count: int, *, seed: int = 0, first: int = 1) -> Iterator[m.Article]:
    for number in range(first, first + count):
        yield _article(Random(f"{seed}/{number}"), number)


def _article(rng: Random, number: int) -> m.Article:
    size = min(3.0, max(0.45, rng.lognormvariate(0.0, 0.38)))
    figures = [f"F{n}" for n in range(1, rng.randint(3, 8) + 1)]
    tables = [f"T{n}" for n in range(1, rng.randint(2, 4) + 1)]
    disease = rng.choice(DISEASES)
    slots = Slots(rng, disease, references=rng.randint(30, 60), figures=figures, tables=tables)
    article = m.Article(f"PMC{FIRST_ID + number}", _header(slots, number))
    article.authors = _authors(rng)
    conditions = "; ".join([disease, *rng.sample(DISEASES, 3)])
    factors = "; ".join([slots.drug, slots["gene"], slots["test"], rng.choice(DRUGS)])
    article.references = references(
        rng,
        slots.references,
        f"{conditions} | {factors}",
        before=int(article.header["date"][1].split()[1]),
        mixed=rng.random() < 0.4,
    )
    article.abstracts = _abstracts(slots)
    article.body = _body(slots, size, article.need("type"))
    floats: list[m.Block] = [_figure(slots, n, article.number) for n in range(len(figures))]
    floats += [_table(slots, n, size) for n in range(len(tables))]
    _place(rng, article, floats)
    return article


def _header(slots: Slots, number: int) -> dict[str, list[str]]:
    rng = slots.rng
    year, month = rng.randint(2006, 2024), rng.randint(1, 12)
    title = rng.choice((
        "{Drug} in {disease}: a cohort study of {n} patients",
        "{Disease} after treatment with {drug}: report of a case with {finding}",
        "Effect of {drug} on {test} in adults with {disease}: a randomised trial",
        "{Test} and the course of {disease}: a review", "*{gene}* in {disease} with {finding}",
    )).format_map(slots)  # fmt: skip
    header = {
        "type": rng.choice(_TYPES), "journal": rng.choice(list(JOURNALS)), "title": title,
        "pmid": 97_000_000 + number, "doi": f"10.5555/medloom.load.{number}",
        "subject": "Research", "volume": rng.randint(1, 60), "issue": rng.randint(1, 12),
        "elocation": f"e{number}", "license": rng.choice(_LICENSES),
        "keywords": f"en | {slots.disease}; {slots.drug}; {slots['test']}; {slots['gene']}",
        "funding": f"Norland Research Council | NRC-{year}-{rng.randint(100, 9999)}",
        "citations": rng.choice(("brackets", "brackets", "sup")),
        "dialect": "nlm" if rng.random() < 0.08 else "jats",
        "pmc-id-type": rng.choice(("pmc", "pmc", "pmcid")),
        "ack": "We thank nobody in particular.",
    }  # fmt: skip
    lines = {key: [str(value)] for key, value in header.items()}
    lines["date"] = [f"epub {year}-{month:02d}-{rng.randint(1, 28):02d}", f"collection {year}"]
    lines["history"] = [f"received {year - 1}-{month:02d}-11", f"accepted {year}-{month:02d}-01"]
    lines["aff"] = [
        f"{n} | Department of {d} | {i} | {c} | Norland" for n, d, i, c in (
            (1, "Medicine", "Northmere Teaching Hospital", "Northmere"),
            (2, "Epidemiology", "Havenbrook University", "Havenbrook"),
            (3, "Pathology", "Port Calder General Hospital", "Port Calder"),
        )
    ]  # fmt: skip
    return lines


def _authors(rng: Random) -> list[m.Author]:
    return [
        m.Author(
            rng.choice(SURNAMES), " ".join(rng.sample(INITIALS, 2)), [str(rng.randint(1, 3))],
            orcid=sample_orcid(rng.randrange(10**7)) if rng.random() < 0.4 else None,
            corresponding=n == 0,
        )
        for n in range(rng.randint(2, 12))
    ]  # fmt: skip


def _abstracts(slots: Slots) -> list[m.Abstract]:
    plan = (("Background", templates.INTRODUCTION), ("Methods", templates.METHODS),
            ("Results", templates.RESULTS), ("Conclusions", templates.DISCUSSION))  # fmt: skip
    free = [sentence for _, each in plan for sentence in each if "[" not in sentence]
    if slots.rng.random() < 0.4:
        return [m.Abstract([m.Paragraph(next(paragraphs(slots, tuple(free), 1)))])]
    sections: list[m.Block] = []
    for title, each in plan:
        clean = [sentence for sentence in each if "[" not in sentence]
        text = " ".join(t.format_map(slots) for t in slots.rng.sample(clean, 2))
        sections.append(m.Section(title, None, [m.Paragraph(text)]))
    return [m.Abstract(sections)]


def _body(slots: Slots, size: float, kind: str) -> list[m.Block]:
    middle = (
        ("Case presentation", "cases", templates.CASE, 9, ("History", "Investigations", "Course"))
        if kind == "case-report"
        else ("Results", "results", templates.RESULTS, 9, ("Patients", "Outcomes", "Safety"))
    )
    plan: list[tuple[str, str, tuple[str, ...], int, tuple[str, ...]]] = [
        ("Introduction", "intro", templates.INTRODUCTION, 5, ()),
        ("Methods", "methods", templates.METHODS, 9, ("Patients", "Measurements", "Analysis")),
        middle,
        ("Discussion", "discussion", templates.DISCUSSION, 9, ()),
    ]
    body = [_section(slots, size, *part) for part in plan]
    first = m.Paragraph(prose.opening(slots))
    body[0].blocks.insert(0, first)
    return list(body)


def _section(slots: Slots, size: float, title: str, kind: str, sentences: tuple[str, ...],
             count: int, parts: tuple[str, ...]) -> m.Section:  # fmt: skip
    texts: list[m.Block] = [
        m.Paragraph(words) for words in paragraphs(slots, sentences, max(2, round(count * size)))
    ]
    if not parts:
        return m.Section(title, kind, texts)
    each = -(-len(texts) // len(parts))
    inner = [m.Section(name, None, texts[n * each : (n + 1) * each]) for n, name in
             enumerate(parts) if texts[n * each : (n + 1) * each]]  # fmt: skip
    return m.Section(title, kind, list(inner))


def _figure(slots: Slots, n: int, pmcid: str) -> m.Figure:
    """A figure whose picture is one of a few, with as many panels as its caption names."""
    letters = "ABC"[: slots.rng.randint(1, _PANELS)]
    captions = [t.format_map(slots) for t in slots.rng.sample(templates.CAPTIONS, len(letters))]
    words = captions[0] + "."
    panels: list[list[str]] = []
    if len(letters) > 1:
        words = " ".join(f"**({a})** {c}." for a, c in zip(letters, captions, strict=True))
        panels = [[a.lower()] for a in letters]
    name = f"{pmcid}-g{n + 1:03d}"
    number = slots.rng.randrange(len(_PICTURES))
    picture = m.Picture(name, name + ".jpg", _PICTURES[number])
    title = captions[-1] + "."
    return m.Figure(f"F{n + 1}", f"Figure {n + 1}", title, [words], [picture], panels)


def _table(slots: Slots, n: int, size: float) -> m.Table:
    rng = slots.rng
    groups = [f"{rng.choice(DRUGS)} (*n* = {rng.randint(12, 400)})" for _ in
              range(rng.randint(2, 5))]  # fmt: skip
    head = [[m.Cell("Variable", rowspan=2), m.Cell("Group", colspan=len(groups)),
             m.Cell("*P*", rowspan=2)], [m.Cell(name) for name in groups]]  # fmt: skip
    body = []
    for _ in range(max(5, round(rng.randint(8, 22) * size))):
        test = rng.choice(TESTS)
        name = rng.choice(("", "_", "_")) + f"{test}, {UNITS[test]}".rstrip(", ")
        values = [f"{rng.uniform(1, 300):.1f} ({rng.uniform(1, 40):.1f})" for _ in groups]
        body.append([m.Cell(t) for t in (name, *values, f"0.{rng.randint(100, 999)}")])
    notes = [f"Values are mean (standard deviation). *{rng.choice(GENES)}* was not tested."]
    title = rng.choice(templates.CAPTIONS).format_map(slots)
    return m.Table(f"T{n + 1}", f"Table {n + 1}", title, [], head, body, notes)


def _place(rng: Random, article: m.Article, floats: list[m.Block]) -> None:
    """Figures and tables in the floats group (one article in five), else among the results."""
    if rng.random() < 0.2:
        article.floats = floats
        return
    section = article.body[2]
    assert isinstance(section, m.Section)
    for block in floats:
        inner = rng.choice([b for b in section.blocks if isinstance(b, m.Section)] or [section])
        inner.blocks.insert(rng.randint(1, len(inner.blocks)), block)


def _files(article: m.Article, *, images: bool) -> dict[str, bytes]:
    if not images:
        return {}
    pictures = [p for _, block in parts(article) for p in every_picture(block)]
    return {p.file: _drawn(p.draw, len(p.href) % 2) for p in pictures if p.file}


@lru_cache(maxsize=64)
def _drawn(spec: str, which: int) -> bytes:
    return encode(spec, f"load {which}", "picture.jpg")
