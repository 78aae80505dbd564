"""Records of files on both engines: recorded as by the mutations, in their order, each wrong one told by its place in the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.exchange.importing import import_items, refusals
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.records.kinds import FILED, KINDS
from api.exchange.records.recording import RecordOutcome, RecordsRecorder
from api.exchange.records.told import Told
from api.files import FileStore
from auth.actor import Actor, Duty, Role
from graph.capture import NotSignedIn, Options
from graph.engine.driver import Graph
from tests.capturing import CONSUMER, MAKER, PLATFORM, ask, batch, digest, farm, item, lot, milk, node, site

pytestmark = pytest.mark.anyio
WAREHOUSE = Actor("hall@maker", Role.ENTERPRISE, "MAKER1", frozenset({Duty.WAREHOUSE}))


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def told(*records: tuple[str, dict[str, Any]]) -> list[Item[Told]]:
    return [Item(index, Told(FILED[kind], fields), line=index + 1) for index, (kind, fields) in enumerate(records)]


def shown(outcomes: list[RecordOutcome]) -> list[tuple[str, str | None]]:
    return [(outcome.status.value, outcome.id) for outcome in outcomes]


async def test_who_may_not_record_is_refused_record_by_record(graph: Graph, files: FileStore) -> None:
    before = await digest(graph)
    wrong = await RecordsRecorder(graph, WAREHOUSE, Options(), files).record(told(("farm", farm()), ("farm", farm("F2"))))
    assert [(one.status, one.kind, one.problems[0].code, one.problems[0].path) for one in wrong] == [
        ("REJECTED", "farm", "FORBIDDEN", "kind")
    ] * 2
    assert "found the duties: warehouse; recordFarms is for one of" in wrong[0].problems[0].message
    with pytest.raises(NotSignedIn):
        await RecordsRecorder(graph, Actor("", Role.PUBLIC), Options(), files).record(told(("farm", farm())))
    [refused] = await RecordsRecorder(graph, CONSUMER, Options(), files).record(told(("farm", farm())))
    assert refused.problems[0].code == "FORBIDDEN"
    assert await digest(graph) == before
    [kept, _] = await RecordsRecorder(graph, WAREHOUSE, Options(), files).record(told(("site", site()), ("farm", farm())))
    assert kept.status == "CREATED"


async def test_records_of_all_kinds_in_one_file(graph: Graph, files: FileStore) -> None:
    recorder = RecordsRecorder(graph, MAKER, Options(), files)
    records = told(("farm", farm()), ("milk_delivery", milk()), ("batch", batch()), ("package", item()), ("farm", farm("F2")))
    assert shown(await recorder.record(records)) == [
        ("CREATED", "farm/MAKER1/F1"),
        ("CREATED", "milk/MAKER1/M1"),
        ("CREATED", "batch/MAKER1/B1"),
        ("CREATED", "package/MAKER1/I1"),
        ("CREATED", "farm/MAKER1/F2"),
    ]
    before = await digest(graph)
    assert {status for status, _ in shown(await recorder.record(records))} == {"UNCHANGED"}
    assert await digest(graph) == before


async def test_a_number_alone_is_a_record_of_ones_own(graph: Graph, files: FileStore) -> None:
    """Where a field takes one kind; what may be of several, or is another's as a rule, is an ID."""
    recorder = RecordsRecorder(graph, MAKER, Options(), files)
    moment = "2026-03-14T12:00:00+08:00"
    sent = {"number": "D1", "origin": "S1", "destination": "site/MAKER1/S1", "departedAt": moment, "packages": ["package/MAKER1/I1"]}
    records = told(
        ("farm", farm()),
        ("site", site()),
        ("milk_delivery", milk(farm="F1")),
        ("batch", batch(inputs=[])),
        ("package", item(batch="B1")),
        ("shipment", sent),
        ("sale", {"store": "S1", "packages": ["package/MAKER1/I1"], "soldAt": moment}),
    )
    assert [(one.status, one.problems) for one in await recorder.record(records)] == [("CREATED", ())] * len(records)
    stored = await node(graph, "milk/MAKER1/M1")
    assert stored is not None
    assert stored["farm"] == "farm/MAKER1/F1"
    wrong = told(
        ("milk_delivery", milk("M2", farm="F9")),
        ("batch", batch("B2", inputs=[{"source": "M1", "quantityKg": "1", "at": moment}])),
        ("receipt", {"shipment": "D1", "receivedAt": moment}),
        ("ingredient_lot", lot("L2", supplier="MAKER1")),
        ("shipment", sent | {"number": "D2", "destination": "S1"}),
        ("shipment", sent | {"number": "D3", "packages": ["I1"]}),
        ("receipt", {"shipment": "shipment/MAKER1/D1", "receivedAt": moment, "missing": ["I1"]}),
        ("sale", {"store": "S1", "packages": ["I1"], "soldAt": moment}),
    )
    refused = await recorder.record(wrong)
    assert [(one.problems[0].code.value, one.problems[0].path) for one in refused] == [
        ("UNKNOWN_REFERENCE", "farm"),
        ("MALFORMED_ID", "inputs[0].source"),
        ("MALFORMED_ID", "shipment"),
        ("MALFORMED_ID", "supplier"),
        ("MALFORMED_ID", "destination"),
        ("MALFORMED_ID", "packages[0]"),
        ("MALFORMED_ID", "missing[0]"),
        ("MALFORMED_ID", "packages[0]"),
    ]


