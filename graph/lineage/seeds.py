"""What a question starts from. Farms, deliveries, lots, suppliers and batches start the walk; packages, shipments, sites
and look-ups stand for items (semantics: Seed package, Seed shipment, Seed site)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graph import neighbours
from graph.lineage.custody import CONTAINS, DELIVERED_TO, QUERIED_AS, SHIPPED_IN, Custody
from graph.lineage.gaps import GapList
from graph.lineage.items import DEEPEST, Stay
from graph.model.identifiers import Kind, kind_of
from graph.model.times import ALWAYS, FOREVER
from graph.statements import statement

_CONTENTS = statement("lineage/contents")
_LOADS = statement("lineage/loads")
_ARRIVALS = statement("lineage/arrivals")
_LOOKED_UP = statement("lineage/looked_up")
_WALKED = {Kind.ENTERPRISE, Kind.FARM, Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT, Kind.PRODUCTION_BATCH}


@dataclass(slots=True)
class SeedItems:
    """The items that one seed stands for. times: when each is reached going forward; hops: 0 for an item that is itself
    the seed, else 1; edge: how the seed and its items are joined, for the edges of the answer."""

    times: dict[str, int]
    hops: int
    edge: str


@dataclass(slots=True)
class Seeds:
    """ids: as asked, each once. walked: those that start the walk. items: for each of the others, the items it stands for."""

    ids: tuple[str, ...]
    walked: list[str] = field(default_factory=list[str])
    items: dict[str, SeedItems] = field(default_factory=dict[str, SeedItems])


async def read_seeds(custody: Custody, gaps: GapList, ids: Sequence[str], *, with_queries: bool) -> Seeds:
    """with_queries: whether a consumer query stands for the item that was looked up; going forward it is the end of the way.

    A seed that the viewer may not read looks like one that does not exist. One that is referred to and has not come is
    a gap, and leads on along what is known of it, for a viewer who may read everything.
    """
    seeds = Seeds(tuple(dict.fromkeys(ids)))
    known = await custody.present([seed for seed in seeds.ids if custody.scope.sees(seed)], any_owner=False)
    # not of a neighbour's site: what others brought there is none of the viewer's business
    passed = [seed for seed in seeds.ids if kind_of(seed) in (Kind.PACKAGE, Kind.SHIPMENT)]
    known |= await custody.present(await neighbours.known(custody.graph, custody.rows, passed, custody.scope), any_owner=True)
    if not custody.scope.everything:
        known = {seed: found for seed, found in known.items() if found[0]}
    for seed in seeds.ids:
        if not known.get(seed, (False, None))[0]:
            gaps.unknown_seed(seed)
            if seed in known:
                custody.missing.add(seed)
    seeds.walked = [seed for seed in known if kind_of(seed) in _WALKED]
    packages = [seed for seed in known if kind_of(seed) is Kind.PACKAGE]
    for seed in packages:
        come, level = known[seed]
        inside = {} if level == "ITEM" else await _items_ever_in(custody, gaps, seed)
        # what has not come and holds nothing that is known could be an item
        if level == "ITEM" or not (come or inside):
            seeds.items[seed] = SeedItems({seed: ALWAYS}, 0, "")
        else:
            seeds.items[seed] = SeedItems(inside, 1, CONTAINS)
    await _read_shipments(custody, gaps, seeds, [seed for seed in known if kind_of(seed) is Kind.SHIPMENT])
    await _read_sites(custody, gaps, seeds, [seed for seed in known if kind_of(seed) is Kind.SITE])
    if with_queries:
        queries = [seed for seed in known if kind_of(seed) is Kind.CONSUMER_QUERY]
        for query, found in await custody.rows(_LOOKED_UP, queries):
            seeds.items[query] = SeedItems(dict.fromkeys(found, ALWAYS), 1, QUERIED_AS)
    return seeds


async def _items_ever_in(custody: Custody, gaps: GapList, package: str) -> dict[str, int]:
    """Every item that was ever in the package, at any depth, and when it first came in (ms)."""
    found: dict[str, int] = {}
    open_stays = [Stay(package, ALWAYS, FOREVER)]
    depth = 0
    while open_stays:
        if (depth := depth + 1) > DEEPEST:
            gaps.circular({stay.parent for stay in open_stays})
            break
        parents = {stay.parent for stay in open_stays}
        custody.opened |= parents
        children = {row[0]: row[1] for row in await custody.rows(_CONTENTS, parents)}
        deeper: list[Stay] = []
        for outer in open_stays:
            for child, start, end, level in children.get(outer.parent, ()):
                inner = Stay(child, max(start, outer.start), min(end, outer.end))
                if inner.start >= inner.end:
                    continue
                if level is None:
                    gaps.missing(child, package)
                elif level == "ITEM":
                    found[child] = min(inner.start, found.get(child, inner.start))
                else:
                    deeper.append(inner)
        open_stays = deeper
    return found


class Carried(NamedTuple):
    """A shipment's times (ms), the items that it left with, those of them that its receipt misses, and packages that have not come."""

    departed_at: int
    received_at: int | None
    items: set[str]
    lost: frozenset[str]
    unknown: set[str]


