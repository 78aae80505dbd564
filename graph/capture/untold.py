"""What events say of custody and no record has: kept beside the records it is about, so that no lineage over them is told as complete."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.actor import Actor
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import Kind, kind_of
from graph.portions import portions
from graph.statements import Statement, statement

_TOLD_AGAIN = statement("capture/told_again")


@dataclass(frozen=True, slots=True)
class Untold:
    """Of one event: the packages and batches of which it says where they went, and those of which it says where they came from."""

    went: set[str] = field(default_factory=set[str])
    came: set[str] = field(default_factory=set[str])


_FORGET: tuple[tuple[Statement, Callable[[Untold], set[str]]], ...] = (
    (statement("capture/forget_untold", edge="<-[u:UNTOLD_TO]-"), lambda untold: untold.went),
    (statement("capture/forget_untold", edge="-[u:UNTOLD_FROM]->"), lambda untold: untold.came),
)


async def keep_untold(
    graph: Graph, actor: Actor, told: Mapping[str, Untold], again: Iterable[str], corrected: Iterable[str], at: int
) -> None:
    """told: by event. again, corrected: of which what was untold before is forgotten: events told again, at a time in ms, and events that
    were declared wrong. In one transaction."""
    told_again = set(again)
    forgotten = sorted(told_again.union(corrected))
    rows: defaultdict[tuple[str, Kind], list[dict[str, Any]]] = defaultdict(list)
    for event, untold in sorted(told.items()):
        for side, records in (("to", untold.went), ("from", untold.came)):
            for record in sorted(records):
                rows[side, kind_of(record)].append({"event": event, "id": record})
    if not forgotten and not rows:
        return

    async def write(tx: Transaction) -> None:
        more: set[str] = set()
        for forget, still in _FORGET:
            for portion in portions(forgotten):
                [row] = await tx.run(forget, actor.scope, ids=portion)
                more.update(event for event, record in row[0] if record not in still(told.get(event, Untold())))
        for portion in portions(sorted(more & told_again)):
            await tx.run(_TOLD_AGAIN, actor.scope, ids=portion, at=at)
        for (side, kind), wanted in rows.items():
            keep = statement(f"capture/untold_{side}", label=kind.label)
            for portion in portions(wanted):
                await tx.run(keep, actor.scope, rows=portion)

    await graph.write(write)
