"""Times of one's own records that do not go together, in whatever order they are told, and what another's records leave open."""

import time
from typing import Any

import pytest

from graph.capture import (
    Options,
    capture_aggregations,
    capture_batches,
    capture_farms,
    capture_ingredient_lots,
    capture_milk_deliveries,
    capture_packages,
    capture_receipts,
    capture_sales,
    capture_shipments,
    capture_sites,
)
from graph.capture.options import now_ms
from graph.engine.driver import Graph
from tests.capturing import (
    CARRIER,
    MAKER,
    at,
    batch,
    case,
    farm,
    item,
    lot,
    milk,
    move,
    ms,
    problems,
    receipt,
    shipment,
    site,
    statuses,
    use,
)

pytestmark = pytest.mark.anyio
EARLY = [("TIMES_OUT_OF_ORDER", "records[0].packedAt")]
HOUR = 60


@pytest.fixture
async def making(graph: Graph) -> Graph:
    """A farm, a delivery at 60, a lot at 0, the batch B1 from 60 to 120, sites."""
    await capture_farms(graph, MAKER, [farm()])
    await capture_milk_deliveries(graph, MAKER, [milk()])
    await capture_ingredient_lots(graph, MAKER, [lot()])
    await capture_batches(graph, MAKER, [batch(inputs=[use("milk/MAKER1/M1"), use("lot/MAKER1/L1")])])
    await capture_sites(graph, MAKER, [site("PLANT"), site("SHOP")])
    return graph


async def test_what_is_used_was_there(making: Graph) -> None:
    late = milk("M2", arrivedAt=at(200))
    assert statuses(await capture_milk_deliveries(making, MAKER, [late])) == ["CREATED"]
    sent = [
        batch("W1", inputs=[use("milk/MAKER1/M2", 100)]),
        batch("W2", inputs=[use("lot/MAKER1/L1", 29)]),
        batch("W3", inputs=[use("lot/MAKER1/L1", 151)]),
        batch("W4", inputs=[use("lot/CARRY1/L9", 90)]),
        batch("W5", inputs=[use("lot/MAKER1/L1", 30), use("lot/MAKER1/L1", 150)]),
        batch("W6", inputs=[use("batch/MAKER1/W1", 100)]),
        batch("W7", startedAt=at(0), inputs=[use("milk/MAKER1/M1", 29), use("milk/MAKER1/M1", 30)]),
    ]
    outcomes = await capture_batches(making, MAKER, sent)
    assert statuses(outcomes) == ["REJECTED"] * 3 + ["CREATED"] * 2 + ["REJECTED"] * 2
    for place in (0, 1, 2, 6):
        assert problems(outcomes[place]) == [("TIMES_OUT_OF_ORDER", f"records[{place}].inputs[0].at")]
    assert problems(outcomes[5]) == [("UNKNOWN_REFERENCE", "records[5].inputs[0].source")]
    assert outcomes[0].problems[0].message == (
        "found 2026-03-14T01:40:00Z; right is that of milk/MAKER1/M2 or later, which is 2026-03-14T03:20:00Z"
    )


async def test_amended_records_are_not_later_than_their_use(making: Graph) -> None:
    await capture_packages(making, MAKER, [case("C1"), item("I1"), item("I2"), item("I3")])
    await capture_aggregations(making, MAKER, [move("ADD", "C1", ["I1"], 200)])
    await capture_shipments(making, MAKER, [shipment(packages=["package/MAKER1/C1", "package/MAKER1/I2"])])
    await capture_sales(making, MAKER, [{"store": "site/MAKER1/SHOP", "packages": ["package/MAKER1/I3"], "soldAt": at(400)}])
    for amend, field, right, wrong, make in (
        (capture_milk_deliveries, "arrivedAt", 90, 91, milk),
        (capture_ingredient_lots, "receivedAt", 90, 91, lot),
        (capture_batches, "startedAt", 150, 151, lambda **more: batch(endedAt=at(500), **more)),
        (capture_packages, "packedAt", 230, 231, lambda **more: item("I1", **more)),
        (capture_packages, "packedAt", 330, 331, lambda **more: item("I2", **more)),
        (capture_packages, "packedAt", 430, 431, lambda **more: item("I3", **more)),
    ):
        [refused] = await amend(making, MAKER, [make(**{field: at(wrong)})])
        assert problems(refused) == [("TIMES_OUT_OF_ORDER", f"records[0].{field}")], (amend, field)
        assert statuses(await amend(making, MAKER, [make(**{field: at(right)})])) == ["UPDATED"]


