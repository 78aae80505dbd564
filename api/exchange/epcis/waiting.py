"""Events that were captured before what they refer to: what could not be recorded of them is, once the rest is told."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import groupby

from api.exchange.epcis.checking import check_event
from api.exchange.epcis.event import Event
from api.exchange.items import Item
from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph.capture import CaptureRefused
from graph.engine.driver import Graph
from graph.epcis_events import Waiting, events_by_ids, waiting_events
from graph.suspensions import Suspensions

_AT_ONCE = 500
_AT_ONCE_CHARACTERS = 4_000_000
_ROUNDS = 4
"""What is recorded now may be what others wait for: an arrival, the use of what arrived, the arrival of what was made of it."""

Tell = Callable[[Actor, Sequence[Item[Event]]], Awaitable[set[str]]]
"""Records of custody what events say, by the rights of who captured them; the records that there is something new about."""


async def tell_waiting(graph: Graph, news: Iterable[str], told: Iterable[str], tell: Tell) -> None:
    """news: packages and batches; told: events that need not be told again. What is more than a chunk waits on, with its gaps."""
    records, done = set(news), set(told)
    suspensions = Suspensions(0)
    for _ in range(_ROUNDS):
        waiting = _fitting(await waiting_events(graph, records, told=done, limit=_AT_ONCE)) if records else ()
        if not waiting:
            return
        records = set[str]()
        done.update(one.id for one in waiting)
        for owner, events in groupby(sorted(waiting, key=lambda one: (one.owner, one.by)), key=lambda one: (one.owner, one.by)):
            code, subject = owner
            if not await suspensions.has(graph, code):
                items = await _items(graph, code, [one.id for one in events])
                try:
                    records |= await tell(Actor(subject, Role.ENTERPRISE, code, frozenset({Duty.SYNC})), items)
                except CaptureRefused:
                    continue


def _fitting(waiting: Sequence[Waiting]) -> Sequence[Waiting]:
    size = 0
    for count, one in enumerate(waiting):
        size += one.size
        if count and size > _AT_ONCE_CHARACTERS:
            return waiting[:count]
    return waiting


async def _items(graph: Graph, owner: str, ids: Sequence[str]) -> list[Item[Event]]:
    """In the order of their times."""
    items: list[Item[Event]] = []
    for one in sorted(await events_by_ids(graph, Scope.of(owner), owner, ids), key=lambda one: (one.at, one.id)):
        event = check_event(one.body, one.prefixes)
        if isinstance(event, Event):
            items.append(Item(len(items), event))
    return items
