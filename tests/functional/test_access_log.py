"""What a regulator reads leaves a trace, for the eyes of those whose records were read."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.service import Service

MAKER, OTHER = "6904455", "6904466"
LOG = """{ accessLog(first: 2) {
    nodes { owner subject role operation reason address records kinds { kind count } } totalCount pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture(scope="module", params=["arcadedb", "neo4j"])
def service(request: pytest.FixtureRequest) -> Service:
    return request.getfixturevalue(f"{request.param}_service")


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=30) as client:
        yield client


def ask(client: httpx2.Client, service: Service, actor: str, query: str, reason: str | None = None, **more: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {service.token(actor)}", "Accept": "application/graphql-response+json"}
    if reason is not None:
        headers["Milkline-Reason"] = reason
    return client.post(f"{service.url}/graphql", json={"query": query, **more}, headers=headers).json()


def record(client: httpx2.Client, service: Service, maker: str) -> None:
    farms = '{number: "1", name: "牧场", address: "某市"}, {number: "2", name: "牧场", address: "某市"}'
    answer = ask(client, service, maker, f"mutation {{ recordFarms(records: [{farms}]) {{ outcomes {{ status }} }} }}")
    assert "errors" not in answer


def test_one_entry_an_operation_and_owner(client: httpx2.Client, service: Service) -> None:
    for maker in (MAKER, OTHER):
        record(client, service, maker)
    assert ask(client, service, MAKER, LOG)["data"]["accessLog"]["totalCount"] == 0
    ids = [f"farm/{owner}/{number}" for owner in (MAKER, OTHER) for number in (1, 2)] + [f"farm/{MAKER}/nope"]
    query = "query Inspect($ids: [ID!]!) { again: nodes(ids: $ids) { id } nodes(ids: $ids) { id ... on Farm { name } } }"
    more = {"variables": {"ids": ids}, "operationName": "Inspect"}
    assert "errors" not in ask(client, service, "REGULATOR", query, "%E6%8A%95%E8%AF%89%2042", **more)
    expected = {"subject": "REGULATOR", "role": "REGULATOR", "operation": "Inspect", "reason": "投诉 42", "address": "127.0.0.1"}
    for maker in (MAKER, OTHER):
        [entry] = ask(client, service, maker, LOG)["data"]["accessLog"]["nodes"]
        assert entry | {"subject": "REGULATOR"} == expected | {"owner": maker, "records": 2, "kinds": [{"kind": "farm", "count": 2}]}


def test_reads_of_ones_own_leave_none_and_lineage_leaves_one(client: httpx2.Client, service: Service) -> None:
    maker = "6904477"
    record(client, service, maker)
    ask(client, service, maker, f'{{ node(id: "farm/{maker}/1") {{ id }} farms {{ nodes {{ id }} }} }}')
    ask(client, service, "REGULATOR", "{ viewer { role } }")
    assert ask(client, service, maker, LOG)["data"]["accessLog"]["totalCount"] == 0
    milk = f'{{number: "1", farm: "farm/{maker}/1", quantityKg: 1, arrivedAt: "2026-03-01T06:00:00Z"}}'
    ask(client, service, maker, f"mutation {{ recordMilkDeliveries(records: [{milk}]) {{ outcomes {{ status }} }} }}")
    why = {"reason": "例行检查"}
    ask(client, service, "REGULATOR", f'{{ forward(from: ["farm/{maker}/1"]) {{ counts {{ count }} }} }}', extensions=why)
    [entry] = ask(client, service, maker, LOG)["data"]["accessLog"]["nodes"]
    assert (entry["reason"], entry["kinds"]) == ("例行检查", [{"kind": "milk", "count": 1}])


@pytest.mark.parametrize("asked", ["totalCount", "pageInfo { hasNextPage }", "nodes { id }"])
def test_to_count_among_anothers_records_leaves_an_entry_with_that_enterprise(client: httpx2.Client, service: Service, asked: str) -> None:
    """By a filter and a count alone any field could be found out."""
    maker = "6904499"
    record(client, service, maker)
    before = ask(client, service, maker, LOG)["data"]["accessLog"]["totalCount"]
    peek = f'query Peek {{ farms(first: 0, filter: {{owners: ["{maker}", "no code"], numberStartsWith: "1"}}) {{ {asked} }} }}'
    assert "errors" not in ask(client, service, "REGULATOR", peek, extensions={"reason": "检查"})
    log = ask(client, service, maker, LOG)["data"]["accessLog"]
    assert log["totalCount"] == before + 1
    entry = log["nodes"][0]
    assert (entry["owner"], entry["operation"], entry["reason"], entry["records"], entry["kinds"]) == (maker, "Peek", "检查", 0, [])


def test_to_count_among_all_records_leaves_an_entry_of_no_owner(client: httpx2.Client, service: Service) -> None:
    assert "errors" not in ask(client, service, "REGULATOR", "query All { farms { totalCount nodes { id } } }")
    own = LOG.replace("first: 2", "first: 1, own: true")
    [shown] = ask(client, service, "REGULATOR", own)["data"]["accessLog"]["nodes"]
    assert shown["owner"] and shown["records"], "what was read is with its owners"
    assert "errors" not in ask(client, service, "REGULATOR", "query All { farms(first: 0) { totalCount } }")
    [counted] = ask(client, service, "REGULATOR", own)["data"]["accessLog"]["nodes"]
    assert (counted["owner"], counted["operation"], counted["records"]) == ("", "All", 0)


def test_pages_are_the_newest_first(client: httpx2.Client, service: Service) -> None:
    maker = "6904488"
    record(client, service, maker)
    for number in range(5):
        ask(client, service, "REGULATOR", f'{{ node(id: "farm/{maker}/1") {{ id }} }}', f"nr {number}")
    query = (
        "query ($after: String) { accessLog(first: 2, after: $after) { nodes { reason } totalCount pageInfo { hasNextPage endCursor } } }"
    )
    seen: list[str] = []
    after: str | None = None
    for _ in range(3):
        page = ask(client, service, maker, query, variables={"after": after})["data"]["accessLog"]
        seen += [entry["reason"] for entry in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 5
    assert seen == [f"nr {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("reason", ["%ZZ", "100%", "%E6%8A", "投诉".encode()])
def test_a_reason_that_is_not_percent_encoded(client: httpx2.Client, service: Service, reason: str | bytes) -> None:
    headers = {**service.headers("REGULATOR"), "content-type": "application/json"}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    said = reason if isinstance(reason, bytes) else reason.encode()
    answer = client.post(f"{service.url}/graphql", json={"query": "{ farms { totalCount } }"}, headers=[*raw, (b"Milkline-Reason", said)])
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "BAD_REASON")
    assert "right is UTF-8, percent-encoded" in error["message"]


@pytest.mark.parametrize("reason", ["", "%20%20", "x" * 501, "a%00b"])
def test_a_reason_that_says_nothing(client: httpx2.Client, service: Service, reason: str) -> None:
    [error] = ask(client, service, "REGULATOR", "{ farms { totalCount } }", reason)["errors"]
    assert error["extensions"]["code"] == "BAD_REASON"
    assert "right is a text of 1 to 500 characters" in error["message"]


def test_the_name_of_an_operation_is_kept_as_far_as_it_makes_sense(client: httpx2.Client, service: Service) -> None:
    maker = "6904511"
    record(client, service, maker)
    ask(client, service, "REGULATOR", f'query {"N" * 5_000} {{ node(id: "farm/{maker}/1") {{ id }} }}')
    [entry] = ask(client, service, maker, LOG)["data"]["accessLog"]["nodes"]
    assert entry["operation"] == "N" * 100


def test_a_reason_with_the_space_that_chinese_is_typed_with(client: httpx2.Client, service: Service) -> None:
    maker = "6904500"
    record(client, service, maker)
    ask(client, service, "REGULATOR", f'{{ node(id: "farm/{maker}/1") {{ id }} }}', extensions={"reason": "召回\u3000调查"})
    [entry] = ask(client, service, maker, LOG)["data"]["accessLog"]["nodes"]
    assert entry["reason"] == "召回 调查"


def test_who_may_not_read_the_log(client: httpx2.Client, service: Service) -> None:
    for actor, code in (("CONSUMER", "FORBIDDEN"), ("PLATFORM", "FORBIDDEN")):
        assert ask(client, service, actor, LOG)["errors"][0]["extensions"]["code"] == code
    assert ask(client, service, MAKER, '{ accessLog(after: "x") { totalCount } }')["errors"][0]["extensions"]["code"] == "BAD_CURSOR"


def test_production_asks_for_a_reason(client: httpx2.Client, production_service: Service) -> None:
    [error] = ask(client, production_service, "REGULATOR", "{ ...on Query { farms { totalCount } } }")["errors"]
    assert error["extensions"]["code"] == "REASON_REQUIRED"
    assert "data" in ask(client, production_service, "REGULATOR", "{ farms { totalCount } }", "check")
    assert "data" in ask(client, production_service, "REGULATOR", "{ viewer { role } }")


def test_what_was_recorded(client: httpx2.Client, service: Service) -> None:
    maker, other = "6904499", "6904500"
    query = (
        "query ($after: String) { recordingLog(first: 1, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { %s } } }"
    )
    query %= "subject role enterprise action address created updated"
    record(client, service, other)
    record(client, service, maker)
    record(client, service, maker)  # again is no change, and no entry
    changed = (
        '{number: "1", name: "牧场", address: "另一市"}, {number: "3", name: "牧场", address: "某市"}, {number: "/", name: "", address: ""}'
    )
    ask(client, service, maker, f"mutation {{ recordFarms(records: [{changed}]) {{ outcomes {{ status }} }} }}")
    page = ask(client, service, maker, query)["data"]["recordingLog"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    [entry] = page["nodes"]
    expected = {"role": "ENTERPRISE", "enterprise": maker, "action": "recordFarms", "address": "127.0.0.1", "created": 1, "updated": 1}
    assert entry == expected | {"subject": entry["subject"]}
    after = {"after": page["pageInfo"]["endCursor"]}
    page = ask(client, service, maker, query, variables=after)["data"]["recordingLog"]
    assert ([entry["created"] for entry in page["nodes"]], page["pageInfo"]["hasNextPage"]) == ([2], False)
    newest = ask(client, service, "REGULATOR", query)["data"]["recordingLog"]
    assert newest["totalCount"] >= 3
    assert newest["nodes"][0] == expected | {"subject": entry["subject"]}
    assert ask(client, service, "CONSUMER", query)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert ask(client, service, maker, query, variables={"after": "a/b"})["errors"][0]["extensions"]["code"] == "BAD_CURSOR"
