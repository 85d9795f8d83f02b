"""A digest as one page of HTML: tables and inline style alone, as mail programs show them."""

from collections.abc import Iterator
from html import escape

from medloom.feed.plain import heading
from medloom.feed.state import Digest, Item

_FONT = "font-family:Arial,Helvetica,sans-serif"
_SMALL = "font-size:13px;line-height:18px;color:#4a5560"


def as_html(digest: Digest) -> str:
    """The digest as a page that stands alone: no script, no picture, nothing from elsewhere."""
    rows = "".join(map(_row, digest.items)) or _paragraph(
        "Nothing that came answers to your interests."
    )
    about = f"Builds {digest.after + 1} to {digest.build}; made {digest.made[:10]}."
    return page(
        heading(digest),
        f"{_head(heading(digest), about)}{rows}",
    )


def page(title: str, rows: str) -> str:
    """A whole page around rows of its one table."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head>\n"
        '<body style="margin:0;padding:0;background-color:#ffffff;color:#1b2733">\n'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        '<tr><td align="center" style="padding:16px">\n'
        '<table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" '
        f'style="max-width:640px;width:100%;{_FONT};text-align:left">\n'
        f"{rows}</table>\n</td></tr></table>\n</body></html>\n"
    )


def _head(title: str, about: str) -> str:
    return (
        f'<tr><td style="padding:0 0 12px;{_FONT}"><h1 style="margin:0;font-size:20px;'
        f'line-height:26px">{escape(title)}</h1><div style="{_SMALL}">{escape(about)}</div>'
        "</td></tr>\n"
    )


def section(title: str, rows: str) -> str:
    """Rows under a heading of their own."""
    return (
        f'<tr><td style="padding:20px 0 4px;{_FONT}"><h2 style="margin:0;font-size:16px;'
        f'line-height:22px">{escape(title)}</h2></td></tr>\n{rows}'
    )


def _paragraph(text: str) -> str:
    return f'<tr><td style="padding:8px 0;{_FONT};{_SMALL}">{escape(text)}</td></tr>\n'


def _row(item: Item) -> str:
    told = ". ".join(filter(None, (item.authors, item.journal, item.date)))
    return entry(item.title, item.url, told, item.about, list(_reasons(item)), item.id)


def entry(title: str, url: str, told: str, about: str, reasons: list[str], name: str) -> str:
    """One paper as a row of the page's table."""
    lines = [_titled(title, url)]
    lines += [f'<div style="{_SMALL}">{escape(text)}</div>' for text in (told, about) if text]
    lines += [
        f'<div style="font-size:13px;line-height:18px;color:#1b6b3a">{escape(one)}</div>'
        for one in reasons
    ]
    lines.append(f'<div style="font-size:12px;line-height:16px;color:#6b7680">{escape(name)}</div>')
    style = f"padding:12px 0;border-top:1px solid #d8dee4;{_FONT}"
    return f'<tr><td style="{style}">{"".join(lines)}</td></tr>\n'


def _titled(title: str, url: str) -> str:
    shown = escape(title)
    if url.startswith("https://"):
        shown = f'<a href="{escape(url)}" style="color:#0b5394;text-decoration:none">{shown}</a>'
    return f'<div style="font-size:16px;line-height:22px;font-weight:bold">{shown}</div>'


def _reasons(item: Item) -> Iterator[str]:
    for name, reasons in item.interests.items():
        yield f"{name}: {'; '.join(reasons)}"
