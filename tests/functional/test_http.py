"""What the service refuses before it asks the graph anything: by which status, by which code, in which words."""

import base64
import http.client
import json
import socket
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from api.app import create_app
from api.http.request import GRAPHQL_RESPONSE, JSON
from api.settings import Settings
from auth.keys import load_keys
from graph.engine.driver import Graph
from tests.engines import Server
from tests.functional.served import served
from tests.service import Service

VIEWER = "{ viewer { role } }"
LIMITS = Settings.model_validate({})
Answer = tuple[int, str]
"""Status and error code; the code is "" for an answer without errors."""


@pytest.fixture(scope="module")
def url(arcadedb_service: Service) -> str:
    return f"{arcadedb_service.url}/graphql"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def strict(arcadedb_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An endpoint with settings of its own: no introspection, and low limits."""
    data = tmp_path_factory.mktemp("strict")
    low = {"body_bytes": 4_096, "query_tokens": 100, "query_aliases": 2, "query_depth": 4, "query_cost": 200}
    settings = Settings.model_validate({"data": data, "introspection": False, **low})

    @asynccontextmanager
    async def connect() -> AsyncGenerator[Graph]:
        async with arcadedb_server.graph() as graph:
            yield graph

    with served(create_app(settings, load_keys(data), connect)) as base:
        yield f"{base}/graphql"


def told(response: httpx2.Response) -> Answer:
    """Every answer of the endpoint is JSON of the one form, whatever its status."""
    body = response.json()
    assert body.keys() <= {"data", "errors", "extensions"}
    codes = [error["extensions"]["code"] for error in body.get("errors", ())]
    assert all(error["message"] for error in body.get("errors", ()))
    return response.status_code, codes[0] if codes else ""


def post(client: httpx2.Client, url: str, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Answer:
    return told(client.post(url, json={"query": query, "variables": variables}, headers=headers))


# --- methods and media types ---


def test_get_takes_queries_alone(client: httpx2.Client, url: str) -> None:
    asked = client.get(
        url,
        params={"query": "query V($no: Boolean!) { viewer { role @skip(if: $no) } }", "variables": '{"no": false}'},
    )
    assert asked.json() == {"data": {"viewer": {"role": "PUBLIC"}}}
    mutation = client.get(url, params={"query": "mutation { recordFarms(records: []) { outcomes { id } } }"})
    assert told(mutation) == (405, "METHOD_NOT_ALLOWED")
    assert mutation.headers["allow"] == "POST"
    assert told(client.get(url)) == (400, "MALFORMED_REQUEST")
    assert told(client.get(url, params={"query": VIEWER, "variables": "{"})) == (400, "MALFORMED_REQUEST")


def test_a_get_that_a_page_of_another_site_caused(client: httpx2.Client, url: str) -> None:
    for site in ("cross-site", "same-site"):
        assert told(client.get(url, params={"query": VIEWER}, headers={"Sec-Fetch-Site": site})) == (400, "MALFORMED_REQUEST")
        asked = client.get(url, params={"query": VIEWER}, headers={"Sec-Fetch-Site": site, "GraphQL-Require-Preflight": "1"})
        assert asked.status_code == 200
    assert client.get(url, params={"query": VIEWER}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_told_which_there_are(client: httpx2.Client, url: str, method: str) -> None:
    refused = client.request(method, url)
    assert told(refused) == (405, "METHOD_NOT_ALLOWED")
    assert refused.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "given",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
        "application/json; charset=gbk",
    ],
)
def test_bodies_of_other_types_are_refused(client: httpx2.Client, url: str, given: str) -> None:
    body = json.dumps({"query": VIEWER}).encode()
    assert told(client.post(url, content=body, headers={"Content-Type": given})) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"text/html, {GRAPHQL_RESPONSE};q=0.5, */*;q=0.1", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};q=0.1, {JSON}", JSON),
    ],
)
def test_answers_come_in_the_type_asked_for(client: httpx2.Client, url: str, accept: str, answered: str) -> None:
    response = client.post(url, json={"query": VIEWER}, headers={"Accept": accept})
    assert told(response) == (200, "")
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "image/*", f"{GRAPHQL_RESPONSE};q=0", "nonsense", f"{JSON};q=x"])
def test_other_types_cannot_be_had(client: httpx2.Client, url: str, accept: str) -> None:
    assert told(client.post(url, json={"query": VIEWER}, headers={"Accept": accept})) == (406, "NOT_ACCEPTABLE")


def test_an_operation_that_is_not_executed_has_the_status_of_its_media_type(client: httpx2.Client, url: str) -> None:
    for query, code in (
        ("{", "SYNTAX_ERROR"),
        ("{ nothing }", "VALIDATION_FAILED"),
        ("query($id: ID!) { node(id: $id) { id } }", "VALIDATION_FAILED"),
    ):
        assert post(client, url, query, Accept=GRAPHQL_RESPONSE) == (400, code)
        assert post(client, url, query, Accept=JSON) == (200, code)
    refused = client.post(url, json={"query": "{ node(id: 1.5) { id } }"}).json()
    assert "data" not in refused


# --- bodies ---


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\x00",
        b'{"query": "{ viewer { role } }"} more',
        b'{"query": "\x00"}',
        b'{"query": "\xff\xfe"}',
        b'{"query": "{ a }", "variables": NaN}',
        b"null",
        b'"{ viewer { role } }"',
        b"[]",
        b'[{"query": "{ viewer { role } }"}, {"query": "{ viewer { role } }"}]',
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": 7}',
        b'{"query": ["{ viewer { role } }"]}',
        b'{"query": "{ viewer { role } }", "variables": []}',
        b'{"query": "{ viewer { role } }", "variables": "{}"}',
        b'{"query": "{ viewer { role } }", "operationName": 1}',
        b'{"query": "{ viewer { role } }", "extensions": 1}',
        b"[" * 100_000,
        b'{"query": "{ viewer { role } }", "variables": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
    ],
    ids=range(23),
)
def test_malformed_bodies(client: httpx2.Client, url: str, body: bytes) -> None:
    assert told(client.post(url, content=body, headers={"Content-Type": JSON})) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize(("body", "found"), [(b"[]", "an array"), (b"null", "null"), (b"7", "a number"), (b'"a"', "a string")])
def test_what_was_found_as_a_body(client: httpx2.Client, url: str, body: bytes, found: str) -> None:
    [error] = client.post(url, content=body, headers={"Content-Type": JSON}).json()["errors"]
    right = "right is one JSON object with `query`; several operations go in several requests"
    assert error["message"] == f"found {found} as body; {right}"


def answer_before_the_body_ends(url: str, head: str, pieces: Iterator[bytes]) -> tuple[int, int]:
    """The status, and how many bytes of a body without end had been sent when it came."""
    to = urlsplit(url)
    sent = 0
    with socket.create_connection((str(to.hostname), int(to.port or 0)), timeout=20) as connection:
        connection.sendall(f"POST {to.path} HTTP/1.1\r\nHost: {to.netloc}\r\nContent-Type: application/json\r\n{head}\r\n\r\n".encode())
        connection.setblocking(False)
        answer = b""
        deadline = time.monotonic() + 20
        while b"\r\n" not in answer and time.monotonic() < deadline:
            try:
                answer += connection.recv(4096)
                continue
            except BlockingIOError:
                pass
            connection.setblocking(True)
            piece = next(pieces, b"")
            try:
                connection.sendall(piece)
                sent += len(piece)
            except ConnectionError:
                pass
            connection.setblocking(False)
            time.sleep(0.001)
    return int(answer.split()[1]), sent


def test_a_body_over_the_limit_is_not_read_to_its_end(strict: str, url: str) -> None:
    declared = answer_before_the_body_ends(url, f"Content-Length: {LIMITS.body_bytes + 1}", iter([b"{"]))
    assert declared == (413, 1) or declared == (413, 0)
    piece = b"400\r\n" + b" " * 1024 + b"\r\n"
    status, sent = answer_before_the_body_ends(strict, "Transfer-Encoding: chunked", iter([piece] * 100_000))
    assert status == 413
    assert sent < 10_000_000


def test_a_body_over_the_limit_says_so(client: httpx2.Client, strict: str) -> None:
    assert told(client.post(strict, json={"query": VIEWER, "extensions": {"x": "x" * 5_000}})) == (413, "BODY_TOO_LARGE")


def test_who_records_nothing_sends_nothing_long(arcadedb_service: Service, client: httpx2.Client, url: str) -> None:
    body = {"query": VIEWER, "extensions": {"x": "x" * LIMITS.query_bytes}}
    for actor, expected in (("PUBLIC", (413, "BODY_TOO_LARGE")), ("REGULATOR", (413, "BODY_TOO_LARGE")), ("6904321", (200, ""))):
        headers = {} if actor == "PUBLIC" else {"Authorization": f"Bearer {arcadedb_service.token(actor)}"}
        assert told(client.post(url, json=body, headers=headers)) == expected


def test_many_small_values_are_refused_before_they_are_read(arcadedb_service: Service, client: httpx2.Client, url: str) -> None:
    """Ten million empty lists fit in the body of who records, and would keep everybody else waiting."""
    body = b'{"query": "{ __typename }", "variables": {"x": [' + b"[]," * 10_000_000 + b"[]]}}"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {arcadedb_service.token('6904321')}"}
    answer = client.post(url, content=body, headers=headers)
    assert told(answer) == (413, "BODY_TOO_LARGE")
    assert "found 10000001 commas in a body; the limit is 1000000" in answer.text


@pytest.mark.parametrize("path", ["/graphql", "/files"])
def test_a_client_that_sends_all_before_it_reads_gets_its_answer(arcadedb_service: Service, url: str, path: str) -> None:
    """As Python's urllib does: it closes the connection after the answer, and reads nothing before it has sent all."""
    headers = {"Content-Type": "application/json", "Connection": "close", "Authorization": f"Bearer {arcadedb_service.token('6904321')}"}
    body = b" " * (LIMITS.body_bytes + 2_000_000)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")


# --- who asks ---


def test_every_bad_token_gets_the_same_words(client: httpx2.Client, arcadedb_service: Service, url: str) -> None:
    good = arcadedb_service.token("REGULATOR") or ""
    header, claims, signature = good.split(".")
    forged = {**json.loads(base64.urlsafe_b64decode(claims + "==")), "role": "PLATFORM"}
    other_claims = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    by_secret = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    bad = [
        "",
        "Bearer",
        "Bearer a b",
        "Bearer nonsense",
        f"Bearer {good[:-6]}AAAAAA",
        f"Bearer {header}.{other_claims}.{signature}",
        f"Bearer {unsigned}.{claims}.",
        f"Bearer {by_secret}.{claims}.{signature}",
        f"Bearer {good}{'x' * 20_000}",
        f"Basic {good}",
        good,
        f"Bearer {expired(arcadedb_service)}",
    ]
    answers = {
        (response.status_code, response.text, response.headers["www-authenticate"])
        for response in (client.post(url, json={"query": VIEWER}, headers={"Authorization": given}) for given in bad)
    }
    assert len(answers) == 1
    [(status, text, challenge)] = answers
    assert (status, json.loads(text)["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert challenge.startswith("Bearer")
    assert post(client, url, VIEWER, Authorization=f"bearer {good}") == (200, "")


def expired(service: Service) -> str:
    from auth.actor import Role
    from auth.tokens import Tokens

    return Tokens(load_keys(service.data).signing).mint(Role.REGULATOR, None, "late", -1)


# --- operations ---

FRAGMENTS = "".join(f" fragment F{place} on Query {{ ...F{place + 1} ...F{place + 1} }}" for place in range(20))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ viewer { role } \x00 }", "SYNTAX_ERROR"),
        ("{" + " viewer { enterprise" * 5_000, "QUERY_TOO_DEEP"),
        ("{" + "... {" * 150 + "viewer { role }" + "}" * 151, ""),
        ("{ node(id: " + "[" * 5_000 + "]" * 5_000 + ") { id } }", "QUERY_TOO_DEEP"),
        ("{" + " ".join(f"a{number}: __typename" for number in range(6_000)) + "}", "TOO_MANY_ALIASES"),
        ("{" + " ".join(f"a{number}: __typename" for number in range(10_000)) + "}", "QUERY_TOO_LONG"),
        ("{ viewer { role } " + " ".join(["viewer { role }"] * 3_000) + "}", "QUERY_TOO_COSTLY"),
        ("{ viewer { role } #" + "x" * 300_000 + "\n}", "QUERY_TOO_LONG"),
        ("{ viewer { role } " + "#\n" * 30_000 + "}", "QUERY_TOO_LONG"),
        ("{ ...F0 }" + FRAGMENTS + " fragment F20 on Query { __typename }", "QUERY_TOO_COSTLY"),
        ("{ ...F } fragment F on Query { ...F }", "VALIDATION_FAILED"),
        ("subscription { viewer { role } }", "VALIDATION_FAILED"),
        ("query A { viewer { role } } query B { viewer { role } }", "VALIDATION_FAILED"),
        ("fragment F on Query { viewer { role } }", "VALIDATION_FAILED"),
        ("{ viewer { role } } type Query { a: Int }", "VALIDATION_FAILED"),
    ],
    ids=range(15),
)
def test_operations_that_ask_too_much(client: httpx2.Client, url: str, query: str, code: str) -> None:
    began = time.monotonic()
    assert post(client, url, query) == (200, code)
    assert time.monotonic() - began < 10


