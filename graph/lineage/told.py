"""What of the affected items a viewer is told: which of them, to which sites they came, what befell them last, and whether that is all."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from graph.lineage.answer import Node, View
from graph.lineage.custody import Custody
from graph.lineage.ease import at_ease
from graph.lineage.gaps import GapList, Limits, OutOfTime
from graph.lineage.items import Fate, Packages, Sale
from graph.lineage.standing import DELIVERED, DEPARTED, DESTROYED, PACKED, SOLD, Happening, Ways
from graph.model.identifiers import owner_of
from graph.model.times import ALWAYS


class AffectedSite(NamedTuple):
    """item_count: by the deliveries that the viewer may know of; sold_count: of them, at the viewer's own sites."""

    node: Node
    item_count: int
    sold_count: int


@dataclass(slots=True)
class Whereabouts:
    """Where the affected items are now, each counted once by the last thing that happened to it."""

    at_plant: int = 0
    in_transit: int = 0
    in_stock: int = 0
    sold: int = 0
    recovered: int = 0
    destroyed: int = 0


class Group(NamedTuple):
    """Items of one owner that share a fate: who may know one of them may know them all."""

    fate: Fate
    items: list[str]


@dataclass(frozen=True, slots=True)
class Items:
    """counted: the groups that are counted. shown: the items of those groups that the viewer may know. size: of all affected items."""

    counted: Sequence[Group]
    by_batch: Mapping[str, int]
    shown: Sequence[str]
    all_known: bool
    size: int

    @property
    def count(self) -> int:
        return sum(len(group.items) for group in self.counted)


async def items_told(affected: Mapping[str, Set[str]], packages: Packages, view: View) -> Items:
    """The viewer's own items, and those that it may know since it held them: of these one of each group is asked about, and only where
    some shipment brought the group to the viewer. Who counts what is hidden has all of them counted."""
    size = sum(map(len, affected.values()))
    groups = await at_ease(lambda: _grouped(packages, chain.from_iterable(affected.values())), size)

    def in_question() -> list[str]:
        return [group.items[0] for group in groups if not view.scope.sees(group.items[0]) and _came_to(view, packages, group)]

    asked = await at_ease(in_question, len(groups))
    near = await view.knowing(packages.custody, asked)

    def chosen() -> Items:
        known = [group for group in groups if near.sees(group.items[0])]
        counted = groups if view.counts_hidden else known
        shown = sorted(chain.from_iterable(group.items for group in known))
        batches = {batch: len(items) for batch, items in affected.items()}
        if len(counted) < len(groups):
            told = set(shown)
            batches = {batch: len(told.intersection(items)) for batch, items in affected.items()}
        return Items(counted, batches, shown, len(known) == len(groups), size)

    return await at_ease(chosen, size)


def _grouped(packages: Packages, items: Iterable[str]) -> list[Group]:
    groups: list[Group] = []
    for fate, together in packages.alike(items):
        owned: defaultdict[str, list[str]] = defaultdict(list)
        for item in together:
            owned[owner_of(item)].append(item)
        groups += [Group(fate, each) for each in owned.values()]
    return groups


def _came_to(view: View, packages: Packages, group: Group) -> bool:
    """Whether the viewer can have held the group: it is the owner, without a duty for it, or some shipment that carried it was for it."""
    owners = view.scope.owners
    if owner_of(group.items[0]) in owners:
        return True
    places = (packages.loads[load].destination for load in group.fate.carried)
    return any(place is not None and owner_of(place) in owners for place in places)


@dataclass(frozen=True, slots=True)
class Befallen:
    """ways_known: whether the viewer may know of every shipment of the counted items, and all of them went to its own sites. view: with
    what of the shipments and sites the viewer may know."""

    sites: Sequence[AffectedSite]
    whereabouts: Whereabouts
    ways_known: bool
    view: View


@dataclass(slots=True)
class _Tally:
    """What befell the items: by site, how many were delivered and of them sold there; the shipments that came to each; the last event of
    each. stores: the sites of all sales, be it of items that no record brings there."""

    delivered: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    sold: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    referrers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stores: set[str] = field(default_factory=set[str])
    lasts: Counter[int] = field(default_factory=Counter[int])


