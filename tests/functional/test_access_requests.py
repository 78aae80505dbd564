"""Asking for more over HTTP: tokens that are none, an enterprise that is suspended, and the trace that reading by a grant leaves."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.service import Service

MAKER = "6905511"
READ = f'{{ node(id: "product/{MAKER}/P1") {{ ... on Product {{ formula {{ formulaVersion }} }} }} }}'


@pytest.fixture(scope="module", params=["arcadedb", "neo4j"])
def service(request: pytest.FixtureRequest) -> Service:
    return request.getfixturevalue(f"{request.param}_service")


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=30) as client:
        yield client


def post(client: httpx2.Client, service: Service, token: str | None, query: str, **variables: Any) -> httpx2.Response:
    headers = {"Accept": "application/graphql-response+json"} | ({"Authorization": f"Bearer {token}"} if token is not None else {})
    return client.post(f"{service.url}/graphql", json={"query": query, "variables": variables}, headers=headers)


def data(client: httpx2.Client, service: Service, actor: str, query: str, **variables: Any) -> dict[str, Any]:
    answer = post(client, service, service.token(actor), query, **variables).json()
    assert "errors" not in answer, answer
    return answer["data"]


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


def test_no_token_and_half_a_token(client: httpx2.Client, service: Service) -> None:
    whole = service.token(MAKER)
    assert whole is not None
    assert code_of(post(client, service, None, "{ accessRequestsSent { totalCount } }")) == (200, "UNAUTHENTICATED")
    for half in (whole[: len(whole) // 2], whole.rpartition(".")[0]):
        assert code_of(post(client, service, half, "{ accessRequestsSent { totalCount } }")) == (401, "UNAUTHENTICATED")


def test_what_is_read_by_a_grant_is_in_the_owners_log(client: httpx2.Client, service: Service) -> None:
    made = '[{code: "P1", name: "奶粉", netContentGrams: 400}]'
    data(client, service, MAKER, f"mutation {{ recordProducts(records: {made}) {{ outcomes {{ status }} }} }}")
    shares = '[{product: "P1", formulaVersion: "1", shares: [{ingredient: "乳糖", sharePercent: 50}]}]'
    data(client, service, MAKER, f"mutation {{ recordFormulas(records: {shares}) {{ outcomes {{ status }} }} }}")
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    asked = {"fields": ["Product.formula"], "records": [f"product/{MAKER}/P1"], "reason": "投诉 42", "until": until}
    ask = "mutation Ask($request: AccessRequestInput!) { requestAccess(request: $request) { id } }"
    request = data(client, service, "REGULATOR", ask, request=asked)["requestAccess"]["id"]
    assert data(client, service, "REGULATOR", READ)["node"]["formula"] is None
    data(client, service, MAKER, "mutation ($id: ID!) { approveAccess(id: $id) { state } }", id=request)
    assert data(client, service, "REGULATOR", READ)["node"]["formula"] == {"formulaVersion": "1"}
    assert data(client, service, MAKER, READ)["node"]["formula"] == {"formulaVersion": "1"}
    log = "{ accessLog { nodes { action operation role address fields requests records } } }"
    entries = data(client, service, MAKER, log)["accessLog"]["nodes"]
    assert {entry["address"] for entry in entries} == {"127.0.0.1"}
    shown = [(entry["action"], entry["role"], entry["fields"], entry["requests"]) for entry in entries]
    assert [entry["operation"] for entry in entries] == [None, None, None, None, "Ask"]
    named = ["Product.formula"]
    assert shown == [
        ("READ", "ENTERPRISE", named, []),
        ("READ", "REGULATOR", named, [request]),
        ("APPROVE", "ENTERPRISE", named, [request]),
        ("READ", "REGULATOR", [], []),
        ("ASK", "REGULATOR", named, [request]),
    ]


def test_a_grant_that_ends_while_a_long_answer_is_made(client: httpx2.Client, service: Service) -> None:
    """Nothing of the answer leaves; the same again is answered without."""
    herds = ", ".join(f'{{number: "H{number}", name: "牧场", address: "北京"}}' for number in range(500))
    data(client, service, MAKER, f"mutation {{ recordFarms(records: [{herds}]) {{ outcomes {{ status }} }} }}")
    made = '[{code: "P2", name: "奶粉", netContentGrams: 400}]'
    data(client, service, MAKER, f"mutation {{ recordProducts(records: {made}) {{ outcomes {{ status }} }} }}")
    shares = '[{product: "P2", formulaVersion: "7", shares: [{ingredient: "乳糖", sharePercent: 50}]}]'
    data(client, service, MAKER, f"mutation {{ recordFormulas(records: {shares}) {{ outcomes {{ status }} }} }}")
    read = READ.replace("P1", "P2")
    pages = " ".join(
        f'p{number}: farms(first: 500, filter: {{owners: ["{MAKER}"]}}) {{ nodes {{ id name address }} }}' for number in range(40)
    )
    long = f"{read[:-1]} {pages} }}"
    ask = "mutation ($request: AccessRequestInput!) { requestAccess(request: $request) { id } }"
    for _ in range(5):
        until = datetime.now(UTC) + timedelta(seconds=2)
        asked = {"fields": ["Product.formula"], "records": [f"product/{MAKER}/P2"], "reason": "投诉 43", "until": until.isoformat()}
        request = data(client, service, "REGULATOR", ask, request=asked)["requestAccess"]["id"]
        data(client, service, MAKER, f'mutation {{ approveAccess(id: "{request}") {{ state }} }}')
        assert data(client, service, "REGULATOR", read)["node"]["formula"] == {"formulaVersion": "7"}
        time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds() - 0.15))
        answer = post(client, service, service.token("REGULATOR"), long)
        if answer.status_code == 403:
            assert code_of(answer) == (403, "GRANT_ENDED")
            assert "data" not in answer.json()
            assert data(client, service, "REGULATOR", long)["node"]["formula"] is None
            return
    pytest.fail("no grant ended while an answer was made")


def test_the_token_of_a_suspended_enterprise_opens_nothing(client: httpx2.Client, service: Service) -> None:
    suspended = "6905522"
    suspend, reinstate = (
        f'mutation {{ done: {verb}Enterprise(code: "{suspended}", reason: "停业") {{ status }} }}' for verb in ("suspend", "reinstate")
    )
    token = service.token(suspended)
    assert post(client, service, token, "{ viewer { role } }").status_code == 200
    assert data(client, service, "PLATFORM", suspend)["done"] == {"status": "SUSPENDED"}
    for status in (403, 200):
        deadline = time.monotonic() + 30
        while (answer := post(client, service, token, "{ viewer { role } }")).status_code != status:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        if status == 403:
            assert code_of(answer) == (403, "ENTERPRISE_SUSPENDED")
            sent = client.post(
                f"{service.url}/files", content=b"x", headers={"Authorization": f"Bearer {token}", "Content-Type": "text/plain"}
            )
            assert code_of(sent) == (403, "ENTERPRISE_SUSPENDED")
            fetched = client.get(f"{service.url}/files/{0:064}", headers=service.headers(suspended))
            assert code_of(fetched) == (403, "ENTERPRISE_SUSPENDED")
            for method, path in (("POST", "capture"), ("GET", "capture/1"), ("GET", "events"), ("GET", "events/1")):
                problem = client.request(method, f"{service.url}/{path}", headers=service.headers(suspended))
                assert problem.status_code == problem.json()["status"] == 403, path
                told = {"type": "epcisException:SecurityException", "code": "ENTERPRISE_SUSPENDED"}
                assert problem.json().items() >= told.items(), path
                assert problem.json()["detail"] == answer.json()["errors"][0]["message"]
            assert post(client, service, service.token(MAKER), "{ viewer { role } }").status_code == 200
            data(client, service, "PLATFORM", reinstate)
