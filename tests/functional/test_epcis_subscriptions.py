"""Named queries and subscriptions of EPCIS 2.0: who may, what is refused, and events that come by themselves."""

import base64
import hmac
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from lxml import etree

from api.exchange.epcis.hashing import event_hash
from graph.model.ulid import new_ulid
from tests.conftest import ENGINES
from tests.epcis import document, event, finished, read
from tests.receiver import Receiver, receiving
from tests.service import Service, serving

MAKER, OTHER = "6901234", "6909999"
TOKEN = "a random text of the subscriber"
LOCAL = {
    "MILKLINE_DELIVERY_NETWORKS": "127.0.0.0/8",
    "MILKLINE_DELIVERY_SECONDS": "2",
    "MILKLINE_DELIVERY_BACKOFF_SECONDS": "0.1",
    "MILKLINE_DELIVERY_PAUSE_SECONDS": "0.1",
}
SHIPPING = {"name": "shipping", "query": {"EQ_bizStep": ["shipping"], "eventType": "ObjectEvent"}}


@pytest.fixture(scope="module", params=ENGINES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    server = request.getfixturevalue("neo4j_server") if request.param == "neo4j" else None
    with serving(tmp_path_factory.mktemp("subscriptions"), server, environment=LOCAL) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        running.path = f"/{new_ulid()}"
        yield running


def call(service: Service, method: str, path: str, content: Any = None, actor: str = MAKER) -> httpx2.Response:
    given = {"json": content} if content is not None else {}
    return httpx2.request(method, f"{service.url}{path}", headers=service.headers(actor), timeout=60, **given)


def can(serial: str) -> str:
    return f"urn:epc:id:sgtin:6901234.000001.{serial}"


def capture(service: Service, *events: dict[str, Any], actor: str = MAKER) -> None:
    answer = httpx2.post(f"{service.url}/capture", content=document(*events), headers=service.headers(actor), timeout=60)
    assert finished(f"{service.url}{answer.headers['location']}", service.headers(actor))["success"]


def named(service: Service, name: str, actor: str = MAKER) -> str:
    """The address of its subscriptions."""
    assert call(service, "POST", "/queries", SHIPPING | {"name": name}, actor).status_code == 201
    return f"/queries/{name}/subscriptions"


def subscription(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"dest": f"{receiver.url}{receiver.path}", "signatureToken": TOKEN, **({} if "schedule" in more else {"stream": True}), **more}


def told(receiver: Receiver) -> list[str]:
    return [
        epc
        for one in receiver.received
        for each in one.told["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        for epc in each["epcList"]
    ]


@pytest.mark.parametrize(("actor", "status"), [("PUBLIC", 401), ("CONSUMER", 403), ("PLATFORM", 403), ("REGULATOR", 403)])
def test_who_neither_names_nor_subscribes(service: Service, receiver: Receiver, actor: str, status: int) -> None:
    for method, path, content in (("POST", "/queries", SHIPPING), ("GET", "/queries", None), ("DELETE", "/queries/shipping", None)):
        refused = call(service, method, path, content, actor)
        assert (refused.status_code, refused.json()["type"]) == (status, "epcisException:SecurityException")
    assert call(service, "POST", "/queries/shipping/subscriptions", subscription(receiver), actor).status_code == status


def test_what_there_is_is_told_to_everybody_and_looking_at_it_removes_nothing(service: Service, receiver: Receiver) -> None:
    path = named(service, "looked-at")
    made = call(service, "POST", path, subscription(receiver)).headers["location"]
    for address, allowed in (
        ("/queries", "GET, HEAD, OPTIONS, POST"),
        ("/queries/looked-at", "DELETE, GET, HEAD, OPTIONS"),
        ("/queries/looked-at/events", "GET, HEAD, OPTIONS"),
        (path, "GET, HEAD, OPTIONS, POST"),
        (made, "DELETE, GET, HEAD, OPTIONS"),
    ):
        asking = httpx2.options(f"{service.url}{address}")
        assert (asking.status_code, asking.headers["allow"], asking.headers["gs1-epcis-version"]) == (204, allowed, "2.0.0")
        looking = call(service, "HEAD", address)
        assert (looking.status_code, looking.content) == (200, b"")
        assert call(service, "GET", address).status_code == 200


def test_queries_and_subscriptions_come_page_by_page(service: Service, receiver: Receiver) -> None:
    names = [f"page-{number}" for number in range(5)]
    paths = [named(service, name, OTHER) for name in names]
    made = [call(service, "POST", paths[0], subscription(receiver), OTHER).json()["subscriptionID"] for _ in range(3)]

    def walked(address: str, field: str) -> list[str]:
        found: list[str] = []
        following = f"{address}?perPage=2"
        while following:
            answer = call(service, "GET", following, actor=OTHER)
            assert len(answer.json()) <= 2
            found += [one[field] for one in answer.json()]
            following = answer.headers.get("link", "").partition(">")[0].lstrip("<")
        return found

    assert [one for one in walked("/queries", "name") if one in names] == names
    assert walked(paths[0], "subscriptionID") == made
    for wrong in ("perPage=0", "perPage=501", "perPage=1&perPage=2", "nextPageToken=x", "nextPageToken=WzFd", "colour=red"):
        for address in ("/queries", paths[0]):
            refused = call(service, "GET", f"{address}?{wrong}", actor=OTHER)
            assert (refused.status_code, refused.json()["type"]) == (400, "epcisException:QueryParameterException"), wrong


def test_the_queries_and_subscriptions_of_others_are_not_there(service: Service, receiver: Receiver) -> None:
    path = named(service, "mine")
    made = call(service, "POST", path, subscription(receiver))
    for method, address in (("GET", "/queries/mine"), ("DELETE", "/queries/mine"), ("GET", path), ("GET", made.headers["location"])):
        refused = call(service, method, address, actor=OTHER)
        assert (refused.status_code, refused.json()["type"]) == (404, "epcisException:NoSuchNameException")
    named(service, "mine", OTHER)
    assert call(service, "GET", path, actor=OTHER).json() == []
    assert call(service, "DELETE", made.headers["location"], actor=OTHER).status_code == 404
    assert [one["subscriptionID"] for one in call(service, "GET", path).json()] == [made.json()["subscriptionID"]]
    assert TOKEN not in call(service, "GET", path).text
    capture(service, event(epcList=[can("others")], bizStep="shipping"), actor=OTHER)
    capture(service, event(epcList=[can("own")], bizStep="shipping"))
    receiver.wait(1)
    assert told(receiver) == [can("own")]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"name": "x"},
        {"name": "a/b", "query": {}},
        {"name": "x", "query": {"EQ_colour": "red"}},
        {"name": "x", "query": {"MATCH_anyEPC": ["foo"]}},
        {"name": "x", "query": {"EQ_eventID": "urn:uuid:1"}},
        {"name": "x", "query": {"EQ_bizStep": [{"a": 1}]}},
        {"name": "x", "query": {}, "more": 1},
    ],
)
def test_queries_that_cannot_be(service: Service, wrong: Any) -> None:
    refused = call(service, "POST", "/queries", wrong)
    assert refused.status_code == 400, refused.text
    assert refused.json()["detail"].startswith("found") and "right" in refused.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"dest": None},
        {"dest": "https://10.0.0.1/"},
        {"signatureToken": "short"},
        {"stream": False},
        {"stream": "yes"},
        {"schedule": {"minute": "0"}},
        {"reportIfEmpty": True},
        {"initialRecordTime": "yesterday"},
        {"stream": False, "schedule": {"minute": "61"}},
        {"stream": False, "schedule": {"minute": "* *"}},
        {"stream": False, "schedule": {"dayOfMonth": "31", "month": "2"}},
        {"stream": False, "schedule": {}},
        {"format": "text/csv"},
        {"format": ["application/xml"]},
        {"colour": "red"},
    ],
)
def test_subscriptions_that_cannot_be(service: Service, receiver: Receiver, wrong: dict[str, Any]) -> None:
    call(service, "POST", "/queries", SHIPPING)
    refused = call(service, "POST", "/queries/shipping/subscriptions", subscription(receiver) | wrong)
    assert (refused.status_code, refused.json()["type"]) == (400, "epcisException:SubscriptionControlsException")
    assert refused.json()["detail"].startswith("found")
    assert call(service, "GET", "/queries/shipping/subscriptions").json() == []


