"""What events say of custody and no record has: kept beside the records it is about, so that no lineage over them is told as complete."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.actor import Actor
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import Kind, kind_of
from graph.portions import portions
from graph.statements import statement

_FORGET = tuple(statement("capture/forget_untold", edge=edge) for edge in ("<-[u:UNTOLD_TO]-", "-[u:UNTOLD_FROM]->"))


@dataclass(frozen=True, slots=True)
class Untold:
    """Of one event: the packages and batches of which it says where they went, and those of which it says where they came from."""

    went: set[str] = field(default_factory=set[str])
    came: set[str] = field(default_factory=set[str])


async def keep_untold(graph: Graph, actor: Actor, told: Mapping[str, Untold], again: Iterable[str]) -> None:
    """told: by event. again: the events that were captured before, of which what was untold then is forgotten. In one transaction."""
    forgotten = sorted(again)
    rows: defaultdict[tuple[str, Kind], list[dict[str, Any]]] = defaultdict(list)
    for event, untold in sorted(told.items()):
        for side, records in (("to", untold.went), ("from", untold.came)):
            for record in sorted(records):
                rows[side, kind_of(record)].append({"event": event, "id": record})
    if not forgotten and not rows:
        return

    async def write(tx: Transaction) -> None:
        for forget in _FORGET:
            for portion in portions(forgotten):
                await tx.run(forget, actor.scope, ids=portion)
        for (side, kind), wanted in rows.items():
            keep = statement(f"capture/untold_{side}", label=kind.label)
            for portion in portions(wanted):
                await tx.run(keep, actor.scope, rows=portion)

    await graph.write(write)
