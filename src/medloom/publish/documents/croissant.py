"""Croissant 1.0: a release described so that programs can load it (https://mlcommons.org/croissant).

Every shard is a FileObject with its checksum, every table a RecordSet with a field for each column.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
MEDIA_TYPES = {
    "parquet": "application/x-parquet",
    "jsonl": "application/jsonlines",
    "csv": "text/csv",
    "webdataset": "application/x-tar",
}
_LOADABLE = ("parquet", "jsonl", "csv")
"""The writers whose files Croissant can read columns of."""
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(
    manifest: Mapping[str, Any],
    about: Mapping[str, Any],
    columns: Mapping[str, str],
    schemas: Mapping[str, pa.Schema],
) -> dict[str, Any]:
    """The description of a release as JSON-LD.

    `about` gives title, description, license, creators, url, keywords, languages and citation where
    they are known; `columns` a sentence for columns that are known by name; `schemas` the columns
    of each table of the collection, for what is nested in them.
    """
    tables = manifest["tables"]
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": about["title"],
        "description": about["description"],
        "license": about.get("license"),
        "url": about.get("url"),
        "version": semantic(manifest.get("version")),
        "datePublished": str(manifest.get("created") or "")[:10] or None,
        "creator": [_creator(one) for one in about.get("creators") or ()],
        "keywords": about.get("keywords"),
        "inLanguage": about.get("languages"),
        "citeAs": about.get("citation"),
        "isLiveDataset": False,
        "distribution": [part for name, one in tables.items() for part in _files(name, one)],
        "recordSet": [
            part
            for name, one in tables.items()
            if _is_loadable(one)
            for part in _record_sets(name, one, columns, schemas.get(name))
        ],
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def semantic(version: str | None) -> str:
    """A version as Croissant wants it, MAJOR.MINOR.PATCH.

    >>> semantic("v1.2"), semantic(None), semantic("v2.0.1-rc")
    ('1.2.0', '0.0.0', '2.0.1')
    """
    start = (version or "").lstrip("v").split("-")[0].split("+")[0]
    numbers = [part for part in start.split(".") if part.isdigit()][:3]
    return ".".join([*numbers, *["0"] * (3 - len(numbers))])


def _files(table: str, one: Mapping[str, Any]) -> list[dict[str, Any]]:
    kind = MEDIA_TYPES.get(one["writer"], "application/octet-stream")
    objects = [
        {
            "@type": "cr:FileObject",
            "@id": shard["path"],
            "name": shard["path"],
            "description": f"{shard['rows']} rows of {table}, split {split}.",
            "contentUrl": shard["path"],
            "contentSize": f"{shard['bytes']} B",
            "encodingFormat": kind,
            "sha256": shard["sha256"],
        }
        for split, part in one["splits"].items()
        for shard in part["shards"]
    ]
    return [*objects, *([_file_set(table, one, kind)] if _is_loadable(one) else [])]


def _is_loadable(one: Mapping[str, Any]) -> bool:
    shards = [shard["path"] for part in one["splits"].values() for shard in part["shards"]]
    return one["writer"] in _LOADABLE and not any(path.endswith((".zst", ".gz")) for path in shards)


def _file_set(table: str, one: Mapping[str, Any], kind: str) -> dict[str, Any]:
    shards = [shard["path"] for part in one["splits"].values() for shard in part["shards"]]
    return {
        "@type": "cr:FileSet",
        "@id": f"files-of-{table}",
        "name": f"files of {table}",
        "description": f"All files of the table {table}.",
        "encodingFormat": kind,
        "includes": shards,
    }


def _record_sets(
    table: str, one: Mapping[str, Any], about: Mapping[str, str], schema: pa.Schema | None
) -> list[dict[str, Any]]:
    splits = {
        "@type": "cr:RecordSet",
        "@id": f"splits-of-{table}",
        "name": f"splits of {table}",
        "description": f"The splits of {table}.",
        "dataType": "cr:Split",
        "key": {"@id": f"splits-of-{table}/name"},
        "field": [_name_of_split(table)],
        "data": [{f"splits-of-{table}/name": split} for split in one["splits"]],
    }
    is_parquet = one["writer"] == "parquet"
    fields = []
    for name, kind in one["columns"].items():
        field = _field(table, name, kind, about.get(name, "A column."))
        inner = schema.field(name).type if schema is not None and name in schema.names else None
        if not is_parquet and field["dataType"] == "sc:ImageObject":
            field["dataType"] = "sc:Text"
        if one["writer"] == "csv" and field.pop("repeated", False):
            field["dataType"] = "sc:Text"  # a list is one cell of JSON there
        elif one["writer"] != "csv" and inner is not None and _struct_of(inner) is not None:
            field |= {"subField": _sub_fields(table, name, _struct_of(inner))}
            del field["source"], field["dataType"]
        fields.append(field)
    record = {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": one.get("about") or f"The table {table}.",
        "field": [_split_of_file(table, one), *fields],
    }
    if "id" in one["columns"]:
        record["key"] = {"@id": f"{table}/id"}
    return [splits, record]


def _name_of_split(table: str) -> dict[str, Any]:
    place = f"splits-of-{table}/name"
    return {"@type": "cr:Field", "@id": place, "name": "name", "dataType": "sc:Text"}


def _split_of_file(table: str, one: Mapping[str, Any]) -> dict[str, Any]:
    names = "|".join(one["splits"])
    return {
        "@type": "cr:Field",
        "@id": f"{table}/split_of_file",
        "name": "split_of_file",
        "description": "The split that the file of the row belongs to.",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": f"files-of-{table}"},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": f"^(?:.*/?data/{table}/)?({names})(?:-\\d+[-.].*)?$"},
        },
        "references": {"field": {"@id": f"splits-of-{table}/name"}},
    }


def _struct_of(kind: pa.DataType) -> pa.StructType | None:
    """The record that a column holds, one or a list of them."""
    inner = kind.value_type if pa.types.is_list(kind) or pa.types.is_large_list(kind) else kind
    return inner if pa.types.is_struct(inner) else None


def _sub_fields(table: str, column: str, kind: pa.StructType) -> list[dict[str, Any]]:
    """The plain values in a record; records within records stay undescribed."""
    return [
        {
            "@type": "cr:Field",
            "@id": f"{table}/{column}/{one.name}",
            "name": one.name,
            "dataType": data_type("", str(one.type)),
            "source": {
                "fileSet": {"@id": f"files-of-{table}"},
                "extract": {"column": column},
                "transform": {"jsonPath": one.name},
            },
        }
        for one in kind
        if not pa.types.is_nested(one.type)
    ]


def _field(table: str, name: str, kind: str, about: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{name}",
        "name": name,
        "description": f"{about} Arrow type: {kind}.",
        "dataType": data_type(name, kind),
        "source": {"fileSet": {"@id": f"files-of-{table}"}, "extract": {"column": name}},
    }
    if kind.startswith(("list", "large_list", "fixed_size_list")):
        field["repeated"] = True
    return field


def data_type(name: str, kind: str) -> str:
    """The Croissant type of a column, by its Arrow type as text.

    >>> data_type("year", "int64"), data_type("bytes", "large_binary"), data_type("x", "string")
    ('sc:Integer', 'sc:ImageObject', 'sc:Text')
    """
    inner = kind.split(": ", 1)[-1].rstrip(">") if "list" in kind else kind
    if name == "bytes":
        return "sc:ImageObject"
    if inner.startswith(("int", "uint")):
        return "sc:Integer"
    if inner in ("float", "double", "halffloat", "float32", "float64"):
        return "sc:Float"
    if inner.startswith(("date", "timestamp")):
        return "sc:Date"
    return "sc:Boolean" if inner == "bool" else "sc:Text"


def _creator(one: str) -> dict[str, Any]:
    name, affiliation, orcid = person(one)
    found: dict[str, Any] = {"@type": "sc:Person", "name": name}
    if affiliation:
        found["affiliation"] = {"@type": "sc:Organization", "name": affiliation}
    if orcid:
        found["sameAs"] = f"https://orcid.org/{orcid}"
    return found


def person(line: str) -> tuple[str, str, str]:
    """A maker as people write it: name, affiliation, ORCID; the last two may be empty.

    >>> person("Doe, Jo; Example Clinic; 0000-0002-1825-0097")
    ('Doe, Jo', 'Example Clinic', '0000-0002-1825-0097')
    """
    parts: Sequence[str] = [part.strip() for part in line.split(";") if part.strip()]
    ids = [p.rsplit("/", 1)[-1] for p in parts if p.rsplit("/", 1)[-1].count("-") == 3]
    rest = [p for p in parts[1:] if p.rsplit("/", 1)[-1] not in ids]
    return (parts[0] if parts else line), (rest[0] if rest else ""), (ids[0] if ids else "")
