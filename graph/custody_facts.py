"""What has to be asked of the graph before documents become records. Of others' packages it tells of those alone that the caller
holds or held (docs/decisions/0005): for it, all others are as if there were none."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import enterprise_id, owner_of
from graph.model.records.epcis_event import event_id_name
from graph.model.times import STILL
from graph.neighbours import seen
from graph.portions import portions
from graph.statements import Statement, statement

_CONTENTS = statement("capture/contents_at")
_ORIGINS = statement("capture/origins")
_UNTOLD_ORIGINS = statement("capture/untold_origins")
_SHIPMENTS = statement("capture/shipments_of")
_ENTERPRISES = statement("capture/known_enterprises")
_RECORDED = statement("capture/present", label="Package")
_STAYS = statement("capture/stays")
_RECEIVED = statement("capture/received")
_ITEMS = statement("lineage/items_of_batches")
_EMPTIED = statement("capture/emptied")
_YIELDS = statement("capture/yields")
_DECLARED = statement("capture/declared")
_BY_EVENT_ID = statement("capture/by_event_id")
_BY_CALLED = statement("capture/by_called")
_AWAITING = statement("capture/awaiting")
_NAMES_OF_EVENTS = statement("capture/names_of_events")
_DESTINATIONS = statement("capture/destinations")
_DEPTH = 3
"""Of packages in packages: four levels, each below the next (docs/decisions/0003)."""

Moment = tuple[str, int]
"""A package, and a time in ms."""
Way = tuple[Moment, int, int]
"""What a package was in, directly or not, and between which times."""


async def known_enterprises(graph: Graph, scope: Scope, codes: Iterable[str]) -> frozenset[str]:
    return frozenset(await _listed(graph, scope, _ENTERPRISES, map(enterprise_id, codes)))


async def packages_recorded(graph: Graph, scope: Scope, packages: Iterable[str]) -> frozenset[str]:
    """Of the caller's own packages, those that are recorded."""
    return frozenset(await _listed(graph, scope, _RECORDED, packages))


async def yields_of(graph: Graph, scope: Scope, batches: Iterable[str]) -> dict[str, str]:
    """In kg, of those whose yield is recorded."""
    return dict(await _listed(graph, scope, _YIELDS, batches))


async def children_at(graph: Graph, scope: Scope, parent: str, at: int) -> list[str]:
    """Of a parent of the caller's own all, whoever put them there."""
    found = {child for _, _, child in await _rows(graph, scope, _CONTENTS, [(parent, at)])}
    if owner_of(parent) not in scope.owners:
        near = await seen(graph, {parent, *found}, scope)
        found = found & near if parent in near else set[str]()
    return sorted(found)


async def declared(graph: Graph, scope: Scope, events: Iterable[str]) -> frozenset[str]:
    """Those of the caller's events that a declaration says to be wrong."""
    return frozenset(await _listed(graph, scope, _DECLARED, events))


async def events_called(graph: Graph, scope: Scope, event_ids: Iterable[str]) -> dict[str, set[str]]:
    """The caller's events by the IDs that they came with."""
    ids = sorted(set(event_ids))
    found: dict[str, set[str]] = {}
    rows = await _listed(graph, scope, _BY_EVENT_ID, ids)
    for portion in portions({"id": one, "key": event_id_name(scope.enterprise or "", one)} for one in ids):
        [row] = await graph.read(_BY_CALLED, scope, rows=portion)
        rows += row[0]
    for one, event in rows:
        found.setdefault(one, set()).add(event)
    return found


async def awaiting(graph: Graph, scope: Scope, names: Iterable[str]) -> set[str]:
    """names: of event IDs (`event_id_name`). The caller's declarations by which such an event is to correct another."""
    return set(await _listed(graph, scope, _AWAITING, names))


async def names_of_events(graph: Graph, scope: Scope, events: Iterable[str]) -> set[str]:
    """Of the IDs that the caller's events came with."""
    return set(await _listed(graph, scope, _NAMES_OF_EVENTS, events))


async def destinations_of(graph: Graph, scope: Scope, shipments: Iterable[str]) -> dict[str, str]:
    """The sites, of those shipments that are recorded and that the caller sent or gets."""
    return dict(await _listed(graph, scope, _DESTINATIONS, shipments))


async def contents_of(graph: Graph, scope: Scope, parents: Iterable[Moment]) -> dict[Moment, set[str]]:
    """What the caller may know to be directly in each, at the time."""
    found: dict[Moment, set[str]] = {}
    rows = await _rows(graph, scope, _CONTENTS, sorted(set(parents)))
    near = await seen(graph, {package for parent, _, child in rows for package in (parent, child)}, scope)
    for parent, at, child in rows:
        if parent in near and (child in near or owner_of(parent) in scope.owners):
            found.setdefault((parent, at), set()).add(child)
    return found


async def emptied(graph: Graph, scope: Scope, parents: Iterable[str]) -> list[tuple[str, int]]:
    """parents: the canonical URIs of their keys. Each with the times (ms) at which a captured event of the caller took all out of it."""
    return [(name, at) for name, at in await _listed(graph, scope, _EMPTIED, parents)]


async def received(graph: Graph, scope: Scope, keys: Iterable[str]) -> dict[str, list[int]]:
    """keys: canonical URIs. Each with the times (ms) at which a captured event of the caller received it."""
    found: dict[str, list[int]] = {}
    for name, at in await _listed(graph, scope, _RECEIVED, keys):
        found.setdefault(name, []).append(at)
    return found


@dataclass(frozen=True, slots=True)
class Origins:
    """batches: of which a package, or the items in it, were packed. untold: those among them of which events say more than is recorded.
    containers: the package and what is in it, but for items of these batches."""

    batches: list[str]
    untold: list[str]
    containers: list[str]