def test_limits_are_those_of_the_settings(client: httpx2.Client, strict: str) -> None:
    assert post(client, strict, VIEWER) == (200, "")
    assert post(client, strict, "{ a: viewer { role } b: viewer { role } }") == (200, "")
    assert post(client, strict, "{ a: viewer { role } b: viewer { role } c: viewer { role } }") == (200, "TOO_MANY_ALIASES")
    deep = "{ nodes(ids: []) { ... on Batch { inputs { source { record { id } } } } } }"
    assert post(client, strict, deep) == (200, "QUERY_TOO_DEEP")
    assert post(client, strict, "{ farms(first: 20) { nodes { id name } } }", Accept=GRAPHQL_RESPONSE)[1] != "QUERY_TOO_COSTLY"
    assert post(client, strict, "{ farms(first: 150) { nodes { id name } } }", Accept=GRAPHQL_RESPONSE) == (400, "QUERY_TOO_COSTLY")
    by_variable = "query($n: Int = 20) { farms(first: $n) { nodes { id name } } }"
    assert post(client, strict, by_variable, {"n": 150}) == (200, "QUERY_TOO_COSTLY")
    assert post(client, strict, by_variable)[1] != "QUERY_TOO_COSTLY"
    assert post(client, strict, by_variable, {"n": 150}) == (200, "QUERY_TOO_COSTLY")
    assert post(client, strict, "{" + " viewer { role }" * 40 + "}") == (200, "QUERY_TOO_LONG")


