"""pmcgrab: its full output for a local file (the default one leaves references out)."""

from collections import Counter

import common
from pmcgrab import process_single_local_xml


def extract(path):
    article = process_single_local_xml(path, output_style="full")
    if article is None:
        raise ValueError("no article")
    return article


def haul(path):
    article = extract(path)
    assets = article["assets"]
    cited = [c if isinstance(c := r["citation"], dict) else {} for r in assets["references"]]
    return {
        "captions": [figure["caption"] for figure in assets["figures"]],
        "table captions": [table["caption"] for table in assets["tables"]],
        "references": len(cited),
        "pmids": sum(bool(c.get("pmid")) for c in cited),
        "dois": sum(bool(c.get("doi")) for c in cited),
        "tables": [rows(table) for table in assets["tables"]],
        "links": Counter(
            target for link in article["relations"]
            if link["type"] == "xref" and link.get("jats_ref_type") == "fig"
            for target in link["target_ids"]
        ),
        "supplements": [s["href"] for s in assets["supplementary_material"]],
    }  # fmt: skip


def rows(table):
    header = [[cell["text"] for cell in row["cells"]] for row in table["header_rows"]]
    return [*header, *table["rows"]]


if __name__ == "__main__":
    common.main(extract, haul)
