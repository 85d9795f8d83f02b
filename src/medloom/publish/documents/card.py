"""The dataset card: a README whose header Hugging Face reads, so that it finds every file."""

from collections.abc import Mapping
from typing import Any

import yaml

from medloom.publish.documents.answers import Answers
from medloom.publish.documents.sheets import OPEN, as_text

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
_LOADED = ("parquet", "jsonl", "csv", "webdataset")
_HUB_LICENSES = (
    *("cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0"),
    *("cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0"),
    *("cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"),
    *("mit", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "odc-by", "odbl", "pddl"),
)
_PARTS = (
    ("What it is for", ("purpose", "intended_uses")),
    ("What it is not for", ("out_of_scope", "risks")),
    ("What is in it", ("instances", "counts", "splits", "labels")),
    ("How it was made", ("acquisition", "inclusion", "preprocessing", "sample")),
    ("People in the data", ("people", "subgroups", "ethics", "consent", "deidentification")),
    ("Licence", ("license", "license_mix")),
    ("Upkeep", ("maintainer", "contact", "erratum")),
    ("How to cite", ("how_to_cite", "doi")),
)


def card(
    manifest: Mapping[str, Any],
    about: Mapping[str, Any],
    answers: Answers,
    facts: Mapping[str, str],
) -> str:
    """The card as Markdown with a YAML header."""
    header = yaml.safe_dump(
        _header(manifest, about), allow_unicode=True, sort_keys=False, width=100
    )
    lines = [f"---\n{header}---", "", f"# {about['title']}", "", about["description"], ""]
    lines += ["```python", "import medloom", ""]
    for name, one in manifest["tables"].items():
        split = next(iter(one["splits"]), "all")
        lines.append(f'{name} = medloom.stream("PATH_OR_URL", table="{name}", split="{split}")')
    lines += ["```", ""]
    for title, ids in _PARTS:
        told = [(one, as_text(answers.get(one) or facts.get(one) or "")) for one in ids]
        found = [text for _, text in told if text]
        lines += [f"## {title}", "", "\n\n".join(found) or OPEN, ""]
    lines += [
        "## More",
        "",
        "[Datasheet](DATASHEET.md) · [Healthsheet](HEALTHSHEET.md) · "
        "[attribution](ATTRIBUTION.md) · [changes](CHANGELOG.md) · [citation](CITATION.cff) · "
        "[Croissant](croissant.json)",
        "",
        "Every file's checksum is in `medloom-release.json`.",
        "",
    ]
    return "\n".join(lines)


def _header(manifest: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    rows = sum(one["rows"] for one in manifest["tables"].values())
    size = next((name for limit, name in _SIZES if rows < limit), "1B<n<10B")
    configs = [_config(name, one) for name, one in manifest["tables"].items()]
    found = {
        "pretty_name": about["title"],
        "language": about.get("languages"),
        "license": _hub_license(str(about.get("license") or "")),
        "tags": [*(about.get("keywords") or ()), "medical", "croissant"],
        "size_categories": [size],
        "configs": [one for one in configs if one["data_files"]],
    }
    return {name: value for name, value in found.items() if value}


def _config(table: str, one: Mapping[str, Any]) -> dict[str, Any]:
    # Hugging Face keeps the name `all` for itself. Files are named one by one: shards of an
    # earlier release may lie beside them while a new one is published.
    files = [
        {
            "split": "train" if split == "all" else split,
            "path": [shard["path"] for shard in part["shards"]],
        }
        for split, part in one["splits"].items()
        if one["writer"] in _LOADED and part["rows"]
    ]
    return {"config_name": table, "data_files": files}


def _hub_license(code: str) -> str:
    return code.lower() if code.lower() in _HUB_LICENSES else "other"
