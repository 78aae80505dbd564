"""Every event of an enterprise, in the order of capture: what, captured again, comes to the same."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.events.pages import events_found
from graph.events.stored import StoredEvent, events_in_turn
from graph.events.wanted import EVER, PAGE, Order, Place, Wanted
from graph.model.records.epcis_event import event_id_name
from graph.statements import statement

_FURTHER_IDS = statement("event/further_ids")
_TOLD_AGAIN = statement("event/told_again")


async def all_events(graph: Graph, scope: Scope, owner: str) -> AsyncGenerator[list[StoredEvent]]:
    """Every event of an owner, page by page, in the order in which they were captured, each once more for each further ID of it.

    Then come again those that were told again, and of which more was recorded then. What one call captured is put in order in memory.
    """
    after: Place | None = None
    waiting: list[StoredEvent] = []
    while True:
        page = await events_found(graph, scope, Wanted(order=Order.RECORD_TIME), PAGE, after, owner)
        waiting += page.events
        after = page.following
        last = EVER if after is None else waiting[-1].recorded_at
        ready = sorted((one for one in waiting if one.recorded_at < last), key=lambda one: (one.recorded_at, one.place, one.at, one.id))
        waiting = [one for one in waiting if one.recorded_at >= last]
        if ready:
            yield ready
        for event, called in await _further_ids(graph, scope, owner, ready):
            yield [replace(event, body=event.body | {"eventID": called}, again=True)]
        if after is None:
            break
    async for told_again in _told_again(graph, scope, owner):
        yield [replace(event, again=True) for event in told_again]


async def _further_ids(graph: Graph, scope: Scope, owner: str, events: Sequence[StoredEvent]) -> list[tuple[StoredEvent, str]]:
    found = {event.id: event for event in events}
    [row] = await graph.read(_FURTHER_IDS, scope, owner=owner, ids=list(found))
    return sorted(((found[one], key.removeprefix(event_id_name(owner, ""))) for one, key in row[0]), key=lambda called: called[1])


async def _told_again(graph: Graph, scope: Scope, owner: str) -> AsyncGenerator[list[StoredEvent]]:
    low, above = -EVER, ""
    while True:
        [row] = await graph.read(_TOLD_AGAIN, scope, owner=owner, low=low, above=above, limit=PAGE)
        async for events in events_in_turn(graph, scope, owner, [(record, characters) for _, record, characters in row[0]]):
            yield events
        if len(row[0]) < PAGE:
            return
        low, above = row[0][-1][:2]
