"""What the demo holds, told by what wrote it: a gold standard for readers, made by none.

Where the row types of `medloom.tables.literature` say how to tell it, that is followed: an abstract
without a type is `main`, a translated one `translated`; a sub-article has its article's licence;
keywords that two languages share count once; a link to a `fig-group` is a mention of its figures.
"""

import re
from html import unescape
from typing import Any

from benchmarks.corpus import model as m
from benchmarks.corpus.contents import parts, pictures
from benchmarks.corpus.inline import Inline
from benchmarks.corpus.journals import JOURNALS, LICENSES
from benchmarks.corpus.package import Package

KINDS = {"fig": "figure", "table": "table", "supp": "supplement", "bibr": "reference",
         "eq": "formula", "sec": "section", "app": "appendix", "fn": "footnote"}  # fmt: skip


def plain(source: str | None) -> str | None:
    """The words of a marked-up text.

    >>> plain("A *TP53* variant [fig F1|Fig 1A|a]")
    'A TP53 variant Fig 1A'
    """
    if source is None:
        return None
    return unescape(re.sub(r"<[^>]+>", "", Inline()(source)))


def expected(packages: list[Package], unreadable: list[dict[str, str]]) -> dict[str, Any]:
    """Totals over all packages, and each article."""
    articles = [
        _article(package, article, inline)
        for package in packages
        for article, inline in package.written
    ]
    return {"totals": _totals(articles, unreadable), "unreadable": unreadable,
            "articles": articles}  # fmt: skip


def _totals(articles: list[dict[str, Any]], unreadable: list[dict[str, str]]) -> dict[str, Any]:
    def total(key: str) -> int:
        return sum(len(article[key]) for article in articles)

    figures = [figure for article in articles for figure in article["figures"]]
    files = [f for article in articles for f in article["files"]]
    mentions = [x for article in articles for x in article["mentions"]]
    tables = [t for article in articles for t in article["tables"]]
    return {
        "sources": sum(a["parent_id"] is None for a in articles) + len(unreadable),
        "articles": sum(a["parent_id"] is None for a in articles),
        "sub_articles": sum(a["parent_id"] is not None for a in articles),
        "unreadable_sources": len(unreadable),
        "retracted": sum(a["is_retracted"] for a in articles),
        "figures": total("figures"),
        "panels": sum(len(figure["panels"]) for figure in figures),
        "figures_with_panels": sum(bool(figure["panels"]) for figure in figures),
        "tables": len(tables),
        "tables_as_image": sum(t["is_image"] for t in tables),
        "cells": sum(t["cells"] for t in tables),
        "table_footnotes": sum(len(t["footnotes"]) for t in tables),
        "references": sum(a["references"] for a in articles),
        "reference_dois": sum(a["reference_dois"] for a in articles),
        "reference_pmids": sum(a["reference_pmids"] for a in articles),
        "formulas": sum(a["inline_formulas"] + a["display_formulas"] for a in articles),
        "supplements": total("supplements"),
        "supplements_found": sum(s["found"] for a in articles for s in a["supplements"]),
        "authors": sum(a["authors"] for a in articles),
        "image_files_named": len(files),
        "images_found": sum(f["file"] is not None for f in files),
        "images_missing": sum(f["file"] is None for f in files),
        "mentions": {
            kind: {
                "linked": sum(x["kind"] == kind and not x["implied"] for x in mentions),
                "implied": sum(x["kind"] == kind and x["implied"] for x in mentions),
            }
            for kind in ("figure", "table", "supplement", "reference", "formula")
        },
    }


def _article(package: Package, article: m.Article, inline: Inline) -> dict[str, Any]:
    is_sub = article.number.startswith("S")
    pmcid = package.pmcid
    code = package.written[0][0].get("license")
    figures, tables, supplements = _floats(article)
    return {
        "id": f"{pmcid}/sub/{article.number}" if is_sub else pmcid,
        "parent_id": pmcid if is_sub else None,
        "source": package.source,
        "doi": article.get("doi"),
        "pmid": article.get("pmid"),
        "title": plain(article.need("title")),
        "subtitle": plain(article.get("subtitle")),
        "type": article.need("type"),
        "language": article.get("lang", "en"),
        "journal": None if is_sub else JOURNALS[article.need("journal")].title,
        "license": LICENSES[code].code if code else "none",
        "license_url": LICENSES[code].url if code else None,
        "license_source": _license_source(code),
        "version": 1 if package.layout == "object" else None,
        "is_retracted": article.get("retracted") == "yes",
        "abstracts": _abstracts(article),
        "sections": _section_titles(article.body),
        "authors": len(article.authors),
        "collaborations": [a.collab for a in article.authors if a.collab],
        "orcids": [a.orcid for a in article.authors if a.orcid and not package.is_nlm],
        "affiliations": len(article.all("aff")),
        "funding": len(article.all("funding")),
        "keywords": _keywords(article),
        "related": [[p.strip() for p in line.split("|")] for line in article.all("related")],
        "references": len(article.references),
        "reference_dois": sum(r.doi is not None for r in article.references),
        "reference_pmids": sum(r.pmid is not None for r in article.references),
        "display_formulas": _display_formulas(article),
        "inline_formulas": len(inline.formulas) - _display_formulas(article),
        "figures": figures,
        "tables": tables,
        "supplements": supplements,
        "files": _files(article),
        "mentions": _mentions(article, inline),
    }


