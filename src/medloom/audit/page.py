"""The audit as one page: nothing is fetched, nothing runs, it can be mailed and printed."""

import json
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from itertools import groupby
from pathlib import Path

from medloom.audit.findings import Finding, Level, Listing, Section
from medloom.audit.report import Audit
from medloom.audit.rubric import BEST, Grade
from medloom.audit.svg import drawn

_SHOWN_ROWS = 12
_WORDS = {Level.PROBLEM: "problem", Level.WARNING: "warning", Level.NOTE: "note"}


def write(audit: Audit, out: Path) -> list[Path]:
    """Write `index.html` and `audit.json` into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    made = [out / "index.html", out / "audit.json"]
    made[0].write_text(page(audit), encoding="utf-8")
    told = json.dumps(audit.as_json(), ensure_ascii=False, indent=1, allow_nan=False)
    made[1].write_text(told + "\n", encoding="utf-8")
    return made


def page(audit: Audit) -> str:
    """The page as HTML."""
    text = (resources.files("medloom.audit") / "page.html").read_text("utf-8")
    filled = {
        "title": escape(f"{audit.collection}: audit"),
        "about": escape(f"build {audit.build}, {audit.finished or 'not finished'}"),
        "tiles": _tiles(audit),
        "nav": _nav(audit),
        "first": _first(audit),
        "rubric": _rubric(audit.rubric),
        "sections": "".join(_sections(audit.sections)),
    }
    for name, value in filled.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _tiles(audit: Audit) -> str:
    points, most = audit.score
    tiles = [(str(n), name + ("s" if n != 1 else ""), name) for name, n in audit.counts.items()]
    if audit.rubric:
        graded = sum(one.score is not None for one in audit.rubric)
        told = f"points, {graded} of {len(audit.rubric)} criteria graded"
        tiles.append((f"{points} of {most}", told, "score"))
    return "".join(
        f'<div class="tile {kind}"><b>{escape(value)}</b><span>{escape(what)}</span></div>'
        for value, what, kind in tiles
    )


def _nav(audit: Audit) -> str:
    links = []
    for key, some in groupby(audit.sections, key=lambda one: one.key):
        group = list(some)
        found = [f for one in group for f in one.findings]
        level = next((v for v in Level if any(f.level is v for f in found)), None)
        kind = "off" if all(one.not_asked for one in group) and not found else level or "good"
        links.append(f'<a href="#{key}" class="{kind}">{escape(group[0].title)}</a>')
    rubric = '<a href="#rubric" class="none">Rubric</a>' if audit.rubric else ""
    return f'<a href="#first" class="none">Look at first</a>{"".join(links)}{rubric}'


def _first(audit: Audit) -> str:
    return _found(audit.findings) or '<p class="fine">Nothing was found.</p>'


def _found(findings: Iterable[Finding]) -> str:
    return "".join(
        f'<div class="finding {one.level}"><i>{_WORDS[one.level]}</i><div>'
        f"<b>{_text(one.what)}</b>"
        + (f' <span class="at">{escape(one.table)}</span>' if one.table else "")
        + f"<p>{_text(one.evidence)}</p>{_rows(one)}</div></div>"
        for one in findings
    )


def _rows(one: Finding) -> str:
    if not one.rows:
        return ""
    shown = "".join(f"<code>{escape(row)}</code>" for row in one.rows[:_SHOWN_ROWS])
    more = one.n_rows - min(len(one.rows), _SHOWN_ROWS)
    rest = f" <span>and {more:,} more</span>" if more > 0 else ""
    n = f"{one.n_rows:,} rows" if one.n_rows > 1 else "1 row"
    return f"<details><summary>{n}</summary>{shown}{rest}</details>"


def _rubric(grades: Iterable[Grade]) -> str:
    rows = []
    for one in grades:
        pips = "".join(
            f'<i class="{"on" if one.score is not None and n < one.score else ""}"></i>'
            for n in range(BEST)
        )
        score = f'<span class="pips s{one.score}" title="{one.score} of {BEST}">{pips}</span>'
        shown = score if one.score is not None else '<span class="none">not graded</span>'
        rows.append(
            f"<tr><td>{escape(one.criterion)}</td><td>{shown}</td>"
            f'<td class="why">{_text(one.evidence)}</td></tr>'
        )
    if not rows:
        return ""
    return (
        '<section id="rubric"><h2>Rubric</h2><p class="about">Each criterion from 0 to 3, with '
        "the evidence for it. What nothing speaks for or against is not graded.</p><table>"
        "<thead><tr><th>criterion</th><th>score</th><th>evidence</th></tr></thead><tbody>"
        + "".join(rows)
        + "</tbody></table></section>"
    )


def _sections(sections: Sequence[Section]) -> Iterable[str]:
    silent = [one for one in sections if one.not_asked and not one.findings]
    told = [one for one in sections if one not in silent]
    for key, some in groupby(told, key=lambda one: one.key):
        group = list(some)
        yield (
            f'<section id="{key}"><h2>{escape(group[0].title)}</h2>'
            f'<p class="about">{_text(group[0].about)}</p>'
        )
        several = len(group) > 1
        for one in group:
            if one.table and several:
                yield f"<h3>{escape(one.table)}</h3>"
            yield from _parts(one)
        yield "</section>"
    if silent:
        yield '<section id="not-asked"><h2>Not asked</h2><p class="about">What could be asked if '
        yield "the collection had it, or the command named it.</p><table><tbody>"
        for one in silent:
            yield f'<tr id="{one.key}"><td>{escape(one.title)}</td>'
            yield f'<td class="why">{_text(str(one.not_asked))}</td></tr>'
        yield "</tbody></table></section>"


def _parts(one: Section) -> Iterable[str]:
    if one.not_asked:
        yield f'<p class="off">Not asked: {_text(one.not_asked)}.</p>'
    yield _found(one.findings)
    if not one.findings and not one.not_asked:
        yield '<p class="fine">Nothing to report.</p>'
    for chart in one.charts:
        if chart.marks:
            yield f"<figure><figcaption>{_text(chart.title)}</figcaption>{drawn(chart)}</figure>"
    for listing in one.listings:
        yield _listing(listing)


def _listing(one: Listing) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in one.columns)
    body = "".join(
        "<tr>" + "".join(f"<td{_kind(cell)}>{_cell(cell)}</td>" for cell in row) + "</tr>"
        for row in one.rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    is_long = len(one.rows) > 8
    opened = "" if is_long else " open"
    return f"<details{opened}><summary>{_text(one.title)}</summary>{table}</details>"


def _kind(cell: object) -> str:
    return ' class="n"' if isinstance(cell, int | float) else ""


def _cell(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int | float) else escape(str(cell))


def _text(text: str) -> str:
    """Words, with what stands between backticks as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(parts))
