"""An article with its files, laid out as PMC lays them out: folder, archive, or stored objects."""

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import model as m
from benchmarks.corpus.contents import every_picture, parts
from benchmarks.corpus.inline import Inline
from benchmarks.corpus.journals import JOURNALS, LICENSES
from benchmarks.corpus.pictures import encode
from benchmarks.corpus.render import render

_EPOCH = (2000, 1, 1, 0, 0, 0)
"""The date of every member of an archive, so that the bytes are the same every time."""


@dataclass
class Package:
    """The files of one article. `source` names the folder's XML, or the archive."""

    pmcid: str
    layout: str
    folder: str
    files: dict[str, bytes]
    xml_name: str
    written: list[tuple[m.Article, Inline]]
    is_nlm: bool

    @property
    def source(self) -> str:
        if self.layout in ("tar.gz", "zip"):
            return f"{self.folder}.{self.layout}"
        return f"{self.folder}/{self.xml_name}"

    def write(self, to: Path) -> None:
        if self.layout == "tar.gz":
            (to / self.source).write_bytes(_tar_gz(self.folder, self.files))
        elif self.layout == "zip":
            (to / self.source).write_bytes(_zip(self.folder, self.files))
        else:
            (to / self.folder).mkdir(parents=True, exist_ok=True)
            for name, content in self.files.items():
                (to / self.folder / name).write_bytes(content)


def package(article: m.Article, pictures: dict[str, bytes] | None = None) -> Package:
    """Renders the article and draws its pictures, unless they are given."""
    rendered = render(article)
    layout = article.get("layout", "folder") or "folder"
    pmcid = article.number
    folder = f"{pmcid}.1" if layout == "object" else pmcid
    name = f"{folder}.xml" if layout == "object" else f"{article.get('file', pmcid)}.nxml"
    files = {name: rendered.xml}
    files |= draw(article) if pictures is None else pictures
    if layout == "object":
        files[f"{folder}.json"] = _metadata(article, folder, files)
    return Package(pmcid, layout, folder, files, name, rendered.written,
                   article.get("dialect") == "nlm")  # fmt: skip


def draw(article: m.Article) -> dict[str, bytes]:
    """The pictures and supplementary files that the article has beside it."""
    files: dict[str, bytes] = {}
    for _, block in parts(article):
        for picture in every_picture(block):
            if picture.file:
                seed = f"{article.number} {picture.href.partition('.')[0]}"
                files[picture.file] = encode(picture.draw, seed, picture.file)
        if isinstance(block, m.Supplement) and block.content is not None:
            files[block.href] = block.content.encode()
    for line in article.all("beside"):
        name, spec = line.split(" | ")
        files[name] = encode(spec, article.number, name, small=True)
    return files


def _metadata(article: m.Article, folder: str, files: dict[str, bytes]) -> bytes:
    """The JSON that PMC's object store keeps beside each article version."""

    def address(name: str) -> str:
        md5 = hashlib.md5(files[name], usedforsecurity=False).hexdigest()
        return f"s3://example-bucket/{folder}/{name}?md5={md5}"

    xml_name = f"{folder}.xml"
    license_ = LICENSES[article.get("license") or "other"]
    record = {
        "pmcid": article.number,
        "version": 1,
        "pmid": int(article.need("pmid")),
        "doi": article.need("doi"),
        "title": article.need("title"),
        "citation": f"{JOURNALS[article.need('journal')].abbreviation}. {article.get('volume')}",
        "is_pmc_openaccess": True,
        "is_manuscript": False,
        "is_historical_ocr": False,
        "is_retracted": article.get("retracted") == "yes",
        "license_code": license_.code.replace("CC-BY", "CC BY"),
        "xml_url": address(xml_name),
        "media_urls": [address(name) for name in files if name != xml_name],
    }
    return (json.dumps(record, indent=2) + "\n").encode()


def _tar_gz(folder: str, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (
        gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _zip(folder: str, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(f"{folder}/{name}", _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return out.getvalue()
