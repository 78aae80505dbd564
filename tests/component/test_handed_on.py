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
        for part in (CASES[0], "CARRY1", "sent on, sold or destroyed since", "records a receipt that lists it as missing"):
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


async def restacks(graph: Graph, actor: Actor, site: str) -> list[Outcome]:
    """Onto a pallet of the sender's that came beside them."""
    await capture_packages(graph, MAKER, [case("P2", level="PALLET")])
    await capture_shipments(graph, MAKER, [shipment("H0", packages=["package/MAKER1/P2"], departedAt=at(290))])
    return await capture_aggregations(graph, actor, [move("ADD", "package/MAKER1/P2", CASES[:1], 410)])


async def unpacks(graph: Graph, actor: Actor, site: str) -> list[Outcome]:
    return await capture_aggregations(graph, actor, [move("REMOVE", CASES[0], ITEMS[:1], 410)])


@pytest.mark.parametrize("deed", [restacks, unpacks])
async def test_what_was_restacked_or_unpacked_has_come(ready: Graph, deed: Deed) -> None:
    await sent(ready)
    assert statuses(await deed(ready, CARRIER, DEPOT)) == ["CREATED"]
    assert await sent(ready, **EMPTIED) == "RECEIVED"
    assert await sent(ready, packages=CASES[:1]) == "UPDATED"


@pytest.mark.parametrize("deed", DEEDS)
async def test_it_does_not_leave_after_it_was_handed_on(ready: Graph, deed: Deed) -> None:
    """Else the deed would be of before the departure, and say nothing any more."""
    await sent(ready)
    await deed(ready, CARRIER, DEPOT)
    [outcome] = await capture_shipments(ready, MAKER, [shipment(packages=CASES, departedAt=at(5000))])
    assert problems(outcome) == [("RECEIVED", "records[0].departedAt")]
    assert "handed on" in outcome.problems[0].message
    assert await sent(ready, departedAt=at(350)) == "UPDATED"


@pytest.mark.parametrize("deed", [packs, sells, unpacks])
async def test_who_never_had_it_learns_nothing_of_what_was_done_with_it(ready: Graph, deed: Deed) -> None:
    await sent(ready)
    await deed(ready, CARRIER, DEPOT)
    for number, package in enumerate((*CASES, *ITEMS)):
        made_up = shipment(f"X{number}", origin=ELSEWHERE, departedAt=at(350), packages=[package])
        assert statuses(await capture_shipments(ready, STRANGER, [made_up])) == ["CREATED"]
        for more in ({"departedAt": at(110)}, {"departedAt": at(5000)}, EMPTIED):
            assert statuses(await capture_shipments(ready, STRANGER, [made_up | more])) == ["UPDATED"], (package, more)


@pytest.mark.parametrize("received_too", [False, True])
async def test_a_shipment_by_who_never_had_it_hinders_nobody(ready: Graph, received_too: bool) -> None:
    await capture_shipments(ready, STRANGER, [shipment("X1", origin=ELSEWHERE, departedAt=at(350), packages=CASES)])
    if received_too:
        await capture_receipts(ready, CARRIER, [receipt("shipment/OTHER1/X1")])
    await sells(ready, CARRIER, DEPOT)
    assert statuses(await capture_aggregations(ready, MAKER, [move("REMOVE", CASES[0], ITEMS[:1], 340)])) == ["CREATED"]
    assert statuses(await capture_packages(ready, MAKER, [item("I2")])) == ["UPDATED"]


async def test_what_another_has_put_into_the_recipients_says_nothing(ready: Graph) -> None:
    """A crate of the recipient's that came back, and is filled by the sender."""
    await capture_packages(ready, CARRIER, [case("P9", level="PALLET")])
    back = shipment("H8", origin=DEPOT, destination="site/MAKER1/PLANT", departedAt=at(200), packages=["package/CARRY1/P9"])
    assert statuses(await capture_shipments(ready, CARRIER, [back])) == ["CREATED"]
    await sent(ready)
    assert statuses(await capture_aggregations(ready, MAKER, [move("ADD", "package/CARRY1/P9", CASES, 400)])) == ["CREATED"]
    assert await sent(ready, **EMPTIED) == "UPDATED"
