"""Hypothesis strategies: small worlds that keep the write rules, and questions to ask of them.

A world is drafted complete and then some of its records are left out, so that any kind of record can be one that never comes.
Codes are symbols (AAAA ... DDDD, the supplier SSSS, ZZZZ who is never recorded); `relabel` gives them fresh ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from hypothesis import strategies as st

from .facts import Facts
from .holding import surely_holds
from .world import (
    LEVELS,
    MINUTE,
    Aggregation,
    Batch,
    Discard,
    Farm,
    IngredientLot,
    MilkDelivery,
    Package,
    Product,
    Query,
    Receipt,
    Sale,
    Shipment,
    Site,
    Use,
    World,
    kind_of,
    owner_of,
    recorded_ids,
    referred_ids,
)

Choice = TypeVar("Choice")

ACTORS = ("AAAA", "BBBB", "CCCC", "DDDD")
SUPPLIER, NOBODY = "SSSS", "ZZZZ"
SYMBOLS = (*ACTORS, SUPPLIER, NOBODY)
START = 1_767_225_600_000
"""2026-01-01T00:00:00Z."""
STEP = 15 * MINUTE
"""Half the tolerance, so that its edge is met exactly."""
STEPS = 10
SITE_KINDS = ("PLANT", "WAREHOUSE", "DISTRIBUTOR", "STORE", "ONLINE_STORE")


def on_the_grid(step: int, beside: int) -> int:
    return START + step * STEP + beside


INSTANTS = st.builds(on_the_grid, st.integers(0, STEPS), st.sampled_from((0, 0, 0, 0, 0, 0, 1, -1)))
"""The grid, now and then a millisecond beside it."""
INSTANTS_ABOUT = st.builds(on_the_grid, st.integers(-3, 5), st.sampled_from((0, 0, 0, 0, 0, 0, 0, 0, 1, -1)))
"""The same from 45 minutes before the START to 75 minutes after it, to be moved."""


@dataclass
class DraftStay:
    """A stay with those who record its two ends; when `commissioned`, the child's own record opens it."""

    parent: str
    child: str
    start: int
    end: int | None
    adder: str
    remover: str
    commissioned: bool = False


@dataclass
class Draft:
    """A world before some of it is left out."""

    world: World
    stays: list[DraftStay] = field(default_factory=list[DraftStay])


