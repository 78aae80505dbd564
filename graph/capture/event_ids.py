"""Further IDs of events: the same event told under another ID is one event, and found by each of them."""

from collections.abc import Iterable

from auth.actor import Actor
from graph.engine.driver import Graph
from graph.model.records.epcis_event import event_id_name
from graph.portions import portions
from graph.statements import statement

_CALL = statement("capture/call_events")


async def call_events(graph: Graph, actor: Actor, called: Iterable[tuple[str, str]]) -> None:
    """called: the caller's own events, each with an event ID that it came with. Of one that has not come nothing is kept."""
    owner = actor.enterprise or ""
    rows = [{"event": event, "eventId": one, "key": event_id_name(owner, one)} for event, one in sorted(set(called))]
    for portion in portions(rows):
        await graph.put(_CALL, actor.scope, rows=portion)
