"""Sources and collections in a bucket, over the S3 protocol (an S3 server on this machine)."""

import os

import pytest

import medloom
from medloom import errors
from tests.engine.helpers import contents, recipe

boto3 = pytest.importorskip("boto3")
server = pytest.importorskip("moto.server")
pytest.importorskip("s3fs")


@pytest.fixture(scope="module")
def bucket():
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    running.start()
    host, port = running.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    settings = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    client = boto3.client("s3")
    client.create_bucket(Bucket="bucket")
    yield client
    running.stop()
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value


def upload(client, folder, prefix):
    for path in folder.rglob("*"):
        if path.is_file():
            client.upload_file(str(path), "bucket", f"{prefix}/{path.relative_to(folder)}")


def test_a_bucket_is_synced_by_etag(tmp_path, articles, bucket):
    upload(bucket, articles, "in")
    path = recipe(tmp_path / "r.yaml", more="  images:\n    from: documents\n    steps: [images]\n")

    def build(place, into):
        return medloom.build(path, input=place, into=into, workers=1)

    assert build("s3://bucket/in", tmp_path / "c").new == 6
    build(articles, tmp_path / "local")
    assert contents(tmp_path / "c") == contents(tmp_path / "local")
    assert build("s3://bucket/in", tmp_path / "c").new == 0
    upload(bucket, articles, "in")  # written again, the same bytes: the same ETags
    assert build("s3://bucket/in", tmp_path / "c").new == 0
    article = next((articles / "PMC990000003").glob("*.nxml"))
    article.write_bytes(article.read_bytes().replace(b"</body>", b"<p>Late news.</p></body>"))
    upload(bucket, articles, "in")
    run = build("s3://bucket/in", tmp_path / "c")
    assert (run.new, run.changed, run.kept) == (1, 1, 5)


def test_a_collection_in_a_bucket(tmp_path, articles, bucket):
    path = recipe(tmp_path / "r.yaml", "is_short")
    medloom.build(path, input=articles, into="s3://bucket/c", workers=1)
    medloom.build(path, input=articles, into=tmp_path / "c", workers=1)
    assert contents("s3://bucket/c") == contents(tmp_path / "c")
    assert medloom.open("s3://bucket/c").table("articles").count_rows() == 6
    assert medloom.build(path, input=articles, into="s3://bucket/c", workers=1).new == 0
    medloom.open("s3://bucket/c").store.write_json("lock.json", {"holder": "somebody"})
    with pytest.raises(errors.CollectionError, match=r"delete s3://bucket/c/lock\.json"):
        medloom.build(path, input=articles, into="s3://bucket/c", workers=1)


def test_a_bucket_that_is_not_there(tmp_path, bucket):
    with pytest.raises(errors.InputError, match=r"nothing under|cannot list"):
        medloom.build("literature", input="s3://nowhere/in", into=tmp_path / "c")
