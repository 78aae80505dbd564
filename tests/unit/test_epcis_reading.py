"""EPCIS documents as they are read: what is refused, and where; what stays of an event; its hash."""

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from api.exchange.epcis.event import Action, EventType, Quantity, Typed
from api.exchange.epcis.hashing import event_hash
from api.exchange.epcis.json_writer import write_events
from api.exchange.epcis.reading import read_events
from api.exchange.epcis.xml_writer import write_event
from api.exchange.items import DocumentProblem, DocumentRefused
from tests.epcis import CONTEXT, INVALID, MATERIAL, VALID, document, event, name_of, read, told_by, xml, xml_event

needs_material = pytest.mark.skipif(not MATERIAL.exists(), reason="the documents of others are not here")


def problems(**fields: Any) -> list[tuple[str, str]]:
    [item] = read(document(event(**fields)).replace("Infinity", "1e999"))
    return [(problem.code.value, problem.path) for problem in item.problems]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action": "CREATE"}, [("NOT_LISTED", "action")]),
        ({"type": "ProbeEvent"}, [("NOT_LISTED", "type")]),
        ({"eventTime": None, "action": None}, [("MISSING", "eventTime"), ("MISSING", "action")]),
        ({"eventTime": "2026-02-30T08:00:00Z"}, [("MALFORMED_TIME", "eventTime")]),
        ({"eventTime": "2026-03-14T08:00:00"}, [("MALFORMED_TIME", "eventTime")]),
        ({"eventTime": "2026-03-14T08:00:00+15:00"}, [("MALFORMED_TIME", "eventTime")]),
        ({"eventTimeZoneOffset": "+15:00"}, [("MALFORMED_TIME", "eventTimeZoneOffset")]),
        ({"bizStep": "transforming"}, [("NOT_LISTED", "bizStep")]),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:transforming"}, [("NOT_LISTED", "bizStep")]),
        ({"disposition": "https://ref.gs1.org/cbv/Disp-lost"}, [("NOT_LISTED", "disposition")]),
        ({"epcList": None}, [("MISSING", "epcList")]),
        ({"epcList": "urn:epc:id:sgtin:6901234.000001.1"}, [("MALFORMED", "epcList")]),
        ({"epcList": ["a can"]}, [("MALFORMED", "epcList[0]")]),
        ({"epcList": ["urn:epc:id:sgtin:6901234.0001.1"]}, [("MALFORMED", "epcList[0]")]),
        ({"epcList": [7]}, [("MALFORMED", "epcList[0]")]),
        (
            {"quantityList": [{"epcClass": "https://id.gs1.org/01/09521141012345", "quantity": "20"}]},
            [("MALFORMED", "quantityList[0].quantity")],
        ),
        ({"quantityList": [{"quantity": 20}]}, [("MISSING", "quantityList[0].epcClass")]),
        (
            {"quantityList": [{"epcClass": "https://id.gs1.org/01/09521141012345", "quantity": -1}]},
            [("NOT_POSITIVE", "quantityList[0].quantity")],
        ),
        ({"ilmd": {"lotNumber": "A1"}}, [("UNEXPECTED", "ilmd.lotNumber")]),
        ({"weight": 5}, [("UNEXPECTED", "weight")]),
        ({"ext:weight": 5}, [("UNEXPECTED", "ext:weight")]),
        ({"{https://example.com/}weight": 5}, [("UNEXPECTED", "{https://example.com/}weight")]),
        ({"sourceList": [{"type": "place", "source": "urn:epc:id:sgln:6901234.00001.0"}]}, [("NOT_LISTED", "sourceList[0].type")]),
        ({"sensorElementList": [{"sensorReport": [{"value": True}]}]}, [("MALFORMED", "sensorElementList[0].sensorReport[0].value")]),
        (
            {"type": "AggregationEvent", "epcList": None, "childEPCs": ["urn:epc:id:sgtin:6901234.000001.1"], "action": "ADD"},
            [("MISSING", "parentID")],
        ),
        ({"type": "TransactionEvent"}, [("MISSING", "bizTransactionList")]),
        (
            {"type": "TransformationEvent", "epcList": None, "action": None, "inputEPCList": ["urn:epc:id:sgtin:6901234.000001.1"]},
            [("MISSING", "outputEPCList")],
        ),
        ({"bizStep": "a\u0000b"}, [("CONTROL_CHARACTER", "bizStep"), ("NOT_LISTED", "bizStep")]),
        ({"cbvmda:a\u0001b": 1}, [("CONTROL_CHARACTER", "a\u0001b")]),
        ({"cbvmda:a": {"b\uffff": 1}}, [("CONTROL_CHARACTER", "a.b\uffff")]),
        ({"cbvmda:a": "half \ud800 of a pair"}, [("CONTROL_CHARACTER", "a")]),
        ({"cbvmda:a": 2**63}, [("OUT_OF_RANGE", "a")]),
        ({"cbvmda:a": -(10**400)}, [("OUT_OF_RANGE", "a")]),
        ({"cbvmda:a": float("inf")}, [("OUT_OF_RANGE", "a")]),
        ({"cbvmda:" + "a" * 2_001: 1}, [("TOO_LONG", "cbvmda:" + "a" * 73)]),
        ({"a:a": 1, "@context": {"a": "https://example.com/" + "a" * 2_000}}, [("TOO_LONG", "a:a")]),
        ({"a:a": 1, "b:a": 2, "@context": dict.fromkeys("ab", "https://example.com/")}, [("DUPLICATE", "b:a")]),
        ({"epcis:bizStep": "shipping"}, [("UNEXPECTED", "bizStep")]),
        ({"epcList": ["urn:epc:idpat:sgtin:6901234.000001.*"]}, [("MALFORMED", "epcList[0]")]),
        ({"epcList": ["urn:epc:id:sgtin:6901234.000001"]}, [("MALFORMED", "epcList[0]")]),
        ({"epcList": ["urn:epc:id:sgtin:6901234.000001."]}, [("MALFORMED", "epcList[0]")]),
        ({"epcList": ["https://example.com/01/06901234000016/21/S1#x"]}, [("MALFORMED", "epcList[0]")]),
        ({"epcList": ["https://id.gs1.org/01/06901234000016/21/"]}, [("MALFORMED", "epcList[0]")]),
        ({"epcList": ["https://id.gs1.org/01/06901234000016/21/?10=L"]}, [("MALFORMED", "epcList[0]")]),
        ({"quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.000001"}]}, [("MALFORMED", "quantityList[0].epcClass")]),
        ({"quantityList": [{"epcClass": "urn:epc:idpat:sgtin:6901234.000001.*"}]}, []),
        ({"readPoint": {"id": "https://id.gs1.org/414/6901234000016#dock"}}, [("MALFORMED", "readPoint.id")]),
        ({"bizTransactionList": [{"bizTransaction": "https://example.com/orders#7"}]}, []),
    ],
)
def test_what_is_wrong_with_an_event_is_told_by_its_field(fields: dict[str, Any], expected: list[tuple[str, str]]):
    assert problems(**fields) == expected


