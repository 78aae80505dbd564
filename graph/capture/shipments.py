"""Shipments leave."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.arrivals import Sent, settle
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import storing
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.records.shipment import Shipment
from graph.statements import statement

_LOAD = statement("capture/load")
_UNLINK_LOAD = statement("capture/unlink_load")
_FROM = statement("capture/route", edge="SENT_FROM")
_TO = statement("capture/route", edge="BOUND_FOR")
_UNLINK_ROUTE = statement("capture/unlink_route")


async def capture_shipments(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    noun = Noun("dispatchShipments", Shipment, storing("Shipment", check_references, _link))
    return await capture(graph, actor, noun, records, options or Options())


async def _link(work: Work[Shipment]) -> None:
    updated = [{"id": draft.id} for draft in work.updates()]
    await work.run_rows(_UNLINK_LOAD, updated)
    await work.run_rows(_UNLINK_ROUTE, updated)
    changes = work.changes()
    await work.run_rows(_FROM, [{"id": draft.id, "site": draft.record.origin} for draft in changes])
    await work.run_rows(_TO, [{"id": draft.id, "site": draft.record.destination} for draft in changes])
    load = [{"id": draft.id, "package": package, "at": draft.record.departed_at} for draft in changes for package in draft.record.packages]
    await work.run_rows(_LOAD, load)
    sent = [Sent(draft.id, draft.record.departed_at, draft.record.destination) for draft in changes]
    await settle(work, sent, known_before=frozenset(draft.id for draft in work.updates()))
