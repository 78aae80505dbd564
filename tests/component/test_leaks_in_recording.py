"""What recording answers to a stranger who names others' records: the same, whether they are there, what they are, and where they were."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.exchange.epcis.recording import Recorder
from auth.actor import Actor, Duty, Role
from graph import capture
from graph.capture import Outcome
from graph.engine.driver import Graph
from graph.model.times import STILL
from tests.capturing import STRANGER, ask, at, batch, case, item, lot, milk, move, receipt, shipment, site, use
from tests.component.reading import link, properties, put
from tests.engines import wipe
from tests.epcis import document, event, read

pytestmark = pytest.mark.anyio

BOX, OUTER, CAN, MADE, TRIP = (
    f"{record}" for record in ("package/MAKER1/C1", "package/MAKER1/PAL", "package/MAKER1/I1", "batch/MAKER1/B1", "shipment/MAKER1/H1")
)
Capture = Callable[..., Awaitable[list[Outcome]]]

CALLS: list[tuple[str, Capture, list[dict[str, Any]]]] = [
    ("milk", capture.capture_milk_deliveries, [milk()]),
    ("lot", capture.capture_ingredient_lots, [lot(supplier="enterprise/MAKER1")]),
    ("batch", capture.capture_batches, [batch("B9", inputs=[use("lot/MAKER1/L1"), use(MADE)], product="product/MAKER1/P1")]),
    ("site", capture.capture_sites, [site("PLANT"), site("SHOP")]),
    (
        "package",
        capture.capture_packages,
        [item("I9", batch=MADE), case("C9"), case("C8", parent=OUTER), item("I8", batch=MADE, parent=CAN)],
    ),
    ("into another's", capture.capture_aggregations, [move("ADD", BOX, ["package/OTHER1/I9"], 200)]),
    ("another's into its own", capture.capture_aggregations, [move("ADD", "package/OTHER1/C9", [one], 200) for one in (CAN, BOX)]),
    ("another's out", capture.capture_aggregations, [move("REMOVE", BOX, [CAN], 220)]),
    (
        "shipment",
        capture.capture_shipments,
        [shipment("H9", origin="site/OTHER1/PLANT", destination="site/MAKER1/PLANT", packages=[BOX, CAN])],
    ),
    ("receipt", capture.capture_receipts, [receipt(TRIP, missing=[BOX])]),
    ("sale", capture.capture_sales, [{"store": "site/OTHER1/SHOP", "packages": [BOX, CAN], "soldAt": at(400)}]),
]


async def everything(graph: Graph) -> None:
    """A chain of another enterprise's: of a can, in a case, on a pallet, that went between its own sites."""
    await put(
        graph,
        *(properties(record) for record in ("enterprise/MAKER1", "farm/MAKER1/F1", "lot/MAKER1/L1", "product/MAKER1/P1", MADE)),
        properties("site/MAKER1/PLANT"),
        properties("site/MAKER1/FAR"),
        properties(CAN, batch=MADE),
        properties(BOX, level="CASE"),
        properties(OUTER, level="PALLET"),
        properties(TRIP, origin="site/MAKER1/PLANT", destination="site/MAKER1/FAR", packages=[OUTER]),
    )
    await link(graph, "CONTAINS", [(OUTER, BOX), (BOX, CAN)], **{"from": 10, "until": STILL})
    await link(graph, "SHIPPED_IN", [(OUTER, TRIP)], at=1_000)


async def told(graph: Graph) -> list[tuple[str, list[Outcome]]]:
    own = [properties(record) for record in ("enterprise/OTHER1",)]
    await put(graph, *own)
    return [(name, await call(graph, STRANGER, records)) for name, call, records in CALLS]


async def test_a_package_that_is_in_anothers_is_refused_without_saying_where_or_since_when(graph: Graph) -> None:
    """What is in one package is in no other: that much has to be said, to who has got it."""
    await everything(graph)
    own = "package/OTHER1/C9"
    await put(graph, properties("enterprise/OTHER1"), properties(own, level="CASE"))
    listed = "shipment/MAKER1/H2"
    await put(graph, properties(listed, origin="site/MAKER1/PLANT", destination="site/OTHER1/SHOP", departedAt=2_000, packages=[CAN]))
    await link(graph, "SHIPPED_IN", [(CAN, listed)], at=2_000)
    [refused] = await capture.capture_aggregations(graph, STRANGER, [move("ADD", own, [CAN], 200)])
    [problem] = refused.problems
    right = "right is a package that is in no other at that time"
    assert problem.message == f"found {CAN} in a package of another enterprise; {right}"