def test_a_wrong_event_leaves_the_others_right():
    items = list(read(document(event(), event(action="CREATE"), event(), "no event")))
    assert [item.value is not None for item in items] == [True, False, True, False]
    assert [item.index for item in items] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ("text", "'text'"),
        (None, "'None'"),
        ([event()], "a list"),
    ],
)
def test_what_is_no_event_is_refused_for_itself(wrong: object, found: str):
    items = list(read(document(wrong, event())))
    assert [item.value is not None for item in items] == [False, True]
    assert items[0].problems[0].message == f"found {found}; right is an event, which is an object"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"eventList": event()}, "an object for the eventList"),
        ({"eventList": None}, "null for the eventList"),
        ({"events": [event()]}, "'events' in epcisBody"),
        ({"eventList": [], "events": [event()]}, "'events' in epcisBody"),
        ({}, "an empty epcisBody"),
        ([{"eventList": [event()]}], "a list for the epcisBody"),
        (None, "null for the epcisBody"),
        ({"queryResults": {"eventList": [event()]}}, "'eventList' in queryResults"),
        ({"queryResults": {"queryName": "all"}}, "queryResults without events"),
        ({"queryResults": {"resultsBody": {"events": []}}}, "'events' in resultsBody"),
    ],
)
def test_a_body_whose_events_are_not_where_events_are_is_refused_whole(body: object, found: str):
    with pytest.raises(DocumentRefused, match=f"^found {found}.*; right is "):
        next(read(json.dumps(json.loads(document(event())) | {"epcisBody": body})))


def test_a_list_of_events_beside_the_body_is_refused():
    for more, found in (("eventList", "eventList outside of epcisBody"), ("epcisBody", "epcisBody twice")):
        with pytest.raises(DocumentRefused, match=f"found {found}"):
            next(read(document(event())[:-1] + f', "{more}": {{"eventList": []}}}}'))


