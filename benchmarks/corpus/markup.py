"""Reads an article written by hand (`articles/*.txt`): header lines, then blocks between blank
lines. What the lines mean is said in `articles/README.md`.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.corpus import model as m

_SPAN = re.compile(r"^\{([chr0-9 ]+)\}\s*")


@dataclass
class _Target:
    """Where the next block goes, and the sections that are open."""

    blocks: list[m.Block]
    open: list[m.Section]

    def add(self, block: m.Block) -> None:
        (self.open[-1].blocks if self.open else self.blocks).append(block)

    def heading(self, depth: int, words: str) -> None:
        title, _, kind = words.partition("{")
        section = m.Section(title.strip(), kind.rstrip("} ") or None, [])
        del self.open[depth - 1 :]
        self.add(section)
        self.open.append(section)


def read(source: str) -> m.Article:
    """The article that a text describes."""
    header, _, rest = source.partition("\n\n")
    article = m.Article("", _header(header.splitlines()))
    article.number = article.need("id")
    article.authors = _authors(article)
    _Reader(article).read(rest)
    return article


def _header(lines: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    key = ""
    for line in lines:
        if line.startswith("  "):
            found[key][-1] += " " + line.strip()
            continue
        key, _, value = line.partition(":")
        found.setdefault(key.strip(), []).append(value.strip())
    return found


def _authors(article: m.Article) -> list[m.Author]:
    """`Surname, Given | 1 2 | number of a sample ORCID | corresponding`, or `collab: Name | 1`."""
    authors = []
    for line in article.all("author"):
        name, *rest = (part.strip() for part in line.split("|"))
        surname, _, given = name.partition(",")
        affiliations = rest[0].split() if rest else []
        orcid = sample_orcid(int(rest[1])) if len(rest) > 1 and rest[1].isdigit() else None
        authors.append(
            m.Author(surname, given.strip(), affiliations, None, orcid, "corresponding" in rest)
        )
    for line in article.all("collab"):
        name, _, where = line.partition("|")
        authors.append(m.Author(None, None, where.split(), name.strip()))
    return authors


def sample_orcid(number: int) -> str:
    """An ORCID with a right check digit, from the range below those that are given to people.

    >>> sample_orcid(17)
    '0000-0000-0000-0175'
    """
    digits = f"{number:015d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[i : i + 4] for i in range(0, 16, 4))


class _Reader:
    def __init__(self, article: m.Article) -> None:
        self.root = self.article = article
        self.target = _Target(article.body, [])

    def read(self, source: str) -> None:
        for chunk in re.split(r"\n\s*\n", source.strip()):
            lines = chunk.splitlines()
            if lines[0].startswith("@"):
                self._directive(lines)
            elif lines[0].startswith("#"):
                marks, _, words = " ".join(lines).partition(" ")
                self.target.heading(len(marks), words)
            else:
                self.target.add(_block(lines))

    def _directive(self, lines: list[str]) -> None:
        name, options = _options(lines[0])
        if name == "abstract":
            abstract = m.Abstract([], options.get("type"), options.get("lang"),
                                  options.get("title"))  # fmt: skip
            self.article.abstracts.append(abstract)
            self.target = _Target(abstract.blocks, [])
        elif name == "body":
            self.target = _Target(self.article.body, [])
        elif name == "floats":
            self.target = _Target(self.article.floats, [])
        elif name == "back":
            section = m.Section(options["title"], options.get("type"), [])
            self.article.back.append(section)
            self.target = _Target(section.blocks, [])
        elif name == "appendix":
            appendix = m.Appendix(options["id"], options["title"], [])
            self.article.appendices.append(appendix)
            self.target = _Target(appendix.blocks, [])
        elif name == "sub":
            self._sub(options["id"], lines[1:])
        else:
            raise ValueError(f"no directive @{name}")

    def _sub(self, number: str, lines: list[str]) -> None:
        sub = m.Article(number, _header(lines))
        sub.authors = _authors(sub)
        self.root.subs.append(sub)
        self.article = sub
        self.target = _Target(sub.body, [])


def _options(line: str) -> tuple[str, dict[str, str]]:
    name, *pairs = shlex.split(line[1:])
    return name, dict(pair.split("=", 1) for pair in pairs)


def _block(lines: list[str]) -> m.Block:
    first = lines[0]
    if first.startswith("!"):
        name, options = _options(first)
        return _MAKERS[name](options, lines[1:])
    if first.startswith(("- ", "1. ")):
        items = re.split(r"(?m)^(?:- |\d+\. )", "\n".join(lines))[1:]
        return m.ItemList([_join(item.splitlines()) for item in items], first[0] == "1")
    if first.startswith("> "):
        return m.Quote(_join([line.removeprefix("> ") for line in lines]))
    return m.Paragraph(_join(lines))


def _join(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


def _caption(lines: list[str]) -> tuple[str | None, list[str]]:
    """`= ` starts the title, `+ ` a paragraph; lines without either continue."""
    title, paragraphs = None, []
    for line in lines:
        if line.startswith("= "):
            title = line[2:].strip()
        elif line.startswith("+ "):
            paragraphs.append(line[2:].strip())
        elif paragraphs:
            paragraphs[-1] += " " + line.strip()
        else:
            title = f"{title} {line.strip()}"
    return title, paragraphs


def _pictures(options: dict[str, str]) -> list[m.Picture]:
    """`href=a,b file=a.jpg,b.gif draw=...`; a file `-` is named but absent."""
    hrefs = options["href"].split(",")
    files = options.get("file", ",".join(hrefs)).split(",")
    uses = options.get("use", "").split(",") if "use" in options else [None] * len(hrefs)
    return [
        m.Picture(href, None if file == "-" else file, options.get("draw", ""), use)
        for href, file, use in zip(hrefs, files, uses, strict=True)
    ]


def _figure(options: dict[str, str], lines: list[str]) -> m.Figure:
    title, caption = _caption(lines)
    panels = [group.split("+") for group in options.get("panels", "").split(",") if group]
    return m.Figure(options.get("id"), options.get("label"), title, caption, _pictures(options),
                    panels, options.get("license"))  # fmt: skip


def _group(options: dict[str, str], lines: list[str]) -> m.FigureGroup:
    """A caption, then figures, each from a line that starts with `!figure`."""
    starts = [i for i, line in enumerate(lines) if line.startswith("!figure")] + [len(lines)]
    title, caption = _caption(lines[: starts[0]])
    figures = [_figure(_options(lines[a])[1], lines[a + 1 : b]) for a, b in pairwise(starts)]
    return m.FigureGroup(options["id"], options.get("label"), title, caption, figures)


def _table(options: dict[str, str], lines: list[str]) -> m.Table:
    """`| cell | cell`, header above `|---`; `{c2 r3}` spans, `{h}` header, `_` em-space."""
    rows = [line for line in lines if line.startswith("|")]
    notes = [line[2:].strip() for line in lines if line.startswith("^ ")]
    title, caption = _caption([line for line in lines if line[0] not in "|^"])
    cut = next((i for i, row in enumerate(rows) if row.startswith("|---")), None)
    head = rows[:cut] if cut is not None else []
    body = rows[cut + 1 :] if cut is not None else rows
    picture = _pictures(options)[0] if "href" in options else None
    return m.Table(options["id"], options.get("label"), title, caption, [_row(r) for r in head],
                   [_row(r) for r in body], notes, picture)  # fmt: skip


def _row(line: str) -> list[m.Cell]:
    return [_cell(part.strip()) for part in line[1:].split(" |")]


def _cell(words: str) -> m.Cell:
    match = _SPAN.match(words)
    if not match:
        return m.Cell(words)
    cell = m.Cell(words[match.end() :])
    for part in match[1].split():
        if part == "h":
            cell.header = True
        elif part[0] == "c":
            cell.colspan = int(part[1:])
        else:
            cell.rowspan = int(part[1:])
    return cell


def _supplement(options: dict[str, str], lines: list[str]) -> m.Supplement:
    content = [line[1:].removeprefix(" ") for line in lines if line.startswith(">")]
    caption = _join([line for line in lines if not line.startswith(">")])
    return m.Supplement(
        options["id"],
        options["label"],
        caption,
        options["href"],
        options["mime"],
        "\n".join(content) + "\n" if content else None,
    )


def _definitions(options: dict[str, str], lines: list[str]) -> m.Definitions:
    terms = [line.split(" = ", 1) for line in lines]
    return m.Definitions([(short, long) for short, long in terms], options.get("title"))


def _box(options: dict[str, str], lines: list[str]) -> m.Box:
    return m.Box(options["title"], [m.Paragraph(_join(lines))])


def _code(options: dict[str, str], lines: list[str]) -> m.Code:
    return m.Code("\n".join(line[2:] for line in lines))


def _equation(options: dict[str, str], lines: list[str]) -> m.Equation:
    return m.Equation(options["name"], options["id"], options.get("label"))


_MAKERS: dict[str, Callable[[dict[str, str], list[str]], m.Block]] = {
    "figure": _figure,
    "group": _group,
    "table": _table,
    "supp": _supplement,
    "defs": _definitions,
    "box": _box,
    "code": _code,
    "formula": _equation,
}
