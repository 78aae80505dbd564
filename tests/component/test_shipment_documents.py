"""By which documents shipments were told, for who may read the events that say it."""

from typing import Any

import pytest

from api.exchange.fsma204.documents import Document, documents_of
from api.resolvers.loaders import Loaders
from auth.actor import Actor, Duty, Role
from graph.engine.driver import Graph
from tests.component.test_epcis_custody import BUYER, MAKER, PALLET, STORE, at, can, capture, commissioned, ids, packed, shipped
from tests.epcis import event

pytestmark = pytest.mark.anyio
ADVICE = {"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:LS-7"}
BILL = {"type": "bol", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000016:B-7"}
OTHER = {"type": "https://example.com/docs/gate-pass", "bizTransaction": "https://example.com/docs/9"}
PACKER = Actor("p", Role.ENTERPRISE, "6901234", frozenset({Duty.WAREHOUSE}))


def told(epc: str, *documents: dict[str, str]) -> dict[str, Any]:
    return shipped(epc, bizTransactionList=list(documents) or None)


@pytest.mark.parametrize(
    ("documents", "found"),
    [
        ((BILL, ADVICE), Document("Despatch Advice", "LS-7")),
        ((OTHER, BILL), Document("Bill of Lading", "B-7")),
        ((OTHER,), Document("https://example.com/docs/gate-pass", "https://example.com/docs/9")),
        (({"bizTransaction": "urn:x:1"},), Document("Business Transaction", "urn:x:1")),
        ((), None),
    ],
)
async def test_a_shipment_is_of_the_document_that_tells_of_it_alone(
    graph: Graph, documents: tuple[dict[str, str], ...], found: Document | None
) -> None:
    await capture(graph, commissioned(1, 2), packed(1, 2), told(PALLET, *documents))
    [shipment] = await ids(graph, "shipment")
    own = {} if found is None else {shipment: found}
    assert await documents_of(Loaders(graph, MAKER), [shipment]) == own
    assert await documents_of(Loaders(graph, PACKER), [shipment]) == {}, "who reads no events"
    assert await documents_of(Loaders(graph, BUYER), [shipment]) == {}, "who reads none of another"


async def test_who_got_it_has_the_document_of_its_own_event(graph: Graph) -> None:
    await capture(graph, commissioned(1), told(can(1), ADVICE))
    [shipment] = await ids(graph, "shipment")
    arrival = event(bizStep="receiving", epcList=[can(1)], bizLocation={"id": STORE}, bizTransactionList=[ADVICE], **at(12))
    await capture(graph, arrival, actor=BUYER)
    assert await documents_of(Loaders(graph, BUYER), [shipment]) == {shipment: Document("Despatch Advice", "LS-7")}


async def test_a_supervisor_that_reads_it_leaves_a_trace(graph: Graph) -> None:
    await capture(graph, commissioned(1), told(can(1), ADVICE))
    [shipment] = await ids(graph, "shipment")
    regulator = Loaders(graph, Actor("r", Role.REGULATOR))
    assert await documents_of(regulator, [shipment]) == {shipment: Document("Despatch Advice", "LS-7")}
    assert [one.split("/")[0] for one in regulator.shown if one.startswith("event/")] == ["event"]
