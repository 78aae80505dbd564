"""Files over HTTP: who may have one. Somebody else's is not there, whatever is asked."""

import httpx2
import pytest

from tests.service import Service

pytestmark = pytest.mark.anyio
OWNER, OTHER = "FILEOWN1", "FILEOTH2"
PRODUCTS = "mutation ($records: [ProductInput!]!) { recordProducts(records: $records) { outcomes { status problems { code } } } }"


def upload(service: Service, actor: str, content: bytes, media_type: str = "text/plain") -> dict[str, object]:
    headers = service.headers(actor) | {"Content-Type": media_type}
    answer = httpx2.post(f"{service.url}/files", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def get(service: Service, actor: str, digest: object) -> httpx2.Response:
    return httpx2.get(f"{service.url}/files/{digest}", headers=service.headers(actor))


async def record(service: Service, actor: str, digest: object) -> str:
    """The status of a product that names the file as its artwork, or the code of its first problem."""
    named = {"code": "P1", "name": "Formula", "netContentGrams": "800", "packagingArtwork": {"name": "art.txt", "sha256": digest}}
    body = await service.post(actor, PRODUCTS, {"records": [named]})
    [outcome] = body["data"]["recordProducts"]["outcomes"]
    return outcome["problems"][0]["code"] if outcome["problems"] else outcome["status"]


async def test_a_file_is_its_uploaders_until_a_record_names_it(arcadedb_service: Service) -> None:
    service = arcadedb_service
    digest = upload(service, OWNER, b"artwork of the file test")["sha256"]
    unknown = get(service, OTHER, "0" * 64)
    for actor in (OTHER, "PUBLIC", "CONSUMER", "PLATFORM"):
        refused = get(service, actor, digest)
        assert (refused.status_code, refused.content) == (404, unknown.content), actor
    for actor in (OWNER, "REGULATOR"):
        shown = get(service, actor, digest)
        assert (shown.status_code, shown.content) == (200, b"artwork of the file test"), actor
        assert shown.headers["cache-control"] == "private, no-store"
    assert await record(service, OTHER, digest) == "UNKNOWN_FILE"
    assert get(service, "PUBLIC", digest).status_code == 404

    assert await record(service, OWNER, digest) == "CREATED"
    for actor in (OTHER, "PUBLIC", "CONSUMER", "PLATFORM", OWNER, "REGULATOR"):
        shown = get(service, actor, digest)
        assert (shown.status_code, shown.content) == (200, b"artwork of the file test"), actor
        assert shown.headers["cache-control"].startswith("public")


def test_an_upload_does_not_say_that_another_had_the_file(arcadedb_service: Service) -> None:
    """Nor as what the other had uploaded it."""
    first = upload(arcadedb_service, OWNER, b"a,b\n", "text/csv")
    second = upload(arcadedb_service, OTHER, b"a,b\n", "text/plain")
    assert second == {**first, "mediaType": "text/plain"}
    assert get(arcadedb_service, OTHER, first["sha256"]).headers["content-type"].startswith("text/plain")
    assert upload(arcadedb_service, OWNER, b"a,b\n", "text/plain")["mediaType"] == "text/csv"


def test_a_bad_token_opens_no_file(arcadedb_service: Service) -> None:
    answer = httpx2.get(f"{arcadedb_service.url}/files/{'0' * 64}", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
