"""Image files of the real data, those in archives too."""

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".webp", ".svs")


def image_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each image file by its path in the folder; in an archive behind a `!`."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        key = path.relative_to(folder).as_posix()
        if key.lower().endswith(_ENDINGS):
            yield key, path.read_bytes()
        elif key.endswith((".tar", ".tar.gz", ".tgz")):
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.isfile() and member.name.lower().endswith(_ENDINGS):
                        file = archive.extractfile(member)
                        yield f"{key}!{member.name}", file.read() if file else b""
        elif key.endswith(".zip"):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    if name.lower().endswith(_ENDINGS):
                        yield f"{key}!{name}", packed.read(name)
