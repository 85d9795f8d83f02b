"""The index of a collection in a bucket, over the S3 protocol (an S3 server on this machine)."""

import pytest

from medloom.search.index import index
from medloom.search.index_state import NoIndexError
from medloom.search.searcher import Searcher
from tests.engine.test_object_store import bucket as _bucket
from tests.search.helpers import build

bucket = _bucket


def rows(numbers):
    return [{"id": f"d{n}", "text": f"A fever of kind{n} here."} for n in numbers]


def test_a_collection_in_a_bucket_is_indexed_grown_and_searched(tmp_path, bucket):
    uri = build(tmp_path, rows(range(5)), into="s3://bucket/searched")
    with pytest.raises(NoIndexError, match="medloom index s3://bucket/searched"):
        Searcher.open(uri)
    index(uri, encoder="none")
    searcher = Searcher.open(uri)
    assert len(searcher.find("fever", expand=False).hits) == 5
    build(tmp_path, rows(range(5, 8)), into=uri)
    assert Searcher.open(uri).find("fever", expand=False).notes != ()
    (done,) = index(uri)
    assert (done.rows, done.added) == (8, 3)
    assert [hit.id for hit in Searcher.open(uri).find("kind7", expand=False).hits] == ["d7"]
