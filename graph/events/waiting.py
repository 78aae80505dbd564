"""Captured events of which not all is recorded, as what they refer to has not come."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import Kind, by_kind, owner_of
from graph.portions import portions
from graph.statements import statement

_WAITING = {kind: statement("event/waiting", label=kind.label) for kind in (Kind.PACKAGE, Kind.PRODUCTION_BATCH)}
_WITHIN = "-[:CONTAINS*0..3]->(:Package)"
_WAITING_OWNERS = {
    kind: statement("event/waiting_owners", label=kind.label, way=way)
    for kind, way in (
        (Kind.PRODUCTION_BATCH, ""),
        (Kind.PACKAGE, _WITHIN),
        (Kind.SHIPMENT, f"<-[:SHIPPED_IN]-(:Package){_WITHIN}"),
    )
}
_WITH_CONTENTS = 500
"""Packages, or shipments, that are looked through at once: pallets hold a thousand cans."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A captured event of which not all is recorded. by: the subject of who captured it; size: characters as it is kept."""

    at: int
    id: str
    by: str
    size: int

    @property
    def owner(self) -> str:
        return owner_of(self.id)


async def waiting_owners(graph: Graph, records: Iterable[str]) -> dict[str, set[str]]:
    """Whose events wait for more to be told of which of these packages and batches, of what ever was in these packages, or of what left by
    these shipments."""
    found: dict[str, set[str]] = {}
    for kind, ids in by_kind(records).items():
        for start in range(0, len(ids), _WITH_CONTENTS):
            for owner, waited_for in await graph.read(_WAITING_OWNERS[kind], Scope.ALL, ids=ids[start : start + _WITH_CONTENTS]):
                found.setdefault(owner, set()).update(waited_for)
    return found


async def waiting_events(graph: Graph, owner: str, records: Iterable[str], *, told: Collection[str], limit: int) -> list[Waiting]:
    """Of one owner those that wait for these records, the first so many in the order of their times. told: which not."""
    found: set[Waiting] = set()
    for kind, ids in by_kind(records).items():
        for portion in portions(ids):
            rows = await graph.read(_WAITING[kind], Scope.ALL, ids=portion, owner=owner, told=list(told), limit=limit)
            found.update(Waiting(*row) for row in rows)
    return sorted(found, key=lambda one: (one.at, one.id))[:limit]
