"""The markup inside a paragraph, and what it becomes in JATS.

`**bold**`, `*italic*`, `^superscript^`, `~subscript~`, `$name$` a formula of `formulas`,
`[@1,3-5]` citations, `[fig F1|Fig 1A|a]` a cross-reference: kind, targets, words, panels named.
`>F2` among the targets means: not linked, but meant, because it stands inside a range.
"""

import re
from dataclasses import dataclass, field

from benchmarks.corpus import formulas
from benchmarks.corpus.model import Reference
from benchmarks.corpus.xml import el, text

_TOKEN = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>[^*]+)\*|\^(?P<sup>[^^]+)\^|~(?P<sub>[^~]+)~"
    r"|\[@(?P<cite>[^\]]+)\]|\[(?P<kind>fig|table|supp|sec|eq|app|fn|uri|aff) (?P<link>[^\]]+)\]"
    r"|\$(?P<math>[a-z][a-z0-9-]*)\$"
)
REF_TYPES = {
    "fig": "fig",
    "table": "table",
    "supp": "supplementary-material",
    "sec": "sec",
    "eq": "disp-formula",
    "app": "app",
    "fn": "fn",
}


@dataclass
class Mention:
    """A cross-reference that was written, one for each target."""

    kind: str
    target: str
    text: str
    panels: list[str]
    implied: bool


@dataclass
class Inline:
    """Writes inline markup and remembers the cross-references and formulas that it wrote."""

    references: dict[str, Reference] = field(default_factory=dict)
    citation_style: str = "brackets"
    mentions: list[Mention] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)

    def __call__(self, source: str) -> str:
        parts: list[str] = []
        end = 0
        for match in _TOKEN.finditer(source):
            parts.append(text(source[end : match.start()]))
            parts.append(self._token(match))
            end = match.end()
        parts.append(text(source[end:]))
        return "".join(parts)

    def _token(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        if kind == "link":
            return self._link(match["kind"], match["link"])
        if kind == "cite":
            return self._cite(match["cite"])
        if kind == "math":
            return self._math(match["math"])
        return el(kind, self(match[kind]))

    def _math(self, name: str) -> str:
        self.formulas.append(name)
        return el("inline-formula", formulas.alternatives(name, f"IM{len(self.formulas)}"))

    def _link(self, kind: str, link: str) -> str:
        targets, words, *named = link.split("|")
        if kind == "uri":
            return el("ext-link", text(words), ext_link_type="uri", xlink_href=targets)
        panels = named[0].split() if named else []
        linked = [target for target in targets.split() if not target.startswith(">")]
        for target in targets.split():
            implied = target.startswith(">")
            self.mentions.append(
                Mention(kind, target.lstrip(">"), words, [] if implied else panels, implied)
            )
        return el("xref", self(words), ref_type=REF_TYPES[kind], rid=" ".join(linked))

    def _cite(self, numbers: str) -> str:
        if self.citation_style == "names":
            written = "; ".join(self._name(n) for n in _expand(numbers))
            return f"({written})"
        written = ",".join(self._range(part) for part in numbers.split(","))
        return el("sup", written) if self.citation_style == "sup" else f"[{written}]"

    def _range(self, part: str) -> str:
        first, dash, last = part.strip().partition("-")
        if not dash:
            return self._number(first)
        for between in range(int(first) + 1, int(last)):
            self.mentions.append(Mention("bibr", f"B{between}", part, [], True))
        return self._number(first) + "–" + self._number(last)

    def _number(self, number: str) -> str:
        self.mentions.append(Mention("bibr", f"B{number}", number, [], False))
        return el("xref", number, ref_type="bibr", rid=f"B{number}")

    def _name(self, number: int) -> str:
        reference = self.references[f"B{number}"]
        et_al = " et al." if len(reference.authors) > 2 else ""
        words = f"{reference.authors[0][0]}{et_al}, {reference.year}"
        self.mentions.append(Mention("bibr", reference.id, words, [], False))
        return el("xref", text(words), ref_type="bibr", rid=reference.id)


def _expand(numbers: str) -> list[int]:
    found: list[int] = []
    for part in numbers.split(","):
        first, _, last = part.strip().partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
