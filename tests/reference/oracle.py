"""The lineage answers, by brute force from semantics.md. T is in milliseconds; a viewer is an enterprise code, or None who sees all.

An answer is a plain dict (see the TypedDicts). Records that the viewer may not read are only in `hidden`, by kind and distance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias, TypedDict

from .facts import NEVER, Facts
from .holding import had
from .world import MINUTE, World, kind_of, owner_of

T_DEFAULT = 30 * MINUTE
MISSING = "MISSING_RECORD"

Gap: TypeAlias = tuple[str, str | None]
"""(cause, the ID where it is; None where the viewer may not know the ID)."""
Edge: TypeAlias = tuple[str, str, str, int | None]
"""(source, target, kind, at in ms), always pointing downstream."""
Place: TypeAlias = str | tuple[str, str]
"""A record, or (item, shipment): that item on its way in that shipment, so that only that item is delivered by way of it."""


class Lineage(TypedDict):
    nodes: dict[str, tuple[str, int]]
    hidden: Counter[tuple[str, int]]
    edges: set[Edge]
    counts: dict[str, int]
    gaps: set[Gap]


class Recall(TypedDict):
    """A batch, an input or a site that the viewer may not read stands as `hidden/<ID>`."""

    batches: dict[str, tuple[int, set[str], int]]
    """ID: (ring, shared inputs, item count)."""
    itemCount: int
    items: set[str]
    sites: dict[str, tuple[int, int]]
    """ID: (items ever delivered there, items sold there)."""
    whereabouts: dict[str, int]
    countsWhole: bool
    gaps: set[Gap]


class Shared(TypedDict):
    id: str
    kind: str
    distance: int
    score: float
    reached: set[str]


class Reach:
    """What seeds reach: the time and the distance of each record (come or not), and the edges that led on."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}
        self.distances: dict[str, int] = {}
        self.edges: set[Edge] = set()


def walk(
    edges: Iterable[tuple[Place, Place, float | None]], seeds: Iterable[str], tolerance: float
) -> tuple[dict[Place, float], dict[Place, int]]:
    """The earliest time of each place that the seeds reach, and its distance; edges are (source, target, at).

    Round k holds the earliest arrivals over all walks of at most k edges. Arriving earlier never closes an edge,
    so that is all that the next round needs; the rounds end when none of them changes anything.
    """
    times: dict[Place, float] = dict.fromkeys(seeds, NEVER)
    distances: dict[Place, int] = dict.fromkeys(seeds, 0)
    edges = list(edges)
    length = 0
    while True:
        length += 1
        after = dict(times)
        for source, target, at in edges:
            if source in times and (at is None or at >= times[source] - tolerance):
                arrival = NEVER if at is None else at
                if target not in after or arrival < after[target]:
                    after[target] = arrival
        for place in after:
            distances.setdefault(place, length)
        if after == times:
            return times, distances
        times = after


def process_edges(facts: Facts) -> list[Edge]:
    """The edges from farms and suppliers down to items."""
    world = facts.world
    edges: list[Edge] = []
    edges += [(milk.farm, milk.id, "SUPPLIED", None) for milk in world.milk]
    edges += [(lot.supplier, lot.id, "SUPPLIED", None) for lot in world.lots if lot.supplier is not None]
    edges += [(use.source, batch.id, "CONSUMED_BY", use.at) for batch in world.batches for use in batch.inputs]
    edges += [(item.batch, item.id, "PACKED_INTO", item.packed_at) for item in facts.items.values() if item.batch is not None]
    return edges


