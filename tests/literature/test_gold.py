"""The parser against the gold of hard articles: nothing missing, nothing invented."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import completeness as gold_checks

FILES = gold_checks.gold_files()


@pytest.mark.parametrize("path", FILES, ids=[f.stem for f in FILES])
def test_article_is_parsed_completely(path: Path) -> None:
    gold = gold_checks.read_gold(path)
    if not (gold_checks.DATA / gold["path"].partition("!")[0]).exists():
        pytest.skip("no literature data; set MEDLOOM_DATA to its folder")
    checks = list(gold_checks.checked(gold))
    differences = [str(c) for c in checks if not c.ok]
    assert not differences, f"{len(differences)} of {len(checks)}:\n" + "\n".join(differences)


@pytest.mark.parametrize("path", FILES, ids=[f.stem for f in FILES])
def test_gold_holds_no_long_text(path: Path) -> None:
    longest = max((s for s in strings(gold_checks.read_gold(path))), key=len)
    assert len(longest) <= 120, longest


def strings(value: object) -> list[str]:
    """All strings in a gold file."""
    if isinstance(value, dict):
        return [s for v in value.values() for s in strings(v)]
    if isinstance(value, list):
        return [s for v in value for s in strings(v)]
    return [value] if isinstance(value, str) else []


def test_gold_covers_many_publishers() -> None:
    publishers = {gold_checks.read_gold(path)["publisher"] for path in FILES}
    assert len(FILES) >= 20
    assert len(publishers) >= 12
