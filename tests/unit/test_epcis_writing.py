"""Events written as EPCIS 2.0 XML: what a reader makes of it has the same hash, and says the same."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from api.exchange.epcis.event import Event
from api.exchange.epcis.hashing import number_text
from api.exchange.epcis.xml_writer import DOCUMENT_END, document_start, query_document, write_event
from tests.epcis import CONTEXT, VALID, document, event, name_of, read, told_by, xml, xml_event
from tests.epcis_schemas import QUERY, invalid

CREATED = "2026-03-14T08:00:00Z"


def written(events: list[Event]) -> bytes:
    return b"".join((document_start(CREATED), *(write_event(one.body, one.prefixes) for one in events), DOCUMENT_END))


def again(events: list[Event]) -> list[Event]:
    items = list(read(written(events)))
    assert not [item.problems for item in items if item.problems]
    return [item.value for item in items if item.value]


def said(value: Any) -> Any:
    """What XML says of a value: numbers and flags are texts, whole ones without a point, times have seconds; a list of one is its entry."""
    if isinstance(value, Mapping):
        entries = {name: said(entry) for name, entry in value.items()}  # pyright: ignore[reportUnknownVariableType]
        kept = {name: entry for name, entry in entries.items() if entry != []}
        if not kept.get("#text", True):
            del kept["#text"]
        return (kept["#text"] if set(kept) == {"#text"} else kept) or ""
    if isinstance(value, (list, tuple)):
        each = [said(entry) for entry in value]  # pyright: ignore[reportUnknownVariableType]
        flat = [one for entry in each for one in (entry if isinstance(entry, list) else [entry])]  # pyright: ignore
        return flat[0] if len(flat) == 1 else flat
    if isinstance(value, float):
        return number_text(repr(value))
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return re.sub(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)$", r"\1:00\2", str(value).strip())


@pytest.mark.skipif(not VALID, reason="the documents of others are not here")
@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_documents_of_others_are_written_as_xml_and_say_the_same(path: Path) -> None:
    events = [item.value for item in read(path) if item.value]
    found = again(events)
    assert [told_by(one) for one in found] == [told_by(one) for one in events]
    assert [said(one.body) for one in found] == [said(one.body) for one in events]


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_documents_of_others_are_written_as_the_standards_schema_has_it(path: Path) -> None:
    events = [item.value for item in read(path) if item.value]
    assert invalid(written(events)) == []
    told = [write_event({**one.body, "eventID": "urn:uuid:1", "recordTime": CREATED}, one.prefixes) for one in events]
    assert invalid(query_document(told, CREATED, "shipping", "01ARZ3"), QUERY) == []


TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\ufffe\uffff"), max_size=8).map(
    lambda text: "".join(one for one in text if one >= " " or one in "\t\n\r")
)
NUMBERS = st.one_of(st.integers(1 - 2**63, 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
NAMES = st.one_of(st.sampled_from(["ext:a", "ext:b", "two:a", "ext:1", "ext:a b", "old:c", "none:d"]), TEXT.map("ext:".__add__))
BARE = st.one_of(NAMES, st.sampled_from(["#text", "@type", "type", "sourceList", "epcList", "name"]))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(BARE, below, max_size=3)),
    max_leaves=8,
)


def of_text(value: Any) -> Any:
    """No object as the text of one: it is nothing that XML could say."""
    if isinstance(value, dict):
        return {name: "x" if name == "#text" else of_text(entry) for name, entry in value.items()}  # pyright: ignore
    return [of_text(entry) for entry in value] if isinstance(value, list) else value  # pyright: ignore


@pytest.mark.parametrize("text", ["INFINITY", "-inf", " Infinity", "2E400", "9" * 400])
def test_what_would_be_an_infinite_number_is_a_text(text: str) -> None:
    [item, other] = read(
        document(event(ilmd={"ext:a": text}), event(ilmd={"ext:a": text + "0"}), context=[CONTEXT, {"ext": "https://example.com/"}])
    )
    assert item.value, item.problems
    assert other.value, other.problems
    [found] = again([item.value])
    assert told_by(found) == told_by(item.value) != told_by(other.value)


@settings(max_examples=50, deadline=None)
@example(top={"ext:a": False}, ilmd={"ext:a": []}, sensor={}, quantity=1.0)
@example(top={"ext:a": {"#text": None}}, ilmd={"ext:a": {"#text": None}}, sensor={}, quantity=0.0)
@given(
    top=st.dictionaries(NAMES, VALUES, max_size=3),
    ilmd=st.dictionaries(NAMES, VALUES, max_size=2),
    sensor=st.dictionaries(NAMES, VALUES, max_size=2),
    quantity=NUMBERS.filter(lambda one: 0 <= one < 1e300),
)
def test_any_extension_is_kept(top: dict[str, Any], ilmd: dict[str, Any], sensor: dict[str, Any], quantity: float) -> None:
    sent = event(
        action="ADD",
        ilmd=of_text(ilmd),
        quantityList=[{"epcClass": "urn:epc:class:lgtin:6901234.000001.A1", "quantity": quantity, "uom": "KGM"}],
        sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": quantity, **of_text(sensor)}], **of_text(sensor)}],
        errorDeclaration={"declarationTime": CREATED, "reason": "incorrect_data", **of_text(ilmd)},
        **of_text(top),
    )
    context = [CONTEXT, {"ext": "https://example.com/ext/", "two": "urn:example:two", "old": "urn:epcglobal:epcis:xsd:1", "none": ""}]
    [item] = read(document(sent, context=context))
    assert item.value, item.problems
    [found] = again([item.value])
    assert told_by(found) == told_by(item.value)
    assert said(found.body) == said(item.value.body)


@settings(max_examples=50, deadline=None)
@given(
    top=st.dictionaries(NAMES, VALUES, max_size=3),
    ilmd=st.dictionaries(NAMES, VALUES, max_size=2),
    sensor=st.dictionaries(st.sampled_from(["ext:a", "ext:b", "two:a"]), st.one_of(st.booleans(), NUMBERS, TEXT), max_size=2),
    quantity=NUMBERS.filter(lambda one: 0 <= one < 1e300),
    empty=st.sets(st.sampled_from(["epcList", "sourceList", "destinationList", "bizTransactionList", "sensorElementList", "quantityList"])),
)
def test_the_standards_schema_lets_any_extension_pass(
    top: dict[str, Any], ilmd: dict[str, Any], sensor: dict[str, Any], quantity: float, empty: set[str]
) -> None:
    """But for objects and lists of others within a sensor's report, and names that XML cannot write, for which it has no place there."""
    sent = {
        "action": "ADD",
        "ilmd": of_text(ilmd),
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.000001.A1", "quantity": quantity, "uom": "KGM"}],
        "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": quantity, **sensor}], **of_text(ilmd)}],
        "errorDeclaration": {"declarationTime": "2026-03-14T08:00Z", "reason": "incorrect_data", "correctiveEventIDs": [], **of_text(ilmd)},
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00001.0", **of_text(top)},
        **of_text(top),
        **{name: [] for name in empty - {"epcList"}},
    }
    context = [CONTEXT, {"ext": "https://example.com/ext/", "two": "urn:example:two", "old": "urn:epcglobal:epcis:xsd:1", "none": ""}]
    [item] = read(document(event(**sent), context=context))
    assert item.value, item.problems
    assert invalid(written([item.value])) == []
    assert told_by(again([item.value])[0]) == told_by(item.value)


