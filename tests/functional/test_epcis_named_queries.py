"""The events of a query that was named: who reads them, what is refused, and that they are what `GET /events` tells."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from auth.actor import Duty, Role
from auth.keys import load_keys
from auth.tokens import Tokens
from tests.conftest import ENGINES
from tests.epcis import document, event, finished, read
from tests.service import Service, serving

MAKER, OTHER = "6901234", "6909999"
REASON = {"Milkline-Reason": "inspection"}
ASKED = {"EQ_bizStep": ["shipping", "packing"], "eventType": "ObjectEvent", "MATCH_epc": ["urn:epc:idpat:sgtin:6901234.000001.*"]}


@pytest.fixture(scope="module", params=ENGINES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    server = request.getfixturevalue("neo4j_server") if request.param == "neo4j" else None
    with serving(tmp_path_factory.mktemp("named"), server, environment={"MILKLINE_REASON_REQUIRED": "true"}) as running:
        for actor in (MAKER, OTHER):
            sent = [event(epcList=[can(n)], bizStep=("shipping", "packing", "receiving")[n % 3]) for n in range(9)]
            headers = running.headers(actor)
            answer = httpx2.post(f"{running.url}/capture", content=document(*sent), headers=headers, timeout=60)
            assert finished(f"{running.url}{answer.headers['location']}", headers)["captured"] == 9
        assert (
            httpx2.post(f"{running.url}/queries", json={"name": "out", "query": ASKED}, headers=running.headers(MAKER)).status_code == 201
        )
        yield running


def can(serial: int) -> str:
    return f"urn:epc:id:sgtin:6901234.000001.{serial}"


def get(service: Service, address: str, actor: str = MAKER, **headers: str) -> httpx2.Response:
    return httpx2.get(f"{service.url}{address}", headers=service.headers(actor) | headers, timeout=60)


def results(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return answer.json()["epcisBody"]["queryResults"]


def told(answer: httpx2.Response) -> list[dict[str, Any]]:
    return results(answer)["resultsBody"]["eventList"]


@pytest.mark.parametrize(("actor", "status"), [("PUBLIC", 401), ("CONSUMER", 403), ("PLATFORM", 403)])
def test_who_reads_no_events_reads_none_of_a_query(service: Service, actor: str, status: int) -> None:
    refused = get(service, f"/queries/out/events?enterprise={MAKER}", actor, **REASON)
    assert (refused.status_code, refused.json()["type"]) == (status, "epcisException:SecurityException")


def test_the_queries_of_others_are_not_there(service: Service) -> None:
    refused = get(service, "/queries/out/events", OTHER)
    unheard_of = get(service, "/queries/none/events", OTHER)
    assert [(one.status_code, one.json()["type"]) for one in (refused, unheard_of)] == [(404, "epcisException:NoSuchNameException")] * 2
    assert refused.json() == unheard_of.json()
    assert get(service, f"/queries/out/events?enterprise={MAKER}", OTHER).status_code == 403


def test_duties_decide_as_for_all_events(service: Service) -> None:
    tokens = Tokens(load_keys(service.data).signing)
    for duty, status in ((Duty.QUALITY, 200), (Duty.WAREHOUSE, 403)):
        token = tokens.mint(Role.ENTERPRISE, MAKER, "staff", 3600, duties=[duty])
        headers = {"Authorization": f"Bearer {token}"}
        for address in ("/events", "/queries/out/events"):
            assert httpx2.get(f"{service.url}{address}", headers=headers).status_code == status


def test_a_regulator_reads_them_with_a_reason_and_into_the_log(service: Service) -> None:
    nobodys = get(service, "/queries/out/events", "REGULATOR", **REASON)
    assert (nobodys.status_code, nobodys.json()["type"]) == (400, "epcisException:QueryParameterException")
    unsaid = get(service, f"/queries/out/events?enterprise={MAKER}", "REGULATOR")
    assert (unsaid.status_code, unsaid.json()["code"]) == (403, "REASON_REQUIRED")
    assert len(told(get(service, f"/queries/out/events?enterprise={MAKER}", "REGULATOR", **{"Milkline-Reason": "named"}))) == 6
    query = "{ accessLog(first: 20) { nodes { operation reason role records } } }"
    log = httpx2.post(f"{service.url}/graphql", json={"query": query}, headers=service.headers(MAKER)).json()["data"]["accessLog"]["nodes"]
    assert {"operation": "events", "reason": "named", "role": "REGULATOR", "records": 6} in log
    token = Tokens(load_keys(service.data).signing).mint(Role.REGULATOR, None, "far", 3600, region="230000")
    far = {"Authorization": f"Bearer {token}", **REASON}
    answers = [httpx2.get(f"{service.url}/queries/out/events?enterprise={code}", headers=far) for code in (MAKER, "6900000")]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_they_are_what_the_same_parameters_find(service: Service) -> None:
    named = get(service, "/queries/out/events")
    asked = {name: ",".join(one) if isinstance(one, list) else one for name, one in ASKED.items()}
    found = httpx2.get(f"{service.url}/events", params=asked, headers=service.headers(MAKER))
    assert told(named) == told(found)
    assert [results(one)["queryName"] for one in (named, found)] == ["out", "SimpleEventQuery"]
    assert "link" not in named.headers and named.headers["gs1-epcis-version"] == "2.0.0"
    assert "GS1-EPCIS-Version" in get(service, "/queries/out/events", Accept="application/xml").headers


@pytest.mark.parametrize("accept", ["application/ld+json", "application/xml", "text/xml"])
def test_pages_follow_each_other_in_the_syntax_that_is_asked_for(service: Service, accept: str) -> None:
    seen: list[str] = []
    following = "/queries/out/events?perPage=4"
    while following:
        answer = get(service, following, Accept=accept)
        assert answer.status_code == 200 and answer.headers["content-type"].partition(";")[0] == accept
        seen += [item.value.event_id or "" for item in read(answer.content) if item.value]
        following = answer.headers.get("link", "").partition(">")[0].lstrip("<")
        assert following == "" or following.startswith("/queries/out/events?perPage=4&nextPageToken=")
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize(
    "wrong", ["EQ_action=ADD", "orderBy=eventTime", "perPage=0", "perPage=501", "nextPageToken=x", "stream=true", "perPage=1&perPage=2"]
)
def test_what_a_query_is_about_is_not_said_twice(service: Service, wrong: str) -> None:
    refused = get(service, f"/queries/out/events?{wrong}")
    assert (refused.status_code, refused.json()["type"]) == (400, "epcisException:QueryParameterException")
    assert refused.json()["detail"].startswith("found") and "right is" in refused.json()["detail"]


def test_a_syntax_or_version_that_there_is_not_is_refused(service: Service) -> None:
    for wish in ({"Accept": "text/csv"}, {"GS1-EPCIS-Min": "2.1"}):
        assert get(service, "/queries/out/events", **wish).status_code == 406
