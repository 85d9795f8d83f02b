"""Formulas by name, each as Presentation MathML and as LaTeX that say the same."""

from benchmarks.corpus.xml import el, text


def _row(*items: str) -> str:
    return el("mml:mrow", *items)


def _i(name: str) -> str:
    return el("mml:mi", name)


def _n(number: str) -> str:
    return el("mml:mn", number)


def _o(sign: str) -> str:
    return el("mml:mo", text(sign))


def _sub(base: str, index: str) -> str:
    return el("mml:msub", base, index)


def _frac(above: str, below: str) -> str:
    return el("mml:mfrac", above, below)


def _hat(name: str) -> str:
    return el("mml:mover", _i(name), _o("^"), accent="true")


def _sum(index: str) -> str:
    return el("mml:munderover", _o("∑"), _row(_i(index), _o("="), _n("1")), _i("n"))


_PAIR = [_i("S"), _o("("), _i("t"), _o(")")]

FORMULAS: dict[str, tuple[str, str]] = {
    "alpha": (_row(_i("α"), _o("="), _n("0.05")), r"\alpha = 0.05"),
    "mu": (_sub(_i("μ"), _i("k")), r"\mu_{k}"),
    "lambda": (_i("λ"), r"\lambda"),
    "r2": (
        _row(el("mml:msup", _i("R"), _n("2")), _o("="), _n("0.87")),
        "R^{2} = 0.87",
    ),
    "survival": (
        _row(
            el("mml:mover", _row(*_PAIR), _o("^"), accent="true"),
            _o("="),
            el("mml:munder", _o("∏"), _row(_sub(_i("t"), _i("i")), _o("≤"), _i("t"))),
            el("mml:mfenced", _row(_n("1"), _o("−"), _frac(
                _sub(_i("d"), _i("i")), _sub(_i("n"), _i("i")))), open="(", close=")"),
        ),
        r"\widehat{S(t)} = \prod_{t_{i} \leq t} \left( 1 - \frac{d_{i}}{n_{i}} \right)",
    ),
    "loss": (
        _row(
            _i("L"), _o("("), _i("θ"), _o(")"), _o("="), _frac(_n("1"), _i("n")), _sum("i"),
            el("mml:msup", _row(_o("("), _sub(_i("y"), _i("i")), _o("−"),
                                _sub(_hat("y"), _i("i")), _o(")")), _n("2")),
            _o("+"), _i("λ"),
            el("mml:msup", _row(_o("‖"), _i("θ"), _o("‖")), _n("2")),
        ),
        r"L(\theta) = \frac{1}{n} \sum_{i=1}^{n} (y_{i} - \hat{y}_{i})^{2}"
        r" + \lambda \| \theta \|^{2}",
    ),
    "dice": (
        _row(
            _i("D"), _o("="),
            _frac(_row(_n("2"), _o("|"), _i("A"), _o("∩"), _i("B"), _o("|")),
                  _row(_o("|"), _i("A"), _o("|"), _o("+"), _o("|"), _i("B"), _o("|"))),
        ),
        r"D = \frac{2 |A \cap B|}{|A| + |B|}",
    ),
    "clearance": (
        _row(
            _i("CL"), _o("="), _n("4.2"), _o("×"),
            el("mml:msup", el("mml:mfenced", _frac(_i("W"), _n("70")), open="(", close=")"),
               _n("0.75")),
        ),
        r"CL = 4.2 \times \left( \frac{W}{70} \right)^{0.75}",
    ),
    "gfr": (
        _row(_i("eGFR"), _o("<"), _n("30")),
        r"\mathrm{eGFR} < 30",
    ),
    "odds": (
        _row(
            el("mml:mi", "log"), _frac(_sub(_i("p"), _i("i")),
                                       _row(_n("1"), _o("−"), _sub(_i("p"), _i("i")))),
            _o("="), _sub(_i("β"), _n("0")), _o("+"), _sub(_i("β"), _n("1")),
            _sub(_i("x"), _i("i")), _o("+"), _sub(_i("u"), _i("j")),
        ),
        r"\log \frac{p_{i}}{1 - p_{i}} = \beta_{0} + \beta_{1} x_{i} + u_{j}",
    ),
}  # fmt: skip


def alternatives(name: str, id: str) -> str:
    """Both forms of a formula inside `<alternatives>`."""
    mathml, latex = FORMULAS[name]
    document = r"\documentclass{article}\begin{document}$$" + latex + r"$$\end{document}"
    tex = el("tex-math", f"<![CDATA[{document}]]>", id=f"{id}-tex")
    return el("alternatives", tex, el("mml:math", mathml, id=f"{id}-mml"))