@pytest.mark.parametrize(
    ("unit", "value", "right"),
    [
        ("minute", "99", "0 to 59"),
        ("hour", "25", "0 to 23"),
        ("dayOfWeek", "0", "1 to 7"),
        ("month", "[1-13]", "1 to 12"),
        ("second", 60, "0 to 59"),
    ],
)
def test_a_time_that_no_schedule_has_is_told_with_what_it_may_be(
    service: Service, receiver: Receiver, unit: str, value: Any, right: str
) -> None:
    call(service, "POST", "/queries", SHIPPING)
    refused = call(service, "POST", "/queries/shipping/subscriptions", subscription(receiver, schedule={unit: value}))
    assert refused.status_code == 400
    assert refused.json()["detail"].startswith(f"found {unit}={str(value)!r}; right are numbers from {right} ")


def test_a_name_stands_for_one_query(service: Service) -> None:
    body = SHIPPING | {"name": "once"}
    assert [call(service, "POST", "/queries", body).status_code for _ in range(2)] == [201, 201]
    assert call(service, "POST", "/queries", body | {"query": {}}).status_code == 409
    assert call(service, "GET", "/queries/once").json()["query"] == {"EQ_bizStep": "shipping", "eventType": "ObjectEvent"}
    assert call(service, "DELETE", "/queries/once").status_code == 204
    assert call(service, "GET", "/queries/once").status_code == 404


