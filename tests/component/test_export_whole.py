"""All that enterprises have told, records and events, makes the same graph in an empty system: records first, then events."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.exchange.epcis.documents import Syntax, document
from api.exchange.epcis.recording import Recorder
from api.exchange.records.export import ExportFormat
from auth.actor import Actor
from auth.policy import lineage_scope
from graph.capture import Options, Status, capture_enterprises, capture_filed_batches, capture_shipments, capture_sites
from graph.engine.driver import Graph
from graph.events.history import all_events
from graph.lineage.answer import View
from graph.lineage.gaps import Limits
from graph.lineage.recall import RecallRadius, recall_radius
from graph.model.times import now_ms
from tests import engines
from tests.capturing import PLATFORM, REGULATOR, site
from tests.component import test_epcis_custody as epcis
from tests.component.test_epcis_custody import (
    BUYER,
    MAKER,
    PALLET,
    STORE,
    at,
    can,
    capture,
    commissioned,
    lot,
    lot_id,
    made,
    packed,
    shipped,
)
from tests.component.test_epcis_export import shape
from tests.component.test_round_trip import exported, imported
from tests.epcis import event, read

pytestmark = pytest.mark.anyio
WRONG = {"errorDeclaration": {"declarationTime": "2026-03-15T00:00:00Z", "reason": "incorrect_data"}}
NAMED, MISTAKEN, UNDONE = ([{"type": "desadv", "bizTransaction": f"urn:epc:id:gdti:6901234.00006.{number}"}] for number in (7, 8, 9))
Files = Mapping[Actor, bytes]


@pytest.fixture
async def told(graph: Graph) -> Graph:
    """Two cans arrived on a pallet, and one was taken off there; one more that left was taken back, and one of an event that is declared
    wrong; one was destroyed; an input was amended away; and a can that had arrived is told to have come off the pallet before."""
    await capture_enterprises(graph, PLATFORM, [{"code": actor.enterprise, "name": "Dairy"} for actor in (MAKER, BUYER)])
    await capture_sites(graph, BUYER, [site("6909999000012")])
    inputs = [{"epcClass": lot(number), "quantity": 5, "uom": "KGM"} for number in ("M1", "M2")]
    await capture(graph, made(hour=7, outputQuantityList=[{"epcClass": lot("A1")}]) | {"inputQuantityList": inputs})
    await capture(graph, commissioned(1, 2, 3, 4, 5), packed(1, 2), shipped(PALLET, bizTransactionList=NAMED))
    await capture(graph, event(bizStep="receiving", epcList=[PALLET], bizLocation={"id": STORE}, **at(12)), actor=BUYER)
    await capture(graph, packed(1, hour=13, action="DELETE"), actor=BUYER)
    mistaken = shipped(can(3), bizTransactionList=MISTAKEN)
    await capture(graph, mistaken, shipped(can(4), bizTransactionList=UNDONE))
    await capture(graph, mistaken | WRONG)
    await capture(graph, event(bizStep="destroying", epcList=[can(5)], disposition="destroyed", bizLocation={"id": epcis.PLANT}, **at(15)))
    await capture(graph, packed(2, action="DELETE") | {"eventTime": "2026-03-14T09:30:00+08:00"})
    back = [one | {"packages": []} for one in await records_of(graph, MAKER, "shipment") if one["packages"] != [epcis.PALLET_ID]]
    amended = [one | {"inputs": one["inputs"][:1]} for one in await records_of(graph, MAKER, "batch") if one.get("inputs")]
    outcomes = [*await capture_shipments(graph, MAKER, back), *await capture_filed_batches(graph, MAKER, amended)]
    assert [outcome.status for outcome in outcomes] == [Status.UPDATED] * 3
    return graph


async def records_of(graph: Graph, actor: Actor, kind: str) -> list[dict[str, Any]]:
    lines = map(orjson.loads, (await exported(graph, actor.enterprise or "", ExportFormat.NDJSON)).splitlines())
    return [{name: value for name, value in one.items() if name != "kind"} for one in lines if one["kind"] == kind]


async def exports(graph: Graph) -> tuple[Files, Files]:
    """Of records and of events."""
    records = {actor: await exported(graph, actor.enterprise or "", ExportFormat.NDJSON) for actor in (MAKER, BUYER)}
    events: dict[Actor, bytes] = {}
    for actor in records:
        pieces = document(all_events(graph, actor.scope, actor.enterprise or ""), Syntax.JSON)
        events[actor] = b"".join([piece async for piece in pieces])
    return records, events


async def import_records(graph: Graph, files: Sequence[tuple[Actor, bytes]], folder: Path) -> None:
    """As the page on files says: without receipts, what was refused again, and then all."""
    waiting = [(actor, b"\n".join(line for line in content.splitlines() if b'"kind":"receipt"' not in line)) for actor, content in files]
    while waiting:
        reports = [(actor, await imported(graph, actor.enterprise or "", content, folder)) for actor, content in waiting]
        assert any(outcome.status is not Status.REJECTED for _, (outcomes, _) in reports for outcome in outcomes), reports
        waiting = [(actor, report) for actor, (_, report) in reports if report]
    for actor, content in files:
        outcomes, report = await imported(graph, actor.enterprise or "", content, folder)
        assert outcomes and not report, report


async def import_events(graph: Graph, files: Sequence[tuple[Actor, bytes]], stay_before: int | None = None) -> None:
    for actor, content in files:
        outcomes = await Recorder(graph, actor, Options(stay_before=stay_before)).record(list(read(content)))
        assert all(outcome.status is not Status.REJECTED for outcome in outcomes)


async def recalled(graph: Graph) -> RecallRadius:
    view = View(lineage_scope(REGULATOR), lambda record: f"hidden/{record}")
    return await recall_radius(graph, view, [lot_id("A1")], 0, Limits())


@pytest.mark.parametrize("order", [(MAKER, BUYER), (BUYER, MAKER)], ids=["maker first", "buyer first"])
async def test_records_and_then_events_make_the_same_graph(told: Graph, tmp_path: Path, order: Sequence[Actor]) -> None:
    before, answer = await shape(told), await recalled(told)
    assert ([found.item_count for found in answer.sites], [gap.cause.value for gap in answer.gaps]) == ([2], ["UNREADABLE"])
    records, events = await exports(told)
    await engines.wipe(told)
    await import_records(told, [(actor, records[actor]) for actor in order], tmp_path)
    await import_events(told, [(actor, events[actor]) for actor in order], now_ms() + 1)
    after = await shape(told)
    assert sorted(set(before) - set(after)) == sorted(set(after) - set(before)) == []
    assert after == before
    assert await recalled(told) == answer
    assert (await exports(told))[0] == records


async def test_without_a_word_that_records_stay_events_add_to_them(told: Graph, tmp_path: Path) -> None:
    """Too much is recalled then, and not too little."""
    answer = await recalled(told)
    records, events = await exports(told)
    await engines.wipe(told)
    await import_records(told, list(records.items()), tmp_path)
    await import_events(told, list(events.items()))
    assert all(one["packages"] for one in await records_of(told, MAKER, "shipment"))
    assert (await recalled(told)).gaps == answer.gaps


async def test_what_stays_is_what_was_there_before(told: Graph) -> None:
    """And not what an earlier event of the same document has told: events that come alone record all that they say."""
    _, events = await exports(told)
    shapes: list[list[str]] = []
    for stay in (False, True):
        await engines.wipe(told)
        began = now_ms() if stay else None
        for actor, content in events.items():
            for one in read(content):
                await Recorder(told, actor, Options(stay_before=began)).record([one])
        shapes.append(await shape(told))
    assert shapes[0] == shapes[1]