class Drawing:
    """Short names for the draws, so that what a world is made of can be read."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def count(self, least: int, most: int) -> range:
        """Larger numbers oftener, so that worlds are rich; shrinks to the least."""
        return range(max(self.draw(st.integers(least, most)), self.draw(st.integers(least, most))))

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return self.draw(st.sampled_from(choices))

    def some(self, choices: Sequence[Choice], least: int, most: int) -> list[Choice]:
        return (
            self.draw(st.lists(st.sampled_from(choices), min_size=min(least, len(choices)), max_size=most, unique=True)) if choices else []
        )

    def time(self, about: int | None = None) -> int:
        """Anywhere on the grid, or within an hour or so of a step, so that most edges lead on and many just do, or just do not."""
        return self.draw(INSTANTS) if about is None else self.draw(INSTANTS_ABOUT) + about * STEP

    def chance(self, tenths: int) -> bool:
        """True in about so many tenths of the draws; shrinks to False."""
        return self.draw(st.integers(0, 9)) >= 10 - tenths


@st.composite
def worlds(draw: st.DrawFn) -> World:
    drawing = Drawing(draw)
    actors = ACTORS[: len(drawing.count(1, len(ACTORS)))]
    suppliers = (*actors, SUPPLIER, NOBODY)
    farms = [Farm(f"farm/{drawing.pick(actors)}/f{n}") for n in drawing.count(0, 2)]
    milk = [MilkDelivery(f"milk/{drawing.pick(actors)}/m{n}", drawing.pick(farms).id, drawing.time()) for n in drawing.count(0, 3) if farms]
    lots = [
        IngredientLot(
            f"lot/{drawing.pick(actors)}/料{n}", None if drawing.chance(3) else f"enterprise/{drawing.pick(suppliers)}", drawing.time()
        )
        for n in drawing.count(0, 3)
    ]
    sites = [Site(f"site/{drawing.pick(actors)}/s{n}", drawing.pick(SITE_KINDS)) for n in drawing.count(1, 4)]
    world = World(
        enterprises=(*actors, SUPPLIER) if drawing.chance(5) else actors,
        farms=tuple(farms),
        milk=tuple(milk),
        lots=tuple(lots),
        products=tuple(Product(f"product/{actor}/p") for actor in actors),
        batches=tuple(draft_batches(drawing, actors, [one.id for one in (*milk, *lots)])),
        sites=tuple(sites),
    )
    draft = draft_packages(drawing, actors, world)
    draft.world = draft_movements(drawing, actors, draft)
    left_out: set[str] = set()
    if drawing.chance(6):
        left_out = set(drawing.some(droppable(draft.world), 1, 4))
    return finished(as_held(without(draft, left_out)))


def draft_batches(drawing: Drawing, actors: Sequence[str], ingredients: list[str]) -> list[Batch]:
    """Batches that use ingredients and one another, in any order in time, also in a ring (rework)."""
    ids = [f"batch/{drawing.pick(actors)}/b{n}" for n in drawing.count(0, 6)]
    batches: list[Batch] = []
    for n, one in enumerate(ids):
        sources = [other for other in ids if other != one] + ingredients
        uses = [
            Use(source, drawing.time(about=n), rework=source.startswith("batch/") and drawing.chance(3))
            for source in (drawing.pick(sources) for _ in drawing.count(0, 3) if sources)
        ]
        batch_kind = drawing.pick(("FINISHED", "INTERMEDIATE", "POOL"))
        product = f"product/{owner_of(one)}/p" if batch_kind == "FINISHED" else None
        started, ended = min((use.at for use in uses), default=START), max((use.at for use in uses), default=START)
        batches.append(Batch(one, batch_kind, started, ended, tuple(uses), product))
    return batches


def draft_packages(drawing: Drawing, actors: Sequence[str], world: World) -> Draft:
    """Items of any batch, and what they are packed in: at most one parent at a time, always of a higher level."""
    packages: list[Package] = []
    if world.batches:
        for n in drawing.count(0, 6):
            batch = drawing.pick(world.batches).id
            owner = drawing.pick(actors) if drawing.chance(2) else owner_of(batch)
            packages.append(Package(f"package/{owner}/i{n}", "ITEM", drawing.time(about=4), batch))
    for n in drawing.count(0, 4):
        level = drawing.pick(LEVELS[1:])
        packages.append(Package(f"package/{drawing.pick(actors)}/c.{n}", level, drawing.time()))

    draft = Draft(world)
    for place, package in enumerate(packages):
        parents = [one.id for one in packages if LEVELS.index(one.level) > LEVELS.index(package.level)]
        stays = draft_stays(drawing, package.id, parents)
        if stays and owner_of(stays[0].parent) == owner_of(package.id) and drawing.chance(3):
            stays[0].commissioned = True
            packages[place] = replace(package, parent=stays[0].parent, packed_at=stays[0].start)
        draft.stays += stays
    draft.world = replace(world, packages=tuple(packages))
    return draft


def draft_stays(drawing: Drawing, child: str, parents: list[str]) -> list[DraftStay]:
    """Stretches of time between cuts, in each of which the child is in one parent or loose; the last may have no end."""
    if not parents:
        return []
    cuts = sorted(set(drawing.draw(st.lists(INSTANTS, max_size=4))))
    ends: list[int | None] = [*cuts[1:], None][: len(cuts)]
    stays: list[DraftStay] = []
    for start, end in zip(cuts, ends, strict=True):
        if drawing.chance(3):
            continue
        parent = drawing.pick(parents)
        if stays and stays[-1].parent == parent and stays[-1].end == start:
            stays[-1].end = end
            continue
        # what a parent holds is told by its owner
        stays.append(DraftStay(parent, child, start, end, owner_of(parent), owner_of(parent)))
    return stays


def draft_movements(drawing: Drawing, actors: Sequence[str], draft: Draft) -> World:
    """Shipments in several legs, receipts of some of them, sales and look-ups."""
    world = finished(draft)
    ids = [package.id for package in world.packages]
    sites = [site.id for site in world.sites]
    shipments = draft_arrivals(drawing, draft, sites)
    for n in drawing.count(0, 4) if ids else ():
        origin, listed, departed = drawing.pick(sites), drawing.some(ids, 1, 4), drawing.time(about=7)
        destination = drawing.pick(sites)
        if shipments and drawing.chance(4):
            earlier = drawing.pick(shipments)
            origin, listed, departed = earlier.destination, list(earlier.packages), max(departed, earlier.departed_at)
            destination = earlier.destination if drawing.chance(2) else destination  # sent again to where it came to
        owner = drawing.pick(actors) if drawing.chance(2) else owner_of(origin)
        shipments.append(Shipment(f"shipment/{owner}/t{n}", origin, destination, departed, tuple(listed)))

    receipts: list[Receipt] = []
    facts = Facts(replace(world, shipments=tuple(shipments)))
    for shipment in shipments:
        if drawing.chance(7):
            received = shipment.departed_at + drawing.draw(st.integers(0, 5)) * STEP
            missing = drawing.some(sorted(facts.carried(shipment)), 0, 2) if drawing.chance(4) else []
            receipts.append(Receipt(owner_of(shipment.destination), shipment.id, received, tuple(missing)))

    sales: list[Sale] = []
    for _ in drawing.count(0, 3) if ids else ():
        store = drawing.pick(sites)
        sales.append(Sale(owner_of(store), store, tuple(drawing.some(ids, 1, 2)), drawing.time(about=10)))
    queries = [drawing.pick(ids) for _ in drawing.count(0, 2) if ids]
    return replace(
        draft.world,
        shipments=tuple(shipments),
        receipts=tuple(receipts),
        sales=tuple(dict.fromkeys(sales)),
        queries=tuple(Query(f"query/{owner_of(package)}/q{n}", package) for n, package in enumerate(queries)),
    )


def draft_arrivals(drawing: Drawing, draft: Draft, sites: list[str]) -> list[Shipment]:
    """Shipments by which packages come to those who put them into their own."""
    shipments: list[Shipment] = []
    for stay in draft.stays:
        destinations = [site for site in sites if owner_of(site) == stay.adder]
        if owner_of(stay.child) != stay.adder and destinations and drawing.chance(6):
            name = f"shipment/{owner_of(stay.child)}/b{len(shipments)}"
            departed = stay.start - drawing.pick((1, STEP))
            shipments.append(Shipment(name, drawing.pick(sites), drawing.pick(destinations), departed, (stay.child,)))
    return shipments


def as_held(draft: Draft) -> Draft:
    """Without the stays of others' packages that did not come to whose parent they are in."""
    kept: list[DraftStay] = []
    for stay in sorted(draft.stays, key=lambda stay: stay.start):
        if surely_holds(Facts(finished(Draft(draft.world, kept))), stay.adder, stay.child, stay.start):
            kept.append(stay)
    return Draft(draft.world, kept)