@pytest.mark.parametrize(
    ("name", "right"),
    [("QuantityEvent", "an ObjectEvent says with a quantityList"), ("Objectevent", "ObjectEvent"), ("x:Event", "AssociationEvent")],
)
def test_an_element_among_events_that_is_none_is_refused_for_itself(name: str, right: str):
    wrong = xml_event().replace("ObjectEvent", name)
    for content in (xml(wrong, xml_event()), xml(f"<extension><extension>{wrong}</extension></extension>", xml_event())):
        [refused, kept] = read(
            content.replace("<epcis:", "<epcis:", 1).replace("xmlns:epcis", 'xmlns:x="https://example.com/" xmlns:epcis')
        )
        assert kept.value is not None
        [problem] = refused.problems
        assert (problem.code.value, problem.path) == ("NOT_LISTED", "type")
        assert right in problem.message


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("EventList", "Events", "found Events in EPCISBody; right is EventList or QueryResults"),
        ("EPCISBody", "Body", "found Body in EPCISDocument; right is EPCISBody"),
        ("<EPCISBody>", "<EPCISBody>" + xml_event(), "found ObjectEvent in EPCISBody"),
        ("<EventList>" + xml_event() + "</EventList>", "", "found no EventList in EPCISDocument"),
        ("<EventList>", "<EventList>urn:epc:id:sgtin:6901234.000001.2", "found the text 'urn:epc.*' in EventList; right is elements alone"),
        ("</EventList>", " more </EventList>", "found the text 'more' in EventList"),
        ("<EPCISBody>", "more<EPCISBody>", "found the text 'more' in EPCISDocument"),
        ("</EPCISBody>", "<extension/>", "found extension in EPCISBody"),
        ("</EventList>", "</EventList>more", "found the text 'more' in EPCISBody"),
        (
            "<EPCISBody>",
            f"<extension><EPCISBody>{xml_event()}</EPCISBody></extension><EPCISBody>",
            "found EPCISBody in extension",
        ),
        ("<EPCISBody>", f"<extension><a>{xml_event()}</a></extension><EPCISBody>", "found ObjectEvent in extension"),
        ("<EPCISBody>", "<EPCISHeader><a><EPCISBody/></a></EPCISHeader><EPCISBody>", "found EPCISBody in EPCISHeader"),
    ],
)
def test_an_xml_body_whose_events_are_not_where_events_are_is_refused(old: str, new: str, found: str):
    closed = xml(xml_event()).replace(f"</{old}>", f"</{new}>").replace(f"<{old}>", f"<{new}>")
    with pytest.raises(DocumentRefused, match=found):
        list(read(closed if closed != xml(xml_event()) else xml(xml_event()).replace(old, new)))


def test_text_between_events_is_refused_after_those_before_it():
    items = read(xml(xml_event(), "more", xml_event()))
    assert next(items).value is not None
    with pytest.raises(DocumentRefused, match="found the text 'more' in EventList"):
        list(items)


def test_a_body_in_another_namespace_is_none():
    with pytest.raises(DocumentRefused, match="found no EventList in EPCISDocument"):
        list(read(xml(xml_event()).replace("<EPCISBody>", '<EPCISBody xmlns="https://example.com/">')))


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("<x:note {}/>", "note"),
        ("<x:note><x:below {}/></x:note>", "below"),
        ("<sensorElementList><sensorElement><sensorReport {}/></sensorElement></sensorElementList>", "sensorReport"),
        ("<bizStep {}>shipping</bizStep>", "bizStep"),
    ],
)
def test_an_element_with_more_attributes_than_are_read_refuses_its_event(more: str, name: str):
    many, few = (" ".join(f'x:a{place}="1"' for place in range(count)) for count in (1_001, 1_000))
    first, wrong, last = read(
        xml(*(xml_event(more.format(given)) for given in (few, many, few)), namespaces='xmlns:x="https://example.com/"')
    )
    [problem] = wrong.problems
    assert (problem.code.value, problem.path) == ("TOO_LONG", name)
    assert problem.message == "line 1: found 1,001 attributes of one element; right is at most 1,000, or elements in their place"
    assert not [one for item in (first, last) for one in item.problems if one.code == "TOO_LONG"]


@pytest.mark.parametrize("place", ["document", "event", "nested"])
def test_more_namespaces_than_an_element_may_have_end_the_document(place: str):
    def content(count: int) -> str:
        declared = [f'xmlns:x{number}="https://example.com/{number}"' for number in range(count)]
        half = len(declared) // 2
        used = f"<x{count - 1}:a x0:b='1'/>"
        match place:
            case "document":
                return xml(xml_event(used), namespaces=" ".join(declared))
            case "event":
                return xml(xml_event(used).replace("<ObjectEvent", f"<ObjectEvent {' '.join(declared)}"))
            case _:
                inner = f"<x0:note {' '.join(declared[half:])}>{used}</x0:note>"
                return xml(xml_event(inner), namespaces=" ".join(declared[:half]))

    [item] = read(content(199))  # and the standard's own
    assert item.value is not None
    assert item.value.prefixes["https://example.com/198"] == "x198"
    with pytest.raises(DocumentRefused, match="found more than 200 namespaces declared where one element stands; right is") as refused:
        list(read(content(200)))
    assert refused.value.code is DocumentProblem.TOO_LARGE


