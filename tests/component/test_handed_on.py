"""What a recipient has put into packages of its own, sent on or sold has come, although it recorded no receipt: its sender does not take it
back, on both engines."""

from collections.abc import Awaitable, Callable

import pytest

from auth.actor import Actor
from graph.capture import (
    Outcome,
    capture_aggregations,
    capture_packages,
    capture_receipts,
    capture_sales,
    capture_shipments,
)
from graph.engine.driver import Graph
from tests.capturing import CARRIER, MAKER, STRANGER, at, case, item, move, problems, receipt, shipment, statuses, totals
from tests.component.test_shipments_received import CASES, DEPOT, ELSEWHERE, EMPTIED, ITEMS, recalled, sent
from tests.component.test_shipments_received import ready as ready

pytestmark = pytest.mark.anyio
Deed = Callable[[Graph, Actor, str], Awaitable[list[Outcome]]]


async def packs(graph: Graph, actor: Actor, site: str) -> list[Outcome]:
    await capture_packages(graph, actor, [case("P9", level="PALLET", packedAt=at(400))])
    return await capture_aggregations(graph, actor, [move("ADD", f"package/{actor.enterprise}/P9", CASES[:1], 410)])


async def sends_on(graph: Graph, actor: Actor, site: str) -> list[Outcome]:
    to = ELSEWHERE if actor is CARRIER else DEPOT
    return await capture_shipments(graph, actor, [shipment("H2", origin=site, destination=to, departedAt=at(420), packages=CASES[:1])])


async def sells(graph: Graph, actor: Actor, site: str) -> list[Outcome]:
    return await capture_sales(graph, actor, [{"packages": ITEMS[:1], "store": site, "soldAt": at(430)}])


DEEDS: list[Deed] = [packs, sends_on, sells]


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_was_handed_on_is_not_taken_back(ready: Graph, deed: Deed) -> None:
    await sent(ready)
    assert statuses(await deed(ready, CARRIER, DEPOT)) == ["CREATED"]
    before = await recalled(ready), await totals(ready)
    for more, path in (
        (EMPTIED, "packages"),
        ({"packages": CASES[1:]}, "packages"),
        ({"destination": ELSEWHERE}, "destination"),
    ):
        [outcome] = await capture_shipments(ready, MAKER, [shipment(**{"packages": CASES, **more})])
        assert problems(outcome) == [("RECEIVED", f"records[0].{path}")], more
        for part in (CASES[0], "CARRY1", "sent on or sold since", "records a receipt that lists it as missing"):
            assert part in outcome.problems[0].message
        assert (await recalled(ready), await totals(ready)) == before


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_was_in_it_stays_in_it(ready: Graph, deed: Deed) -> None:
    await sent(ready)
    await deed(ready, CARRIER, DEPOT)
    before = await recalled(ready)
    [outcome] = await capture_shipments(ready, MAKER, [shipment(packages=CASES, departedAt=at(110))])
    assert problems(outcome) == [("RECEIVED", "records[0].departedAt")]
    assert ITEMS[0] in outcome.problems[0].message
    [outcome] = await capture_packages(ready, MAKER, [item("I1")])
    assert problems(outcome) == [("RECEIVED", "records[0].parent")]
    assert "sent on or sold since" in outcome.problems[0].message
    assert statuses(await capture_packages(ready, MAKER, [item("I2")])) == ["UPDATED"], "of that case nobody says that it came"
    assert await recalled(ready) == before


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_nothing_was_done_with_is_taken_back(ready: Graph, deed: Deed) -> None:
    await sent(ready)
    await deed(ready, CARRIER, DEPOT)
    assert await sent(ready, packages=CASES[:1]) == "UPDATED"


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_its_recipient_missed_by_this_shipment_is_taken_back(ready: Graph, deed: Deed) -> None:
    """It came by another one: the recipient says so."""
    await sent(ready)
    await deed(ready, CARRIER, DEPOT)
    assert statuses(await capture_receipts(ready, CARRIER, [receipt(missing=CASES)])) == ["CREATED"]
    assert await sent(ready, **EMPTIED) == "UPDATED"


@pytest.mark.parametrize("deed", [sends_on, sells])
async def test_the_word_of_others_hinders_nothing(ready: Graph, deed: Deed) -> None:
    await sent(ready)
    assert statuses(await deed(ready, STRANGER, ELSEWHERE)) == ["CREATED"]
    assert await sent(ready, **EMPTIED) == "UPDATED"


async def test_what_was_done_before_it_left_says_nothing(ready: Graph) -> None:
    await sent(ready)
    await sells(ready, CARRIER, DEPOT)
    await sent(ready, number="H3", departedAt=at(700))
    assert await sent(ready, number="H3", departedAt=at(700), **EMPTIED) == "UPDATED"
    assert await sent(ready, **EMPTIED) == "RECEIVED"
