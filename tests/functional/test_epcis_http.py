"""EPCIS over HTTP: who may, capture jobs, errors by event, and events out again."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.exchange.epcis.hashing import event_hash
from auth.actor import Role
from auth.keys import load_keys
from auth.tokens import Tokens
from graph.model.gs1_keys import read_key
from tests.epcis import CONTEXT, VALID, document, event, finished, name_of, read, xml, xml_event
from tests.epcis_schemas import QUERY, invalid
from tests.service import Service, serving

MAKER, BUYER = "6901234", "6909999"
READER = "6908888"
"""Who captures the documents of others, and nothing else."""
JSON = {"Content-Type": "application/ld+json"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("epcis"), environment={"MILKLINE_REASON_REQUIRED": "true"}) as running:
        yield running


def can(serial: str) -> str:
    return f"urn:epc:id:sgtin:6901234.000001.{serial}"


def capture(service: Service, content: str | bytes, actor: str = MAKER, **headers: str) -> httpx2.Response:
    return httpx2.post(f"{service.url}/capture", content=content, headers=service.headers(actor) | headers, timeout=60)


def job_of(service: Service, answer: httpx2.Response, actor: str = MAKER) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    return finished(f"{service.url}{answer.headers['location']}", service.headers(actor))


def events(service: Service, actor: str = MAKER, **parameters: Any) -> httpx2.Response:
    return httpx2.get(f"{service.url}/events", params=parameters, headers=service.headers(actor), timeout=60)


def listed(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


@pytest.mark.parametrize(("actor", "status"), [("PUBLIC", 401), ("CONSUMER", 403), ("PLATFORM", 403)])
def test_who_neither_captures_nor_reads(service: Service, actor: str, status: int) -> None:
    refused = capture(service, document(event()), actor)
    assert (refused.status_code, refused.json()["type"]) == (status, "epcisException:SecurityException")
    assert events(service, actor).status_code == status
    for path in ("/capture", "/capture/1"):
        assert httpx2.get(f"{service.url}{path}", headers=service.headers(actor)).status_code == status


def test_a_regulator_captures_nothing_and_reads_events_of_whom_it_supervises_with_a_reason(service: Service) -> None:
    job_of(service, capture(service, document(event(epcList=[can("seen")]))))
    regulator, reason = service.headers("REGULATOR"), {"Milkline-Reason": "inspection"}
    assert capture(service, document(event()), "REGULATOR").status_code == 403
    for path in ("/capture", "/capture/1"):
        assert httpx2.get(f"{service.url}{path}", headers=regulator | reason).status_code == 403
    asked = {"MATCH_epc": can("seen")}
    nobody = httpx2.get(f"{service.url}/events", params=asked, headers=regulator | reason)
    assert (nobody.status_code, nobody.json()["type"]) == (400, "epcisException:QueryParameterException")
    unsaid = httpx2.get(f"{service.url}/events", params=asked | {"enterprise": MAKER}, headers=regulator)
    assert (unsaid.status_code, unsaid.json()["code"]) == (403, "REASON_REQUIRED")
    read = httpx2.get(f"{service.url}/events", params=asked | {"enterprise": MAKER}, headers=regulator | reason)
    [mine] = listed(read)
    one = httpx2.get(f"{service.url}/events/{mine['eventID']}", params={"enterprise": MAKER}, headers=regulator | reason)
    assert len(listed(one)) == 1
    given = {"format": "epcis-json", "enterprise": MAKER}
    assert can("seen") in httpx2.get(f"{service.url}/export", params=given, headers=regulator | reason, timeout=60).text
    query = "{ accessLog(first: 20) { nodes { operation reason role records } } }"
    log = httpx2.post(f"{service.url}/graphql", json={"query": query}, headers=service.headers(MAKER)).json()["data"]["accessLog"]["nodes"]
    for operation in ("events", "event", "export"):
        assert any((one["operation"], one["reason"], one["role"]) == (operation, "inspection", "REGULATOR") for one in log)


def test_a_regulator_that_names_no_enterprise_that_there_is_is_told_so(service: Service) -> None:
    headers = service.headers("REGULATOR") | {"Milkline-Reason": "inspection"}
    answers = [
        httpx2.get(f"{service.url}/{path}", params={"enterprise": "9999999"}, headers=headers) for path in ("events", "events/urn:a:b")
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("found enterprise='9999999', and there is no such enterprise" in answer.text for answer in answers)


def test_a_query_that_no_event_can_fulfil_is_refused(service: Service) -> None:
    job_of(service, capture(service, document(event(epcList=[can("told")]))))
    for given in ({"MATCH_anyEPC": "foo"}, {"EQ_readPoint": "foo"}, {"EQ_eventID": "zzz"}):
        answer = events(service, **given)
        assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:QueryParameterException")
        [(name, value)] = given.items()
        assert f"found {name}='{value}'; right is " in answer.text
    key = read_key(can("told"))
    assert not isinstance(key, str)
    [found] = listed(events(service, MATCH_anyEPC=f"(01){key.digits}(21){key.serial}"))
    assert found["epcList"] == [can("told")]


def test_a_regulator_of_a_region_reads_no_events_from_elsewhere(service: Service) -> None:
    job_of(service, capture(service, document(event(epcList=[can("far")]))))
    token = Tokens(load_keys(service.data).signing).mint(Role.REGULATOR, None, "far", 3600, region="230000")
    headers = {"Authorization": f"Bearer {token}", "Milkline-Reason": "inspection"}
    answers = [httpx2.get(f"{service.url}/events", params={"enterprise": code}, headers=headers) for code in (MAKER, "6900000")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].text.replace(MAKER, "") == answers[1].text.replace("6900000", "")
    export = httpx2.get(f"{service.url}/export", params={"format": "epcis-xml", "enterprise": MAKER}, headers=headers)
    assert export.status_code == 403


def test_no_enterprise_asks_for_the_events_of_another(service: Service) -> None:
    assert events(service, BUYER, enterprise=MAKER).status_code == 403
    assert events(service, BUYER, enterprise=BUYER).status_code == 200


def test_events_and_jobs_of_others_are_not_there(service: Service) -> None:
    answer = capture(service, document(event(epcList=[can("hidden")])))
    assert httpx2.get(f"{service.url}{answer.headers['location']}", headers=service.headers(BUYER)).status_code == 404
    assert listed(events(service, BUYER, MATCH_epc=can("hidden"))) == []
    [mine] = listed(events(service, MATCH_epc=can("hidden")))
    assert httpx2.get(f"{service.url}/events/{mine['eventID']}", headers=service.headers(BUYER)).status_code == 404
    assert httpx2.get(f"{service.url}/events/ni:///sha-256;", headers=service.headers(MAKER)).status_code == 404
    assert len(listed(httpx2.get(f"{service.url}/events/{mine['eventID']}", headers=service.headers(MAKER)))) == 1


def test_an_event_is_found_by_each_id_that_it_came_with(service: Service) -> None:
    first, second = (f"urn:uuid:6901234b-0000-4000-8000-00000000000{digit}" for digit in "12")
    for event_id in (first, second):
        job_of(service, capture(service, document(event(epcList=[can("twice")], eventID=event_id))))
    [one] = listed(httpx2.get(f"{service.url}/events/{second}", headers=service.headers(MAKER)))
    assert (one["eventID"], one["epcList"]) == (first, [can("twice")])
    assert listed(events(service, EQ_eventID=second)) == listed(events(service, EQ_eventID=f"{first},{second}")) == [one]
    assert listed(events(service, EQ_eventID=second, EQ_bizStep="shipping")) == []
    assert httpx2.get(f"{service.url}/events/{second}", headers=service.headers(BUYER)).status_code == 404


def test_a_job_tells_what_became_of_a_document(service: Service) -> None:
    answer = capture(service, document(event(epcList=[can("told")], bizStep="inspecting")), **JSON)
    assert answer.headers["gs1-epcis-version"] == "2.0.0"
    job = job_of(service, answer)
    assert (job["success"], job["captured"], job["errors"], job["running"], job["noted"]) == (True, 1, [], False, 1)
    assert "custody has no record" in job["notes"][0]["notes"][0]["message"]
    again = job_of(service, capture(service, document(event(epcList=[can("told")], bizStep="inspecting"))))
    assert (again["captured"], again["unchanged"]) == (0, 1)


def test_jobs_are_listed_the_newest_first_for_who_captured(service: Service) -> None:
    sent = [document(event(epcList=[can(f"job{number}")])) for number in range(4)]
    sent.insert(2, document(event(action="CREATE")))
    made = [capture(service, one).headers["location"].rpartition("/")[2] for one in sent]
    others = capture(service, document(event(epcList=[can("others")])), BUYER).headers["location"].rpartition("/")[2]

    def walked(actor: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        following = "/capture?perPage=2"
        while following:
            answer = httpx2.get(f"{service.url}{following}", headers=service.headers(actor))
            assert answer.status_code == 200 and answer.headers["gs1-epcis-version"] == "2.0.0"
            found += answer.json()
            following = answer.headers.get("link", "").partition(">")[0].lstrip("<")
        return found

    mine = walked(MAKER)
    assert [one["captureID"] for one in mine[:5]] == made[::-1]
    assert others not in {one["captureID"] for one in mine}
    assert walked(BUYER)[0]["captureID"] == others
    assert [one["captureID"] for one in mine] == sorted((one["captureID"] for one in mine), reverse=True)
    assert [(one["running"], one["success"]) for one in mine[:5]] == [(False, number != 2) for number in range(5)]
    [failed, good] = [mine[2], mine[3]]
    assert "errors" not in failed and good["errors"] == []
    alone = httpx2.get(f"{service.url}{failed['errorFile']}", headers=service.headers(MAKER)).json()
    assert alone["errors"] and {name: alone[name] for name in failed if name != "errorFile"} == {
        name: value for name, value in failed.items() if name != "errorFile"
    }
    assert len(httpx2.get(f"{service.url}/capture", headers=service.headers(MAKER)).json()) == min(30, len(mine))


@pytest.mark.parametrize("wrong", ["perPage=0", "perPage=101", "nextPageToken=x", "nextPageToken=W10", "enterprise=6901234"])
def test_a_list_of_jobs_that_cannot_be(service: Service, wrong: str) -> None:
    refused = httpx2.get(f"{service.url}/capture?{wrong}", headers=service.headers(MAKER))
    assert (refused.status_code, refused.json()["type"]) == (400, "epcisException:QueryParameterException")


@pytest.mark.parametrize(("behaviour", "kept"), [(None, 0), ("rollback", 0), ("proceed", 1)])
def test_one_wrong_event_takes_all_with_it_or_itself_alone(service: Service, behaviour: str | None, kept: int) -> None:
    name = f"b-{behaviour}"
    wrong = document(event(epcList=[can(name)]), event(action="CREATE"))
    headers = {"GS1-Capture-Error-Behaviour": behaviour} if behaviour else {}
    job = job_of(service, capture(service, wrong, **headers))
    assert (job["success"], job["captured"]) == (False, kept)
    [error] = job["errors"]
    assert (error["type"], error["event"], error["problems"][0]["path"]) == ("epcisException:ValidationException", 1, "action")
    assert len(listed(events(service, MATCH_epc=can(name)))) == kept


def test_a_document_that_breaks_off_says_where(service: Service) -> None:
    job = job_of(service, capture(service, document(event(epcList=[can("cut")]))[:-3], **{"GS1-Capture-Error-Behaviour": "proceed"}))
    assert (job["success"], job["errors"][0]["code"]) == (False, "TRUNCATED")
    job = job_of(service, capture(service, '<!DOCTYPE a [<!ENTITY b "c">]>' + xml(xml_event())))
    assert (job["success"], job["errors"][0]["code"]) == (False, "FORBIDDEN_DTD")


def test_headers_and_parameters_that_are_wrong(service: Service) -> None:
    assert capture(service, "{}", **{"GS1-Capture-Error-Behaviour": "maybe"}).status_code == 400
    packed = capture(service, gzip.compress(document(event()).encode()), **{"Content-Encoding": "gzip"})
    assert (packed.status_code, packed.json()["type"]) == (415, "epcisException:UnsupportedMediaTypeException")
    assert "found Content-Encoding: 'gzip'; right is " in packed.json()["detail"]
    for wrong in (
        {"eventtype": "ObjectEvent"},
        {"eventType": "Event"},
        {"EQ_bizStep": "transforming"},
        {"GE_eventTime": "today"},
        {"perPage": "0"},
        {"perPage": "501"},
        {"nextPageToken": "x"},
        {"MATCH_epc": ","},
    ):
        answer = events(service, **wrong)
        assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:QueryParameterException"), wrong


def test_events_by_each_parameter(service: Service) -> None:
    place = {"id": "urn:epc:id:sgln:6901234.00007.0"}
    content = [
        event(epcList=[can("q1")], bizStep="packing", bizLocation=place, disposition="active", eventTime="2026-01-01T00:00:00Z"),
        event(epcList=[can("q2")], action="DELETE", bizStep="packing", bizLocation=place, eventTime="2026-01-02T00:00:00Z"),
        event(type="AggregationEvent", epcList=None, parentID="urn:epc:id:sscc:6901234.0000000001", bizLocation=place)
        | {"childEPCs": [can("q1")], "eventTime": "2026-01-03T00:00:00Z", "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"},
    ]
    job_of(service, capture(service, document(*content)))

    def found(**parameters: str) -> list[str]:
        told = events(service, EQ_bizLocation="https://id.gs1.org/414/6901234000078", **parameters)
        return [one["eventTime"][9:10] for one in listed(told)]

    assert found() == ["1", "2", "3"]
    assert found(eventType="ObjectEvent") == ["1", "2"]
    assert found(eventType="ObjectEvent,AggregationEvent", EQ_action="OBSERVE,DELETE") == ["1", "2", "3"]
    assert found(EQ_bizStep="https://ref.gs1.org/cbv/BizStep-packing") == ["1", "2"]
    assert found(EQ_disposition="active") == ["1"]
    assert found(MATCH_epc=can("q1")) == ["1", "3"]
    assert found(MATCH_epc="https://id.gs1.org/01/06901234000016/21/q1") == ["1", "3"]
    assert found(GE_eventTime="2026-01-02T00:00:00Z") == ["2", "3"]
    assert found(LT_eventTime="2026-01-02T00:00:00+00:00") == ["1"]
    [one] = listed(events(service, EQ_eventID="urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"))
    assert one["type"] == "AggregationEvent"


def test_what_there_is_is_told_to_everybody(service: Service) -> None:
    capturing = httpx2.options(f"{service.url}/capture")
    assert (capturing.status_code, capturing.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert capturing.headers["gs1-capture-error-behaviour"] == "rollback, proceed"
    assert int(capturing.headers["gs1-epcis-capture-file-size-limit"]) > 1_000_000
    for path in ("/events", "/events/urn:uuid:1"):
        asking = httpx2.options(f"{service.url}{path}")
        assert (asking.status_code, asking.headers["gs1-epcis-version"], asking.headers["gs1-epc-format"]) == (
            204,
            "2.0.0",
            "Never_Translates",
        )


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0"}, 200),
        ({"GS1-EPCIS-Min": "2.1"}, 406),
        ({"GS1-CBV-Max": "1.2.0"}, 406),
        ({"GS1-EPCIS-Max": "new"}, 406),
        ({"GS1-EPC-Format": "Never_Translates"}, 200),
        ({"GS1-EPC-Format": "Always_EPC_URN"}, 406),
    ],
)
def test_wishes_that_are_not_met_are_refused(service: Service, wish: dict[str, str], status: int) -> None:
    answer = httpx2.get(f"{service.url}/events", params={"perPage": 1}, headers=service.headers(MAKER) | wish)
    assert answer.status_code == status
    if status == 406:
        assert answer.json()["type"] == "epcisException:NotAcceptableException"


def test_an_answer_is_limited_or_refused_by_how_many_there_are(service: Service) -> None:
    job_of(service, capture(service, document(*[event(epcList=[can(f"count{n}")], disposition="stolen") for n in range(5)])))
    given = {"EQ_disposition": "stolen", "MATCH_epc": "urn:epc:idpat:sgtin:6901234.000001.*"}
    answer = events(service, eventCountLimit=3, perPage=2, **given)
    assert len(listed(answer)) == 2
    following = answer.headers["link"].partition(">")[0].lstrip("<")
    answer = httpx2.get(f"{service.url}{following}", headers=service.headers(MAKER))
    assert (len(listed(answer)), "link" in answer.headers) == (1, False)
    assert len(listed(events(service, maxEventCount=5, **given))) == 5
    refused = events(service, maxEventCount=4, **given)
    assert (refused.status_code, refused.json()["type"]) == (413, "epcisException:QueryTooLargeException")


def test_fields_of_others_are_asked_for_by_a_prefix_of_ones_own(service: Service) -> None:
    sent = document(event(epcList=[can("ext")], **{"ext:weight": 7}), context=[CONTEXT, {"ext": "https://example.com/ext/"}])
    job_of(service, capture(service, sent))
    headers = service.headers(MAKER) | {"GS1-Extensions": "mine=https://example.com/ext/"}
    answer = httpx2.get(f"{service.url}/events", params={"GE_mine:weight": "7"}, headers=headers)
    assert [one["epcList"] for one in listed(answer)] == [[can("ext")]]
    assert httpx2.get(f"{service.url}/events", params={"GE_mine:weight": "7"}, headers=service.headers(MAKER)).status_code == 400


def test_pages_follow_each_other_without_a_gap(service: Service) -> None:
    place = {"id": "urn:epc:id:sgln:6901234.00008.0"}
    same_time = [event(epcList=[can(f"p{serial}")], bizLocation=place) for serial in range(7)]
    job_of(service, capture(service, document(*same_time)))
    seen: list[str] = []
    answer = events(service, EQ_bizLocation=place["id"], perPage=3)
    for _ in range(10):
        seen += [one["epcList"][0] for one in listed(answer)]
        if "link" not in answer.headers:
            break
        following = answer.headers["link"].partition(">")[0].lstrip("<")
        answer = httpx2.get(f"{service.url}{following}", headers=service.headers(MAKER))
    assert sorted(seen) == [can(f"p{serial}") for serial in range(7)]


def all_of(service: Service, actor: str, accept: str) -> set[str]:
    """The hashes of all events that come out, page after page, in one syntax."""
    out: set[str] = set()
    headers = service.headers(actor) | {"Accept": accept}
    following = "/events?perPage=50"
    while following:
        answer = httpx2.get(f"{service.url}{following}", headers=headers, timeout=60)
        assert answer.headers["content-type"] == accept
        items = list(read(answer.content))
        assert not [item.problems for item in items if item.problems]
        out |= {event_hash(item.value) for item in items if item.value}
        following = answer.headers.get("link", "").partition(">")[0].lstrip("<")
    return out


@pytest.mark.skipif(not VALID, reason="the documents of others are not here")
def test_documents_of_others_come_out_with_equal_hashes(service: Service) -> None:
    expected: set[str] = set()
    for path in VALID:
        items = list(read(Path(path)))
        expected |= {event_hash(item.value) for item in items if item.value}
        job = job_of(service, capture(service, path.read_bytes(), READER), READER)
        assert job["success"], name_of(path)
    for accept in ("application/ld+json", "application/xml"):
        assert all_of(service, READER, accept) == expected
    for form in ("epcis-json", "epcis-xml"):
        answer = httpx2.get(f"{service.url}/export", params={"format": form}, headers=service.headers(READER), timeout=60)
        assert {event_hash(item.value) for item in read(answer.content) if item.value} == expected


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/xml", "text/xml"),
        ("application/xml;q=0.9, application/json", "application/json"),
        ("application/json;q=0.5, application/xml", "application/xml"),
        ("text/html, application/*;q=0.2", "application/ld+json"),
        ("", "application/ld+json"),
    ],
)
def test_events_come_in_the_syntax_that_is_asked_for(service: Service, accept: str, media_type: str) -> None:
    job_of(service, capture(service, document(event(epcList=[can("syntax")]))))
    headers = service.headers(MAKER) | {"Accept": accept}
    found = httpx2.get(f"{service.url}/events", params={"MATCH_epc": can("syntax")}, headers=headers)
    assert found.headers["content-type"].partition(";")[0] == media_type
    [item] = read(found.content)
    assert item.value and item.value.record_time is not None
    [same] = read(httpx2.get(f"{service.url}/events/{item.value.event_id}", headers=headers).content)
    assert same.value and same.value.event_id == item.value.event_id


def test_what_comes_as_xml_is_as_the_standards_schema_has_it(service: Service) -> None:
    sensed = [{"sensorMetadata": {"time": "2026-03-14T07:00Z"}, "sensorReport": [{"type": "Temperature", "value": 1e-7, "uom": "CEL"}]}]
    sent = [event(epcList=[can("xsd")], sensorElementList=sensed, sourceList=[]), event(epcList=[can("xsd")], bizStep="shipping")]
    job_of(
        service, capture(service, document(*sent, event(**{"ext:a b": [None, {"#text": "<&>"}]}), context=[CONTEXT, {"ext": "urn:x:e"}]))
    )
    headers = service.headers(MAKER) | {"Accept": "application/xml"}
    found = httpx2.get(f"{service.url}/events", params={"perPage": 500}, headers=headers)
    assert len(list(read(found.content))) >= 3
    assert invalid(found.content, QUERY) == []
    whole = httpx2.get(f"{service.url}/export", params={"format": "epcis-xml"}, headers=service.headers(MAKER), timeout=60)
    assert invalid(whole.content) == []


def test_a_syntax_that_there_is_not_is_refused(service: Service) -> None:
    answer = httpx2.get(f"{service.url}/events", headers=service.headers(MAKER) | {"Accept": "text/csv"})
    assert (answer.status_code, answer.json()["type"]) == (406, "epcisException:NotAcceptableException")


def test_an_export_of_events_names_no_kinds_of_records(service: Service) -> None:
    headers = service.headers(MAKER)
    answer = httpx2.get(f"{service.url}/export", params={"format": "epcis-json", "kind": "farm"}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")