@pytest.mark.parametrize("count", [150, 151])
def test_an_event_has_names_of_so_many_namespaces_in_either_syntax(count: int):
    prefixes = {f"p{number}": f"https://example.com/{number}/" for number in range(count)}
    [told] = read(document(event(**{f"{prefix}:a": "1" for prefix in prefixes}), context=[CONTEXT, prefixes]))
    beside = "".join(f'<{prefix}:a xmlns:{prefix}="{namespace}">1</{prefix}:a>' for prefix, namespace in prefixes.items())
    unnamed = "".join(f'<a xmlns="{namespace}">1</a>' for namespace in prefixes.values())
    [written], [plain] = read(xml(xml_event(beside))), read(xml(xml_event(unnamed)))
    for item in (told, written, plain):
        if count == 150:
            assert item.value is not None
            [found] = read(xml(write_event(item.value.body, item.value.prefixes).decode()))
            assert found.value is not None
            assert told_by(found.value) == told_by(item.value)
        else:
            [problem] = item.problems
            assert (problem.code.value, problem.path) == ("TOO_LONG", "type")
            assert problem.message == "found names of 151 namespaces; right is at most 150 in one event"


@pytest.mark.parametrize(
    ("place", "path"), [("sensorReport", "sensorElementList[0].sensorReport[0]"), ("sensorMetadata", "sensorElementList[0].sensorMetadata")]
)
def test_what_xml_has_in_attributes_has_as_many_fields_in_json(place: str, path: str):
    def sensed(count: int) -> str:
        many = {f"cbvmda:a{number}": "1" for number in range(count)}
        element = {"sensorReport": [{"value": 1}], **({place: [many]} if place == "sensorReport" else {place: many})}
        return document(event(sensorElementList=[element]))

    [wrong], [right] = read(sensed(1_001)), read(sensed(1_000))
    [problem] = wrong.problems
    assert (problem.code.value, problem.path) == ("TOO_LONG", path)
    assert right.value is not None
    [found] = read(xml(write_event(right.value.body, right.value.prefixes).decode()))
    assert found.value is not None


@pytest.mark.parametrize("within", [True, False])
def test_names_that_xml_has_in_attributes_alone_are_as_many_in_json(within: bool):
    many = {f"xsi:a{number}": "1" for number in range(1_001)}
    [item] = read(document(event(**({"cbvmda:a": many} if within else many))))
    assert [(one.code.value, one.path) for one in item.problems] == [("TOO_LONG", "a" if within else "type")]


@pytest.mark.parametrize("begins", ["<?xml version='1.0'?><!-- \udcff -->", "<!-- \udcff -->", "&", "<?xml version='1.0' "])
def test_what_cannot_be_read_before_the_first_element_is_told_so(begins: str):
    with pytest.raises(DocumentRefused, match="before the first element"):
        list(read(("<!-- -->" * (begins == "&") + begins + xml(xml_event())).encode(errors="surrogateescape")))


def test_an_event_in_the_header_is_none():
    other = xml_event(epc="urn:epc:id:sgtin:6901234.000001.2")
    header = f"<EPCISHeader><extension><EPCISMasterData>{other}</EPCISMasterData></extension></EPCISHeader>"
    [item] = read(xml(xml_event()).replace("<EPCISBody>", header + "<EPCISBody>"))
    assert item.value is not None
    assert item.value.epcs == ("urn:epc:id:sgtin:6901234.000001.1",)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ("<x:note>Do <x:b>not</x:b> feed to infants</x:note>", "{https://example.com/}note"),
        ("stray", "ObjectEvent"),
        ("<readPoint>here<id>urn:epc:id:sgln:6901234.00001.0</id></readPoint>", "readPoint"),
        ('<bizStep x:by="me">shipping</bizStep>', "bizStep"),
        ('<bizStep by="me">shipping</bizStep>', "bizStep"),
        (f"<x:{'a' * 4_001}/>", "type"),
    ],
)
def test_what_an_xml_event_says_where_nothing_is_read_refuses_it(more: str, path: str):
    [item] = read(xml(xml_event(more), namespaces='xmlns:x="https://example.com/"'))
    assert [problem.path for problem in item.problems] == [path]


