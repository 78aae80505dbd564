"""The parameters of GET /events: which events each of them means, and what is refused."""

from typing import Any

import pytest

from api.exchange.epcis.filters import KNOWN, BadParameter
from api.exchange.epcis.queries import counts_of, following_of, per_page, prefixes_of, wanted_of
from graph.events.wanted import Order
from graph.model.gs1_keys import canonical, read_key
from tests.epcis import CONTEXT, document, event, read
from tests.functional.examples import ROOT

GTIN = "06901234000016"
EXT = {"ext": "https://example.com/ext/"}
PLACE = "urn:epc:id:sgln:6901234.00001.0"
EVENTS: dict[str, dict[str, Any]] = {
    "packed": event(
        type="AggregationEvent",
        epcList=None,
        parentID="urn:epc:id:sscc:6901234.0000000001",
        childEPCs=[f"https://id.gs1.org/01/{GTIN}/21/a%2Fb"],
        childQuantityList=[{"epcClass": "urn:epc:class:lgtin:6901234.000001.L1", "quantity": 12}],
        readPoint={"id": "urn:epc:id:sgln:6901234.00001.7"},
        persistentDisposition={"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    ),
    "made": event(
        type="TransformationEvent",
        action=None,
        epcList=None,
        inputQuantityList=[{"epcClass": "urn:epc:class:lgtin:6901234.000001.L1", "quantity": 2.5, "uom": "KGM"}],
        outputEPCList=["urn:epc:id:sgtin:6901234.000002.1"],
        transformationID="urn:epc:id:gdti:6901234.00001.7",
        ilmd={"cbvmda:lotNumber": "A7", "ext:grade": {"ext:inner": "best"}},
    ),
    "sold": event(
        epcList=["urn:epc:id:sgtin:6901234.000001.ab"],
        readPoint={"id": PLACE},
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:7"}],
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:6901234.00001"}],
        destinationList=[{"type": "location", "destination": "urn:epc:id:sgln:6909999.00001.0"}],
        errorDeclaration={
            "declarationTime": "2026-04-01T00:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"],
        },
        **{"ext:weight": 7, "ext:sides": ["left", "right"], "ext:until": "2026-05-01T00:00:00+08:00"},
    ),
    "measured": event(
        epcList=["urn:epc:id:sscc:6909999.0000000001"],
        sensorElementList=[
            {
                "sensorMetadata": {"deviceID": "urn:epc:id:giai:6901234.1", "startTime": "2026-03-14T01:00:00Z", "ext:room": "cold"},
                "sensorReport": [
                    {"type": "Temperature", "value": 4.5, "uom": "CEL", "percRank": 50, "component": "x"},
                    {"type": "RelativeHumidity", "value": 60, "uom": "A93", "booleanValue": True},
                ],
            }
        ],
    ),
}


@pytest.fixture(scope="module")
def bodies() -> dict[str, Any]:
    items = list(read(document(*EVENTS.values(), context=[CONTEXT, EXT])))
    assert not [item.problems for item in items if item.problems]
    return {name: item.value.body for name, item in zip(EVENTS, items, strict=True) if item.value}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MATCH_epc", "urn:epc:id:sgtin:6901234.000001.ab", "sold"),
        ("MATCH_epc", f"https://id.gs1.org/01/{GTIN}/21/a%2Fb", "packed"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:6901234.000001.*", "packed sold"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:6901234.000001.ab", "sold"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:6901234.000002.*", ""),
        ("MATCH_epc", "urn:epc:idpat:sgtin:*.*.*", "packed sold"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:6901235.*.*", ""),
        ("MATCH_epc", "urn:epc:idpat:sscc:6909999.*", "measured"),
        ("MATCH_epc", "urn:epc:id:sscc:6901234.0000000001", ""),
        ("MATCH_parentID", "urn:epc:idpat:sscc:6901234.*", "packed"),
        ("MATCH_anyEPC", "urn:epc:id:sscc:6901234.0000000001", "packed"),
        ("MATCH_anyEPC", "urn:epc:idpat:sgtin:6901234.*.*", "packed made sold"),
        ("MATCH_outputEPC", "urn:epc:idpat:sgtin:6901234.000002.*", "made"),
        ("MATCH_inputEPC", "urn:epc:idpat:sgtin:6901234.*.*", ""),
        ("MATCH_epcClass", "urn:epc:class:lgtin:6901234.000001.L1", "packed"),
        ("MATCH_inputEPCClass", "urn:epc:idpat:lgtin:6901234.000001.*", "made"),
        ("MATCH_outputEPCClass", "urn:epc:idpat:lgtin:6901234.000001.*", ""),
        ("MATCH_anyEPCClass", "urn:epc:idpat:lgtin:6901234.*.*,urn:epc:class:lgtin:6909999.000001.3", "packed made"),
        ("WD_readPoint", PLACE, "packed sold"),
        ("WD_bizLocation", PLACE, ""),
        ("EQ_transformationID", "urn:epc:id:gdti:6901234.00001.7", "made"),
        ("EQ_bizTransaction_po", "urn:epcglobal:cbv:bt:6901234000016:7", "sold"),
        ("EQ_bizTransaction_urn:epcglobal:cbv:btt:inv", "urn:epcglobal:cbv:bt:6901234000016:7", ""),
        ("EQ_source_https://ref.gs1.org/cbv/SDT-owning_party", "https://id.gs1.org/417/6901234000016", "sold"),
        ("EQ_destination_location", "urn:epc:id:sgln:6909999.00001.0", "sold"),
        ("EQ_quantity", "12", "packed"),
        ("GT_quantity", "2.5", "packed"),
        ("GE_quantity", "2.5", "packed made"),
        ("LT_quantity", "2.5", ""),
        ("LE_quantity", "2.50", "made"),
        ("EXISTS_errorDeclaration", "", "sold"),
        ("EXISTS_errorDeclaration", "true", "sold"),
        ("GE_errorDeclarationTime", "2026-04-01T00:00:00Z", "sold"),
        ("LT_errorDeclarationTime", "2026-04-01T00:00:00Z", ""),
        ("EQ_errorReason", "urn:epcglobal:cbv:er:incorrect_data", "sold"),
        ("EQ_correctiveEventID", "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", "sold"),
        ("EQ_persistentDisposition_set", "completeness_verified", "packed"),
        ("EQ_persistentDisposition_unset", "completeness_verified", ""),
        ("EQ_ILMD_cbvmda:lotNumber", "A7,A8", "made"),
        ("EQ_ILMD_urn:epcglobal:cbv:mda#lotNumber", "A7", "made"),
        ("EXISTS_ILMD_ext:grade", "", "made"),
        ("EXISTS_ILMD_ext:inner", "", ""),
        ("EQ_INNER_ILMD_ext:inner", "best", "made"),
        ("EQ_INNER_ext:inner", "best", "made"),
        ("EXISTS_https://example.com/ext/#weight", "", "sold"),
        ("EQ_ext:weight", "7.0", "sold"),
        ("GT_ext:weight", "6", "sold"),
        ("LT_ext:weight", "6", ""),
        ("EQ_ext:weight", "007", "sold"),
        ("EQ_ext:weight", "heavy", ""),
        ("EQ_ext:sides", "right", "sold"),
        ("EQ_ext:until", "2026-04-30T16:00:00Z", "sold"),
        ("EQ_ext:until", "2026-04-30T16:00:01Z", ""),
        ("LE_ext:until", "2026-04-30T16:00:00Z", "sold"),
        ("GT_ext:until", "2026-04-30T16:00:00Z", ""),
        ("EXISTS_sensorElementList", "", "measured"),
        ("EQ_type", "https://gs1.org/voc/Temperature", "measured"),
        ("EQ_component", "x", "measured"),
        ("EQ_deviceID", "urn:epc:id:giai:6901234.1", "measured"),
        ("GT_value_CEL", "4", "measured"),
        ("GT_value_CEL", "5", ""),
        ("EQ_value_A93", "60.0", "measured"),
        ("GE_percRank", "50", "measured"),
        ("EQ_booleanValue", "true", "measured"),
        ("GE_startTime", "2026-03-14T01:00:00Z", "measured"),
        ("EQ_SENSORMETADATA_ext:room", "cold", "measured"),
    ],
)
def test_each_parameter_means_its_events(bodies: dict[str, Any], name: str, value: str, expected: str) -> None:
    keep = wanted_of([(name, value)], EXT).keep
    assert keep is not None
    assert [one for one, body in bodies.items() if keep(body)] == expected.split()


LOTS = ["7", "007", "7.0", "1E2", "100", "12345678901234567890", "12345678901234567891", "nan", "1_0", "10", "2026-05-01"]


@pytest.mark.parametrize("lot", LOTS)
def test_what_is_told_as_text_is_found_by_that_text_alone(lot: str) -> None:
    items = read(
        document(*(event(action="ADD", ilmd={"cbvmda:lotNumber": one}, **{"ext:no": one}) for one in LOTS), context=[CONTEXT, EXT])
    )
    told: list[Any] = [item.value.body for item in items if item.value]
    for name in ("EQ_ILMD_cbvmda:lotNumber", "EQ_INNER_ILMD_cbvmda:lotNumber", "EQ_ext:no"):
        keep = wanted_of([(name, lot)], EXT).keep
        assert keep is not None
        assert [body["ilmd"]["{urn:epcglobal:cbv:mda}lotNumber"] for body in told if keep(body)] == [lot]


@pytest.mark.parametrize(
    "given",
    [
        {"eventtype": "ObjectEvent"},
        {"GE_eventDate": "2026-01-01T00:00:00+01:00"},
        {"GE_recordTime": "today"},
        {"EQ_action": "SHIPPED"},
        {"orderBy": "eventTime", "orderDirection": "SIDEWAYS"},
        {"orderDirection": "ASC"},
        {"orderBy": "quantity"},
        {"MATCH_epc": "urn:epc:idpat:sgtin:6901234.*.7"},
        {"MATCH_epc": "urn:epc:idpat:sgtin:6901234.0001.*"},
        {"MATCH_epc": "urn:epc:idpat:grai:6901234.00001.*"},
        {"MATCH_epc": "*"},
        {"MATCH_epc": ""},
        {"MATCH_epcs": "urn:epc:id:sgtin:6901234.000001.ab"},
        {"EXISTS_errorDeclaration": "false"},
        {"GE_quantity": "many"},
        {"GE_quantity": "1,2"},
        {"LE_startTime": "2026-03-14T01:00:00Z"},
        {"EQ_other:weight": "7"},
        {"EQ_weight": "7"},
        {"GT_ext:weight": "heavy"},
        {"EQ_ILMD_": "7"},
        {"HASATTR_bizLocation": "https://example.com/region"},
        {"EQATTR_readPoint_https://example.com/region": "north"},
        {"MATCH_anyEPC": "foo"},
        {"MATCH_epc": "06901234000016"},
        {"MATCH_epc": "(01)06901234000016"},
        {"MATCH_epc": "(01)06901234000017(21)1"},
        {"MATCH_epc": "(01)06901234000016(21"},
        {"MATCH_parentID": "urn:epc:id:sscc:6901234.1"},
        {"MATCH_anyEPCClass": "urn:epc:class:lgtin:6901234.1.L1"},
        {"MATCH_anyEPC": "urn:epc:id:sscc:6901234.0000000001,foo"},
        {"EQ_readPoint": "foo"},
        {"WD_bizLocation": "6901234000016"},
        {"EQ_eventID": "zzz"},
        {"EQ_correctiveEventID": "zzz"},
        {"EQ_transformationID": "7"},
        {"EQ_bizTransaction_po": "7"},
        {"EQ_source_seller": "urn:epc:id:pgln:6901234.00001"},
        {"EQ_destination_location": "foo"},
        {"EQ_errorReason": "mistake"},
        {"EQ_bizStep": "shipped"},
    ],
)
def test_what_is_not_known_or_not_right_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(BadParameter, match="right is"):
        wanted_of(given.items(), EXT)


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        (f"(01){GTIN}(21)a/b", "packed"),
        (f"01{GTIN}21a/b", "packed"),
        (f"]d201{GTIN}21ab\x1d17270901", "sold"),
        (f"(01){GTIN}(21)other", ""),
        ("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", ""),
        ("https://example.com/things/7", ""),
    ],
)
def test_element_strings_that_name_a_thing_are_taken_like_its_urn(bodies: dict[str, Any], spelled: str, expected: str) -> None:
    keep = wanted_of([("MATCH_anyEPC", spelled)]).keep
    assert keep is not None
    assert [one for one, body in bodies.items() if keep(body)] == expected.split()
    text = read_key("urn:epc:id:sgln:6909999.00001.0")
    assert not isinstance(text, str)
    assert wanted_of([("EQ_readPoint", f"(414){text.digits}")]).read_points == [canonical("urn:epc:id:sgln:6909999.00001.0")]


