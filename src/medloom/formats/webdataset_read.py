"""Samples of a WebDataset as rows: of our own shards and of any tar that keeps the convention."""

import json
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO

from medloom.errors import SourceError
from medloom.formats import tar_index
from medloom.formats.tar_index import Member, Sample, TarIndex
from medloom.formats.webdataset import EXTENSIONS, IMAGE, LABEL, TEXT

ID = "id"
_TEXTS = {"txt": TEXT, "text": TEXT}
_LABELS = {"cls": LABEL, "cls2": "cls2"}


def scan(file: BinaryIO, tar_bytes: int) -> TarIndex:
    """Make the index of a tar that has none, from its headers; contents are not read.

    Raises SourceError where the file is no tar, is compressed or cut off.
    """
    samples: list[Sample] = []
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            current, start, stop = "", 0, 0
            members: list[Member] = []
            for info in tar:
                name = key_and_extension(info.name)
                if not info.isreg() or name is None:
                    continue
                if name[0] != current and members:
                    samples.append(Sample(start, info.offset, 0, tuple(members)))
                    members = []
                if not members:
                    current, start = name[0], info.offset
                members.append(Member(name[1], info.offset_data, info.size))
                stop = info.offset_data + info.size
            if members:
                samples.append(Sample(start, stop + -stop % tarfile.BLOCKSIZE, 0, tuple(members)))
    except tarfile.TarError as error:
        raise SourceError(f"not a tar that can be read by ranges: {error}") from error
    if samples and samples[-1].stop + tarfile.BLOCKSIZE > tar_bytes:  # it ends with empty blocks
        raise SourceError("the tar is cut off")
    return tar_index.load(tar_index.dump(samples, tar_bytes))


def key_and_extension(name: str) -> tuple[str, str] | None:
    """The key of a file of a sample, with its folders, and its extension; None for other files.

    >>> key_and_extension("train/a-1.seg.png"), key_and_extension("README")
    (('train/a-1', 'seg.png'), None)
    """
    folder, _, base = name.rpartition("/")
    key, _, extension = base.partition(".")
    if not key or not extension or base.startswith("__"):
        return None
    return f"{folder}/{key}" if folder else key, extension


def column_of(extension: str, names: Mapping[str, str] | None = None) -> str | None:
    """The column that a member holds; None for the JSON, which holds many.

    `names` gives columns back their own names, where a file name could not hold them.

    >>> column_of("jpg"), column_of("txt"), column_of("mask.png"), column_of("json")
    ('bytes', 'text', 'mask', None)
    """
    if extension == "json":
        return None
    known = _TEXTS.get(extension) or _LABELS.get(extension)
    if known:
        return known
    if extension.lower() in EXTENSIONS:
        return IMAGE
    head, _, kind = extension.partition(".")
    column = head if kind.lower() in EXTENSIONS else extension
    return (names or {}).get(column, column)


class Layout:
    """Which columns the files of a sample become: worked out once for all samples of a kind.

    >>> layout = Layout(("txt", "cls", "json"))
    >>> layout.row([b"A scan.", b"1", b'{"year":2020}'], lambda: "a")
    {'id': 'a', 'year': 2020, 'text': 'A scan.', 'label': 1}
    """

    def __init__(
        self,
        extensions: Sequence[str],
        wanted: Sequence[str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.wanted = wanted
        columns = {extension: column_of(extension, names) for extension in extensions}
        own = {column for column in columns.values() if column}
        needed = [
            extension
            for extension, column in columns.items()
            if wanted is None or column in wanted or (column is None and not own.issuperset(wanted))
        ]
        self.extensions = tuple(needed)
        """The files that are needed, in their order in the sample."""
        self.places = tuple(list(extensions).index(one) for one in needed)
        self.all = len(needed) == len(extensions)
        self._json_at = needed.index("json") if "json" in needed else None
        self._files: list[tuple[int, str, Callable[[bytes], Any] | None]] = []
        for at, extension in enumerate(needed):
            column = columns[extension]
            if column is not None:
                taken = any(column == name for _, name, _ in self._files)
                self._files.append((at, extension if taken else column, _READERS.get(column)))
        self._has_id = wanted is None or ID in wanted

    def row(self, contents: Sequence[bytes], key: Callable[[], str]) -> dict[str, Any]:
        """A row from the contents of the files that are needed.

        Raises SourceError where a file is not what its extension says.
        """
        try:
            row = {} if self._json_at is None else _json(contents[self._json_at])
            if type(row) is not dict:
                row = {"json": row}
            for at, name, reader in self._files:
                row[name] = contents[at] if reader is None else reader(contents[at])
        except ValueError as error:
            raise SourceError(f"a file of {key()} is not what it says: {error}") from error
        if self._has_id and row.get(ID) is None:
            row = {ID: None, **row} | {ID: key()}
        return row if self.wanted is None else {name: row.get(name) for name in self.wanted}


_parse = json.JSONDecoder().raw_decode


def _json(data: bytes) -> Any:
    text = data.decode("utf-8", "surrogatepass")
    if text[:1] == "{":
        value, stop = _parse(text)
        if stop == len(text):
            return value
    return json.loads(text)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


_READERS: dict[str, Callable[[bytes], Any]] = {TEXT: _text, LABEL: int, "cls2": int}


def key_at(data: bytes) -> str:
    """The key of the sample whose bytes begin here."""
    name = data[:100].partition(b"\0")[0].decode("utf-8", "surrogateescape")
    kind, prefix = data[156:157], data[345:346]
    if kind not in (b"0", b"\0") or prefix != b"\0":
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as tar:
            first = tar.next()
            name = first.name if first else name
    return (key_and_extension(name) or (name, ""))[0]


def read_shard(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the rows of a tar from its beginning to its end, with or without an index.

    >>> from medloom.formats.webdataset import write_shard
    >>> tar = BytesIO()
    >>> _ = write_shard([{"id": "a/1", "text": "A scan.", "year": 2020}], tar)
    >>> list(read_shard(tar))
    [{'id': 'a/1', 'year': 2020, 'text': 'A scan.'}]
    """
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    index = scan(file, size)
    for number in range(len(index)):
        sample = index.sample(number)
        file.seek(sample.start)
        data = file.read(sample.stop - sample.start)
        layout = Layout([one.extension for one in sample.members])
        contents = [data[one.start - sample.start :][: one.size] for one in sample.members]
        yield layout.row(contents, partial(key_at, data))
