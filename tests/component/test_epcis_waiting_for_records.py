"""Events that wait for records that no event tells, but mutations and files do: they are recorded once these have come, as by an event."""

import io
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.exchange.epcis.waiting import Came, tell_waiting
from api.exchange.importing import import_items
from api.exchange.items import Item
from api.exchange.records.csv_reader import read_csv
from api.exchange.records.kinds import FILED, KINDS
from api.exchange.records.ndjson import read_ndjson
from api.exchange.records.recording import RecordsRecorder
from api.files import FileStore
from api.recording import recording
from api.resolvers.root import SCHEMA
from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph import access
from graph.capture import Options, Status
from graph.engine.driver import Graph
from graph.model.gs1_keys import read_key
from tests.annexc import document as annex_c
from tests.annexc import read as read_annex_c
from tests.component.test_capture_mutations import context
from tests.component.test_epcis_custody import (
    BUYER,
    MAKER,
    OTHER_SSCC,
    PALLET,
    PALLET_ID,
    PLANT,
    STORE,
    at,
    can,
    can_id,
    capture,
    commissioned,
    edges,
    lot,
    lot_id,
    made,
    packed,
)
from tests.component.test_epcis_untold import recall_gaps
from tests.component.test_epcis_waiting import EXAMPLES, STORY, arrival, capture_as, custody_of, fresh_codes, told_of

pytestmark = pytest.mark.anyio
STRANGER = Actor("sync@stranger", Role.ENTERPRISE, "6905555", frozenset(Duty))
PLANT_ID, STORE_ID = "site/6901234/6901234000016", "site/6909999/6909999000012"
Records = list[tuple[str, dict[str, Any]]]
"""Each with its kind, as files name it."""


class By(StrEnum):
    EVENT = "event"
    MUTATION = "mutation"
    FILE = "file"


def hour(number: int) -> str:
    return at(number)["eventTime"]


def plant() -> tuple[str, dict[str, Any]]:
    return "site", {"number": PLANT_ID.rpartition("/")[2], "siteKind": "PLANT", "name": "Plant"}


def shipment(*packages: str, **more: Any) -> tuple[str, dict[str, Any]]:
    way = {"origin": PLANT_ID, "destination": STORE_ID, "departedAt": hour(10)}
    return "shipment", {"number": "D1", **way, "packages": list(packages), **more}


def batch(number: str, *inputs: str) -> tuple[str, dict[str, Any]]:
    uses = [{"source": one, "quantityKg": "0.5", "at": hour(7)} for one in inputs]
    times = {"productionDate": "2026-03-14", "startedAt": hour(7), "endedAt": hour(8)}
    return "batch", {"number": lot_id(number).rpartition("/")[2], **times, "inputs": uses}


def item(serial: int, number: str = "A1") -> tuple[str, dict[str, Any]]:
    return "package", {"number": can_id(serial).rpartition("/")[2], "level": "ITEM", "batch": lot_id(number), "packedAt": hour(8)}


def pallet() -> tuple[str, dict[str, Any]]:
    return "package", {"number": PALLET_ID.rpartition("/")[2], "level": "PALLET", "packedAt": hour(9)}


def into_pallet(*cans: int) -> tuple[str, dict[str, Any]]:
    return "aggregation", {"parent": PALLET_ID, "children": [can_id(one) for one in cans], "action": "ADD", "at": hour(9)}


async def mutate(graph: Graph, folder: Path, actor: Actor, records: Records) -> None:
    for name, fields in records:
        kind = KINDS[name]
        document = f"mutation ($records: [{kind.input}!]!) {{ {kind.mutation}(records: $records) {{ outcomes {{ status }} }} }}"
        result = await SCHEMA.execute(document, {"records": [fields]}, context(graph, actor, folder))
        assert result.data is not None, result.errors
        [outcome] = result.data[kind.mutation]["outcomes"]
        assert outcome["status"] != Status.REJECTED, (name, fields, outcome)


async def file(graph: Graph, folder: Path, actor: Actor, items: list[Item[Any]]) -> None:
    recorder = RecordsRecorder(graph, actor, Options(), FileStore(folder))
    async for outcome in import_items(iter(items), recorder):
        assert not outcome.problems, outcome


def ndjson(records: Records) -> list[Item[Any]]:
    lines = "\n".join(json.dumps({"kind": kind, **fields}) for kind, fields in records)
    return list(read_ndjson(io.BytesIO(lines.encode()), None, None, None))


async def tell(graph: Graph, folder: Path, by: By, records: Records, actor: Actor = MAKER) -> None:
    if by is By.MUTATION:
        await mutate(graph, folder, actor, records)
    else:
        await file(graph, folder, actor, ndjson(records))


RECORDS: list[Records] = [
    [batch("L"), batch("A1", lot_id("L"))],
    [item(1), item(3)],
    [batch("A2"), item(2, "A2")],
    [pallet(), into_pallet(1)],
    [into_pallet(2)],
    [plant(), shipment(PALLET_ID)],
]
"""What the maker's events of the story say."""


