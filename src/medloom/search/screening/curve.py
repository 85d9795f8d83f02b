"""The curve of a screening: how many to include were found, over how many were read."""

from collections.abc import Sequence
from html import escape
from string import Template

from medloom.search.screening.session import Status

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 760, 300, 46, 30


def drawn_in_text(found: Sequence[int], n_records: int, columns: int = 60, rows: int = 6) -> str:
    """The curve in block characters; what is not read yet is blank.

    >>> print(drawn_in_text([1, 2, 2, 2], 8, columns=8, rows=1))
    ▄███····
    """
    if not n_records or not found:
        return "·" * columns
    most = max(found[-1], 1)
    heights: list[float | None] = []
    for column in range(columns):
        read = round((column + 1) * n_records / columns)
        heights.append(found[max(read, 1) - 1] / most if read <= len(found) else None)
    lines = []
    for row in reversed(range(rows)):
        blank = "·" if row == 0 else " "
        lines.append(
            "".join(blank if one is None else _block(one * rows - row) for one in heights).rstrip()
        )
    return "\n".join(lines)


def verdict_on_stopping(status: Status) -> str:
    """What the stopping rule says, as a sentence."""
    wanted = f"{status.recall:.0%}"
    if status.n_read >= status.n_records:
        return "All records were read."
    if not status.n_included:
        return "Read on: nothing was included yet."
    kind = "exact" if status.exact else "cautious as long as the order is better than chance"
    told = f"p = {status.chance:.3f}" if status.chance >= 0.001 else "p < 0.001"
    if status.chance < 0.05:
        return f"You may stop: that fewer than {wanted} were found is unlikely ({told}, {kind})."
    return f"Read on: fewer than {wanted} may have been found ({told}, {kind})."


def page(title: str, status: Status, included: Sequence[tuple[str, str]]) -> str:
    """The status as one page without scripts: numbers, the curve, what was included."""
    rows = "".join(
        f"<tr><td><code>{escape(id)}</code></td><td>{escape(text)}</td></tr>"
        for id, text in included
    )
    share = status.n_read / status.n_records if status.n_records else 0.0
    return _PAGE.substitute(
        title=escape(title),
        verdict=escape(verdict_on_stopping(status)),
        n_read=f"{status.n_read:,}",
        n_records=f"{status.n_records:,}",
        share=f"{share:.0%}",
        n_included=f"{status.n_included:,}",
        n_disputed=f"{status.n_disputed:,}",
        curve=_svg(status),
        rows=rows or '<tr><td colspan="2">none yet</td></tr>',
    )


def _block(height: float) -> str:
    return _BLOCKS[round(min(max(height, 0.0), 1.0) * 8)]


def _svg(status: Status) -> str:
    most, n = max(status.n_included, 1), max(status.n_records, 1)
    wide, high = _WIDTH - _LEFT - 10, _HEIGHT - _BOTTOM - 10
    step = max(len(status.found) // 1000, 1)
    kept = [*range(0, len(status.found), step), len(status.found) - 1] if status.found else []
    points = " ".join(
        f"{_LEFT + wide * (at + 1) / n:.1f},{10 + high * (1 - status.found[at] / most):.1f}"
        for at in kept
    )
    base = _HEIGHT - _BOTTOM
    label = f"{status.n_included} found in the first {status.n_read} of {status.n_records} records"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f'<line x1="{_LEFT}" y1="{base}" x2="{_WIDTH - 10}" y2="{base}" class="axis"/>'
        f'<line x1="{_LEFT}" y1="10" x2="{_LEFT}" y2="{base}" class="axis"/>'
        f'<text x="{_LEFT - 6}" y="16" text-anchor="end">{status.n_included}</text>'
        f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end">0</text>'
        f'<text x="{_WIDTH - 10}" y="{_HEIGHT - 8}" text-anchor="end">{n:,} records</text>'
        f'<polyline points="{_LEFT},{base} {points}" class="found"/></svg>'
    )


_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; color: #1c2530; background: #fff; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 3rem; }
dt { color: #52606d; font-size: .85rem; } dd { margin: 0; font-size: 1.4rem; }
svg { width: 100%; height: auto; font-size: 12px; } .axis { stroke: #9aa5b1; }
.found { fill: none; stroke: #0b6e4f; stroke-width: 2; }
table { border-collapse: collapse; width: 100%; } td { border-top: 1px solid #d9e2ec;
  padding: .3rem .6rem .3rem 0; vertical-align: top; }
</style></head><body>
<h1>$title</h1><p><strong>$verdict</strong></p>
<dl><div><dt>read</dt><dd>$n_read of $n_records ($share)</dd></div>
<div><dt>included</dt><dd>$n_included</dd></div>
<div><dt>people disagree</dt><dd>$n_disputed</dd></div></dl>
<h2>Found over read</h2>$curve
<h2>Included</h2><table><tbody>$rows</tbody></table>
</body></html>
""")