def test_a_name_that_comes_twice_is_refused_with_its_place():
    content = document(event(), event(**{"cbvmda:a": [1, {"b": {"c": 1}}]}))
    items = list(read(content.replace('"c": 1', '"c": 1, "c": 2')))
    assert [[(one.code.value, one.path) for one in item.problems] for item in items] == [[], [("DUPLICATE", "cbvmda:a[1].b.c")]]
    with pytest.raises(DocumentRefused, match=r"found '\[1\].a' twice in @context"):
        list(read(document(event(), context=[CONTEXT, {"a": "b"}]).replace('"a": "b"', '"a": "b", "a": "c"')))


def test_characters_that_are_written_as_escapes_are_whole_wherever_a_file_is_read_on():
    text = "\U0001f37c" * 3 + "\\" + "\u5a74" + "\\ud800"
    for blanks in range(1, 90):
        begins = document(event(**{"cbvmda:a": text}), context=[CONTEXT]).partition('"cbvmda:a"')
        filled = begins[0] + " " * (65_536 - len(begins[0].encode()) - blanks) + begins[1] + begins[2]
        [item] = read(filled)
        assert item.value is not None
        assert item.value.extensions == {"{urn:epcglobal:cbv:mda}a": text}


def test_a_byte_order_mark_before_json_is_read_over():
    [item] = read(b"\xef\xbb\xbf" + document(event()).encode())
    assert item.value is not None


@pytest.mark.parametrize("where", ["header", "event"])
def test_memory_does_not_grow_with_depth(where: str):
    deep = "[" * 300_000 + "]" * 300_000
    content = document(event(**({"cbvmda:a": "@@"} if where == "event" else {})), **({"epcisHeader": "@@"} if where == "header" else {}))
    raw = content.replace('"@@"', deep).encode()
    tracemalloc.start()
    [item] = read(raw)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [problem.code.value for problem in item.problems] == (["TOO_LONG"] if where == "event" else [])
    assert highest < 12_000_000


def test_a_number_of_thousands_of_digits_ends_the_document():
    with pytest.raises(DocumentRefused, match="found a number of more than 4,000 digits"):
        list(read(document(event(**{"cbvmda:a": "@@"})).replace('"@@"', "9" * 100_000)))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", DocumentProblem.UNKNOWN_FORMAT),
        ("epc,time\n", DocumentProblem.UNKNOWN_FORMAT),
        ("{}", DocumentProblem.UNKNOWN_FORMAT),
        ('{"type": "EPCISDocument", "@context": []}', DocumentProblem.MALFORMED_DOCUMENT),
        (document(event(), context=None), DocumentProblem.MALFORMED_DOCUMENT),
        (document(event(), context="https://example.com/context.jsonld"), DocumentProblem.MALFORMED_DOCUMENT),
        (document(event())[:-3], DocumentProblem.TRUNCATED),
        (document(event())[:200], DocumentProblem.TRUNCATED),
        (document(event()) + "}", DocumentProblem.MALFORMED_DOCUMENT),
        (xml(xml_event()).replace("</epcis:EPCISDocument>", ""), DocumentProblem.TRUNCATED),
        (xml(xml_event())[:250], DocumentProblem.TRUNCATED),
        ("<html/>", DocumentProblem.UNKNOWN_FORMAT),
        ('<!DOCTYPE a [<!ENTITY e "x">]>' + xml(xml_event()), DocumentProblem.FORBIDDEN_DTD),
        ('<!DOCTYPE a SYSTEM "https://example.com/a.dtd">' + xml(xml_event()), DocumentProblem.FORBIDDEN_DTD),
    ],
)
def test_a_document_that_cannot_be_read_says_why(content: str, code: DocumentProblem):
    with pytest.raises(DocumentRefused) as refused:
        list(read(content))
    assert refused.value.code is code


def test_entities_are_not_expanded():
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE z [<!ENTITY a0 "ha">{laughs}]>' + xml(xml_event("<bizStep>&a11;</bizStep>"))
    with pytest.raises(DocumentRefused) as refused:
        list(read(bomb))
    assert refused.value.code is DocumentProblem.FORBIDDEN_DTD


