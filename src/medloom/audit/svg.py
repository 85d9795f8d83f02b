"""Charts as SVG inside a page: bars, and points with intervals. Colours come from the page."""

from html import escape
from math import floor, log10

from medloom.audit.findings import Chart, Level, Mark

_WIDTH, _ROW, _TOP = 800, 24, 6
_NAME, _TOLD = 205, 255
_LEFT = _NAME + 10
_ROOM = _WIDTH - _LEFT - _TOLD
_LONGEST_NAME, _LONGEST_NOTE = 28, 34


def drawn(chart: Chart) -> str:
    """A chart as an SVG element.

    >>> drawn(Chart("bars", "t", (Mark("a", 1.0),))).startswith("<svg")
    True
    """
    least, most = _range(chart)
    rows = [_row(chart, mark, number, least, most) for number, mark in enumerate(chart.marks)]
    height = _TOP + _ROW * len(chart.marks) + 20
    parts = [*_axis(chart, least, most, height), *rows]
    label = escape(f"{chart.title}: " + "; ".join(_spoken(chart, m) for m in chart.marks))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'
        + "".join(parts)
        + "</svg>"
    )


def told(chart: Chart, value: float) -> str:
    """A value as the chart tells it.

    >>> told(Chart("bars", "", (), percent=True), 0.125)
    '12.5%'
    """
    if chart.percent:
        return f"{value:.1%}" if value < 0.9995 else "100%"
    return f"{value:,.0f}" if chart.kind == "bars" else f"{value:.2f}"


def _range(chart: Chart) -> tuple[float, float]:
    values = [v for m in chart.marks for v in (m.value, m.low, m.high) if v is not None and v == v]
    most = chart.most if chart.most is not None else max(values, default=1.0)
    least = min(chart.least, min(values, default=0.0)) if chart.kind == "points" else 0.0
    if chart.most is None and chart.kind == "bars":
        most = min(_rounded(most), 1.0) if chart.percent else _rounded(most)
    return least, most if most > least else least + 1


def _rounded(value: float) -> float:
    """The end of an axis: the next of 1, 2, 4, 5, 6, 8, 10 and their tenfolds."""
    if value <= 0:
        return 1.0
    scale = 10.0 ** floor(log10(value))
    return next(one * scale for one in (1, 2, 4, 5, 6, 8, 10) if one * scale >= value * 0.999)


def _x(value: float, least: float, most: float) -> float:
    return _LEFT + _ROOM * (min(max(value, least), most) - least) / (most - least)


def _axis(chart: Chart, least: float, most: float, height: int) -> list[str]:
    bottom = height - 16
    parts = [f'<line class="axis" x1="{_LEFT}" x2="{_LEFT + _ROOM}" y1="{bottom}" y2="{bottom}"/>']
    for value in (least, (least + most) / 2, most):
        x = _x(value, least, most)
        anchor = "start" if value == least else "end" if value == most else "middle"
        told_ = told(chart, value)
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{height - 3}" text-anchor="{anchor}">{told_}</text>'
        )
    if chart.reference is not None and least <= chart.reference <= most:
        x = _x(chart.reference, least, most)
        parts.append(f'<line class="zero" x1="{x:.1f}" x2="{x:.1f}" y1="2" y2="{bottom}"/>')
    return parts


def _row(chart: Chart, mark: Mark, number: int, least: float, most: float) -> str:
    y = _TOP + _ROW * number + _ROW / 2
    kind = {Level.PROBLEM: "bad", Level.WARNING: "warn"}.get(mark.level, "good")  # type: ignore[arg-type]
    name = mark.name if len(mark.name) <= _LONGEST_NAME else mark.name[: _LONGEST_NAME - 1] + "…"
    inner = _bar(mark, y, least, most) if chart.kind == "bars" else _point(mark, y, least, most)
    value = told(chart, mark.value) if mark.value == mark.value else "–"
    note = mark.note
    if chart.kind == "points" and mark.low is not None and mark.low == mark.low:
        note = f"[{told(chart, mark.low)}, {told(chart, mark.high or 0)}] {note}"
    note = note if len(note) <= _LONGEST_NOTE else note[: _LONGEST_NOTE - 1] + "…"
    if chart.kind == "bars" and not chart.percent:
        note = ""
    return (
        f'<g class="{kind}"><title>{escape(_spoken(chart, mark))}</title>'
        f'<text class="name" x="{_NAME}" y="{y + 4:.0f}" text-anchor="end">{escape(name)}</text>'
        f'{inner}<text class="value" x="{_LEFT + _ROOM + 10}" y="{y + 4:.0f}">{value}'
        f'<tspan class="note" dx="7">{escape(note)}</tspan></text></g>'
    )


def _bar(mark: Mark, y: float, least: float, most: float) -> str:
    width = max(_x(mark.value, least, most) - _LEFT, 1.5 if mark.value else 0)
    bar = f'<rect class="bar" x="{_LEFT}" y="{y - 6:.1f}" width="{width:.1f}" height="12" rx="2"/>'
    return bar + _whisker(mark, y, least, most)


def _point(mark: Mark, y: float, least: float, most: float) -> str:
    if mark.value != mark.value:
        return ""
    x = _x(mark.value, least, most)
    return _whisker(mark, y, least, most) + f'<circle class="point" cx="{x:.1f}" cy="{y}" r="5"/>'


def _whisker(mark: Mark, y: float, least: float, most: float) -> str:
    if mark.low is None or mark.high is None or mark.low != mark.low:
        return ""
    low, high = _x(mark.low, least, most), _x(mark.high, least, most)
    return f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>'


def _spoken(chart: Chart, mark: Mark) -> str:
    if mark.value != mark.value:
        return f"{mark.name}: not defined"
    spread = ""
    if mark.low is not None and mark.high is not None and mark.low == mark.low:
        spread = f" [{told(chart, mark.low)}, {told(chart, mark.high)}]"
    return f"{mark.name}: {told(chart, mark.value)}{spread}" + (
        f", {mark.note}" if mark.note else ""
    )