def reach_forward(facts: Facts, seeds: Iterable[str], tolerance: float) -> Reach:
    """Everything that the seeds reach downstream, the seeds themselves at distance 0."""
    world, seeds = facts.world, set(seeds)
    candidates = set(facts.items) | {seed for seed in seeds if facts.may_be_item(seed)}
    carriages = {shipment.id: facts.carried(shipment) & candidates for shipment in world.shipments}
    edges: list[tuple[Place, Place, float | None]] = [(source, target, at) for source, target, _, at in process_edges(facts)]
    known: list[Edge] = process_edges(facts)
    edges += [(query.package, query.id, None) for query in world.queries if query.package in facts.items]
    known += [(query.package, query.id, "QUERIED_AS", None) for query in world.queries if query.package in facts.items]
    deliveries_of: dict[Place, Edge] = {}
    for shipment in world.shipments:
        delivered = facts.delivered(shipment)
        for item in carriages[shipment.id]:
            on_the_way = (item, shipment.id)
            edges.append((item, on_the_way, shipment.departed_at))
            known.append((item, shipment.id, "SHIPPED_IN", shipment.departed_at))
            if item in delivered:
                edges.append((on_the_way, shipment.destination, facts.receipts[shipment.id].received_at))
                deliveries_of[on_the_way] = (shipment.id, shipment.destination, "DELIVERED_TO", facts.receipts[shipment.id].received_at)
    for seed in seeds:
        edges += [(seed, item, at) for item, at in facts.contents(seed).items() if item in facts.items]

    times, distances = walk(edges, seeds, tolerance)
    reach = Reach()
    for place, time in times.items():
        record = place if isinstance(place, str) else place[1]
        reach.times[record] = min(time, reach.times.get(record, time))
        reach.distances[record] = min(distances[place], reach.distances.get(record, distances[place]))
    reach.edges = {
        edge for edge in known if edge[0] in reach.times and edge[1] in reach.times and leads_on(edge, reach.times[edge[0]], tolerance)
    }
    # a delivery is of the items that are delivered, not of all that the shipment carried
    reach.edges |= {edge for place, edge in deliveries_of.items() if place in times and leads_on(edge, times[place], tolerance)}

    for item in candidates & set(times):
        parents = facts.ancestors_now(item)
        for shipment in world.shipments:
            # The departure must lead on from this very item: a shipment reached only by way of what travels beside it leads nowhere.
            if item in carriages[shipment.id] and shipment.departed_at >= times[item] - tolerance:
                parents |= facts.ancestors_at(item, shipment.departed_at)
        for parent in parents:
            reach.times.setdefault(parent, times[item])
            reach.distances[parent] = min(distances[item], reach.distances.get(parent, distances[item]))
    return reach


def leads_on(edge: Edge, reached_at: float, tolerance: float) -> bool:
    return edge[3] is None or edge[3] >= reached_at - tolerance


def reach_backward(facts: Facts, seeds: Iterable[str], tolerance: float) -> Reach:
    """Everything that the seeds reach upstream, the seeds themselves at distance 0.

    The same walk with source and target exchanged and the clock turned round: t <= r + T is -t >= -r - T, latest is earliest.
    """
    seeds = set(seeds)
    known = process_edges(facts)
    edges: list[tuple[Place, Place, float | None]] = [(target, source, None if at is None else -at) for source, target, _, at in known]
    edges += [(query.id, query.package, None) for query in facts.world.queries if query.package in facts.items]
    for seed in seeds:
        edges += [(seed, item, None) for item in facts.contents(seed) if item in facts.items]
    times, distances = walk(edges, seeds, tolerance)
    reach = Reach()
    for place, time in times.items():
        assert isinstance(place, str)
        reach.times[place], reach.distances[place] = -time, distances[place]
    reach.edges = {
        edge
        for edge in known
        if edge[0] in reach.times and edge[1] in reach.times and (edge[3] is None or edge[3] <= reach.times[edge[1]] + tolerance)
    }
    return reach


def neighbours(facts: Facts, viewer: str) -> set[str]:
    """Others' records that a viewer may know (docs/decisions/0005): shipments from and to its sites, the sites at the other end
    of those and of its own, and the packages that came to it by hands that held them."""
    found: set[str] = set()
    for shipment in facts.world.shipments:
        ends = [shipment.origin, shipment.destination]
        from_or_to = viewer in map(owner_of, ends)
        if from_or_to:
            found.add(shipment.id)
        if from_or_to or owner_of(shipment.id) == viewer:
            found.update(ends)
    moves: dict[str, set[tuple[str, str]]] = {}
    for shipment in facts.world.shipments:
        for one in facts.carried(shipment):
            moves.setdefault(one, set()).add((owner_of(shipment.id), owner_of(shipment.destination)))
    for one, passed in moves.items():
        held = {owner_of(one)}
        for _ in passed:
            held |= {receiver for sender, receiver in passed if sender in held}
        if viewer in held:
            found.add(one)
    return {one for one in found if owner_of(one) != viewer}


def readable_seeds(facts: Facts, seeds: Iterable[str], viewer: str | None) -> tuple[set[str], set[str]]:
    """(the seeds to start from, the seeds that are a gap). Who sees all also starts from a seed that others only refer to."""
    wanted = set(seeds)
    if viewer is None:
        return wanted, {seed for seed in wanted if not facts.has_come(seed)}
    near = {one for one in neighbours(facts, viewer) if kind_of(one) in ("PACKAGE", "SHIPMENT")}
    readable = {seed for seed in wanted if facts.has_come(seed) and (owner_of(seed) == viewer or seed in near)}
    return readable, wanted - readable