async def befallen(items: Items, packages: Packages, gaps: GapList, limits: Limits, view: View) -> Befallen:
    groups, custody = items.counted, packages.custody
    loads = await at_ease(lambda: set[str]().union(*(group.fate.carried for group in groups)), len(groups))
    view = await view.knowing(custody, loads)
    found = await at_ease(lambda: _tally(packages, groups, view), items.size)
    places = found.referrers.keys() | found.stores
    await _note_missing(custody, gaps, limits, found, places)
    view = await view.knowing(custody, places)
    sites = sorted(AffectedSite(view.node(site, 0), found.delivered[site], found.sold[site]) for site in places)
    lasts = found.lasts
    whereabouts = Whereabouts(
        at_plant=lasts[PACKED], in_transit=lasts[DEPARTED], in_stock=lasts[DELIVERED], sold=lasts[SOLD], destroyed=lasts[DESTROYED]
    )
    return Befallen(sites, whereabouts, all(_way_known(packages, load, view) for load in loads), view)


async def _note_missing(custody: Custody, gaps: GapList, limits: Limits, found: _Tally, places: Collection[str]) -> None:
    try:
        custody.deadline.left()
        come = await custody.present(places, any_owner=True)
    except OutOfTime:
        gaps.out_of_time(limits.seconds, "part of what the viewer may know of the items and their sites was")
        return
    for site in places:
        if not come.get(site, (False, None))[0]:
            for referrer in found.referrers.get(site, {site}):
                gaps.missing(site, referrer)


def _way_known(packages: Packages, load: str, view: View) -> bool:
    """At a site of others, what was sold is not told."""
    destination = packages.loads[load].destination
    return view.sees(load) and destination is not None and view.scope.sees(destination)


def _tally(packages: Packages, groups: Sequence[Group], view: View) -> _Tally:
    """Sites stand in the path whoever delivered there; counted, and taken for the last event, is what the viewer may know of."""
    found = _Tally()
    whole = view.counts_hidden or view.scope.everything
    for fate, group in groups:
        arrivals = {load: arrival for load in fate.carried if (arrival := packages.delivered(load, fate))}
        told = [load for load in fate.carried if view.counts_hidden or view.sees(load)]
        for load, (site, _) in arrivals.items():
            found.referrers[site].add(load)
        came_to = {arrivals[load][0] for load in told if load in arrivals}
        for site in came_to:
            found.delivered[site] += len(group)
        sales = [sale for sale in fate.sales if view.counts_hidden or view.scope.sees(sale.site)]
        together = _last(packages, told, [arrivals[load][1] for load in told if load in arrivals], sales)
        stores_together = {sale.site for sale in sales}
        found.stores |= stores_together
        ways = Ways.of(packages, fate, owner_of(group[0]), told, whole=whole)
        for item in group:
            alone = [sale for sale in packages.sold(item) if view.counts_hidden or view.scope.sees(sale.site)]
            stores = stores_together
            if alone:
                stores = stores.union(sale.site for sale in alone)
                found.stores |= stores
            for site in stores & came_to:
                found.sold[site] += 1
            ends = [end for end in packages.discarded(item) if view.counts_hidden or view.scope.sees(end.event)]
            ended = ways.ended(ends, [*sales, *alone]) if ends else ()
            found.lasts[max(together, *(Happening(sale.at, SOLD) for sale in alone), *ended).kind if alone or ended else together.kind] += 1
    return found


def _last(packages: Packages, loads: Iterable[str], delivered: Iterable[int], sales: Iterable[Sale]) -> Happening:
    """What of this came last."""
    events = [Happening(packages.loads[load].departed_at, DEPARTED) for load in loads]
    events += [Happening(at, DELIVERED) for at in delivered]
    events += [Happening(sale.at, SOLD) for sale in sales]
    return max(events, default=Happening(ALWAYS, PACKED))