def droppable(world: World) -> list[str]:
    """What may be left out; a place named several times is likelier to be drawn."""
    tables = (world.packages, world.farms, world.milk, world.lots, world.batches, world.shipments, *[world.sites] * 3)
    return [record.id for table in tables for record in table]


def without(draft: Draft, left_out: set[str]) -> Draft:
    """A draft less some records, and less what the enterprises that own those could then not have recorded.

    Each enterprise's own references stay whole; other enterprises' references to what is left out are kept, and dangle.
    """
    gone, world = set(left_out), draft.world

    def dangling(recorder: str, reference: str | None) -> bool:
        return reference in gone and owner_of(reference) == recorder

    gone |= {milk.id for milk in world.milk if dangling(owner_of(milk.id), milk.farm)}
    gone |= {package.id for package in world.packages if dangling(owner_of(package.id), package.batch)}
    batches = [
        replace(batch, inputs=tuple(use for use in batch.inputs if not dangling(owner_of(batch.id), use.source))) for batch in world.batches
    ]
    stays: list[DraftStay] = []
    for stay in draft.stays:
        opener = owner_of(stay.child) if stay.commissioned else stay.adder
        if (stay.commissioned and stay.child in gone) or dangling(opener, stay.parent) or dangling(opener, stay.child):
            continue
        blocked = dangling(stay.remover, stay.parent) or dangling(stay.remover, stay.child)
        stays.append(replace(stay, remover=opener if blocked else stay.remover))
    parents = {(stay.child, stay.parent) for stay in stays if stay.commissioned}
    packages = [package if (package.id, package.parent) in parents else replace(package, parent=None) for package in world.packages]

    shipments = [replace(one, packages=tuple(p for p in one.packages if not dangling(owner_of(one.id), p))) for one in world.shipments]
    gone |= {
        one.id
        for one in shipments
        if not one.packages or dangling(owner_of(one.id), one.origin) or dangling(owner_of(one.id), one.destination)
    }
    receipts = [replace(one, missing=tuple(p for p in one.missing if not dangling(one.recorder, p))) for one in world.receipts]
    sales = [replace(one, packages=tuple(p for p in one.packages if not dangling(one.recorder, p))) for one in world.sales]
    world = replace(
        world,
        farms=tuple(one for one in world.farms if one.id not in gone),
        milk=tuple(one for one in world.milk if one.id not in gone),
        lots=tuple(one for one in world.lots if one.id not in gone),
        batches=tuple(one for one in batches if one.id not in gone),
        sites=tuple(one for one in world.sites if one.id not in gone),
        packages=tuple(one for one in packages if one.id not in gone),
        shipments=tuple(one for one in shipments if one.id not in gone),
        receipts=tuple(one for one in receipts if not dangling(one.recorder, one.shipment)),
        sales=tuple(dict.fromkeys(one for one in sales if one.packages and one.store not in gone)),
        queries=tuple(one for one in world.queries if one.package not in gone),
    )
    return Draft(world, stays)


