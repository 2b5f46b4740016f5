import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from app.core.errors import Invalid, Missing
from app.core.storage import Storage, address

BUCKET = "kontor-tests"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A real HTTP server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    return endpoint


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return f"file://{tmp_path}/the files"
    endpoint = request.getfixturevalue("bucket")
    return f"s3://{BUCKET}/below/here?endpoint={endpoint}&region=us-east-1"


@pytest.fixture
def storage(url: str) -> Storage:
    return Storage(url)


def test_bytes_come_back_as_they_were_put(storage: Storage) -> None:
    for content in (b"", b"\x00\xff" * 1000, b"x" * (6 * 1024 * 1024)):
        name = storage.put("lindenhof", content)
        assert name == hashlib.sha256(content).hexdigest()
        assert storage.read("lindenhof", name) == content


def test_what_is_not_there_is_missing(storage: Storage) -> None:
    with pytest.raises(Missing):
        storage.read("lindenhof", address(b"never put"))


def test_each_organisation_has_its_own_part(storage: Storage) -> None:
    name = storage.put("lindenhof", b"an invoice")
    with pytest.raises(Missing):
        storage.read("brandt", name)


def test_the_same_bytes_may_be_put_again_and_at_once(storage: Storage) -> None:
    content = b"y" * 300_000
    with ThreadPoolExecutor(8) as threads:
        names = list(threads.map(lambda _: storage.put("lindenhof", content), range(16)))
    assert set(names) == {address(content)}
    assert storage.read("lindenhof", names[0]) == content


def test_another_process_finds_what_was_put(storage: Storage, url: str) -> None:
    name = storage.put("lindenhof", b"an invoice")
    assert Storage(url).read("lindenhof", name) == b"an invoice"


def test_the_check_writes_and_reads(storage: Storage) -> None:
    storage.check()
    assert storage.read("health", address(b"kontor")) == b"kontor"


def test_the_check_notices_a_bucket_that_is_not_there(bucket: str) -> None:
    storage = Storage(f"s3://no-such-bucket?endpoint={bucket}")
    with pytest.raises(Exception, match="NoSuchBucket"):
        storage.check()


def test_objects_lie_below_the_prefix_in_the_organisations_folder(bucket: str) -> None:
    storage = Storage(f"s3://{BUCKET}/below/here?endpoint={bucket}")
    name = storage.put("lindenhof", b"an invoice")
    client = boto3.client("s3", endpoint_url=bucket, region_name="us-east-1")
    keys = [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == [f"below/here/lindenhof/{name[:2]}/{name}"]


def test_a_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    Storage(f"file://{tmp_path}/files")
    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("url", ["/var/files", "https://example.org/files", "ftp://host/files"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Invalid, match="KONTOR_STORAGE_URL"):
        Storage(url)