def test_introspection_can_be_turned_off(client: httpx2.Client, strict: str, url: str) -> None:
    for query in ("{ __schema { types { name } } }", '{ __type(name: "Batch") { name } }'):
        assert post(client, url, query) == (200, "")
        assert post(client, strict, query) == (200, "INTROSPECTION_OFF")
    assert post(client, strict, "{ viewer { __typename role } }") == (200, "")
    guessing = client.post(strict, json={"query": "{ viewr { role } }"}).json()
    assert "viewer" not in json.dumps(guessing)


# --- values ---


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"id": "farm/AAAA/\x00"}, "MALFORMED_ID"),
        ({"id": "nonsense"}, "MALFORMED_ID"),
        ({"id": "x" * 1_000_000}, "MALFORMED_ID"),
        ({"id": "farm/AAAA/\ud800"}, "MALFORMED_ID"),
        ({"id": None}, "VALIDATION_FAILED"),
        ({"id": {"a": [1, 2]}}, "VALIDATION_FAILED"),
        ({}, "VALIDATION_FAILED"),
    ],
    ids=range(7),
)
def test_values_that_make_no_sense(client: httpx2.Client, url: str, variables: dict[str, Any], code: str) -> None:
    body = json.dumps({"query": "query($id: ID!) { node(id: $id) { id } }", "variables": variables}).encode()
    answer = client.post(url, content=body, headers={"Content-Type": JSON})
    assert told(answer)[1] == code
    assert len(answer.text) < 4_000
    assert "Traceback" not in answer.text and ".py" not in answer.text