def missing_contents(facts: Facts, seeds: Iterable[str]) -> set[str]:
    """Packages that a seed package, shipment or site held or got, and that have not come."""
    return {one for seed in seeds for one in facts.contents(seed) if not facts.has_come(one)}


def answer(facts: Facts, direction: str, seeds: Iterable[str], tolerance: float, viewer: str | None) -> Lineage:
    seeds = set(seeds)
    reach = reach_forward if direction == "forward" else reach_backward
    start, unreadable = readable_seeds(facts, seeds, viewer)
    whole = reach(facts, start, tolerance)
    met = {record: distance for record, distance in whole.distances.items() if record not in start}
    for seed in start:
        others = reach(facts, start - {seed}, tolerance)
        if seed in others.distances:
            met[seed] = others.distances[seed]

    missing = {record for record in met if not facts.has_come(record)} | missing_contents(facts, start)
    gaps: set[Gap] = {(MISSING, seed) for seed in unreadable}
    came = {record: (kind_of(record), distance) for record, distance in met.items() if facts.has_come(record)}
    near = set[str]() if viewer is None else neighbours(facts, viewer)
    nodes = {record: label for record, label in came.items() if viewer is None or owner_of(record) == viewer or record in near}
    # decided (docs/decisions/0004): a gap is named to who may read the record, or one that refers to it, or asked about it
    readable = set(nodes) | start
    named = missing_contents(facts, start) | {end for edge in whole.edges for end in edge[:2] if readable & set(edge[:2])} | seeds
    gaps |= {(MISSING, one if viewer is None or one in named or owner_of(one) == viewer else None) for one in missing}
    return {
        "nodes": nodes,
        "hidden": Counter(label for record, label in came.items() if record not in nodes),
        "edges": {edge for edge in whole.edges if {edge[0], edge[1]} <= (set(nodes) | start)},
        "counts": dict(Counter(kind for kind, _ in nodes.values())),
        "gaps": gaps,
    }


def forward(world: World, seeds: Iterable[str], T: float = T_DEFAULT, viewer: str | None = None) -> Lineage:
    return answer(Facts(world), "forward", seeds, T, viewer)


def backward(world: World, seeds: Iterable[str], T: float = T_DEFAULT, viewer: str | None = None) -> Lineage:
    return answer(Facts(world), "backward", seeds, T, viewer)


def common_sources(world: World, seeds: Iterable[str], T: float = T_DEFAULT) -> list[Shared]:
    """By score, then distance, then ID. A seed given twice counts once. For who sees all."""
    wanted = set(seeds)
    distances: dict[str, dict[str, int]] = {}
    for seed in wanted:
        for source, (_, distance) in backward(world, {seed}, T)["nodes"].items():
            distances.setdefault(source, {})[seed] = distance
    found: list[Shared] = [
        {
            "id": source,
            "kind": kind_of(source),
            "distance": max(reached.values()),
            "score": len(reached) / len(wanted),
            "reached": set(reached),
        }
        for source, reached in distances.items()
    ]
    return sorted(found, key=lambda one: (-one["score"], one["distance"], one["id"]))