@pytest.mark.parametrize("prefix", ["xsd", "xs", "ext"])
def test_types_of_values_are_named_by_a_prefix_that_is_declared(prefix: str) -> None:
    namespaces = f'xmlns:{prefix}="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:e="https://example.com/"'
    [item] = read(xml(xml_event(f'<e:count xsi:type="{prefix}:integer">7</e:count>'), namespaces=namespaces))
    assert item.value
    [one] = etree.fromstring(written([item.value])).iter("{https://example.com/}count")
    named, _, local = one.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").partition(":")
    assert (one.nsmap[named], local) == ("http://www.w3.org/2001/XMLSchema", "integer")
    assert invalid(written([item.value])) == []


def test_times_without_seconds_are_written_with_them() -> None:
    sent = event(
        eventTime="2026-03-14T08:00+08:00",
        errorDeclaration={"declarationTime": "2026-03-14T09:00Z"},
        sensorElementList=[{"sensorMetadata": {"time": "2026-03-14T07:00Z"}, "sensorReport": [{"time": "2026-03-14T07:00:30.5Z"}]}],
    )
    [item] = read(document(sent))
    assert item.value
    assert invalid(written([item.value])) == []
    [found] = again([item.value])
    assert (told_by(found), found.time) == (told_by(item.value), item.value.time)


def test_a_query_document_declares_what_its_events_use() -> None:
    [item] = read(document(event(**{"xmlns1:a": 1}), context=[CONTEXT, {"xmlns1": "https://example.com/"}]))
    assert item.value
    text = query_document([write_event(item.value.body, item.value.prefixes)], CREATED, "a<b", "one&two")
    root = etree.fromstring(text)
    assert root.tag == "{urn:epcglobal:epcis-query:xsd:2}EPCISQueryDocument"
    assert (root.findtext(".//queryName"), root.findtext(".//subscriptionID")) == ("a<b", "one&two")
    [one] = read(text)
    assert one.value and told_by(one.value) == told_by(item.value)


def test_words_are_written_as_uris_and_fields_in_the_order_of_the_schema() -> None:
    sent = event(
        bizStep="packing",
        persistentDisposition={"set": ["active"], "unset": ["inactive"]},
        bizTransactionList=[{"bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:7", "type": "po"}],
        readPoint={"id": "urn:epc:id:sgln:6901234.00001.0"},
    )
    [item] = read(document(sent))
    assert item.value
    root = etree.fromstring(write_event(dict(reversed(list(item.value.body.items()))), {}))
    names = ["eventTime", "eventTimeZoneOffset", "epcList", "action", "bizStep", "readPoint", "bizTransactionList", "persistentDisposition"]
    assert [child.tag for child in root] == names
    assert root.findtext("bizStep") == "https://ref.gs1.org/cbv/BizStep-packing"
    assert root.find("bizTransactionList/bizTransaction").get("type") == "https://ref.gs1.org/cbv/BTT-po"  # pyright: ignore[reportOptionalMemberAccess]
    assert [child.tag for child in root.find("persistentDisposition")] == ["unset", "set"]  # pyright: ignore[reportOptionalIterable]


def test_what_xml_cannot_write_is_escaped_where_it_was_kept_before() -> None:
    body = {**event(), "{https://example.com/}a\x01b": {"c\uffff": "d\x00"}}
    root = etree.fromstring(write_event(body, {"https://example.com/": "ex"}))
    field = root[-1]
    assert (field.get("name"), field[0].get("name"), field[0].text) == ("{https://example.com/}a\\u0001b", "c\\uffff", "d\\u0000")