async def origins_at(graph: Graph, scope: Scope, packages: Sequence[Moment], untold: AbstractSet[str]) -> dict[Moment, Origins]:
    """Of each package, with what was in it at the time. untold: of which it is known already that events say more."""
    near = await seen(graph, {package for package, _ in packages}, scope)
    inside: dict[Moment, set[Moment]] = {(package, at): {(package, at)} if package in near else set[Moment]() for package, at in packages}
    layer = set[Moment]().union(*inside.values())
    for _ in range(_DEPTH):
        children: dict[Moment, list[Moment]] = {}
        rows = await _rows(graph, scope, _CONTENTS, sorted(layer))
        near = await seen(graph, {child for _, _, child in rows}, scope)
        for package, at, child in rows:
            if child in near:
                children.setdefault((package, at), []).append((child, at))
        for held in inside.values():
            held.update([child for one in list(held) for child in children.get(one, ())])
        layer = {child for found in children.values() for child in found}
        if not layer:
            break
    batches: dict[str, list[str]] = {}
    for package, batch in await _listed(graph, scope, _ORIGINS, (package for held in inside.values() for package, _ in held)):
        batches.setdefault(package, []).append(batch)
    more: set[str] = {*untold, *await _listed(graph, scope, _UNTOLD_ORIGINS, (package for held in inside.values() for package, _ in held))}
    return {
        one: Origins(
            sorted({batch for package, _ in held for batch in batches.get(package, ())}),
            sorted({package for package, _ in held} & more),
            sorted({one[0], *(package for package, _ in held)} - batches.keys()),
        )
        for one, held in inside.items()
    }


async def shipments_by(
    graph: Graph, scope: Scope, packages: Sequence[Moment], fits: Callable[[Moment, str, str], bool]
) -> dict[Moment, tuple[str, int]]:
    """The latest shipment by which each package can have come, at the time: one that lists it, or what it was in as that left; and when it
    left, in ms. One that fits comes before any other. fits: a package, a shipment and the site that this is bound for.
    """
    near = await seen(graph, {package for package, _ in packages}, scope)
    found: dict[Moment, tuple[bool, int, str]] = {}
    climbing: dict[Moment, list[Way]] = {one: [(one, 0, one[1] + 1)] for one in packages}
    for _ in range(_DEPTH + 1):
        asked = sorted({above for ways in climbing.values() for above, _, _ in ways})
        left: dict[Moment, list[tuple[int, str, str]]] = {}
        for package, at, shipment, departed, destination in await _rows(graph, scope, _SHIPMENTS, asked):
            left.setdefault((package, at), []).append((departed, shipment, destination))
        for one, ways in climbing.items():
            way = [told for above, start, until in ways for told in left.get(above, ()) if start <= told[0] < until or above == one]
            best = max(((fits(one, shipment, destination), departed, shipment) for departed, shipment, destination in way), default=None)
            if best and (one not in found or (best[0] and not found[one][0])):
                found[one] = best
        climbing = {one: ways for one, ways in climbing.items() if not (one in found and found[one][0]) and one[0] in near}
        climbing = await _climbed(graph, scope, climbing)
        if not climbing:
            break
    return {one: (shipment, departed) for one, (_, departed, shipment) in found.items()}


async def shipments_listing(graph: Graph, scope: Scope, packages: Iterable[str]) -> dict[str, set[str]]:
    """The shipments that the caller sent or gets and that list one of the packages itself, each with those."""
    found: dict[str, set[str]] = {}
    for package, _, shipment, *_ in await _rows(graph, scope, _SHIPMENTS, [(package, STILL - 1) for package in sorted(set(packages))]):
        found.setdefault(shipment, set()).add(package)
    return found


async def _climbed(graph: Graph, scope: Scope, climbing: dict[Moment, list[Way]]) -> dict[Moment, list[Way]]:
    """Each way, one parent further up, with the times between which the package was below it."""
    parents: dict[str, list[tuple[str, int, int]]] = {}
    for child, parent, start, until, *_, out in await _listed(
        graph, scope, _STAYS, (above[0] for ways in climbing.values() for above, _, _ in ways)
    ):
        if out is None:
            parents.setdefault(child, []).append((parent, start, until))
    further: dict[Moment, list[Way]] = {}
    for one, ways in climbing.items():
        for (below, at), start, until in ways:
            for parent, begun, ended in parents.get(below, ()):
                if begun <= at and max(start, begun) < min(until, ended):
                    further.setdefault(one, []).append(((parent, at), max(start, begun), min(until, ended)))
    return further


async def items_of(graph: Graph, batches: Iterable[str]) -> dict[str, list[str]]:
    """The items that are said to be of each batch."""
    found: dict[str, list[str]] = {}
    for portion in portions(sorted(set(batches))):
        found.update({row["id"]: row["items"] for row in await graph.read(_ITEMS, Scope.ALL, ids=portion)})
    return found


async def _listed(graph: Graph, scope: Scope, read: Statement, ids: Iterable[str]) -> list[Any]:
    """What a statement that takes $ids lists in its one row, of each ID once."""
    found: list[Any] = []
    for portion in portions(sorted(set(ids))):
        [row] = await graph.read(read, scope, ids=portion)
        found += row[0]
    return found


async def _rows(graph: Graph, scope: Scope, asked: Statement, moments: Sequence[Moment]) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(moments), 5_000):
        rows = [{"id": package, "at": at} for package, at in moments[start : start + 5_000]]
        [row] = await graph.read(asked, scope, rows=rows)
        found += row[0]
    return found
