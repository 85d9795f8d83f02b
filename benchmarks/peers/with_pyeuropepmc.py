"""pyEuropePMC: every field of its full-text parser, and its structured sections.

Supplements come from its figure extractor, which parses again; they are scored, not timed.
"""

from collections import Counter
from pathlib import Path

import common
from pyeuropepmc.features.fulltext.figures import FigureExtractor
from pyeuropepmc.features.fulltext.fulltext_parser import FullTextXMLParser

FIELDS = (
    "metadata", "authors_detailed", "affiliations", "pub_date", "keywords", "funding", "license",
    "publisher", "article_categories", "references", "tables", "figures",
)  # fmt: skip


def extract(path):
    parser = FullTextXMLParser()
    parser.parse(Path(path).read_text(encoding="utf-8"))
    found = {field: getattr(parser, f"extract_{field}")() for field in FIELDS}
    found["sections"] = parser.get_full_text_sections_structured()
    return found


def haul(path):
    found = extract(path)
    return {
        "captions": [figure["caption"] for figure in found["figures"]],
        "table captions": [table["caption"] for table in found["tables"]],
        "references": len(found["references"]),
        "pmids": sum(bool(r["pmid"]) for r in found["references"]),
        "dois": sum(bool(r["doi"]) for r in found["references"]),
        "tables": [[*t.get("header_rows", []), *t["rows"]] for t in found["tables"]],
        "links": Counter(figure_links(found["sections"])),
        "supplements": supplements(path),
    }


def figure_links(node):
    if isinstance(node, dict):
        if node.get("type") == "xref" and node.get("ref_type") == "fig":
            yield from node.get("target_id", "").split()
        for value in node.values():
            yield from figure_links(value)
    elif isinstance(node, list):
        for value in node:
            yield from figure_links(value)


def supplements(path):
    text = Path(path).read_text(encoding="utf-8")
    items = FigureExtractor().extract_from_xml(text, pmcid="PMC1")
    return [item.file_name or "" for item in items if item.figure_type == "supplement"]


if __name__ == "__main__":
    common.main(extract, haul)
