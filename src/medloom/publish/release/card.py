"""A plain README card: what is in the release, and the splits for Hugging Face's `datasets`."""

from collections.abc import Mapping
from typing import Any

import yaml

from medloom.publish.release.cutting import ALL

_NAMES = {"double": "float64", "float": "float32", "halffloat": "float16"}
_LOADED = ("parquet", "jsonl", "csv", "webdataset")
"""Writers whose files `datasets.load_dataset` opens."""


def card(manifest: Mapping[str, Any]) -> str:
    """The text of a README.md for a release.

    >>> shard = {"path": "data/notes/all-00000-1a2b3c4d.parquet", "rows": 2}
    >>> splits = {"all": {"rows": 2, "shards": [shard]}}
    >>> table = {"writer": "parquet", "about": "Notes.", "rows": 2, "splits": splits, "columns": {}}
    >>> print(card({"name": "notes", "version": None, "tables": {"notes": table}}))
    ---
    configs:
    - config_name: notes
      data_files:
      - split: train
        path:
        - data/notes/all-00000-1a2b3c4d.parquet
    ---
    <BLANKLINE>
    # notes
    <BLANKLINE>
    | table | rows | splits | what |
    |---|---|---|---|
    | notes | 2 | all: 2 | Notes. |
    <BLANKLINE>
    """
    header = {"configs": configs(manifest), **_told(pictures(manifest))}
    head = yaml.safe_dump(header, sort_keys=False, allow_unicode=True)
    version = f" {manifest['version']}" if manifest.get("version") else ""
    lines = [f"---\n{head}---\n\n# {manifest['name']}{version}\n"]
    lines += ["| table | rows | splits | what |", "|---|---|---|---|"]
    for name, table in manifest["tables"].items():
        splits = ", ".join(f"{split}: {one['rows']:,}" for split, one in table["splits"].items())
        lines.append(f"| {name} | {table['rows']:,} | {splits} | {table['about']} |")
    return "\n".join(lines) + "\n"


def with_configs(text: str, manifest: Mapping[str, Any]) -> str:
    """A card whose header names the files of a release; all else in it stays as it is.

    >>> told = with_configs("---\\nlicense: mit\\n---\\n# Mine\\n", {"name": "a", "tables": {}})
    >>> print(told)
    ---
    license: mit
    configs: []
    ---
    # Mine
    <BLANKLINE>
    """
    parts = text.split("---\n", 2)
    try:
        _, head, body = parts
        header = yaml.safe_load(head)
        header |= {"configs": configs(manifest), **_told(pictures(manifest))}
    except (ValueError, TypeError, yaml.YAMLError):
        return card(manifest)
    told = yaml.safe_dump(header, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{told}---\n{body}"


def configs(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The `configs` of a card: tables, and the files of their splits.

    An empty table, or one in a format that `datasets` does not open, has none. There, `all` means
    the splits taken together, and a table without splits is called `train`.
    """
    return [
        {
            "config_name": name,
            "data_files": [
                {
                    "split": "train" if split == ALL else split,
                    "path": [shard["path"] for shard in one["shards"]],
                }
                for split, one in table["splits"].items()
                if one["rows"]
            ],
        }
        for name, table in manifest["tables"].items()
        if table["rows"] and table["writer"] in _LOADED
    ]


def pictures(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns of tables of pictures, so that `datasets` shows `bytes` as pictures.

    >>> columns = {"id": "string", "bytes": "large_binary", "width": "int64", "height": "int64"}
    >>> table = {"writer": "parquet", "rows": 1, "columns": columns}
    >>> pictures({"tables": {"images": table}})[0]["features"][:2]
    [{'name': 'id', 'dtype': 'string'}, {'name': 'bytes', 'dtype': 'image'}]
    """
    return [
        {
            "config_name": name,
            "features": [
                {"name": column, "dtype": "image" if column == "bytes" else _NAMES.get(kind, kind)}
                for column, kind in table["columns"].items()
            ],
        }
        for name, table in manifest["tables"].items()
        if table["rows"] and table["writer"] == "parquet" and _holds_pictures(table["columns"])
    ]


def _holds_pictures(columns: Mapping[str, str]) -> bool:
    is_flat = not any("<" in kind for kind in columns.values())
    return is_flat and "binary" in columns.get("bytes", "") and {"width", "height"} <= {*columns}


def _told(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"dataset_info": found} if found else {}
