"""From the plant to the shelf: warehouses, distributors that repack, stores, tills and the look-ups of consumers.

What would happen after the last instant of the chain does not happen: it is what is in stock, on the road, or not yet received.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator

from graph.model.identifiers import Kind, owner_of, record_id
from seed.companies import CITIES, DISTRIBUTORS, ONLINE, ONLINE_SITES, Maker, store
from seed.packaging import Load, case_id, shipment_id, sscc
from seed.portions import Case, Portion, Record, Stage, package
from seed.settings import DAY, HOUR, MINUTE, SeedSettings, local_time

_NEVER_RECEIPTED, _LATE, _CASE_MISSING = 0.04, 0.06, 0.05
_ONLINE_SHARE, _KEPT_WHOLE, _UNSOLD, _LOOKED_UP = 0.25, 0.15, 0.12, 0.08
_BASKETS = ((6,), (6,), (3, 3), (2, 4), (1, 2, 3), (1, 1, 2), (4,))
_SALES_A_PORTION = 4_000
_CHANNELS = ("WECHAT", "WECHAT", "WEB", "APP", "DOUYIN")


class Distribution:
    """The way of one block's pallets."""

    def __init__(self, settings: SeedSettings, block: int) -> None:
        self.settings = settings
        self.block = block
        self.now = settings.now
        self.rng: random.Random = settings.rng("distribution", block)
        self.shipped: dict[str, int] = defaultdict(int)
        self.mixed: dict[str, int] = defaultdict(int)
        self.bins: dict[tuple[Stage, str], list[Record]] = {}

    def portions(self, loads: Iterable[Load]) -> Iterator[Portion]:
        """The records of everything that befalls the pallets, in the order in which they can be recorded."""
        at_warehouse = self._to_warehouses(loads)
        yield from self._flush()
        at_distributor, online = self._onward(at_warehouse)
        yield from self._flush()
        drops = self._repack(at_distributor)
        yield from self._flush()
        in_store = self._to_stores(drops)
        yield from self._flush()
        for load in [*online, *in_store]:
            for case in load.cases:
                self._sell(load, case)
            if sum(len(records) for records in self.bins.values()) >= _SALES_A_PORTION:
                yield from self._flush()
        yield from self._flush()

    # ------------------------------------------------------------------ records

    def _record(self, stage: Stage, enterprise: str, record: Record) -> None:
        self.bins.setdefault((stage, enterprise), []).append(record)

    def _flush(self) -> Iterator[Portion]:
        stages = list(Stage)
        for stage, enterprise in sorted(self.bins, key=lambda key: (stages.index(key[0]), key[1])):
            yield Portion(stage, enterprise, self.bins[stage, enterprise])
        self.bins = {}

    def _ship(self, sender: str, destination: str, departed: int, loads: list[Load]) -> list[Load]:
        """Sends loads off together, and has them received: what arrived, without missing cases, ready there."""
        if departed > self.now:
            return []
        rng = self.rng
        self.shipped[sender] += 1
        number = f"FH{self.block + 1:04d}-{self.shipped[sender]:04d}"
        listed = [one for load in loads for one in load.packages()]
        self._record(
            Stage.SHIPMENT,
            sender,
            {
                "number": number,
                "origin": loads[0].at,
                "destination": destination,
                "departedAt": local_time(departed),
                "packages": listed,
            },
        )
        fate = rng.random()
        arrived = departed + rng.randint(20, 80) * HOUR + (rng.randint(6, 11) * DAY if fate < _LATE else 0)
        if arrived > self.now or fate > 1 - _NEVER_RECEIPTED:
            return []
        missing: list[str] = []
        if rng.random() < _CASE_MISSING:
            missing.append(self._lose(rng.choice(loads), arrived))
        self._record(
            Stage.RECEIPT,
            owner_of(destination),
            {"shipment": shipment_id(sender, number), "receivedAt": local_time(arrived), "missing": missing},
        )
        for load in loads:
            load.ready, load.at = arrived, destination
        return [load for load in loads if load.cases]

    def _lose(self, load: Load, at: int) -> str:
        """A case is not there when the load arrives: no longer in its pallet either. Its ID."""
        case = load.cases.pop(self.rng.randrange(len(load.cases)))
        lost = case_id(load.owner_of(case), case)
        if load.pallet:
            self._take(load.pallet, [lost], at)
        return lost

    def _take(self, pallet: str, children: list[str], at: int) -> None:
        owner = owner_of(pallet)
        self._record(
            Stage.AGGREGATION if all(owner_of(child) == owner for child in children) else Stage.REPACKING,
            owner,
            {"parent": pallet.split("/")[2], "children": children, "action": "REMOVE", "at": local_time(at)},
        )

    # ------------------------------------------------------------------ steps

    def _to_warehouses(self, loads: Iterable[Load]) -> list[Load]:
        groups: dict[tuple[Maker, int], list[Load]] = defaultdict(list)
        for load in loads:
            groups[load.maker, self.rng.randrange(2)].append(load)
        arrived: list[Load] = []
        for (maker, place), group in groups.items():
            for truck in _trucks(group, 22):
                departed = max(load.ready for load in truck) + self.rng.randint(2, 40) * HOUR
                arrived += self._ship(maker.code, maker.warehouse(place), departed, truck)
        return arrived

    def _onward(self, loads: list[Load]) -> tuple[list[Load], list[Load]]:
        """From the warehouses to distributors, and to online shops."""
        groups: dict[tuple[str, str], list[Load]] = defaultdict(list)
        for load in loads:
            if self.rng.random() < _ONLINE_SHARE:
                destination = record_id(Kind.SITE, ONLINE[0], f"DS{self.rng.randint(1, len(ONLINE_SITES)):02d}")
            else:
                destination = record_id(Kind.SITE, self.rng.choice(DISTRIBUTORS)[0], "PS01")
            groups[load.at, destination].append(load)
        distributed: list[Load] = []
        online: list[Load] = []
        for (origin, destination), group in groups.items():
            for truck in _trucks(group, 6):
                departed = max(load.ready for load in truck) + self.rng.randint(3 * 24, 18 * 24) * HOUR
                arrived = self._ship(owner_of(origin), destination, departed, truck)
                (online if owner_of(destination) == ONLINE[0] else distributed).extend(arrived)
        return distributed, online

    def _repack(self, loads: list[Load]) -> list[tuple[str, list[Load]]]:
        """Pallets are broken up at the distributor: the drops for stores, as new mixed pallets or loose cases, by distributor."""
        broken: dict[str, list[Load]] = defaultdict(list)
        for load in loads:
            at = load.ready + self.rng.randint(8, 150) * HOUR
            if self.rng.random() < _KEPT_WHOLE or at > self.now or load.pallet is None:
                continue
            self._take(load.pallet, [case_id(load.maker, case) for case in load.cases], at)
            broken[load.at] += [Load(load.maker, None, [case], at, load.at) for case in load.cases]
        drops: list[tuple[str, list[Load]]] = []
        for site in sorted(broken):
            # what came in within some days of each other stands side by side: brands and batches get mixed
            shelf = sorted(broken[site], key=lambda load: load.ready + self.rng.random() * 5 * DAY)
            while shelf:
                as_pallet = self.rng.random() < 0.5  # half of the drops
                size = self.rng.randint(18, 40) if as_pallet else self.rng.randint(5, 12)
                drop, shelf = shelf[:size], shelf[size:]
                drops.append((site, self._mixed_pallet(site, drop) if as_pallet else drop))
        return drops

    def _mixed_pallet(self, site: str, drop: list[Load]) -> list[Load]:
        owner = owner_of(site)
        at = max(load.ready for load in drop) + 90 * MINUTE
        if at > self.now:
            return drop
        self.mixed[owner] += 1
        number = sscc(owner, (self.block + 1) * 10_000 + self.mixed[owner])
        self._record(Stage.PACKAGE, owner, {"number": number, "level": "PALLET", "packedAt": local_time(at)})
        children = [case_id(load.maker, load.cases[0]) for load in drop]
        self._record(Stage.REPACKING, owner, {"parent": number, "children": children, "action": "ADD", "at": local_time(at)})
        mixed = {load.cases[0].number: load.maker for load in drop}
        return [Load(drop[0].maker, package(owner, number), [load.cases[0] for load in drop], at, site, mixed)]

    def _to_stores(self, drops: list[tuple[str, list[Load]]]) -> list[Load]:
        arrived: list[Load] = []
        for site, drop in drops:
            owner = owner_of(site)
            near = [code for code, _, _ in DISTRIBUTORS].index(owner)
            place = self.rng.randrange(self.settings.stores // 4) * 4 + near
            departed = max(load.ready for load in drop) + self.rng.randint(6, 12 * 24) * HOUR
            arrived += self._ship(owner, store(place)[1], departed, drop)
        return arrived

    # ------------------------------------------------------------------ the till

    def _sell(self, load: Load, case: Case) -> None:
        rng = self.rng
        if rng.random() < _UNSOLD:
            return
        place = 0
        at = load.ready
        for size in rng.choice(_BASKETS):
            items = [package(load.owner_of(case).code, item) for item in case.items[place : place + size]]
            place += size
            at += rng.randint(10, 40 * 24) * HOUR + rng.randint(0, 59) * MINUTE
            if at > self.now or not items:
                return
            self._record(Stage.SALE, owner_of(load.at), {"store": load.at, "packages": items, "soldAt": local_time(at)})
            if rng.random() < _LOOKED_UP:
                self._look_up(items[0], load.at, at)

    def _look_up(self, item: str, site: str, sold: int) -> None:
        rng = self.rng
        looks: list[Record] = []
        at = sold
        # who buys in a store lives near it; who buys online may live anywhere
        city, province, _ = CITIES[rng.randrange(len(CITIES))] if "/DS" in site else CITIES[(int(site[-5:]) - 1) % len(CITIES)]
        place = city if city == province else province + city
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            at += rng.randint(1, 200) * HOUR + rng.randint(0, 3599) * 1_000
            if at > self.now:
                break
            looks.append({"at": local_time(at), "channel": rng.choice(_CHANNELS), "place": place})
        if looks:
            self._record(Stage.QUERY, owner_of(item), {"package": item, "looks": looks})


def _trucks(loads: list[Load], size: int) -> Iterator[list[Load]]:
    ordered = sorted(loads, key=lambda load: load.ready)
    for place in range(0, len(ordered), size):
        yield ordered[place : place + size]
