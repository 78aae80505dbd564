"""What events say of custody and no record has: kept beside the records it is about. What was destroyed counts in a recall; of all else no
lineage is told as complete, until it is recorded."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from auth.actor import Actor
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import Kind, kind_of
from graph.portions import portions
from graph.statements import Statement, statement

_TOLD_AGAIN = statement("capture/told_again")
_AWAIT = statement("capture/await_events")
_FORGET_WAITING = statement("capture/forget_untold", edge="-[u:WAITS_FOR]->")
_FORGET_DISCARDED = statement("capture/forget_untold", edge="<-[u:DISCARDED]-")
_DISCARD = statement("capture/discard")
_FORGET_RESTS = statement("capture/forget_untold", edge="-[u:RESTS_ON]->")
_REST = statement("capture/rest_on")
_RESTING = 1_000
"""Packages on one edge."""


@dataclass(frozen=True, slots=True)
class Untold:
    """Of one event: the packages and batches of which it says where they went, and those of which it says where they came from. waits:
    those of which more may be told that changes what is recorded of it. destroyed: the packages that there are no more by it.

    rests: packages that are where it says by a shipment, by shipment; that is known while the shipment stands as it is."""

    went: set[str] = field(default_factory=set[str])
    came: set[str] = field(default_factory=set[str])
    waits: set[str] = field(default_factory=set[str])
    destroyed: set[str] = field(default_factory=set[str])
    rests: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    @property
    def settled(self) -> bool:
        """Whether all of it is recorded, or known."""
        return not (self.went or self.came or self.waits)


_FORGET: tuple[tuple[Statement, Callable[[Untold], set[str]]], ...] = (
    (statement("capture/forget_untold", edge="<-[u:UNTOLD_TO]-"), lambda untold: untold.went),
    (statement("capture/forget_untold", edge="-[u:UNTOLD_FROM]->"), lambda untold: untold.came),
)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a call leaves untold. at: ms. untold: by event. again, corrected: of which what was untold before is forgotten: events that were
    told again, and those that were declared wrong by declarations that name corrective events; or such declarations, looked at anew.
    wrong: all that were declared wrong, by which nothing was destroyed. awaits: by declaration, the corrective events, come or not, by the
    names of their event IDs.
    """

    at: int
    untold: Mapping[str, Untold]
    again: AbstractSet[str] = frozenset()
    corrected: AbstractSet[str] = frozenset()
    wrong: AbstractSet[str] = frozenset()
    awaits: Mapping[str, Iterable[str]] = field(default_factory=dict[str, Iterable[str]])


async def keep_untold(graph: Graph, actor: Actor, told: Telling) -> None:
    """In one transaction."""
    rows: defaultdict[tuple[str, Kind], list[dict[str, str]]] = defaultdict(list)
    for event, untold in sorted(told.untold.items()):
        for side, records in (("untold_to", untold.went), ("untold_from", untold.came), ("wait_for", untold.waits)):
            for record in sorted(records):
                rows[side, kind_of(record)].append({"event": event, "id": record})
    ends = [{"event": event, "id": one} for event, untold in sorted(told.untold.items()) for one in sorted(untold.destroyed)]
    rests = [row for event, untold in sorted(told.untold.items()) if event not in told.wrong for row in _resting(event, untold)]
    if not (rows or ends or rests or told.again or told.corrected or told.wrong):
        return

    async def write(tx: Transaction) -> None:
        forgotten = sorted(told.again | told.corrected)
        more: set[str] = set()
        for portion in portions(forgotten):
            await tx.run(_FORGET_WAITING, actor.scope, ids=portion)
        for portion in portions(sorted(told.again | told.wrong)):
            await tx.run(_FORGET_DISCARDED, actor.scope, ids=portion)
            await tx.run(_FORGET_RESTS, actor.scope, ids=portion)
        for portion in portions([row for row in ends if row["event"] not in told.wrong]):
            await tx.run(_DISCARD, actor.scope, rows=portion)
        for portion in portions(rests):
            await tx.run(_REST, actor.scope, rows=portion)
        for forget, still in _FORGET:
            for portion in portions(forgotten):
                [row] = await tx.run(forget, actor.scope, ids=portion)
                more.update(event for event, record in row[0] if record not in still(told.untold.get(event, Untold())))
        for portion in portions(sorted(more & told.again)):
            await tx.run(_TOLD_AGAIN, actor.scope, ids=portion, at=told.at)
        for (side, kind), wanted in rows.items():
            keep = statement(f"capture/{side}", label=kind.label)
            for portion in portions(wanted):
                await tx.run(keep, actor.scope, rows=portion)
        for portion in portions({"event": event, "key": key} for event, keys in sorted(told.awaits.items()) for key in sorted(keys)):
            await tx.run(_AWAIT, actor.scope, rows=portion)

    await graph.write(write)


def _resting(event: str, untold: Untold) -> Iterator[dict[str, object]]:
    for shipment, packages in sorted(untold.rests.items()):
        ordered = sorted(packages)
        for start in range(0, len(ordered), _RESTING):
            yield {"event": event, "shipment": shipment, "packages": ordered[start : start + _RESTING]}
