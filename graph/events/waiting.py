"""Captured events of which not all is recorded, as what they refer to has not come."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import by_kind, owner_of
from graph.portions import portions
from graph.statements import statement

_WAITING = {label: statement("event/waiting", label=label) for label in ("Package", "ProductionBatch")}
_WAITING_OWNERS = {label: statement("event/waiting_owners", label=label) for label in ("Package", "ProductionBatch")}


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
    """Whose events wait for more to be told of which of these packages and batches."""
    found: dict[str, set[str]] = {}
    for label, ids in _portions(records):
        for owner, waited_for in await graph.read(_WAITING_OWNERS[label], Scope.ALL, ids=ids):
            found.setdefault(owner, set()).update(waited_for)
    return found


async def waiting_events(graph: Graph, owner: str, records: Iterable[str], *, told: Collection[str], limit: int) -> list[Waiting]:
    """Of one owner those that wait for these records, the first so many in the order of their times. told: which not."""
    found: set[Waiting] = set()
    for label, ids in _portions(records):
        rows = await graph.read(_WAITING[label], Scope.ALL, ids=ids, owner=owner, told=list(told), limit=limit)
        found.update(Waiting(*row) for row in rows)
    return sorted(found, key=lambda one: (one.at, one.id))[:limit]


def _portions(records: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """By the label of their nodes."""
    for kind, ids in by_kind(records).items():
        for portion in portions(ids):
            yield kind.label, portion