def test_events_come_as_they_are_captured(service: Service, receiver: Receiver) -> None:
    path = named(service, "stream")
    capture(service, event(epcList=[can("before")], bizStep="shipping"))
    receiver.answers = [500, "hang"]
    made = call(service, "POST", path, subscription(receiver))
    assert made.status_code == 201
    capture(service, event(epcList=[can("s1")], bizStep="shipping"), event(epcList=[can("r1")], bizStep="receiving"))
    receiver.wait(3)
    capture(service, event(epcList=[can("s2")], bizStep="shipping"))
    receiver.wait(4)
    assert told(receiver) == [can("s1"), can("s1"), can("s1"), can("s2")]
    first, *others = receiver.received
    assert [(one.id, one.body) for one in others[:2]] == [(first.id, first.body)] * 2
    for one in receiver.received:
        results = one.told["epcisBody"]["queryResults"]
        assert (results["queryName"], results["subscriptionID"]) == ("stream", made.json()["subscriptionID"])
        assert one.headers["gs1-epcis-version"] == "2.0.0"
        assert one.headers["gs1-signature"] == base64.b64encode(hmac.digest(TOKEN.encode(), one.body, "sha256")).decode()
    assert call(service, "DELETE", made.headers["location"]).status_code == 204
    capture(service, event(epcList=[can("s3")], bizStep="shipping"))
    time.sleep(1)
    assert len(receiver.received) == 4
    assert call(service, "GET", made.headers["location"]).json()["type"] == "epcisException:NoSuchSubscriptionException"


