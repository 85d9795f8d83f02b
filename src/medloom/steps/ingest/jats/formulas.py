"""Formulas: their MathML and LaTeX source."""

import re

from lxml import etree

from medloom.steps.ingest.jats.text import MATHML, plain, text_of
from medloom.tables.literature import Formula

_DOCUMENT = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|$)", re.DOTALL)
_DISPLAY = frozenset({"disp-formula"})


def read_formula(
    element: etree._Element,
    formula_id: str,
    article_id: str,
    passage_id: str | None,
    start: int | None,
) -> Formula:
    """The row of a formula; one that is only a graphic or plain text has neither source.

    >>> from lxml import etree
    >>> tex = r"\\documentclass{article} \\begin{document} $$x^2$$ \\end{document}"
    >>> formula = etree.fromstring(f"<disp-formula><tex-math>{tex}</tex-math></disp-formula>")
    >>> read_formula(formula, "PMC1/formula/1", "PMC1", None, None).latex
    '$$x^2$$'
    """
    label = element.find("label")
    math = next(element.iter(f"{MATHML}math"), None)
    tex = next(element.iter("tex-math"), None)
    return Formula(
        formula_id,
        article_id,
        passage_id,
        start,
        None if label is None else plain(label) or None,
        element.tag in _DISPLAY or element.get("display") == "block",
        None if math is None else etree.tostring(math, encoding="unicode", with_tail=False),
        None if tex is None else latex(text_of(tex)) or None,
    )


def latex(source: str) -> str:
    r"""LaTeX without the document that some publishers wrap around it.

    >>> latex(r"\documentclass[12pt]{minimal}\begin{document}$a_1$\end{document}")
    '$a_1$'
    """
    found = _DOCUMENT.search(source)
    return (found[1] if found else source).strip()
