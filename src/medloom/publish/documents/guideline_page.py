"""A labelling guideline as Markdown and as a page."""

from html import escape
from pathlib import Path

from medloom.publish.documents.guideline import Exemplar, Guideline, LabelGuide

_NO_DEFINITION = "No definition yet: say what it covers, and what it does not."
_STYLE = """
:root { --ink: #1f2933; --soft: #5f6b78; --line: #dde3ea; --paper: #fff; --back: #f5f7fa;
        --hit: #fde7a8; --open: #fdf3df; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaef; --soft: #9aa7b4; --line: #313a45;
        --paper: #1b2129; --back: #12171d; --hit: #6a5614; --open: #382c16; } }
body { margin: 0 auto; max-width: 900px; padding: 20px 24px 40px; background: var(--back);
       color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 20px; } h2 { font-size: 17px; margin: 0; } h3 { font-size: 13px; color: var(--soft);
       margin: 14px 0 4px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
          padding: 14px 18px; margin: 14px 0; }
.open { background: var(--open); border-radius: 7px; padding: 6px 10px; }
blockquote { margin: 0 0 8px; padding: 6px 10px; border-left: 3px solid var(--line);
             background: var(--back); overflow-wrap: anywhere; }
blockquote small, .soft { color: var(--soft); } blockquote small { display: block; }
mark { background: var(--hit); color: inherit; border-radius: 3px; padding: 0 1px; }
"""


def write(found: Guideline, out: Path) -> list[Path]:
    """Write `guideline.md` and `guideline.html` into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    made = [out / "guideline.md", out / "guideline.html"]
    made[0].write_text(as_markdown(found), encoding="utf-8")
    made[1].write_text(as_html(found), encoding="utf-8")
    return made


def as_markdown(found: Guideline) -> str:
    """The guideline as Markdown."""
    lines = [f"# Labelling guideline: {found.title}", ""]
    lines += [f"{len(found.labels)} labels in {found.texts:,} texts.", ""]
    for one in found.labels:
        lines += [f"## {one.label}", "", one.definition or f"*{_NO_DEFINITION}*", ""]
        lines += [f"{one.mentions:,} mentions in {one.texts:,} texts.", ""]
        for title, told in _told(one):
            lines += [f"**{title}:** {told}", ""]
        for title, exemplars in (("Typical", one.typical), ("Borderline", one.borderline)):
            if exemplars:
                lines += [f"**{title}**", "", *map(_quoted, exemplars), ""]
    return "\n".join(lines)


def as_html(found: Guideline) -> str:
    """The guideline as one page that fetches nothing."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(found.title)}</title><style>{_STYLE}</style>",
        f"<h1>Labelling guideline: {escape(found.title)}</h1>",
        f'<p class="soft">{len(found.labels)} labels in {found.texts:,} texts.</p>',
        *map(_section, found.labels),
        "</html>\n",
    ]
    return "\n".join(parts)


def _told(one: LabelGuide) -> list[tuple[str, str]]:
    mixed = [f"{other} ({k:,}: {words})" for other, k, words in one.confusions]
    found = [
        ("Words", ", ".join(f"{form} {k:,}" for form, k in one.forms)),
        ("Mixed up with", "; ".join(mixed)),
        ("Words around it", ", ".join(f"{word} {k:,}" for word, k in one.cues)),
    ]
    return [(title, text) for title, text in found if text]


def _quoted(one: Exemplar) -> str:
    said = f"{_flat(one.before)}**{_flat(one.mention).strip()}**{_flat(one.after)}"
    why = f": {one.why}" if one.why else ""
    return f"- {said} ({one.row}{why})"


def _section(one: LabelGuide) -> str:
    meaning = (
        f"<p>{escape(one.definition)}</p>"
        if one.definition
        else f'<p class="open">{_NO_DEFINITION}</p>'
    )
    told = "".join(f"<h3>{title}</h3><div>{escape(text)}</div>" for title, text in _told(one))
    shown = "".join(
        f"<h3>{title}</h3>" + "".join(map(_quote, exemplars))
        for title, exemplars in (("Typical", one.typical), ("Borderline", one.borderline))
        if exemplars
    )
    return (
        f'<section><h2>{escape(one.label)}</h2><div class="soft">{one.mentions:,} mentions in '
        f"{one.texts:,} texts</div>{meaning}{told}{shown}</section>"
    )


def _quote(one: Exemplar) -> str:
    why = f" · {escape(one.why)}" if one.why else ""
    return (
        f"<blockquote>{escape(one.before)}<mark>{escape(one.mention)}</mark>{escape(one.after)}"
        f"<small>{escape(one.row)}{why}</small></blockquote>"
    )


def _flat(text: str) -> str:
    kept = " ".join(text.replace("*", "\\*").split())
    return f"{' ' if text[:1].isspace() else ''}{kept}{' ' if text[-1:].isspace() else ''}"
