"""What browsers are told, and what pages of other sites cannot do."""

import gzip
import json
from typing import Any

import httpx2
import pytest
import zstandard

from api.http.compression import SHORTEST
from tests.functional.conftest import FRIEND
from tests.service import Service

VIEWER = "{ viewer { role } }"
LOOK_UP = '{ resolve(code: "6905555.NONE") { verdict queryCount } }'
FOE = "https://foe.example.net"
CODE = "6905555.EMBEDDED"
HEADERS = "authorization,content-type,graphql-require-preflight,milkline-reason"


@pytest.fixture(scope="module")
def base(production_service: Service) -> str:
    return production_service.url


def answers(base: str, service: Service) -> dict[str, httpx2.Response]:
    """One of each kind of answer."""
    ask = {"query": VIEWER}
    return {
        "home": httpx2.get(f"{base}/"),
        "trace": httpx2.get(f"{base}/trace/6905555.A"),
        "malformed": httpx2.get(f"{base}/trace/A"),
        "static": httpx2.get(f"{base}/static/trace.css"),
        "no static": httpx2.get(f"{base}/static/none"),
        "health": httpx2.get(f"{base}/health"),
        "no file": httpx2.get(f"{base}/files/{'0' * 64}"),
        "refused upload": httpx2.post(f"{base}/files", content=b"x"),
        "graphql": httpx2.post(f"{base}/graphql", json=ask),
        "bad token": httpx2.post(f"{base}/graphql", json=ask, headers={"Authorization": "Bearer x"}),
        "get": httpx2.get(f"{base}/graphql"),
        "options": httpx2.options(f"{base}/graphql"),
        "not there": httpx2.get(f"{base}/nothing"),
        "not there, a page": httpx2.get(f"{base}/nothing", headers={"Accept": "text/html"}),
        "wrong method": httpx2.delete(f"{base}/health"),
        "inward": httpx2.post(f"{base}/graphql", json=ask, headers=service.headers("REGULATOR")),
    }


def test_every_answer_tells_browsers_to_be_careful(base: str, production_service: Service) -> None:
    for name, answer in answers(base, production_service).items():
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "no-referrer", name
        assert "frame-ancestors 'none'" in headers["content-security-policy"] or "sandbox" in headers["content-security-policy"], name
        assert headers["cache-control"], name
        assert "set-cookie" not in headers, name
        assert "server" not in headers, name
        assert "strict-transport-security" not in headers, name
        assert len(headers.get_list("content-security-policy")) == 1, name


def test_over_https_browsers_are_told_to_stay_there(base: str) -> None:
    """As a trusted proxy says that the client came by https."""
    for path in ("/", "/health", "/nothing"):
        answer = httpx2.get(base + path, headers={"X-Forwarded-Proto": "https"})
        assert answer.headers["strict-transport-security"] == "max-age=31536000", path


def test_a_proxy_that_nobody_trusts_is_not_believed(arcadedb_service: Service) -> None:
    answer = httpx2.get(f"{arcadedb_service.url}/", headers={"X-Forwarded-Proto": "https"})
    assert "strict-transport-security" not in answer.headers


def test_the_schema_is_not_told(base: str) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("{ viewr { role } }", {}),
        ("{ farms(frst: 1) { totalCount } }", {}),
        ("mutation($r: [FrmInput!]!) { recordFarms(records: $r) { outcomes { id } } }", {}),
        ("mutation($r: [FarmInput!]!) { recordFarms(records: $r) { outcomes { id } } }", {"r": [{"numbr": "1", "nme": "x"}]}),
        ("query($s: FarmSort) { farms(sort: $s) { totalCount } }", {"s": {"by": "NAMES"}}),
        ("query($s: FarmSort) { farms(sort: $s) { totalCount } }", {"s": {"bye": "NAME"}}),
        ("{ farms(sort: {by: NAMES}) { totalCount } }", {}),
    ]
    for query, variables in asked:
        text = httpx2.post(f"{base}/graphql", json={"query": query, "variables": variables}).text
        assert "errors" in text and "Did you mean" not in text, query
    for path in ("/graphiql", "/static/../graphiql"):
        assert httpx2.get(base + path).status_code == 404


# --- pages of other sites ---