async def read_carried(custody: Custody, gaps: GapList, shipments: Iterable[str]) -> dict[str, Carried]:
    """By shipment; what a shipment lists and has not come is told of each."""
    carried: dict[str, Carried] = {}
    for shipment, departed_at, received_at, _, missing, packages in await custody.rows(_LOADS, shipments):
        items: set[str] = set()
        unknown: set[str] = set()
        level: dict[str, str | None] = dict(packages)
        depth = 0
        while level:
            if (depth := depth + 1) > DEEPEST:
                gaps.circular(level)
                break
            unknown.update(package for package, rank in level.items() if rank is None)
            items.update(package for package, rank in level.items() if rank == "ITEM")
            containers = [package for package, rank in level.items() if rank not in {None, "ITEM"}]
            custody.opened.update(containers)
            level = {
                child: rank
                for _, children in await custody.rows(_CONTENTS, containers)
                for child, start, end, rank in children
                if start <= departed_at < end
            }
        lost = await _inside_at(custody, missing, departed_at) if missing else frozenset[str]()
        carried[shipment] = Carried(departed_at, received_at, items, lost, unknown)
    return carried


async def _inside_at(custody: Custody, packages: Iterable[str], at: int) -> frozenset[str]:
    """The packages and all that was in them at a moment."""
    inside: set[str] = set()
    level = set(packages)
    while level:
        inside |= level
        rows = await custody.rows(_CONTENTS, level)
        level = {child for _, children in rows for child, start, end, _ in children if start <= at < end} - inside
    return frozenset(inside)


async def _read_shipments(custody: Custody, gaps: GapList, seeds: Seeds, shipments: list[str]) -> None:
    for shipment, load in (await read_carried(custody, gaps, shipments)).items():
        for package in load.unknown:
            gaps.missing(package, shipment)
        seeds.items[shipment] = SeedItems(dict.fromkeys(load.items, load.departed_at), 1, SHIPPED_IN)


async def _read_sites(custody: Custody, gaps: GapList, seeds: Seeds, sites: list[str]) -> None:
    arrivals = {row[0]: row[1] for row in await custody.rows(_ARRIVALS, sites)}
    carried = await read_carried(custody, gaps, {shipment for found in arrivals.values() for shipment in found})
    for site, found in arrivals.items():
        times: dict[str, int] = {}
        for shipment, load in ((shipment, carried[shipment]) for shipment in found if shipment in carried):
            if load.received_at is not None:
                for package in load.unknown - load.lost:
                    gaps.missing(package, shipment)
                for item in load.items - load.lost:
                    times[item] = min(load.received_at, times.get(item, load.received_at))
        seeds.items[site] = SeedItems(times, 1, DELIVERED_TO)
