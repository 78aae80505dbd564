"""Events that were captured before what they refer to: what could not be recorded of them is, once the rest is told."""

import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import structlog

from api.exchange.epcis.captured import Captured, told_before
from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.engine.errors import EngineError, EngineUnavailable
from graph.events.stored import events_by_ids
from graph.events.waiting import Waiting, waiting_events, waiting_owners
from graph.model.identifiers import owner_of
from graph.neighbours import seen
from graph.suspensions import Suspensions

_log = structlog.get_logger(__name__)
_OWN, _OWN_CHARACTERS = 500, 4_000_000
"""Of the enterprise that tells the news, at one time."""
_OTHERS, _OTHERS_CHARACTERS = 100, 500_000
"""Of each other enterprise: it costs the one that tells the news."""
_OTHER_OWNERS = 10
_IN_VAIN = 3
"""Times in a row that nothing of what was told again of another enterprise could be recorded; the rest waits on."""
_ROUNDS = 8
"""What is recorded now may be what others wait for: an arrival, the use of what arrived, the arrival of what was made of it."""


class Came(NamedTuple):
    """To what events came that were told again. news: the records that there is something new about; settled: whether some wait no more."""

    news: AbstractSet[str]
    settled: bool


Tell = Callable[[Actor, Sequence[Captured]], Awaitable[Came]]
"""Records of custody what events say, by the rights of who captured them."""


async def tell_waiting(graph: Graph, teller: str, news: Iterable[str], told: Iterable[str], tell: Tell) -> None:
    """teller: the enterprise that tells the news, of packages and batches, and of all that left by shipments; told: events that need not
    be told again.

    What is more than the limits waits on, with its gaps; so does what fails, which is no fault of the teller's.
    """
    try:
        await _tell_waiting(graph, teller, set(news), set(told), tell)
    except EngineError as error:
        _log.warning("events wait on", news_of=teller, error=str(error))
    except Exception:
        # what is wrong with an event of another enterprise must not stop the one that has told of its goods
        _log.exception("events wait on", news_of=teller)


async def _tell_waiting(graph: Graph, teller: str, records: set[str], done: set[str], tell: Tell) -> None:
    for _ in range(_ROUNDS):
        waiting = await _waiting(graph, teller, records, done) if records else ()
        records, done = set[str](), set[str]()
        paces = defaultdict[str, _Pace](_Pace)
        # in the order of their times, whoever captured them
        for (owner, subject), events in groupby(sorted(waiting, key=lambda one: (one.at, one.id)), key=lambda one: (one.owner, one.by)):
            ahead = [one.id for one in events]
            while ahead and not (owner != teller and paces[owner].idle):
                some = ahead if owner == teller else ahead[: paces[owner].events]
                ahead = ahead[len(some) :]
                try:
                    actor = Actor(subject, Role.ENTERPRISE, owner, frozenset({Duty.SYNC}))
                    came = await tell(actor, told_before(await events_by_ids(graph, Scope.of(owner), owner, some)))
                except EngineUnavailable:
                    raise
                except Exception:
                    _log.exception("events wait on", news_of=teller, events_of=owner)
                    came = Came(set(), settled=False)
                records |= came.news
                paces[owner].went(on=came.settled or bool(came.news))


@dataclass(slots=True)
class _Pace:
    """How many of another enterprise's events are told again at once: few at first, and more while they come to something, so that events
    that never do cost the teller little."""

    events: int = 5
    in_vain: int = 0

    @property
    def idle(self) -> bool:
        return self.in_vain >= _IN_VAIN

    def went(self, *, on: bool) -> None:
        self.events = self.events * 2 if on else 5
        self.in_vain = 0 if on else self.in_vain + 1


async def _waiting(graph: Graph, teller: str, records: AbstractSet[str], done: AbstractSet[str]) -> list[Waiting]:
    """Of others, only those of whom something can be recorded: owners of the records, and those to whom shipments brought them."""
    found: list[Waiting] = []
    suspensions = Suspensions(math.inf)  # read once
    others = 0
    for owner, waited_for in sorted((await waiting_owners(graph, records)).items(), key=lambda one: (one[0] != teller, one[0])):
        own = owner == teller
        concerned = waited_for if own else await _concerned(graph, owner, waited_for)
        if not concerned or others == _OTHER_OWNERS or await suspensions.has(graph, owner):
            continue
        others += not own
        events = await waiting_events(graph, owner, concerned, told=done, limit=_OWN if own else _OTHERS)
        found += _fitting(events, _OWN_CHARACTERS if own else _OTHERS_CHARACTERS)
    return found


async def _concerned(graph: Graph, owner: str, records: AbstractSet[str]) -> set[str]:
    brought = await seen(graph, {record for record in records if owner_of(record) != owner}, Scope.of(owner))
    return brought.union(record for record in records if owner_of(record) == owner)


def _fitting(waiting: Sequence[Waiting], most: int) -> Iterator[Waiting]:
    """The first of them, one at the least."""
    size = 0
    for count, one in enumerate(waiting):
        size += one.size
        if count and size > most:
            return
        yield one