def _renamed(codes: Mapping[str, str], records: Records) -> Records:
    """Of the enterprises of one example; keys have other check digits then."""
    names: dict[str, str] = {}
    for urn in (*map(can, (1, 2, 3)), *map(lot, ("L", "A1", "A2")), PALLET, PLANT, STORE):
        before, now = read_key(urn), read_key(_replaced(codes, urn))
        assert not isinstance(before, str)
        assert not isinstance(now, str)
        owner = before.prefix or ""
        names[before.record(owner)] = now.record(codes[owner])
    numbers = {before.rpartition("/")[2]: now.rpartition("/")[2] for before, now in names.items()}
    text = json.dumps(records)
    for before, now in sorted({**names, **numbers}.items(), key=lambda one: -len(one[0])):
        text = text.replace(f'"{before}"', f'"{now}"')
    return [(kind, fields) for kind, fields in json.loads(text)]


def _replaced(codes: Mapping[str, str], text: str) -> str:
    for before, code in codes.items():
        text = text.replace(before, code)
    return text


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.permutations(range(len(STORY))), st.lists(st.sampled_from(By), min_size=len(RECORDS), max_size=len(RECORDS)))
async def test_however_the_maker_tells_it_the_order_makes_no_difference(
    graph: Graph, tmp_path: Path, order: list[int], by: list[By]
) -> None:
    """Records of one enterprise come in their order, as those that they refer to have to be there; the buyer's events come at any time."""
    codes = fresh_codes()
    makers = iter(range(len(RECORDS)))
    for place in order:
        if place >= len(RECORDS):
            await capture_as(graph, codes, *STORY[place])
        elif by[step := next(makers)] is By.EVENT:
            await capture_as(graph, codes, *STORY[step])
        else:
            maker = Actor("sync", Role.ENTERPRISE, codes[MAKER.enterprise or ""], frozenset(Duty))
            await tell(graph, tmp_path, by[step], _renamed(codes, RECORDS[step]), maker)
    assert await told_of(graph, codes) == await custody_of(graph, STORY)


@pytest.mark.parametrize("by", [By.MUTATION, By.FILE])
async def test_an_arrival_before_its_shipment_is_told_otherwise(graph: Graph, tmp_path: Path, by: By) -> None:
    await capture(graph, arrival(can(1)), actor=BUYER)
    await tell(graph, tmp_path, by, [batch("A1"), item(1), pallet(), into_pallet(1), plant()])
    assert len(await recall_gaps(graph, lot_id("A1"))) == 1
    await tell(graph, tmp_path, by, [shipment(PALLET_ID)])
    assert not await recall_gaps(graph, lot_id("A1"))
    assert await edges(graph, "DELIVERED_TO")
    latest, *_ = await access.entries(graph, access.RECORDINGS, Scope.ALL, before=None, limit=50)
    assert [latest[name] for name in ("enterprise", "subject", "action", "address")] == [
        BUYER.enterprise,
        BUYER.subject,
        "receiveShipments",
        None,
    ]


async def test_the_use_of_a_can_before_its_lot_is_told_as_annex_c_has_it(graph: Graph, tmp_path: Path) -> None:
    own = made(hour=9, inputEPCList=[can(1)], outputQuantityList=[{"epcClass": lot("MIX"), "quantity": 3}])
    await capture(graph, packed(1, 2))  # the cans are taken for granted, of batches of their own
    await capture(graph, own | {"inputEPCList": [can(3)]})
    assert not {edge for edge in await edges(graph, "CONSUMED_BY") if edge[0] == lot_id("A1")}
    fields = "".join(
        f"<{name}><value>{value}</value></{name}>"
        for name, value in {
            "batch": lot_id("A1").rpartition("/")[2],
            "productionDate": "2026-03-14",
            "packedAt": hour(8),
        }.items()
    )
    number = can_id(3).rpartition("/")[2]
    record = f"<record><header><identifier>{number}</identifier></header><metadata>{fields}</metadata></record>"
    await file(graph, tmp_path, MAKER, list(read_annex_c(annex_c(record, kind="chanpinpici"))))
    assert (lot_id("A1"), lot_id("MIX")) in await edges(graph, "CONSUMED_BY")


async def test_goods_that_a_table_sends_are_those_of_the_arrival(graph: Graph, tmp_path: Path) -> None:
    await capture(graph, commissioned(1))
    await capture(graph, arrival(can(1)), actor=BUYER)
    await mutate(graph, tmp_path, MAKER, [plant()])
    fields = shipment(can_id(1))[1] | {"packages": json.dumps([can_id(1)])}
    row = ",".join(f'"{str(value).replace(chr(34), chr(34) * 2)}"' for value in fields.values())
    table = f"{','.join(fields)}\n{row}\n".encode()
    await file(graph, tmp_path, MAKER, list(read_csv(io.BytesIO(table), None, FILED["shipment"], None)))
    assert await edges(graph, "DELIVERED_TO")


