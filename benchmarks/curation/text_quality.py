"""Known-good medical text that quality filters lose, and bad text that they find.

Known-good texts and their halves: `_known_good.py`; planted bad texts: `_bad_texts.py`. The limits
of the shipped profiles were set on the half that is seen; figures with a goal are of the other.
Peers are datatrove's filters with their defaults. NeMo Curator and Data-Juicer are not run here:
their installations take gigabytes. On 6,000 curated abstracts, measured earlier with other texts,
NeMo's English recipe lost 14.1% and Data-Juicer's own PubMed recipe 21.4%.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

from benchmarks.common import Figure, cpu_seconds, peer_python, run_peer
from benchmarks.curation._bad_texts import bad_captions, bad_texts
from benchmarks.curation._known_good import captions, halves, known_good
from medloom.kit.text_quality import measure as features_of
from medloom.kit.text_quality.languages import language_of
from medloom.steps.curate.drop_poor_text import drop_poor_text

TASK, LANGUAGE_TASK, GOAL, MOST = "text quality", "language", 1.0, 1500
HERE = Path(__file__).parent
DATATROVE = ("datatrove-filters", ["datatrove[processing]==0.10.1", "spacy==3.8.7"])
LANGID = ("py3langid", ["py3langid==0.3.0"])
Texts = Mapping[str, Sequence[str]]


def measure(data: Path, peers_env: Path | None) -> list[Figure]:
    """Good lost and bad found by profile, MB/s; datatrove's filters and py3langid on the same."""
    good = known_good(data)
    held = {profile: halves(texts)[1] for profile, texts in good.items()}
    bad = {**bad_texts(data, held["abstract"]), **bad_captions()}
    figures = [*_lost(good), *_other_text(data), *_found(bad), _speed(held["paragraph"][:3000])]
    if peers_env:
        figures += _of_datatrove({name: some[:MOST] for name, some in held.items()}, bad, peers_env)
        figures += _of_langid(data, held["caption"], peers_env)
    return figures


def _lost(good: Texts) -> Iterable[Figure]:
    for profile, texts in good.items():
        for name, half in zip(("seen", "held out"), halves(list(texts)), strict=True):
            goal = GOAL if name == "held out" else None
            lost = _dropped(profile, half)
            yield _percent("medloom", "% lost", lost, len(half), f"{profile}, {name}", goal)


def _other_text(data: Path) -> Iterable[Figure]:
    spanish, every = _spanish(data), captions(data)
    lost = _dropped("note", spanish)
    yield _percent("medloom", "% lost", lost, len(spanish), "note, Spanish cases (MEDDOCAN)")
    dropped = _dropped("caption", every)
    yield _percent("medloom", "% dropped", dropped, len(every), "captions of PMC as they come")


def _found(bad: Texts) -> Iterable[Figure]:
    for kind, texts in bad.items():
        profiles = ("caption",) if "caption" in kind else ("abstract", "paragraph", "note")
        for profile in profiles:
            found = _dropped(profile, texts, ["en"])
            yield _percent("medloom", "% found", found, len(texts), f"{kind}, profile {profile}")


def _dropped(profile: str, texts: Sequence[str], languages: Sequence[str] = ()) -> int:
    settings: Any = {"profile": profile, "languages": list(languages)}
    return sum(drop_poor_text(one, **settings) is not None for one in texts)


def _speed(texts: Sequence[str]) -> Figure:
    n_bytes = sum(len(one.encode()) for one in texts)
    seconds = cpu_seconds(lambda: [features_of(one) for one in texts])
    return Figure(TASK, "medloom", "MB/s", n_bytes / seconds / 1e6, n_bytes, data="paragraphs")


def _of_datatrove(held: Texts, bad: Texts, folder: Path) -> list[Figure]:
    name, install = DATATROVE
    python = peer_python(name, install, folder)
    if python is None:
        return [Figure(TASK, "datatrove", "% lost", 0, 0, note="pip cannot install it here")]
    given = {**held, **{f"bad: {kind}": texts for kind, texts in bad.items()}}
    answer: Any = run_peer(python, HERE / "with_datatrove_filters.py", given)
    if "failed" in answer:
        return [Figure(TASK, "datatrove", "% lost", 0, 0, note=f"failed: {answer['failed']}")]
    n_bytes = sum(len(one.encode()) for texts in given.values() for one in texts)
    figures = []
    for rules, kept in answer["kept"].items():
        for key, (n_kept, n) in kept.items():
            kind = key.removeprefix("bad: ")
            metric, where = ("% lost", f"{key}, held out") if kind == key else ("% found", kind)
            figures.append(_percent(f"datatrove 0.10.1 {rules}", metric, n - n_kept, n, where))
        speed = n_bytes / answer["seconds"][rules] / 1e6
        figures.append(Figure(TASK, f"datatrove 0.10.1 {rules}", "MB/s", speed, n_bytes))
    return figures


def _of_langid(data: Path, english: Sequence[str], folder: Path) -> list[Figure]:
    """Lines of Spanish cases and English captions, of six words and more."""
    spanish = [line.strip() for text in _spanish(data) for line in text.splitlines()]
    texts = {"es": spanish, "en": list(english)}
    items = [(code, one) for code, some in texts.items() for one in some if len(one.split()) > 5]
    figures = [_right("medloom", items, [language_of(one).code for _, one in items], language)
               for language in texts]  # fmt: skip
    python = peer_python(*LANGID, folder)
    answer: Any = (
        run_peer(python, HERE / "with_py3langid.py", [one for _, one in items]) if python else {}
    )
    if "codes" not in answer:
        return [*figures, Figure(LANGUAGE_TASK, "py3langid", "% right", 0, 0, note="did not run")]
    return figures + [_right("py3langid 0.3.0", items, answer["codes"], one) for one in texts]


def _right(who: str, items: Sequence[tuple[str, str]], found: Sequence[str], wanted: str) -> Figure:
    codes = [code for (gold, _), code in zip(items, found, strict=True) if gold == wanted]
    data = {"es": "lines of Spanish cases", "en": "captions"}[wanted]
    right = codes.count(wanted)
    return _percent(who, "% right", right, len(codes), data)._replace(task=LANGUAGE_TASK)


def _spanish(data: Path) -> list[str]:
    """Cases that no language profile was learned from."""
    files = sorted((data / "annotation/phi_meddocan").rglob("*.txt"))[120:]
    return [file.read_text("utf-8") for file in files]


def _percent(who: str, metric: str, k: int, n: int, data: str, goal: float | None = None) -> Figure:
    """A share in percent, with Wilson's interval."""
    share, z = k / n, 1.96
    middle, scale = share + z * z / (2 * n), (1 + z * z / n) / 100
    spread = z * sqrt(share * (1 - share) / n + (z / 2 / n) ** 2)
    low, high = max(0.0, middle - spread) / scale, (middle + spread) / scale
    return Figure(TASK, who, metric, 100 * share, n, low, high, data, goal)