def test_only_a_friend_may_ask_from_its_pages(base: str, arcadedb_service: Service) -> None:
    def preflight(url: str, origin: str) -> httpx2.Response:
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": HEADERS}
        return httpx2.options(f"{url}/graphql", headers=asks)

    welcome = preflight(base, FRIEND)
    assert (welcome.status_code, welcome.headers["access-control-allow-origin"]) == (200, FRIEND)
    assert set(HEADERS.split(",")) <= set(welcome.headers["access-control-allow-headers"].lower().split(", "))
    assert "access-control-allow-credentials" not in welcome.headers
    for refused in (preflight(base, FOE), preflight(base, "null"), preflight(arcadedb_service.url, FRIEND)):
        assert refused.status_code in {400, 405}
        assert "access-control-allow-origin" not in refused.headers
    read = httpx2.post(f"{base}/graphql", json={"query": VIEWER}, headers={"Origin": FRIEND})
    assert read.headers["access-control-allow-origin"] == FRIEND
    assert "Origin" in read.headers["vary"]
    assert "access-control-allow-origin" not in httpx2.post(f"{base}/graphql", json={"query": VIEWER}, headers={"Origin": FOE}).headers


SIMPLE = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; charset=application/json", "")


def test_a_foreign_page_cannot_make_a_look_up_without_asking(base: str) -> None:
    """What a browser sends for another site without asking first: no GET and no POST of such a kind reaches the graph."""
    code = "6905555.CSRF"
    query = f'{{ resolve(code: "{code}") {{ queryCount }} }}'
    assert httpx2.get(f"{base}/graphql", params={"query": query}).status_code == 400
    for given in SIMPLE:
        body = json.dumps({"query": query}).encode()
        assert httpx2.post(f"{base}/graphql", content=body, headers={"Content-Type": given}).status_code == 415
    assert httpx2.post(f"{base}/graphql", data={"query": query}).status_code == 415
    assert httpx2.post(f"{base}/graphql", params={"query": query}).status_code == 415
    asked = httpx2.post(f"{base}/graphql", json={"query": query}).json()
    assert asked["data"]["resolve"]["queryCount"] == 1


def test_a_foreign_page_cannot_make_a_look_up_by_loading_one(base: str) -> None:
    for kind in ("image", "iframe", "script", "empty", "object"):
        assert httpx2.get(f"{base}/trace/{CODE}", headers={"Sec-Fetch-Dest": kind}).status_code == 503
    counted = httpx2.post(f"{base}/graphql", json={"query": f'{{ resolve(code: "{CODE}") {{ queryCount }} }}'}).json()
    assert counted["data"]["resolve"]["queryCount"] == 1
    assert httpx2.get(f"{base}/trace/{CODE}", headers={"Sec-Fetch-Dest": "document"}).status_code == 200


# --- compression ---


def long_answer(base: str, encoding: str, query: str | None = None) -> tuple[httpx2.Headers, bytes]:
    aliases = " ".join(f"{'a' * 90}{number}: __typename" for number in range(50))
    asked = query or f"{{ {aliases} }}"
    with (
        httpx2.Client() as client,
        client.stream("POST", f"{base}/graphql", json={"query": asked}, headers={"Accept-Encoding": encoding}) as answer,
    ):
        return answer.headers, b"".join(answer.iter_raw())


def test_long_answers_are_compressed_for_who_takes_it(base: str) -> None:
    headers, plain = long_answer(base, "identity")
    assert "content-encoding" not in headers and len(plain) > SHORTEST and "Accept-Encoding" in headers["vary"]
    headers, packed = long_answer(base, "gzip, deflate, br")
    assert (headers["content-encoding"], gzip.decompress(packed)) == ("gzip", plain)
    headers, packed = long_answer(base, "gzip, deflate, br, zstd")
    assert (headers["content-encoding"], zstandard.ZstdDecompressor().decompress(packed)) == ("zstd", plain)
    assert headers["content-length"] == str(len(packed))
    headers, _ = long_answer(base, "zstd;q=0, gzip;q=0.5")
    assert headers["content-encoding"] == "gzip"
    headers, unpacked = long_answer(base, "gzip;q=0, br")
    assert "content-encoding" not in headers and unpacked == plain


def test_what_repeats_its_input_is_not_compressed(base: str) -> None:
    """Errors quote what was sent; pages show the code that was asked for."""
    headers, body = long_answer(base, "gzip, zstd", "{ " + " ".join(f"{'b' * 90}{number}" for number in range(60)) + " }")
    assert b'"errors"' in body and "content-encoding" not in headers
    page = httpx2.get(f"{base}/trace/6905555.A", headers={"Accept-Encoding": "gzip, zstd"})
    assert "content-encoding" not in page.headers