@pytest.mark.parametrize(
    ("query", "argument", "said"),
    [
        (
            '{ batches(filter: {product: "QH-1"}) { totalCount } }',
            "filter.product",
            "found 'QH-1'; right is product/<enterprise code>/<number>",
        ),
        ('{ batches(filter: {product: "farm/AAAA/1"}) { totalCount } }', "filter.product", "found farm/AAAA/1; right is an ID of the form"),
        ('{ packages(filter: {codes: ["xx"]}) { totalCount } }', "filter.codes", "found 'xx'"),
        ('{ node(id: "QH-1") { id } }', "id", "found 'QH-1'"),
    ],
)
def test_the_argument_that_is_wrong_is_named(arcadedb_service: Service, query: str, argument: str, said: str) -> None:
    answer = httpx2.post(f"{arcadedb_service.url}/graphql", json={"query": query}, headers=arcadedb_service.headers("REGULATOR"))
    [error] = answer.json()["errors"]
    assert error["message"].startswith(f"{argument}: {said}")
    assert error["extensions"]["argument"] == argument


def test_deeply_nested_values(client: httpx2.Client, url: str) -> None:
    nested: Any = 1
    for _ in range(900):
        nested = [nested]
    assert post(client, url, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": nested})[1] in {"VALIDATION_FAILED", "MALFORMED_ID"}
    assert (
        post(client, url, "mutation($r: [FarmInput!]!) { recordFarms(records: $r) { outcomes { id } } }", {"r": nested})[1]
        == "VALIDATION_FAILED"
    )


def test_an_address_that_is_not_there(client: httpx2.Client, arcadedb_service: Service) -> None:
    url = arcadedb_service.url
    there = "/capture, /events, /export, /files, /fsma204, /graphiql, /graphql, /health, /import, /queries, /schemas, /templates, /trace"
    answer = client.get(f"{url}/grapql")
    assert answer.status_code == 404
    assert answer.json()["errors"][0] == {
        "message": f"found GET /grapql; right is {there}",
        "extensions": {"code": "NOT_FOUND"},
    }
    page = client.get(f"{url}/grapql", headers={"Accept": "text/html,*/*"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    wrong = client.delete(f"{url}/health")
    assert (wrong.status_code, set(wrong.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
    [error] = wrong.json()["errors"]
    assert error == {"message": "found DELETE /health; right is GET, HEAD", "extensions": {"code": "METHOD_NOT_ALLOWED"}}


def test_one_field_asked_for_in_two_places_is_answered_whole(client: httpx2.Client, arcadedb_service: Service, url: str) -> None:
    """As clients write it that gather the fragments of their components."""
    told_of = """mutation {
        recordFarms(records: [{number: "twice", name: "牧场", address: "某市"}]) { outcomes { status } }
        recordMilkDeliveries(
            records: [{number: "twice", farm: "farm/6904321/twice", quantityKg: 1, arrivedAt: "2026-03-01T06:00:00Z"}]
        ) { outcomes { status } }
    }"""
    recorded = client.post(url, json={"query": told_of}, headers={"Authorization": f"Bearer {arcadedb_service.token('6904321')}"}).json()
    assert [outcome["status"] for payload in recorded["data"].values() for outcome in payload["outcomes"]] == ["CREATED"] * 2
    asked = 'forward(from: ["farm/6904321/twice"])'
    query = f"{{ {asked} {{ counts {{ count }} }} ... on Query {{ {asked} {{ edges {{ totalCount }} }} }} }}"
    headers = {"Authorization": f"Bearer {arcadedb_service.token('REGULATOR')}"}
    answer = client.post(url, json={"query": query}, headers=headers).json()
    assert answer["data"]["forward"] == {"counts": [{"count": 1}], "edges": {"totalCount": 1}}


@pytest.mark.parametrize("key", ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"])
async def test_an_idempotency_key_is_taken_quoted_and_not(service: Service, key: str) -> None:
    """docs/enterprise-sync.md: records are known by their IDs, so the key changes nothing, also where two calls differ."""
    headers = service.headers("IDEMPOT1") | {"Idempotency-Key": key}
    query = "mutation ($records: [FarmInput!]!) { recordFarms(records: $records) { outcomes { status } } }"
    farm = {"number": f"F{len(key)}", "name": "青山牧场", "address": "青禾市"}

    async def sent(record: dict[str, str]) -> str:
        async with httpx2.AsyncClient() as client:
            body = {"query": query, "variables": {"records": [record]}}
            answer = await client.post(f"{service.url}/graphql", json=body, headers=headers, timeout=60)
        return answer.json()["data"]["recordFarms"]["outcomes"][0]["status"]

    assert [await sent(farm), await sent(farm), await sent(farm | {"name": "东山牧场"})] == ["CREATED", "UNCHANGED", "UPDATED"]