def test_files_of_the_machine_are_not_read(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    document = f'<!DOCTYPE z [<!ENTITY s SYSTEM "{secret.as_uri()}">]>' + xml(xml_event("<bizStep>&s;</bizStep>"))
    with pytest.raises(DocumentRefused, match="document type"):
        list(read(document))


def test_objects_without_end_are_refused():
    deep = '{"ext:a":' * 5_000 + "1" + "}" * 5_000
    text = document(event(), context=[CONTEXT, {"ext": "https://example.com/"}])
    with_deep = text.replace('"action": "OBSERVE"', f'"action": "OBSERVE", "ext:a": {deep}')
    [item] = read(with_deep)
    assert [problem.code.value for problem in item.problems] == ["TOO_LONG"]
    nested = "<a:a>" * 5_000 + "</a:a>" * 5_000
    with pytest.raises(DocumentRefused):
        list(read(xml(xml_event(nested), namespaces='xmlns:a="https://example.com/"')))


def test_one_event_may_not_fill_the_memory():
    def endless():
        yield document(event(bizStep="a")).partition('"bizStep": "')[0].encode() + b'"bizStep": "'
        while True:
            yield b"a" * 65_536

    class Endless(io.RawIOBase):
        parts = endless()

        def read(self, size: int = -1) -> bytes:
            return b"" if size == 0 else next(self.parts)[: size if size > 0 else None]

        def seek(self, *_: int) -> int:
            self.parts = endless()
            return 0

    with pytest.raises(DocumentRefused) as refused:
        list(read_events(Endless()))  # pyright: ignore[reportArgumentType]
    assert refused.value.code is DocumentProblem.TOO_LARGE


@pytest.mark.parametrize("syntax", ["json", "xml"])
def test_memory_does_not_grow_with_the_document(tmp_path: Path, syntax: str):
    def peak(events: int) -> int:
        path = tmp_path / f"{events}.{syntax}"
        path.write_text(document(*[event()] * events) if syntax == "json" else xml(*[xml_event()] * events))
        tracemalloc.start()
        with path.open("rb") as file:
            count = sum(1 for item in read_events(file) if item.value)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == events
        return highest

    peak(10)
    assert peak(2_000) < peak(400) * 1.5 + 100_000


def test_an_event_keeps_all_that_it_says():
    [item] = read(
        document(
            event(
                eventID="urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
                recordTime="2026-03-14T01:00:00Z",
                action="ADD",
                bizStep="https://ref.gs1.org/cbv/BizStep-commissioning",
                disposition="urn:epcglobal:cbv:disp:active",
                readPoint={"id": "urn:epc:id:sgln:6901234.00001.0"},
                quantityList=[{"epcClass": "urn:epc:class:lgtin:6901234.000001.A1", "quantity": 2.5, "uom": "KGM"}],
                bizTransactionList=[{"bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:7"}],
                destinationList=[{"type": "cbv:SDT-owning_party", "destination": "urn:epc:id:pgln:6901234.00001"}],
                ilmd={"cbvmda:lotNumber": "A1"},
                **{"ext:colour": {"ext:name": "green"}},
            ),
            context=[CONTEXT, {"ext": "https://example.com/ext/"}],
        )
    )
    found = item.value
    assert found is not None
    assert (found.type, found.action, found.time, found.offset) == (EventType.OBJECT, Action.ADD, 1_773_446_400_000, "+08:00")
    assert (found.biz_step, found.disposition, found.read_point) == ("commissioning", "active", "urn:epc:id:sgln:6901234.00001.0")
    assert found.quantities == (Quantity("urn:epc:class:lgtin:6901234.000001.A1", 2.5, "KGM"),)
    assert found.transactions == (Typed(None, "urn:epcglobal:cbv:bt:6901234000016:7"),)
    assert found.destinations == (Typed("owning_party", "urn:epc:id:pgln:6901234.00001"),)
    assert found.ilmd == {"{urn:epcglobal:cbv:mda}lotNumber": "A1"}
    assert found.extensions == {"{https://example.com/ext/}colour": {"{https://example.com/ext/}name": "green"}}
    assert found.prefixes == {"urn:epcglobal:cbv:mda": "cbvmda", "https://example.com/ext/": "ext"}


def test_the_context_may_follow_the_events():
    text = json.dumps(
        {
            "epcisBody": {"eventList": [event(**{"ext:a": "b"})]},
            "type": "EPCISDocument",
            "@context": [CONTEXT, {"ext": "https://example.com/"}],
        }
    )
    [item] = read(text)
    assert item.value is not None
    assert item.value.extensions == {"{https://example.com/}a": "b"}


@pytest.mark.parametrize(
    "other",
    [
        event(epcList=["https://id.gs1.org/01/06901234000016/21/1"]),
        event(eventTime="2026-03-14T00:00:00.000Z"),
        event(eventID="urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", recordTime="2026-03-15T00:00:00Z"),
        event(errorDeclaration={"declarationTime": "2026-03-15T00:00:00Z", "reason": "did_not_occur"}),
    ],
)
def test_the_hash_is_of_what_happened_and_not_of_how_it_was_written(other: dict[str, Any]):
    [one] = read(document(event(epcList=["urn:epc:id:sgtin:6901234.000001.1"])))
    [two] = read(document(other))
    [three] = read(xml(xml_event()))
    assert one.value and two.value and three.value
    assert told_by(one.value) == told_by(two.value) == told_by(three.value)


def test_another_event_has_another_hash():
    hashes = {
        told_by(item.value)
        for item in read(document(event(), event(action="ADD"), event(eventTimeZoneOffset="+00:00"), event(disposition="active")))
        if item.value
    }
    assert len(hashes) == 4


def measured(value: str) -> dict[str, Any]:
    return {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "stringValue": value}]}]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"ilmd": {"cbvmda:lotNumber": "007"}}, {"ilmd": {"cbvmda:lotNumber": "7"}}),
        ({"ext:a": "1E2"}, {"ext:a": "100"}),
        ({"ext:a": "1.10"}, {"ext:a": 1.1}),
        ({"ext:a": "1_0"}, {"ext:a": 10}),
        ({"ext:a": "12345678901234567890"}, {"ext:a": "12345678901234567891"}),
        ({"ext:a": 9007199254740993}, {"ext:a": 9007199254740992}),
        ({"ext:lifetime": "7"}, {"ext:lifetime": "07"}),
        ({"ext:a": {"ext:b": "1"}}, {"ext:a": "", "ext:b": "1"}),
        ({"ext:a": {"ext:b": "1", "ext:c": "2"}}, {"ext:a": {"ext:b": "1"}, "ext:c": "2"}),
        ({"ext:a": "x", "ext:b": "y"}, {"ext:a": "x{https://example.com/}b=y"}),
        ({"ilmd": {"ext:a": "1", "ext:b": "2"}}, {"ilmd": {"ext:a": "1"}, "ext:b": "2"}),
        (measured("07"), measured("7")),
        ({"ilmd": {"cbvmda:lotNumber": "A\ue0001"}}, {"ilmd": {"cbvmda:lotNumber": "A1"}}),
        ({"ext:a": "x\ue000y"}, {"ext:a": "xy"}),
        (
            {"persistentDisposition": {"set": ["https://a.example/A"], "unset": ["https://b.example/B"]}},
            {"persistentDisposition": {"set": ["https://a.example/Aun", "https://b.example/B"]}},
        ),
    ],
)
def test_events_that_say_something_else_are_two_though_their_hash_may_be_one(one: dict[str, Any], other: dict[str, Any]):
    items = read(document(event(action="ADD", **one), event(action="ADD", **other), context=[CONTEXT, {"ext": "https://example.com/"}]))
    events = [item.value for item in items if item.value]
    assert len({event_hash(each) for each in events}) == 1
    assert len({told_by(each) for each in events}) == 2
    for each in events:
        [written] = [item.value for item in read(xml(write_event(each.body, each.prefixes).decode())) if item.value]
        assert told_by(written) == told_by(each) == told_by(again([each])[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"ext:a": ["2", "1"]}, {"ext:a": ["1", "2"]}),
        ({"ext:a": {"ext:b": ["x"], "ext:c": []}}, {"ext:a": {"ext:b": "x"}}),
        ({"ext:a": {"ext:t": "2026-03-14T08:00:00+08:00"}}, {"ext:a": {"ext:t": "2026-03-14T08:00:00+08:00"}}),
        ({"ext:a": {"ext:b": 7.0}}, {"ext:a": {"ext:b": 7}}),
        ({"ext:a": {"ext:b": "7 "}}, {"ext:a": {"ext:b": 7}}),
        ({"ext:a": {"ext:b": "urn:epc:id:sgtin:6901234.000001.1"}}, {"ext:a": {"ext:b": "https://id.gs1.org/01/06901234000016/21/1"}}),
        ({"ext:a": {"x": "1"}, "bizStep": "shipping"}, {"ext:a": {"x": "1"}, "bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}),
        ({"ext:a": {"x": "1"}, "eventTime": "2026-03-14T08:00:00+08:00"}, {"ext:a": {"x": "1"}, "eventTime": "2026-03-14T00:00:00Z"}),
    ],
)
def test_what_is_written_otherwise_is_the_same_event(one: dict[str, Any], other: dict[str, Any]):
    items = read(document(event(**one), event(**other), context=[CONTEXT, {"ext": "https://example.com/"}]))
    assert len({told_by(item.value) for item in items if item.value}) == 1


