"""Texts that a quality filter must find, planted by kind; each made from a seed.

What is real in them: reference lists are those of articles, text in another language is MEDDOCAN's,
and noise, mojibake, repetition, LaTeX and HTML are laid over real texts of the held half. Menus,
notices, code and captions without news are written here.
"""

import base64
import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.curation._known_good import documents

N = 200
_LOOKALIKE = {"l": "1", "i": "!", "o": "0", "e": "c", "s": "5", "a": "@", "h": "li", "m": "rn",
              "t": "f", "n": "ri", "u": "ii", "c": "e", "d": "cl", "g": "9", "b": "6", "w": "vv",
              "r": "|", "p": "¢"}  # fmt: skip
_MENU = (
    "Home|About us|Contact|Search|Login|Register|Journals|Books|Authors|Submit|"
    "Current issue|Archive|Browse|Help|FAQ|My account|Cart|Sitemap|News|Events|Careers|"
    "Donate|Share|Print|Email|Departments|Our doctors|Locations|Patients|Visitors|"
    "Research|Education|Giving|Services A-Z|Make a gift|Find a doctor|Pay a bill|Next|"
    "Previous|Top|Menu|Close|Español|Cardiology|Oncology"
)
_NOTICES = [
    "We use cookies to give you the best experience on our website.",
    "By continuing to browse this site you accept our cookie policy and our privacy policy.",
    "© 2019 Example Publishing Group. All rights reserved.",
    "Sign in to your account or register to get access to the full text of this article.",
    "Subscribe to our newsletter to hear of the latest news in your field.",
    "Follow us on Facebook, Twitter and LinkedIn.",
    "Click here to download PDF. Export citation. Share on social media.",
    "This material may not be published, broadcast or rewritten without permission.",
    "Terms of use apply. Contact us for permissions and reprints.",
    "Please enable JavaScript in your browser to view this page as intended.",
    "Forgot password? Create account. Back to top. Read more about our products and services.",
    "Downloaded from the journal site by guest on 12 May 2019. For personal use only.",
]
_NO_NEWS = (
    "Figure {n}.|Fig. {n}|See text.|See text for details.|Table {n}|"
    "Figure {n}. See text for details.|Legend on next page.|Supplementary Figure S{n}|"
    "Fig. {n}: (A) (B) (C)|Graphical abstract|Image {n}|Additional file {n}: Figure S{n}.|"
    "Click to view larger version of this figure.|See legend.|Fig {n} (continued)|"
    "Figure {n}. Legend see text.|Full caption available online.|None|n/a|"
    "For explanation see text.|...|(A)|Figure"
)


def bad_texts(data: Path, good: Sequence[str], seed: int = 7) -> dict[str, list[str]]:
    """Texts of each kind, made from good ones that had no part in setting the limits."""
    long = [one for one in good if len(one.split()) > 60] or list(good)
    spanish = _spanish(data)
    kinds: dict[str, Callable[[random.Random], str]] = {
        "OCR noise": lambda draw: _scan(draw, draw.choice(long), draw.uniform(0.12, 0.3)),
        "light OCR noise": lambda draw: _scan(draw, draw.choice(long), draw.uniform(0.04, 0.12)),
        "spaced letters": lambda draw: " ".join(draw.choice(long).replace(" ", "")),
        "boilerplate": lambda draw: " ".join(draw.sample(_NOTICES, draw.randint(3, 8))),
        "menu": lambda draw: "\n".join(draw.sample(_MENU.split("|"), draw.randint(15, 40))),
        "references": _references(data),
        "base64": lambda draw: base64.encodebytes(draw.randbytes(draw.randint(200, 1500))).decode(),
        "mojibake": lambda draw: _wrongly_decoded(draw.choice(spanish), "latin-1"),
        "repeated lines": lambda draw: _repeated(draw, draw.choice(long)),
        "another language": lambda draw: draw.choice(spanish),
        "LaTeX": lambda draw: _latex(draw, draw.choice(long)),
        "HTML": lambda draw: _html(draw, draw.choice(long)),
        "code": _code,
        "numbers": lambda draw: "\n".join(
            " ".join(f"{draw.uniform(0, 200):.{draw.randint(0, 2)}f}" for _ in range(8))
            for _ in range(draw.randint(6, 30))
        ),
        "gibberish": lambda draw: " ".join(
            "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 10)))
            for _ in range(80)
        ),
    }
    return {
        kind: [make(random.Random(f"{kind} {seed} {n}")) for n in range(N)]
        for kind, make in kinds.items()
    }


def bad_captions(seed: int = 7) -> dict[str, list[str]]:
    """Captions that say nothing of their figure."""
    draw = random.Random(seed)
    made = [draw.choice(_NO_NEWS.split("|")).format(n=draw.randint(1, 12)) for _ in range(N)]
    return {"caption without news": made}


def _scan(draw: random.Random, text: str, rate: float) -> str:
    wrong = (_LOOKALIKE.get(one, one) if draw.random() < rate else one for one in text)
    return "".join(one + " " if draw.random() < rate / 4 else one for one in wrong)


def _wrongly_decoded(text: str, codec: str) -> str:
    return text.encode().decode(codec, "replace")


def _repeated(draw: random.Random, text: str) -> str:
    sentences = re.split(r"(?<=\.)\s+", text)[: draw.randint(2, 4)]
    return "\n".join(sentences * draw.randint(4, 10))


def _spanish(data: Path) -> list[str]:
    files = sorted((data / "annotation/phi_meddocan").rglob("*.txt"))[120:]
    lines = (line.strip() for file in files for line in file.read_text("utf-8").splitlines())
    return [one for one in lines if len(one.split()) > 25 and not one.isascii()]


def _references(data: Path) -> Callable[[random.Random], str]:
    lists = [
        [one.raw for one in document.articles[0].references if len(one.raw) > 60]
        for document in documents(data)
    ]
    lists = [one for one in lists if len(one) > 12]

    def make(draw: random.Random) -> str:
        chosen = draw.choice(lists)
        start = draw.randrange(len(chosen) - 8)
        return "\n".join(chosen[start : start + draw.randint(5, 12)])

    return make


def _latex(draw: random.Random, text: str) -> str:
    words = text.split()
    for _ in range(len(words) // 12):
        at = draw.randrange(len(words))
        words[at] = draw.choice(
            (rf"\textbf{{{words[at]}}}", rf"$\alpha_{{{at}}} \leq \frac{{1}}{{2}}$",
             rf"\cite{{ref{at}}}", r"\begin{document}$$x^{2}$$\end{document}",
             r"\usepackage{amsmath} \usepackage{wasysym} \setlength{\oddsidemargin}{-69pt}")
        )  # fmt: skip
    return " ".join(words)


def _html(draw: random.Random, text: str) -> str:
    words = text.split()
    for _ in range(len(words) // 10):
        at = draw.randrange(len(words))
        tag = draw.choice(("div class='x'", "span", "p", "td", "li", "a href='/doi/10.1/x'"))
        words[at] = f"<{tag}>{words[at]}</{tag.split()[0]}>&nbsp;"
    return " ".join(words)


def _code(draw: random.Random) -> str:
    if draw.random() < 0.5:
        return json.dumps({f"key_{n}": draw.randrange(10**6) for n in range(20)}, indent=1)
    line = "  var x{n} = document.getElementById('n{n}'); if (x{n}) {{ x{n}.hide(); }}"
    return "function load() {\n" + "\n".join(line.format(n=n) for n in range(12)) + "\n}"