def finished(draft: Draft) -> World:
    """The draft's stays as aggregations: one for all that go into, or come out of, one parent at one time by one recorder's word."""
    events: dict[tuple[str, str, str, int], list[str]] = {}
    for stay in draft.stays:
        if not stay.commissioned:
            events.setdefault((stay.adder, stay.parent, "ADD", stay.start), []).append(stay.child)
        if stay.end is not None:
            events.setdefault((stay.remover, stay.parent, "REMOVE", stay.end), []).append(stay.child)
    aggregations = [
        Aggregation(recorder, parent, tuple(children), action, at) for (recorder, parent, action, at), children in events.items()
    ]
    return replace(draft.world, aggregations=tuple(aggregations))


def seeds_of(world: World, most: int = 3) -> st.SearchStrategy[list[str]]:
    """Records of the world, come or only referred to, and now and then an ID that nobody knows. No look-ups: the system names those."""
    recorded, referred = recorded_ids(world), referred_ids(world)
    known = sorted((recorded | referred) - {query.id for query in world.queries})
    telling = [one for one in known if kind_of(one) not in ("ENTERPRISE", "FARM", "SITE")] + sorted(referred - recorded)
    return st.lists(st.sampled_from([*telling, *known, "lot/AAAA/unheard-of"]), min_size=1, max_size=most, unique=True)


@st.composite
def questions(draw: st.DrawFn, most: int = 3) -> tuple[World, list[str]]:
    """A world and seeds in it."""
    world = draw(worlds())
    return world, draw(seeds_of(world, most))


@st.composite
def with_ends(draw: st.DrawFn, world: World) -> World:
    """The world, and events by which packages were destroyed, be it by the word of strangers; oftener of who had them."""
    drawing = Drawing(draw)
    ids = [one.id for one in world.packages]
    discards: list[Discard] = []
    for _ in drawing.count(0, 4) if ids else ():
        listed = drawing.some(ids, 1, 3)
        ways = [one for one in world.shipments if listed[0] in one.packages]
        near = [owner_of(listed[0]), *(owner_of(end) for one in ways for end in (one.id, one.destination))]
        recorder = drawing.pick(near) if drawing.chance(7) else drawing.pick(ACTORS)
        discards.append(Discard(recorder, tuple(listed), drawing.time(about=12)))
    return replace(world, discards=tuple(discards))


ARRIVALS = st.integers(0, 2**16)
"""Seeds of the order in which a world's records arrive: see calls.py."""