def recall_radius(world: World, seeds: Iterable[str], radius: int, T: float = T_DEFAULT, viewer: str | None = None) -> Recall:
    """Ring 0 and its items are what forward reaches; from ring 1 on batches are affected whole. Of all that a viewer is told what it may
    know (docs/decisions/0011): items and shipments as its own or a neighbour's, sales at its own sites."""
    facts, wanted = Facts(world), set(seeds)
    start, missing = readable_seeds(facts, seeds, viewer)
    referrers: dict[str, set[str]] = {one: set(start) for one in missing_contents(facts, start)}
    looked_up = {query.package for query in world.queries if query.id in start and query.package in facts.items}
    reach = reach_forward(facts, start | looked_up, T)

    affected = {record for record in reach.times if record in facts.items}
    rings = {record: 0 for record in reach.times if record in facts.batches}
    whole = {record for record in reach.times if kind_of(record) == "PRODUCTION_BATCH"}
    shared: dict[str, set[str]] = {}
    for item in affected:
        origin = facts.items[item].batch
        if origin in facts.batches:
            rings[origin] = 0
        elif origin is not None:
            referrers.setdefault(origin, set())

    for ring in range(1, radius + 1):
        inputs: set[str] = set()
        for batch in (batch for batch, at in rings.items() if at == ring - 1):
            for use in facts.batches[batch].inputs:
                inputs.add(use.source)
                if not facts.has_come(use.source):
                    referrers.setdefault(use.source, set()).add(batch)
        reached_from: dict[str, set[str]] = {}
        for one in inputs:
            for record in reach_forward(facts, {one}, T).times:
                if kind_of(record) == "PRODUCTION_BATCH":
                    reached_from.setdefault(record, set()).add(one)
        for batch, via in reached_from.items():
            affected |= {item.id for item in facts.items.values() if item.batch == batch}
            if batch in facts.batches and batch not in rings:
                rings[batch] = ring
                shared[batch] = via
        whole |= set(rings) | reached_from.keys()

    near = set[str]() if viewer is None else neighbours(facts, viewer)

    def own(record: str) -> bool:
        return viewer is None or owner_of(record) == viewer

    def sees(record: str) -> bool:
        return own(record) or record in near

    def name(record: str) -> str:
        return record if sees(record) else f"hidden/{record}"

    counted = {item for item in affected if sees(item)}
    for item in counted:
        if facts.items[item].batch in referrers:
            referrers[facts.items[item].batch or ""].add(item)
    delivered = deliveries(facts, counted)
    ways = [shipment for shipment in world.shipments if facts.carried(shipment) & counted]
    known = World(
        shipments=tuple(one for one in ways if sees(one.id)),
        sales=tuple(one for one in world.sales if own(one.store)),
        discards=tuple(one for one in world.discards if viewer in (None, one.recorder)),
    )
    came = deliveries(facts, counted, known)
    sold = sales(facts, counted, known)
    places = set(delivered) | set(sold)
    for site in places:
        if not facts.has_come(site):
            referrers.setdefault(site, set()).update(
                {site}, (one.id for one in ways if one.destination == site and facts.delivered(one) & counted)
            )
    whereabouts = Counter(whereabouts_of(facts, item, known, whole=viewer is None) for item in counted)
    told = counted == affected and all(map(own, whole)) and all(sees(one.id) and own(one.destination) for one in ways)
    gaps: set[Gap] = {(MISSING, one if one in wanted | start or any(map(sees, {one, *by})) else None) for one, by in referrers.items()}
    return {
        "batches": {
            name(batch): (ring, set(map(name, shared.get(batch, set()))), sum(facts.items[item].batch == batch for item in counted))
            for batch, ring in rings.items()
        },
        "itemCount": len(counted),
        "items": counted,
        "sites": {name(site): (len(came.get(site, set())), len(came.get(site, set()) & sold.get(site, set()))) for site in places},
        "whereabouts": {state: whereabouts[state] for state in ("atPlant", "inTransit", "inStock", "sold", "recovered", "destroyed")},
        "countsWhole": viewer is None or told,
        "gaps": gaps | {(MISSING, one) for one in missing},
    }


def deliveries(facts: Facts, items: set[str], known: World | None = None) -> dict[str, set[str]]:
    """Site: those of the items that were ever delivered there. known: by its shipments alone."""
    found: dict[str, set[str]] = {}
    for shipment in (known or facts.world).shipments:
        for item in facts.delivered(shipment) & items:
            found.setdefault(shipment.destination, set()).add(item)
    return found


def sales(facts: Facts, items: set[str], known: World) -> dict[str, set[str]]:
    """Site: those of the items that were sold there, by the sales that are known."""
    found: dict[str, set[str]] = {}
    for sale in known.sales:
        for item in items:
            if facts.sells(sale, item):
                found.setdefault(sale.store, set()).add(item)
    return found


def whereabouts_of(facts: Facts, item: str, known: World, *, whole: bool) -> str:
    """The last thing that happened to an item, of what is known; at one and the same time its end is after a sale, that after a delivery,
    and that after a departure. whole: all that there is is known."""
    events: list[tuple[float, int, str]] = [(NEVER, 0, "atPlant")]
    for shipment in known.shipments:
        if item in facts.carried(shipment):
            events.append((shipment.departed_at, 1, "inTransit"))
        if item in facts.delivered(shipment):
            events.append((facts.receipts[shipment.id].received_at, 2, "inStock"))
    events += [(sale.sold_at, 3, "sold") for sale in known.sales if facts.sells(sale, item)]
    for discard in known.discards:
        if item in discard.packages and had(facts, discard.recorder, item, discard.at, known, whole=whole):
            events.append((discard.at, 4, "destroyed"))
    return max(events)[2]
