r"""LaTeX in the fields of BibTeX, as plain text: accents, braces, dashes, a few commands."""

import re
import unicodedata

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "omega": "ω", "pm": "±", "times": "×", "leq": "≤",
    "geq": "≥", "textendash": "–", "textemdash": "—", "ldots": "…", "dots": "…", "degree": "°",
    "textquoteright": "’", "textquoteleft": "‘", "textmu": "μ", "textdegree": "°",
}  # fmt: skip
_ACCENT = re.compile(r"\\([`'^~\"=.])\s*(?:\{\s*(\\?[A-Za-z])\s*\}|(\\[ij](?![A-Za-z])|[A-Za-z]))")
_NAMED_ACCENT = re.compile(r"\\([uvHckrdb])\s*(?:\{\s*(\\?[A-Za-z])\s*\}|(?<=\s)([A-Za-z]))")
_LETTER = re.compile(r"\\([A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_MATH = re.compile(r"(?<!\\)\$")
_HELD = {"{": "\ue000", "}": "\ue001"}


def plain(text: str) -> str:
    r"""The characters that a reader sees.

    >>> plain(r"{\'E}tude of M{\"u}ller \& {na\"\i}ve {RNA}s -- $\alpha$, 5\% \emph{in vivo}")
    'Étude of Müller & naïve RNAs – α, 5% in vivo'
    """
    if "\\" in text or "$" in text:
        text = _ACCENT.sub(_accented, text)
        text = _NAMED_ACCENT.sub(_accented, text)
        text = _MATH.sub("", text)
        text = _ESCAPED.sub(lambda one: _HELD.get(one[1], one[1]), text)
        text = _LETTER.sub(lambda one: _LETTERS.get(one[1], ""), text)
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    text = text.replace("{", "").replace("}", "").replace("~", " ").replace("\\", "")
    text = text.replace(_HELD["{"], "{").replace(_HELD["}"], "}")
    return " ".join(text.split())


def _accented(found: re.Match[str]) -> str:
    letter = (found[2] or found[3]).removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[found[1]])