async def test_whose_goods_they_are_not_is_not_woken(graph: Graph, tmp_path: Path) -> None:
    stranger = arrival(can(1)) | {"bizLocation": {"id": "urn:epc:id:sgln:6905555.00001.0"}}
    await capture(graph, stranger, actor=STRANGER)
    await capture(graph, arrival(can(1)), actor=BUYER)
    await tell(graph, tmp_path, By.MUTATION, [batch("A1"), item(1), plant(), shipment(can_id(1))])
    entries = await access.entries(graph, access.RECORDINGS, Scope.ALL, before=None, limit=50)
    assert {entry["enterprise"] for entry in entries if entry["action"] == "receiveShipments"} == {BUYER.enterprise}
    assert [entry["action"] for entry in entries if entry["enterprise"] == STRANGER.enterprise] == ["captureEvents"]


async def test_what_was_missing_and_is_found_goes_where_the_event_said(graph: Graph, tmp_path: Path) -> None:
    await tell(graph, tmp_path, By.MUTATION, [batch("A1"), item(1), item(2), plant(), shipment(can_id(1), can_id(2))])
    receipt = {"shipment": "shipment/6901234/D1", "receivedAt": hour(11)}
    await tell(graph, tmp_path, By.MUTATION, [("receipt", receipt | {"missing": [can_id(1)]})], BUYER)
    [outcome] = await capture(graph, packed(1, hour=12) | {"parentID": OTHER_SSCC}, actor=BUYER)
    assert "not with you" in outcome.notes[0].message
    await tell(graph, tmp_path, By.MUTATION, [("receipt", receipt)], BUYER)
    assert can_id(1) in {child for _, child in await edges(graph, "CONTAINS")}


async def test_what_did_not_leave_after_all_goes_where_the_event_said(graph: Graph, tmp_path: Path) -> None:
    """The buyer sent a can back, and takes that shipment back: by it, it held the can no more."""
    await tell(graph, tmp_path, By.MUTATION, [batch("A1"), item(1), plant(), shipment(can_id(1))])
    way = {"origin": STORE_ID, "destination": PLANT_ID, "departedAt": hour(12)}
    back: Records = [("site", {"number": STORE_ID.rpartition("/")[2], "siteKind": "STORE", "name": "Store"})]
    back += [("shipment", {"number": "D2", **way, "packages": [can_id(1)]})]
    await tell(graph, tmp_path, By.MUTATION, back, BUYER)
    [outcome] = await capture(graph, packed(1, hour=13) | {"parentID": OTHER_SSCC}, actor=BUYER)
    assert "not with you" in outcome.notes[0].message
    await tell(graph, tmp_path, By.MUTATION, [("shipment", {"number": "D2", **way, "packages": []})], BUYER)
    assert can_id(1) in {child for _, child in await edges(graph, "CONTAINS")}


async def test_what_is_not_through_in_its_time_waits_on(graph: Graph, tmp_path: Path) -> None:
    await capture(graph, commissioned(1))
    await capture(graph, arrival(can(1)), actor=BUYER)
    async with recording(graph, MAKER, Options(), FileStore(tmp_path), seconds=0) as record:
        for name, fields in (plant(), shipment(can_id(1))):
            [outcome] = await record(MAKER, FILED[name].capture, [fields])  # pyright: ignore[reportArgumentType] # these have one
            assert outcome.status is Status.CREATED
    assert not await edges(graph, "DELIVERED_TO")
    await tell(graph, tmp_path, By.MUTATION, [shipment(can_id(1), departedAt=hour(9))])
    assert await edges(graph, "DELIVERED_TO")


async def test_what_was_recorded_before_a_call_that_failed_is_told(graph: Graph, tmp_path: Path) -> None:
    await capture(graph, commissioned(1))
    await capture(graph, arrival(can(1)), actor=BUYER)
    with pytest.raises(RuntimeError):
        async with recording(graph, MAKER, Options(), FileStore(tmp_path)) as record:
            for name, fields in (plant(), shipment(can_id(1))):
                await record(MAKER, FILED[name].capture, [fields])  # pyright: ignore[reportArgumentType] # these have one
            raise RuntimeError
    assert await edges(graph, "DELIVERED_TO")


async def test_what_fails_there_fails_nothing_of_the_tellers(graph: Graph) -> None:
    await capture(graph, arrival(can(1)), actor=BUYER)
    asked: list[str | None] = []

    async def tell(actor: Actor, _: object) -> Came:
        asked.append(actor.enterprise)
        raise ZeroDivisionError

    await tell_waiting(graph, BUYER.enterprise or "", [can_id(1)], (), tell)
    assert asked == [BUYER.enterprise]