def test_a_regulator_tells_platforms_and_subscriptions_apart(service: Service, receiver: Receiver) -> None:
    """Transfers to third-party platforms (QB/T 4971-2018 9.2) are read without what went to an enterprise's own subscriptions."""
    maker = "6900005"

    def ask(query: str, actor: str = "REGULATOR") -> Any:
        headers = service.headers(actor) | {"Milkline-Reason": "inspection"}
        body = httpx2.post(f"{service.url}/graphql", json={"query": query}, headers=headers, timeout=60).json()
        assert "errors" not in body, body
        return body["data"]

    platform = f'{{ name: "platform", address: "{receiver.url}{receiver.path}" }}'
    ask(f"mutation {{ addPartner(partner: {platform}) {{ partner {{ id }} }} }}", maker)
    subscribed = call(service, "POST", named(service, "apart", maker), subscription(receiver), maker)
    assert subscribed.status_code == 201, subscribed.text
    cans = [f"urn:epc:id:sgtin:6900005.000001.{number}" for number in range(2)]
    made = event(action="ADD", bizStep="commissioning", epcList=cans)
    capture(service, made, event(bizStep="shipping", epcList=cans), actor=maker)
    fields = "nodes { enterprise recipientKind partner records bytes at address outcome } totalCount"
    until = time.monotonic() + 60
    while len({one["recipientKind"] for one in ask(f"{{ transferLog {{ {fields} }} }}", maker)["transferLog"]["nodes"]}) < 2:
        assert time.monotonic() < until
        time.sleep(0.2)
    asked = " ".join(f"{kind}: transferLog(kind: {kind}) {{ {fields} }}" for kind in ("PARTNER", "SUBSCRIPTION"))
    for actor in ("REGULATOR", maker):
        found = ask(f"{{ {asked} all: transferLog {{ totalCount }} }}", actor)
        for kind in ("PARTNER", "SUBSCRIPTION"):
            own = [one for one in found[kind]["nodes"] if one["enterprise"] == maker]
            assert own and {one["recipientKind"] for one in found[kind]["nodes"]} == {kind}
            assert all(one["partner"].startswith(f"{kind.lower()}/") and one["at"] and one["bytes"] for one in own)
        assert found["PARTNER"]["totalCount"] + found["SUBSCRIPTION"]["totalCount"] == found["all"]["totalCount"]
    assert {one["records"] for one in found["PARTNER"]["nodes"]} == {2}


def test_events_of_before_come_where_they_are_wanted(service: Service, receiver: Receiver) -> None:
    path = named(service, "before")
    capture(service, event(epcList=[can("b1")], bizStep="shipping"))
    call(service, "POST", path, subscription(receiver, initialRecordTime="2026-01-01T00:00:00Z"))
    letters = 1
    receiver.wait(letters)
    while can("b1") not in told(receiver):  # those of before it may take letters of their own
        receiver.wait(letters := letters + 1)


def test_events_come_as_xml_where_that_is_asked_for(service: Service, receiver: Receiver) -> None:
    path = named(service, "xml")
    made = call(service, "POST", path, subscription(receiver, format="application/xml"))
    assert (made.status_code, made.json()["format"]) == (201, "application/xml")
    other = call(service, "POST", path, subscription(receiver))
    assert other.json()["format"] == "application/ld+json"
    receiver.answers = [500]
    capture(
        service, event(epcList=[can("x1")], bizStep="shipping", bizTransactionList=[{"bizTransaction": "https://example.com/?a=1&b=婴儿"}])
    )
    receiver.wait(3)
    by_media = {one.headers["content-type"]: one for one in receiver.received}
    assert by_media.keys() == {"application/xml", "application/ld+json"}
    for one in receiver.received:
        assert one.headers["gs1-signature"] == base64.b64encode(hmac.digest(TOKEN.encode(), one.body, "sha256")).decode()
    first, second = ([event_hash(item.value) for item in read(one.body) if item.value] for one in by_media.values())
    assert len(first) == 1 and first == second
    results = etree.fromstring(by_media["application/xml"].body).find("EPCISBody/{urn:epcglobal:epcis-query:xsd:2}QueryResults")
    assert results is not None
    assert (results.findtext("queryName"), results.findtext("subscriptionID")) == ("xml", made.json()["subscriptionID"])