def weighed(source: str, hour: int = 8, mass: str = "10", **more: Any) -> tuple[str, dict[str, Any]]:
    return "batch_input", {"batch": "B1", "source": source, "quantityKg": mass, "at": f"2026-03-14T{hour:02}:30:00+08:00", **more}


async def inputs(graph: Graph, record: str = "batch/MAKER1/B1") -> list[tuple[str, str, bool]]:
    stored = await node(graph, record)
    assert stored is not None
    edges = await ask(graph, "MATCH (s)-[:CONSUMED_BY]->(b {id: $id}) RETURN count(s)", id=record)
    uses = [json.loads(text) for text in stored["inputs"] or []]
    assert edges[0][0] == len(uses)
    return [(use["source"].rpartition("/")[2], use["quantityKg"], use["rework"]) for use in uses]


async def test_inputs_come_in_rows_of_their_own(graph: Graph, files: FileStore) -> None:
    """They are added to the batch, which keeps them when it comes again without a word on inputs."""
    recorder = RecordsRecorder(graph, MAKER, Options(), files)
    alone = batch(inputs=[])
    del alone["inputs"]
    rows = told(
        ("farm", farm()),
        ("milk_delivery", milk()),
        ("ingredient_lot", lot()),
        ("batch", alone),
        weighed("milk/MAKER1/M1"),
        weighed("lot/MAKER1/L1", rework=True),
        weighed("lot/OTHER1/L9", 9),
    )
    assert [(one.status, one.problems) for one in await recorder.record(rows)][:4] == [("CREATED", ())] * 4
    three = [("M1", "10", False), ("L1", "10", True), ("L9", "10", False)]
    assert await inputs(graph) == three
    before = await digest(graph)
    assert shown(await recorder.record(rows[3:])) == [("UNCHANGED", "batch/MAKER1/B1")] * 4
    assert await digest(graph) == before
    assert shown(await recorder.record(told(weighed("milk/MAKER1/M1", mass="11")))) == [("UPDATED", "batch/MAKER1/B1")]
    assert await inputs(graph) == [("M1", "11", False), *three[1:]]
    amended = await recorder.record(told(("batch", alone | {"yieldKg": "7"})))
    assert (amended[0].status, len(await inputs(graph))) == ("UPDATED", 3)
    assert (await recorder.record(told(("batch", alone | {"inputs": []}))))[0].status == "UPDATED"
    assert await inputs(graph) == []


async def test_an_input_that_is_wrong_is_refused_alone(graph: Graph, files: FileStore) -> None:
    recorder = RecordsRecorder(graph, MAKER, Options(), files)
    await recorder.record(told(("farm", farm()), ("milk_delivery", milk()), ("batch", batch(inputs=[]))))
    before = await digest(graph)
    [strange] = await recorder.record(told(weighed("milk/MAKER1/M1", batch="batch/OTHER1/B1")))
    assert [problem.code.value for problem in strange.problems] == ["NOT_YOURS"]
    [denied] = await RecordsRecorder(graph, WAREHOUSE, Options(), files).record(told(weighed("milk/MAKER1/M1")))
    assert [problem.code.value for problem in denied.problems] == ["FORBIDDEN"]
    assert await digest(graph) == before
    rows = told(
        weighed("milk/MAKER1/M1"),
        weighed("lot/MAKER1/NONE"),
        weighed("milk/MAKER1/M1", mass="12"),
        weighed("milk/MAKER1/M1", 9, batch="B9"),
        weighed("batch/MAKER1/B1"),
        weighed("M1"),
        weighed("milk/MAKER1/M1", 10),
    )
    outcomes = await recorder.record(rows)
    assert [(one.status.value, *((problem.code.value, problem.path) for problem in one.problems)) for one in outcomes] == [
        ("UPDATED",),
        ("REJECTED", ("UNKNOWN_REFERENCE", "source")),
        ("REJECTED", ("DUPLICATE", "quantityKg")),
        ("REJECTED", ("UNKNOWN_REFERENCE", "batch")),
        ("REJECTED", ("IN_ITSELF", "source")),
        ("REJECTED", ("MALFORMED_ID", "source")),
        ("UPDATED",),
    ]
    assert await inputs(graph) == [("M1", "10", False)] * 2


