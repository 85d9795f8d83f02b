"""The text that names whom a release is owed to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from medloom.kit.licences.table import licence_of, spdx_of, url_of

_N_AUTHORS = 6


def attributions(
    rows: Iterable[Mapping[str, Any]], *, changes: str | None = None, title: str = "Attribution"
) -> str:
    """The attribution file as Markdown: one entry a source, in the order of the rows.

    Of each row are read, where they are there: `article_id` or `id`, `title`, `authors` (text, or
    rows with `surname`, `given`, `collab`), `year`, `journal`, `doi`, `pmcid`, `pmid`, `url`,
    `source`, `license`, `license_url`. `changes` says what was done to all of them (Creative
    Commons licences ask for it). Rows of one source give one entry.

    >>> row = {"title": "A case", "authors": "Ng A", "doi": "10.1/x", "license": "CC-BY"}
    >>> print(attributions([row, row], changes="Texts were cut into sentences.").strip())
    # Attribution
    <BLANKLINE>
    Changes: Texts were cut into sentences.
    <BLANKLINE>
    - Ng A. "A case." https://doi.org/10.1/x. CC-BY: https://creativecommons.org/licenses/by/4.0/
    """
    head = f"# {title}\n\n" + (f"Changes: {changes}\n\n" if changes else "")
    return head + "".join(f"- {one}\n" for one in _entries(rows))


def _entries(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for row in rows:
        said = entry(row)
        identity = _link(row) or str(row.get("article_id") or "") or said
        if identity not in seen:
            seen.add(identity)
            yield said


def entry(row: Mapping[str, Any]) -> str:
    """One source: authors, title, where it is, licence.

    >>> entry({"title": "On CSF", "year": 2020, "license": "MIT", "pmid": "7"})
    '"On CSF." 2020. https://pubmed.ncbi.nlm.nih.gov/7/. MIT: https://opensource.org/license/mit'
    """
    title = _plain(row.get("title"))
    parts = [
        _authors(row.get("authors")),
        f'"{title.rstrip(".")}."' if title else "",
        _plain(row.get("journal")),
        _plain(row.get("year")),
        _link(row) or _plain(row.get("source") or row.get("article_id") or row.get("id")),
    ]
    said = " ".join(f"{one.rstrip('.')}." if not one.endswith('"') else one for one in parts if one)
    return f"{said} {_licence(row)}".strip()


def _authors(said: Any) -> str:
    if not said or isinstance(said, str):
        return _plain(said)
    names = [name for name in map(_name, said) if name]
    more = ", et al" if len(names) > _N_AUTHORS else ""
    return ", ".join(names[:_N_AUTHORS]) + more


def _name(author: Any) -> str:
    if isinstance(author, str):
        return _plain(author)
    given = _plain(_of(author, "given")).replace("-", " ")
    initials = "".join(part[0] for part in given.split())
    return _plain(_of(author, "collab")) or f"{_plain(_of(author, 'surname'))} {initials}".strip()


def _of(author: Any, name: str) -> Any:
    return author.get(name) if isinstance(author, Mapping) else getattr(author, name, None)


def _link(row: Mapping[str, Any]) -> str:
    if doi := _plain(row.get("doi")):
        return f"https://doi.org/{doi}"
    if pmcid := _plain(row.get("pmcid")):
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"
    if pmid := _plain(row.get("pmid")):
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    return _plain(row.get("url") or row.get("uri"))


def _licence(row: Mapping[str, Any]) -> str:
    said, url = _plain(row.get("license")) or None, _plain(row.get("license_url")) or None
    licence = licence_of(said)
    if licence.code == "none":
        return "No licence said."
    name = spdx_of(said, url) or (said if licence.code == "other" and said else licence.code)
    address = url_of(said, url)
    return f"{name}: {address}" if address else f"{name}."


def _plain(value: Any) -> str:
    """A value on one line."""
    return "" if value is None else " ".join(str(value).split())


def sources(rows: Sequence[Mapping[str, Any]]) -> int:
    """How many different sources rows have.

    >>> sources([{"doi": "10.1/x"}, {"doi": "10.1/x"}, {"pmid": "7"}])
    2
    """
    return sum(1 for _ in _entries(rows))
