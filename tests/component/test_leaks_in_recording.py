"""What recording answers to a stranger who names others' records: the same, whether they are there, what they are, and where they were."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from graph import capture
from graph.capture import Outcome
from graph.engine.driver import Graph
from graph.model.times import STILL
from tests.capturing import STRANGER, at, batch, case, item, lot, milk, move, receipt, shipment, site, use
from tests.component.reading import link, properties, put
from tests.engines import wipe

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
    """What is in one package is in no other: that much has to be said."""
    await everything(graph)
    own = "package/OTHER1/C9"
    await put(graph, properties("enterprise/OTHER1"), properties(own, level="CASE"))
    [refused] = await capture.capture_aggregations(graph, STRANGER, [move("ADD", own, [CAN], 200)])
    [problem] = refused.problems
    right = "right is a package that is in no other at that time"
    assert problem.message == f"found {CAN} in a package of another enterprise; {right}"


async def test_a_stranger_is_told_the_same_whether_others_records_are_there(graph: Graph) -> None:
    without = await told(graph)
    await wipe(graph)
    await everything(graph)
    assert await told(graph) == without