def _abstracts(article: m.Article) -> list[dict[str, Any]]:
    return [
        {
            "kind": each.kind or ("translated" if each.language else "main"),
            "language": each.language or article.get("lang", "en"),
            "sections": _section_titles(each.blocks),
        }
        for each in article.abstracts
    ]


def _keywords(article: m.Article) -> list[str]:
    lines = [line.partition("|")[2] for line in article.all("keywords")]
    return list(dict.fromkeys(word.strip() for line in lines for word in line.split(";")))


def _mentions(article: m.Article, inline: Inline) -> list[dict[str, Any]]:
    groups = {
        block.id: [figure.id for figure in block.figures]
        for _, block in parts(article)
        if isinstance(block, m.FigureGroup)
    }
    return [
        {"kind": KINDS[x.kind], "target": target, "text": plain(x.text), "panels": x.panels,
         "implied": x.implied}
        for x in inline.mentions
        for target in groups.get(x.target, [x.target])
    ]  # fmt: skip


def _license_source(code: str | None) -> str | None:
    if not code or LICENSES[code].code == "other":
        return None
    return "url" if LICENSES[code].url else "text"


def _section_titles(blocks: list[m.Block]) -> list[str | None]:
    return [plain(block.title) for block in blocks if isinstance(block, m.Section)]


def _display_formulas(article: m.Article) -> int:
    return sum(isinstance(block, m.Equation) for _, block in parts(article))


def _floats(article: m.Article) -> tuple[list[Any], list[Any], list[Any]]:
    figures, tables, supplements = [], [], []
    for part, block in parts(article):
        if isinstance(block, m.Figure):
            figures.append(_figure(block, part, None))
        elif isinstance(block, m.FigureGroup):
            figures += [_figure(figure, part, block.id) for figure in block.figures]
        elif isinstance(block, m.Table):
            tables.append(_table(block, part))
        elif isinstance(block, m.Supplement):
            found = block.content is not None
            supplements.append({"id": block.id, "label": block.label, "href": block.href,
                                "mime": block.mime, "found": found})  # fmt: skip
    return figures, tables, supplements


def _figure(figure: m.Figure, part: str, group: str | None) -> dict[str, Any]:
    lines = [plain(line) for line in [figure.title, *figure.caption] if line]
    return {"id": figure.id, "label": plain(figure.label), "part": part, "group": group,
            "caption": "\n".join(str(line) for line in lines), "panels": figure.panels,
            "hrefs": [p.href for p in figure.pictures]}  # fmt: skip


def _table(table: m.Table, part: str) -> dict[str, Any]:
    rows = table.head + table.body
    return {
        "id": table.id,
        "label": table.label,
        "part": part,
        "title": plain(table.title),
        "is_image": table.picture is not None,
        "header_rows": len(table.head),
        "rows": len(rows),
        "columns": sum(cell.colspan for cell in rows[0]) if rows else 0,
        "cells": sum(len(row) for row in rows),
        "spanning_cells": sum(c.rowspan > 1 or c.colspan > 1 for row in rows for c in row),
        "deepest_indent": max(
            (len(c.text) - len(c.text.lstrip("_")) for row in rows for c in row), default=0
        ),
        "footnotes": [plain(note) for note in table.notes],
    }


def _files(article: m.Article) -> list[dict[str, Any]]:
    """Each file that a figure or a table names, and the name under which it lies there."""
    named: list[tuple[str | None, m.Picture]] = []
    for _, block in parts(article):
        for figure in block.figures if isinstance(block, m.FigureGroup) else [block]:
            named += [(getattr(figure, "id", None), picture) for picture in pictures(figure)]
    return [{"of": of, "href": p.href, "file": p.file} for of, p in named]