def test_an_event_that_is_plain_is_known_by_its_hash_alone():
    items = read(
        document(
            event(**{"ext:a": "x", "ext:b": ["1", "2"]}),
            event(action="ADD", ilmd={"cbvmda:lotNumber": "A1"}),
            context=[CONTEXT, {"ext": "https://example.com/"}],
        )
    )
    assert all("-" not in told_by(item.value) for item in items if item.value)


def again(events: list[Any]) -> list[Any]:
    written, context = write_events((one.body, one.prefixes) for one in events)
    return [item.value for item in read(document(*written, context=context))]


def test_prefixes_that_two_events_use_otherwise_are_told_apart():
    def of(namespace: str) -> Any:
        [item] = read(document(event(**{"ext:a": "b"}), context=[CONTEXT, {"ext": namespace}]))
        return item.value

    events = [of("https://example.com/one/"), of("https://example.com/two/")]
    written = again(events)
    assert [one.extensions for one in written] == [{"{https://example.com/one/}a": "b"}, {"{https://example.com/two/}a": "b"}]
    assert [told_by(one) for one in written] == [told_by(one) for one in events]


@needs_material
@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_documents_of_others_are_read_and_written_again_with_equal_hashes(path: Path):
    items = list(read(path))
    assert items
    assert not [item.problems for item in items if item.problems]
    events = [item.value for item in items if item.value]
    assert [told_by(one) for one in again(events)] == [told_by(one) for one in events]


