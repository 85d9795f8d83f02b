"""Aliases that a user's own annotated texts teach: what a mention was said to stand for before.

python -m medloom.steps.annotate.link.aliases CORPUS.PubTator --out FILE.tsv [--labels Disease ...]

The file is a table of mention, concept id and count; nothing that is learned so comes with Medloom.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from medloom.errors import InputError
from medloom.formats.pubtator import read
from medloom.kit.short_forms import uses
from medloom.steps.annotate.link.normal import folded, stems
from medloom.steps.annotate.link.queries import spelled_out
from medloom.tables.texts import Text
from medloom.terminology.curies import mesh_or_omim
from medloom.terminology.lexicon import Lexicon

HEADER = ("mention", "concept", "count")


def key_of(mention: str) -> str:
    """The form under which a mention is remembered.

    >>> key_of("Haemorrhages") == key_of("hemorrhage")
    True
    """
    return " ".join(stems(folded(mention)))


def learned(rows: Iterable[Text], labels: Collection[str] = ()) -> Counter[tuple[str, str]]:
    """How often each mention, its short forms spelled out, stands for each concept."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        long_forms = {one.short: one.long for one in reversed(uses([row.id], [row.text])[0])}
        for span in row.spans:
            if (not labels or span.label in labels) and len(span.concepts) == 1:
                mention = spelled_out(span.text, long_forms)
                found[mention, mesh_or_omim(span.concepts[0].id)] += 1
    return found


def write(found: Counter[tuple[str, str]], out: Path) -> None:
    """Write a table that `open_aliases` reads."""
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(HEADER)
        table.writerows((mention, id, n) for (mention, id), n in sorted(found.items()))


def open_aliases(path: str) -> dict[str, dict[str, float]]:
    """For each key the concepts that it stood for, each with its share.

    Raises InputError where the file is missing or has other columns.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            table = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_MINIMAL)
            if tuple(next(table, ())) != HEADER:
                raise InputError(f"{path}: its columns must be {', '.join(HEADER)}, tab-separated")
            for mention, id, count in table:
                counts[key_of(mention)][id] += int(count)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as aliases ({error})") from error
    return {key: {id: n / of.total() for id, n in of.items()} for key, of in counts.items() if key}


def is_table(path: str | None) -> str | None:
    """Return the path if a table of aliases is there; for settings, raises ValueError if not."""
    if path is not None:
        try:
            open_aliases(path)
        except InputError as error:
            raise ValueError(str(error)) from error
    return path


def numbered(
    aliases: Mapping[str, Mapping[str, float]], lexicon: Lexicon
) -> dict[str, dict[int, float]]:
    """The aliases of concepts that a lexicon has, by their numbers in it."""
    found: dict[str, dict[int, float]] = {}
    for key, concepts in aliases.items():
        known = {lexicon.number(id): share for id, share in concepts.items()}
        kept = {number: share for number, share in known.items() if number is not None}
        if kept:
            found[key] = kept
    return found


def main() -> None:
    """Learn aliases from annotated texts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--labels", nargs="*", default=())
    given = parser.parse_args()
    write(learned(read(given.corpus.read_bytes()), given.labels), given.out)


if __name__ == "__main__":
    main()