def test_word_of_nothing_comes_as_xml_too(service: Service, receiver: Receiver) -> None:
    path = named(service, "quiet")
    seconds = ",".join(str(second) for second in range(0, 60, 2))
    more = {"schedule": {"second": seconds}, "reportIfEmpty": True, "format": "application/xml"}
    made = call(service, "POST", path, subscription(receiver, **more))
    receiver.wait(1)
    assert receiver.received[0].headers["content-type"] == "application/xml"
    assert list(read(receiver.received[0].body)) == []
    assert call(service, "DELETE", made.headers["location"]).status_code == 204


def test_by_a_schedule_with_word_of_nothing(service: Service, receiver: Receiver) -> None:
    path = named(service, "scheduled")
    capture(service, event(epcList=[can("c0")], bizStep="shipping"))
    seconds = ",".join(str(second) for second in range(0, 60, 2))
    made = call(service, "POST", path, subscription(receiver, schedule={"second": seconds}, reportIfEmpty=True)).json()
    assert (made["schedule"], made["reportIfEmpty"]) == ({"second": seconds}, True)
    receiver.wait(2)
    assert told(receiver) == []
    capture(service, event(epcList=[can("c1")], bizStep="shipping"))
    before = len(receiver.received)
    receiver.wait(before + 2)
    assert told(receiver) == [can("c1")]
    assert call(service, "DELETE", "/queries/scheduled").status_code == 204
    assert call(service, "GET", path).status_code == 404


OURS = "https://example.com/"


def heavy(serial: str, **more: Any) -> dict[str, Any]:
    return event(epcList=[can(serial)], bizStep="shipping", **{"@context": {"ex": OURS}}, **more)


def test_what_is_too_long_for_one_letter_comes_in_several_and_holds_nothing_up(service: Service, receiver: Receiver) -> None:
    """Events of 20 MB together; one that no letter holds as XML, where a name stands at both ends of an element; and those after it."""
    for form in ("application/ld+json", "application/xml"):
        path = named(service, f"heavy-{form[-3:]}")
        assert call(service, "POST", path, subscription(receiver, format=form)).status_code == 201
    capture(service, *[heavy(f"H{n}", **{"ex:text": "x" * 1_000_000}) for n in range(20)])
    capture(service, heavy("LONG", **{"ex:" + "n" * 1_900: [f"{n}" for n in range(3_000)]}))
    too_large = document(heavy("WHOLE", **{"ex:text": "x" * 8_000_000}))
    answer = httpx2.post(f"{service.url}/capture", content=too_large, headers=service.headers(MAKER), timeout=60)
    [error] = finished(f"{service.url}{answer.headers['location']}", service.headers(MAKER))["errors"]
    assert "event 0" in error["detail"]
    assert "right is at most 8,000,000" in error["detail"]
    capture(service, heavy("AFTER"))
    before = time.monotonic()
    while sum(b"AFTER" in one.body for one in receiver.received) < 2:
        assert time.monotonic() < before + 60
        time.sleep(0.2)
    plain = [one for one in receiver.received if one.headers["content-type"] != "application/xml"]
    assert len(plain) > 2
    assert max(len(one.body) for one in receiver.received) <= 10_000_000
    told = b"".join(one.body for one in plain)
    assert all(can(name).encode() in told for name in (*(f"H{n}" for n in range(20)), "LONG", "AFTER"))
    query = "{ deadLetters { nodes { detail records } } }"
    answer = httpx2.post(f"{service.url}/graphql", json={"query": query}, headers=service.headers(MAKER), timeout=60)
    [dead] = answer.json()["data"]["deadLetters"]["nodes"]
    assert (dead["records"], "a letter takes at most 10,000,000" in dead["detail"]) == (1, True)