@needs_material
@pytest.mark.parametrize(
    "path", [path for path in VALID if path.parts[-3:-1] == ("Capture", "Documents") and path.suffix == ".json"], ids=name_of
)
def test_the_two_syntaxes_of_a_document_have_equal_hashes(path: Path):
    other = Path(str(path).replace("JSON", "XML")).with_suffix(".xml")
    if not other.exists() or path.stem == "AssociationEvent_all_possible_fields":  # whose XML has types of its values, which JSON has not
        return
    hashes = [[told_by(item.value) for item in read(one) if item.value] for one in (path, other)]
    assert hashes[0] == hashes[1]


_ALLOWED = {"ObjectEvent_with_wrong_element_order.xml"}
"""Elements may come in any order here: docs/reference/epcis.md."""


@needs_material
@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_invalid_documents_of_others_are_refused_with_the_event_the_field_and_the_reason(path: Path):
    try:
        wrong = [problem for item in read(path) for problem in item.problems]
    except DocumentRefused as refused:
        assert "right is" in str(refused)
        return
    assert bool(wrong) == (path.name not in _ALLOWED)
    assert all(problem.path and problem.message for problem in wrong)


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("https://id.gs1.org/01/06901234000017/21/1", "a key whose check digit is 6 rather than 7"),
        ("https://example.com/of/01/06901234000017/21/1", "a key whose check digit is 6 rather than 7"),
        ("https://id.gs1.org/01/069012340000162/21/1", "a key with 14 digits after its AI 01, rather than 15"),
        ("https://id.gs1.org/00/069012340000162", "a key with 18 digits after its AI 00, rather than 15"),
        ("https://id.gs1.org/00/069012340000000012", "a key whose check digit is "),
        ("https://id.gs1.org/01/06901234000016", "the key of one thing"),
        ("https://id.gs1.org/01/06901234000016/10/L1", "the key of one thing"),
        ("urn:epc:class:lgtin:6901234.000001.L1", "the key of one thing"),
    ],
)
def test_what_names_no_thing_is_refused_where_goods_are_named(key: str, right: str):
    """Such a can would be in no answer about its lot, and nothing would say so."""
    packed = {"type": "AggregationEvent", "parentID": "urn:epc:id:sscc:6901234.0000000001", "epcList": None}
    for told in (event(epcList=[key]), event(**packed, childEPCs=[key]), event(**packed | {"parentID": key}, childEPCs=[])):
        [item] = read(document(told))
        [problem] = item.problems
        assert f"right is {right}" in problem.message, problem
    [item] = read(document(event(bizLocation={"id": "https://id.gs1.org/414/6901234000014"})))
    assert "whose check digit is 6 rather than 4" in item.problems[0].message


def test_so_many_corrective_events_are_refused():
    declaration = {"declarationTime": "2026-03-15T00:00:00Z", "correctiveEventIDs": [f"urn:uuid:{number}" for number in range(101)]}
    [item] = read(document(event(errorDeclaration=declaration)))
    assert [(one.path, one.message) for one in item.problems] == [
        ("errorDeclaration.correctiveEventIDs", "found 101 entries; right is 100 at most")
    ]