async def test_a_record_that_comes_again_amends_the_one_before(graph: Graph, files: FileStore) -> None:
    again = told(("farm", farm()), ("farm", farm("F2")), ("farm", farm(name="Blue Hill")), ("farm", farm("farm/MAKER1/F1", name="Red")))
    outcomes = await RecordsRecorder(graph, MAKER, Options(), files).record(again)
    assert [status for status, _ in shown(outcomes)][:3] == ["CREATED", "CREATED", "UPDATED"]
    stored = await node(graph, "farm/MAKER1/F1")
    assert stored is not None
    assert stored["name"] in ("Blue Hill", "Red")
    sale = {"store": "site/MAKER1/S1", "packages": ["package/MAKER1/I1"], "soldAt": "2026-03-14T12:00:00+08:00"}
    sold = told(("site", site()), ("batch", batch()), ("package", item()), ("sale", sale), ("sale", sale))
    outcomes = await RecordsRecorder(graph, MAKER, Options(), files).record(sold)
    assert [status for status, _ in shown(outcomes)][3:] == ["CREATED", "UNCHANGED"]


async def test_what_is_wrong_is_told_by_its_place_in_the_file(graph: Graph, files: FileStore) -> None:
    unread: Item[Told] = Item(0, None, line=1)
    late = Item(7, Told(KINDS["batch"], batch("B2", inputs=[{"source": "milk/MAKER1/M1", "quantityKg": "-1", "at": "now"}])), line=20)
    first = Item(8, Told(KINDS["batch"], batch("records[9] of this call")), line=21)
    bad = Item(9, Told(KINDS["batch"], batch("B3", startedAt="soon")), line=22)
    on = Item(
        10, Told(KINDS["batch"], batch("B4", inputs=[{"source": "batch/MAKER1/B3", "quantityKg": 1, "at": batch()["startedAt"]}])), line=23
    )
    recorder = RecordsRecorder(graph, MAKER, Options(), files)
    outcomes = await recorder.record([unread, late, first, bad, on])
    assert [(one.index, one.line, one.kind, one.status.value) for one in outcomes] == [
        (0, 1, None, "REJECTED"),
        (7, 20, "batch", "REJECTED"),
        (8, 21, "batch", "REJECTED"),
        (9, 22, "batch", "REJECTED"),
        (10, 23, "batch", "REJECTED"),
    ]
    assert [problem.path for problem in outcomes[1].problems] == ["inputs[0].quantityKg", "inputs[0].at"]
    assert "records[9] of this call" in outcomes[2].problems[0].message
    assert "batch/MAKER1/B3, which is line 22 and was rejected" in outcomes[4].problems[0].message
    told_beforehand = [recorder.refusal(one) for one in (unread, late, first, bad, on)]
    assert [one is not None for one in told_beforehand] == [True, True, True, True, False]
    assert [one.problems for one in told_beforehand if one][1] == outcomes[1].problems


async def test_calls_are_no_larger_than_calls_may_be(graph: Graph, files: FileStore) -> None:
    recorder = RecordsRecorder(graph, MAKER, Options(records=3, listed=4), files)
    outcomes = [one async for one in import_items(iter(told(*(("farm", farm(f"F{n}")) for n in range(10)))), recorder)]
    assert {one.status for one in outcomes} == {"CREATED"}
    assert [one.index for one in outcomes] == list(range(10))
    assert await ask(graph, "MATCH (a:AuditEntry) RETURN size(a.records) ORDER BY size(a.records)") == [[1], [3], [3], [3]]
    certificates = [{"name": "a", "sha256": f"{n:064d}"} for n in range(5)]
    [many] = await recorder.record(told(("ingredient_lot", lot(certificates=certificates))))
    assert (many.status, many.problems[0].code) == ("REJECTED", "TOO_LONG")


async def test_what_comes_before_the_end_of_a_broken_file_is_recorded(graph: Graph, files: FileStore) -> None:
    def broken() -> Iterator[Item[Told]]:
        yield from told(("farm", farm()), ("farm", farm("F2")))
        raise DocumentRefused(DocumentProblem.TRUNCATED, "found its end in the middle of a line")

    recorder, outcomes = RecordsRecorder(graph, MAKER, Options(), files), list[RecordOutcome]()
    with pytest.raises(DocumentRefused):
        assert [one async for one in refusals(broken(), recorder)] == []
    with pytest.raises(DocumentRefused):
        async for outcome in import_items(broken(), recorder):
            outcomes.append(outcome)
    assert shown(outcomes) == [("CREATED", "farm/MAKER1/F1"), ("CREATED", "farm/MAKER1/F2")]


async def test_the_enterprise_itself_is_recorded_by_the_registrar(graph: Graph, files: FileStore) -> None:
    own = told(("enterprise", {"code": "MAKER1", "name": "Maker"}))
    [refused] = await RecordsRecorder(graph, MAKER, Options(), files).record(own)
    assert refused.problems[0].code == "FORBIDDEN"
    with_registrar = RecordsRecorder(graph, MAKER, Options(), files, registrar=PLATFORM)
    other = ("enterprise", {"code": "OTHER1", "name": "Other"})
    [recorded, stranger] = await with_registrar.record([*own, *told(other, other)[1:]])
    assert (recorded.status, recorded.id) == ("CREATED", "enterprise/MAKER1")
    assert stranger.problems[0].code == "FORBIDDEN"