async def test_packages_are_packed_before_they_move(making: Graph) -> None:
    await capture_packages(making, MAKER, [case("C1"), item("I1")])
    outcomes = await capture_packages(making, MAKER, [item("W1", packedAt=at(29)), item("W2", packedAt=at(30))])
    assert statuses(outcomes) == ["REJECTED", "CREATED"]
    assert problems(outcomes[0]) == EARLY
    moves = [move("ADD", "C1", ["I1"], 89), move("ADD", "C1", ["I1"], 90)]
    outcomes = await capture_aggregations(making, MAKER, moves)
    assert statuses(outcomes) == ["REJECTED", "CREATED"]
    assert problems(outcomes[0]) == [("TIMES_OUT_OF_ORDER", "records[0].children[0]")]
    sent = [shipment("H1", departedAt=at(69)), shipment("H2", departedAt=at(70))]
    outcomes = await capture_shipments(making, MAKER, sent)
    assert statuses(outcomes) == ["REJECTED", "CREATED"]
    assert problems(outcomes[0]) == [("TIMES_OUT_OF_ORDER", "records[0].packages[0]")]
    sale = {"store": "site/MAKER1/SHOP", "packages": ["package/CARRY1/X", "package/MAKER1/I1"]}
    outcomes = await capture_sales(making, MAKER, [{**sale, "soldAt": at(89)}, {**sale, "soldAt": at(90)}])
    assert statuses(outcomes) == ["REJECTED", "CREATED"]
    assert problems(outcomes[0]) == [("TIMES_OUT_OF_ORDER", "records[0].packages[1]")]
    strict = Options(tolerance_ms=0)
    [refused] = await capture_sales(making, MAKER, [{**sale, "soldAt": at(119)}], strict)
    assert problems(refused) == [("TIMES_OUT_OF_ORDER", "records[0].packages[1]")]


async def test_nothing_is_told_of_anothers_times(making: Graph) -> None:
    await capture_packages(making, MAKER, [case("C1"), item("I1")])
    await capture_sites(making, CARRIER, [site("SHOP")])
    sale = {"store": "site/CARRY1/SHOP", "packages": ["package/MAKER1/I1"], "soldAt": at(1)}
    assert statuses(await capture_sales(making, CARRIER, [sale])) == ["CREATED"]
    mine: dict[str, Any] = {"number": "B7", "productionDate": "2026-03-14", "startedAt": at(0), "endedAt": at(9)}
    theirs = [{**mine, "inputs": [use("lot/MAKER1/L1", 0), use("milk/MAKER1/M1", 0)]}]
    assert statuses(await capture_batches(making, CARRIER, theirs)) == ["CREATED"]
    assert statuses(await capture_milk_deliveries(making, MAKER, [milk(arrivedAt=at(80))])) == ["UPDATED"]


async def test_nothing_has_happened_in_the_future(making: Graph) -> None:
    [refused] = await capture_milk_deliveries(making, MAKER, [milk("M9", arrivedAt="2131-01-01T00:00:00Z")])
    assert problems(refused) == [("IN_THE_FUTURE", "records[0].arrivedAt")]
    then = Options(now=lambda: ms(0))
    day = 24 * HOUR
    sent = [batch("N1", startedAt=at(day), endedAt=at(day + 30)), batch("N2", startedAt=at(day), endedAt=at(day + 31), inputs=[])]
    outcomes = await capture_batches(making, MAKER, sent, then)
    assert statuses(outcomes) == ["CREATED", "REJECTED"]
    assert problems(outcomes[1]) == [("IN_THE_FUTURE", "records[1].endedAt")]
    [refused] = await capture_batches(making, MAKER, [batch("N3", endedAt=at(2 * day), inputs=[use("lot/CARRY1/L", 2 * day)])], then)
    assert problems(refused) == [("IN_THE_FUTURE", "records[0].endedAt"), ("IN_THE_FUTURE", "records[0].inputs[0].at")]
    assert abs(now_ms() - time.time() * 1000) < 1_000


async def test_what_is_missing_was_sent(making: Graph) -> None:
    await capture_packages(making, MAKER, [case("C1"), case("T1", level="PALLET"), item("I1"), item("I2"), item("I3", parent="C1")])
    moves = [
        move("ADD", "C1", ["I1"], 130),
        move("REMOVE", "C1", ["I1"], 290),
        move("ADD", "T1", ["C1"], 140),
        move("ADD", "C1", ["I2"], 301),
    ]
    assert statuses(await capture_aggregations(making, MAKER, moves)) == ["CREATED"] * 4
    await capture_shipments(making, MAKER, [shipment(packages=["package/MAKER1/T1"])])
    missing = [f"package/MAKER1/{number}" for number in ("I3", "I1", "C1", "I2", "NONE", "T1")]
    [refused] = await capture_receipts(making, CARRIER, [receipt(missing=missing)])
    assert problems(refused) == [("NOT_IN_SHIPMENT", f"records[0].missing[{place}]") for place in (1, 3, 4)]
    right = receipt(missing=[missing[place] for place in (0, 2, 5)])
    assert statuses(await capture_receipts(making, CARRIER, [right])) == ["CREATED"]
    assert statuses(await capture_receipts(making, CARRIER, [receipt("shipment/MAKER1/LATER", missing=missing)])) == ["CREATED"]