def test_a_refusal_names_the_parameter_what_was_found_and_what_is_right() -> None:
    with pytest.raises(BadParameter, match=r"found EQ_readPoint='foo'; right is a key as an EPC URN"):
        wanted_of([("EQ_readPoint", "foo")])
    with pytest.raises(BadParameter, match=r"='\(01\)06901234000017\(21\)1', which is not a key; right is a key whose check digit is 6 "):
        wanted_of([("MATCH_epc", "(01)06901234000017(21)1")])


def test_a_query_that_was_kept_with_such_a_value_goes_on() -> None:
    assert wanted_of([("EQ_readPoint", "foo,urn:a:b")], kept=True).read_points == ["foo", "urn:a:b"]


def test_keys_that_are_named_are_looked_up() -> None:
    keys = "urn:epc:id:sgtin:6901234.000001.1,urn:epc:id:sgtin:6901234.000001.2"
    assert wanted_of([("MATCH_anyEPC", keys), ("MATCH_epcClass", "urn:a:b")]).names == ("urn:a:b",)
    assert wanted_of([("MATCH_epc", "urn:epc:idpat:sgtin:6901234.000001.*")]).names is None


def test_orders() -> None:
    assert (wanted_of([]).order, wanted_of([]).descending) == (Order.EVENT_TIME, False)
    new = wanted_of([("GE_recordTime", "2026-03-14T01:00:00Z")])
    assert (new.order, new.descending) == (Order.RECORD_TIME, False)
    latest = wanted_of([("orderBy", "recordTime")])
    assert (latest.order, latest.descending) == (Order.RECORD_TIME, True)
    assert not wanted_of([("orderDirection", "ASC"), ("orderBy", "eventTime")]).descending


def test_counts_and_headers() -> None:
    assert per_page(None) == 30
    for wrong in ({"limit": "0", "largest": None}, {"limit": "5", "largest": "5"}, {"limit": None, "largest": "x"}):
        with pytest.raises(BadParameter):
            counts_of(**wrong)
    assert prefixes_of("a=https://a/, b=urn:b") == {"a": "https://a/", "b": "urn:b"}
    with pytest.raises(BadParameter):
        prefixes_of("a")
    for token in ("x", "bnVsbA", "WzEsMl0", "WzEsIiIsbnVsbF0"):
        with pytest.raises(BadParameter):
            following_of(token)


def test_every_parameter_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/epcis.md").read_text("utf-8")
    for name in KNOWN:
        assert name in text
