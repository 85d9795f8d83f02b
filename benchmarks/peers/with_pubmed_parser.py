"""pubmed_parser: its five calls for open-access articles, tables with their XML left out."""

from collections import Counter

import common
import pubmed_parser as pp


def extract(path):
    return (
        pp.parse_pubmed_xml(path),
        pp.parse_pubmed_references(path) or [],
        pp.parse_pubmed_paragraph(path, all_paragraph=True) or [],
        pp.parse_pubmed_caption(path) or [],
        pp.parse_pubmed_table(path, return_xml=False) or [],
    )


def haul(path):
    _, references, paragraphs, captions, tables = extract(path)
    figures = {caption["fig_id"] for caption in captions}
    return {
        "captions": [caption["fig_caption"] for caption in captions],
        "table captions": [table["caption"] for table in tables],
        "references": len(references),
        "pmids": sum(bool(r["pmid_cited"]) for r in references),
        "dois": sum(bool(r["doi_cited"]) for r in references),
        "tables": [[table["table_columns"], *table["table_values"]] for table in tables],
        "links": Counter(
            rid for p in paragraphs for one in p["reference_ids"] for rid in one.split()
            if rid in figures
        ),
    }  # fmt: skip


if __name__ == "__main__":
    common.main(extract, haul)
