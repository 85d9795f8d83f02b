"""Any value of a row as HTML: nested values as tables, long ones folded."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from medloom.kit.safe_html import is_web_link
from medloom.web.words import number

_LONG = 600
_MANY = 12
_MOST = 500
_MOST_CHARACTERS = 200_000
_DEEPEST = 6


def shown(value: object, depth: int = 0) -> Markup:
    """A value as HTML.

    >>> shown([{"a": 1}, {"a": 2, "b": "<"}]).count("<td"), shown("<b>")
    (4, Markup('<span class="text">&lt;b&gt;</span>'))
    """
    if value is None:
        return Markup('<span class="none">–</span>')
    if isinstance(value, bool):
        return Markup("<code>{}</code>").format("true" if value else "false")
    if isinstance(value, int | float):
        return Markup('<span class="num">{}</span>').format(_number(value))
    if isinstance(value, bytes):
        return Markup('<span class="none">{} bytes</span>').format(f"{len(value):,}")
    if isinstance(value, Mapping):
        return _struct(value, depth)
    if isinstance(value, list | tuple):
        return _list(value, depth)
    return _text(str(value))


def _number(value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return (
        str(value)
        if isinstance(value, int)
        else number(value)
        if abs(value) >= 1e4
        else f"{value:.6g}"
    )


def _text(text: str) -> Markup:
    if is_web_link(text):
        return Markup('<a href="{0}" rel="noreferrer noopener">{0}</a>').format(text.strip())
    if len(text) <= _LONG:
        return Markup('<span class="text">{}</span>').format(text)
    rest = text[_LONG:_MOST_CHARACTERS]
    cut = len(text) - _MOST_CHARACTERS
    more = Markup("<p class='soft'>{} more characters are not shown.</p>").format(f"{cut:,}")
    return Markup(
        '<span class="text">{}</span><details class="fold"><summary>{} more characters</summary>'
        '<span class="text">{}</span>{}</details>'
    ).format(text[:_LONG], f"{len(text) - _LONG:,}", rest, more if cut > 0 else Markup())


def _list(values: Sequence[Any], depth: int) -> Markup:
    if not values:
        return Markup('<span class="none">none</span>')
    if depth >= _DEEPEST:
        return _text(str(values)[:_LONG])
    if isinstance(values[0], Mapping):
        made = _table(values, depth)
    elif isinstance(values[0], int | float) and not isinstance(values[0], bool):
        head = ", ".join(_number(one) for one in values[:24] if one is not None)
        more = f" … {len(values):,} numbers" if len(values) > 24 else ""
        return Markup('<span class="num">{}{}</span>').format(head, more)
    else:
        items = Markup("").join(
            Markup("<li>{}</li>").format(shown(one, depth + 1)) for one in values[:_MOST]
        )
        made = Markup('<ul class="plain">{}</ul>').format(items)
    if len(values) <= _MANY:
        return made
    told = f"{len(values):,} entries" + (
        f", the first {_MOST} shown" if len(values) > _MOST else ""
    )
    return Markup('<details class="fold"><summary>{}</summary>{}</details>').format(told, made)


def _table(values: Sequence[Mapping[str, Any]], depth: int) -> Markup:
    rows = [one for one in values[:_MOST] if one is not None]
    names = list(dict.fromkeys(name for one in rows for name in one))
    kept = [name for name in names if any(one.get(name) not in (None, [], "") for one in rows)]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in kept)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td>{}</td>").format(shown(one.get(name), depth + 1)) for name in kept
            )
        )
        for one in rows
    )
    return Markup(
        '<div class="nested" tabindex="0"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(head, body)


def _struct(value: Mapping[str, Any], depth: int) -> Markup:
    if depth >= _DEEPEST:
        return _text(str(value)[:_LONG])
    kept = {name: one for name, one in value.items() if one not in (None, [], "")}
    if not kept:
        return Markup('<span class="none">–</span>')
    return Markup('<dl class="struct">{}</dl>').format(
        Markup("").join(
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, shown(one, depth + 1))
            for name, one in kept.items()
        )
    )