async def test_a_stranger_is_told_the_same_whether_others_records_are_there(graph: Graph) -> None:
    without = await told(graph)
    await wipe(graph)
    await everything(graph)
    assert await told(graph) == without


OWNER, OTHER = (Actor(f"sync@{code}", Role.ENTERPRISE, code, frozenset(Duty)) for code in ("6901234", "6900666"))
SSCC, GTIN_CAN = "urn:epc:id:sscc:6901234.0000000088", "urn:epc:id:sgtin:6901234.000001.K1"
MINE, BACK, FRONT = "urn:epc:id:sscc:6900666.0000000011", "urn:epc:id:sgln:6900666.00001.0", "urn:epc:id:sgln:6900666.00002.0"
LOT = "urn:epc:class:lgtin:6900666.000001"


def of_hour(hour: int, **fields: Any) -> dict[str, Any]:
    return event(eventTime=f"2026-03-14T{hour:02d}:00:00+08:00", **fields)


def within(hour: int, parent: str, *children: str, **fields: Any) -> dict[str, Any]:
    return of_hour(hour, **{"type": "AggregationEvent", "epcList": None, "parentID": parent, "childEPCs": list(children), **fields})


def sent(hour: int, source: str, destination: str) -> dict[str, Any]:
    ends = {"sourceList": [{"type": "location", "source": source}], "destinationList": [{"type": "location", "destination": destination}]}
    return of_hour(hour, bizStep="shipping", epcList=[SSCC], **ends)


DOCUMENT = [
    within(9, MINE, SSCC, action="ADD"),
    within(9, MINE, GTIN_CAN, action="ADD"),
    within(10, SSCC, GTIN_CAN, action="DELETE"),
    within(10, SSCC, action="DELETE"),
    sent(11, BACK, FRONT),
    of_hour(12, bizStep="receiving", epcList=[SSCC], readPoint={"id": FRONT}),
    of_hour(12, bizStep="receiving", epcList=[GTIN_CAN], readPoint={"id": FRONT}),
    *(
        of_hour(
            13,
            type="TransformationEvent",
            action=None,
            epcList=None,
            inputEPCList=[one],
            outputQuantityList=[{"epcClass": f"{LOT}.{place}"}],
        )
        for place, one in enumerate((SSCC, GTIN_CAN))
    ),
]
"""What a stranger tells of a pallet and a can whose codes it knows."""


async def told_in_a_document(graph: Graph) -> tuple[list[Any], list[Any]]:
    """What is answered, and what the stranger has afterwards."""
    outcomes = [outcome for _ in range(2) for outcome in await Recorder(graph, OTHER).record(list(read(document(*DOCUMENT))))]
    shown = "MATCH (n) WHERE n.owner = '6900666' AND n.version IS NOT NULL OPTIONAL MATCH (n)-[e]-(m) RETURN n.id, n.digest, type(e), m.id"
    rows = await ask(graph, f"{shown} ORDER BY n.id, type(e), m.id")
    return [(outcome.status, outcome.notes, outcome.problems) for outcome in outcomes], [row for row in rows if row[2] != "RECORDED"]


async def test_a_stranger_s_document_is_answered_the_same_whether_others_packages_are_there(graph: Graph) -> None:
    without = await told_in_a_document(graph)
    await wipe(graph)
    told = [
        of_hour(7, action="ADD", bizStep="commissioning", epcList=[GTIN_CAN], ilmd={"cbvmda:lotNumber": "SECRET"}),
        within(8, SSCC, GTIN_CAN, action="ADD"),
        sent(9, "urn:epc:id:sgln:6901234.00001.0", "urn:epc:id:sgln:6909999.00001.0"),
    ]
    assert [outcome.notes for outcome in await Recorder(graph, OWNER).record(list(read(document(*told))))] == [()] * 3
    assert await told_in_a_document(graph) == without
