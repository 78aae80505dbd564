"""The generated chain: the same each time, in bounded memory, and right in itself at every size."""

import hashlib
import os
import subprocess
import sys
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import orjson
import pytest

from graph.model.identifiers import Kind, enterprise_id, record_id
from graph.model.records import base
from graph.model.records.batch import Batch
from graph.model.records.enterprise import Enterprise
from graph.model.records.farm import Farm
from graph.model.records.ingredient_lot import IngredientLot
from graph.model.records.milk_delivery import MilkDelivery
from graph.model.records.package import Aggregation, Package
from graph.model.records.product import Product
from graph.model.records.sale import Sale
from graph.model.records.shipment import Receipt, Shipment
from graph.model.records.site import Site
from graph.model.times import to_ms
from seed.campaign import kg
from seed.chain import chain, upstream
from seed.companies import MAKERS
from seed.lots import shared_whey
from seed.packaging import serial
from seed.portions import Packing, Portion, Record, Stage, package
from seed.settings import FEWEST_ITEMS, SeedSettings

UNTIL = date(2026, 6, 30)
SETTINGS = SeedSettings(6_000, UNTIL)
LEVELS = ["ITEM", "INNER", "CASE", "PALLET"]
MODELS: dict[Stage, type[base.Record]] = {
    Stage.ENTERPRISE: Enterprise,
    Stage.PRODUCT: Product,
    Stage.FARM: Farm,
    Stage.SITE: Site,
    Stage.LOT: IngredientLot,
    Stage.MILK: MilkDelivery,
    Stage.BATCH: Batch,
    Stage.PACKAGE: Package,
    Stage.AGGREGATION: Aggregation,
    Stage.SHIPMENT: Shipment,
    Stage.RECEIPT: Receipt,
    Stage.REPACKING: Aggregation,
    Stage.SALE: Sale,
}


def told(settings: SeedSettings) -> Iterator[tuple[Stage, str, Record]]:
    """Every record in the contract's terms, with who records it."""
    for portion in chain(settings):
        records = portion.inputs() if isinstance(portion, Packing) else portion.records
        stage = Stage.PACKAGE if isinstance(portion, Packing) else portion.stage
        for record in records:
            yield stage, portion.enterprise, record


def digest(settings: SeedSettings) -> str:
    total = hashlib.sha256()
    for stage, owner, record in told(settings):
        total.update(orjson.dumps([stage, owner, record], default=str, option=orjson.OPT_SORT_KEYS))
    for portion in chain(settings):
        for file in portion.files if isinstance(portion, Portion) else ():
            total.update(file.content)
    return total.hexdigest()


@dataclass
class Seen:
    """The chain of `SETTINGS` by kind and ID, in full IDs."""

    records: dict[str, Record] = field(default_factory=dict[str, Record])
    packages: dict[str, Record] = field(default_factory=dict[str, Record])
    stays: dict[str, list[tuple[int, int, str]]] = field(default_factory=lambda: defaultdict(list))
    """Child -> (from, until, parent)."""
    shipments: dict[str, Record] = field(default_factory=dict[str, Record])
    receipts: dict[str, Record] = field(default_factory=dict[str, Record])
    sales: list[Record] = field(default_factory=list[Record])
    looks: list[Record] = field(default_factory=list[Record])


STILL = 2**62


@pytest.fixture(scope="module")
def seen() -> Seen:
    seen = Seen()
    for stage, owner, record in told(SETTINGS):
        match stage:
            case Stage.PACKAGE:
                own = package(owner, record["number"])
                seen.packages[own] = record
                if "parent" in record:
                    seen.stays[own].append((to_ms(record["packedAt"]), STILL, package(owner, record["parent"])))
            case Stage.AGGREGATION | Stage.REPACKING:
                parent, at = package(owner, record["parent"]), to_ms(record["at"])
                for child in record["children"]:
                    named = child if "/" in child else package(owner, child)
                    if record["action"] == "ADD":
                        seen.stays[named].append((at, STILL, parent))
                    else:
                        last = seen.stays[named].pop()
                        assert last[1:] == (STILL, parent), named
                        seen.stays[named].append((last[0], at, parent))
            case Stage.SHIPMENT:
                seen.shipments[record_id(Kind.SHIPMENT, owner, record["number"])] = record
            case Stage.RECEIPT:
                seen.receipts[record["shipment"]] = record
            case Stage.SALE:
                seen.sales.append(record)
            case Stage.QUERY:
                seen.looks.append(record)
            case _:
                kind = MODELS[stage].KIND
                number = record.get("number") or record["code"]
                seen.records[enterprise_id(number) if kind is Kind.ENTERPRISE else record_id(kind, owner, number)] = record
    return seen


def test_the_same_settings_give_the_same_chain() -> None:
    assert digest(SETTINGS) == digest(SeedSettings(6_000, UNTIL))


def test_nothing_hangs_on_the_order_of_hashes() -> None:
    program = "from tests.unit.test_seed_chain import *; print(digest(SETTINGS))"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == digest(SETTINGS)


@pytest.mark.parametrize("other", [SeedSettings(6_001, UNTIL), SeedSettings(6_000, date(2026, 7, 1)), SeedSettings(6_000, UNTIL, seed=1)])
def test_other_settings_give_another_chain(other: SeedSettings) -> None:
    assert digest(other) != digest(SETTINGS)


@pytest.mark.parametrize("items", [FEWEST_ITEMS, 1_001, 6_000, 50_003])
def test_as_many_items_as_asked_for(items: int) -> None:
    numbers = [
        item
        for portion in chain(SeedSettings(items, UNTIL))
        if isinstance(portion, Packing)
        for case in portion.cases
        for item in case.items
    ]
    assert len(numbers) == len(set(numbers)) == items


def test_item_numbers_repeat_nowhere_and_give_no_hint_of_the_next() -> None:
    assert len({serial(place) for place in range(100_000)}) == 100_000
    assert all(abs(int(serial(place)) - int(serial(place + 1))) > 10**9 for place in range(1_000))


def test_too_few_items_are_refused() -> None:
    with pytest.raises(ValueError, match="found 599 items"):
        SeedSettings(599, UNTIL)


def test_memory_does_not_grow_with_the_chain() -> None:
    peaks: list[int] = []
    for blocks in (3, 5):
        settings = SeedSettings(blocks * 96_000, UNTIL)
        assert settings.blocks == blocks
        tracemalloc.start()
        for _ in chain(settings):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.15
    assert peaks[1] < 120_000_000


def test_every_record_passes_the_checks_of_the_write_path() -> None:
    for stage, owner, record in told(SETTINGS):
        if stage is Stage.QUERY:
            continue
        read = MODELS[stage].model_validate(record, context=owner)
        assert list(read.rules(owner)) == []


def test_own_references_were_recorded_before(seen: Seen) -> None:
    known: set[str] = set()
    for stage, owner, record in told(SETTINGS):
        if stage is Stage.QUERY:
            continue
        read = MODELS[stage].model_validate(record, context=owner)
        # a portion is one call, in which records may refer to each other: only batches do
        there = known if stage is not Stage.BATCH else known | seen.records.keys()
        for reference in read.references():
            assert reference.id in there or reference.id.split("/")[1] != owner, reference
            assert reference.id in seen.records or reference.id in seen.packages or reference.id in seen.shipments, reference
        known.add(read.id(owner))


def test_files_are_there_under_their_digests() -> None:
    for portion in chain(SETTINGS):
        if isinstance(portion, Portion):
            there = {file.reference["sha256"] for file in portion.files}
            named = {sha for record in portion.records for sha in _digests(record)}
            assert named == there


def _digests(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "sha256" in value:
            yield value["sha256"]
        for part in value.values():
            yield from _digests(part)
    elif isinstance(value, list):
        for part in value:
            yield from _digests(part)


def test_a_package_is_in_one_parent_at_a_time_and_that_is_of_a_higher_level(seen: Seen) -> None:
    assert any(len(stays) > 1 for stays in seen.stays.values()), "something is repacked"
    for child, stays in seen.stays.items():
        for start, until, parent in stays:
            assert start < until
            assert LEVELS.index(seen.packages[child]["level"]) < LEVELS.index(seen.packages[parent]["level"])
            assert to_ms(seen.packages[child]["packedAt"]) <= start
            assert to_ms(seen.packages[parent]["packedAt"]) <= start
        for (_, until, _), (start, _, _) in pairwise(stays):
            assert until <= start


def test_pallets_of_distributors_mix_brands(seen: Seen) -> None:
    brands: dict[str, set[str]] = defaultdict(set)
    for child, stays in seen.stays.items():
        for _, _, parent in stays:
            brands[parent].add(child.split("/")[1])
    assert max(len(mixed) for mixed in brands.values()) >= 2
    assert {level["level"] for level in seen.packages.values()} == set(LEVELS)


def test_milk_is_cold_and_in_time(seen: Seen) -> None:
    milk = {name: record for name, record in seen.records.items() if name.startswith("milk/")}
    for record in milk.values():
        assert 2 <= record["departureTemperatureC"] <= record["arrivalTemperatureC"] <= 5
        assert record["departedAt"] < record["arrivedAt"]
    pools = [record for record in seen.records.values() if record.get("batchKind") == "POOL"]
    for pool in pools:
        assert len(pool["inputs"]) >= 3
        for use in pool["inputs"]:
            assert milk[use["source"]]["arrivedAt"] <= use["at"]
            assert pool["startedAt"] <= use["at"] <= pool["endedAt"]
        assert (pool["endedAt"] - pool["startedAt"]).total_seconds() <= 24 * 3600


def test_sources_are_there_before_they_are_used(seen: Seen) -> None:
    for batch in seen.records.values():
        for use in batch.get("inputs", ()):
            source = seen.records[use["source"]]
            ready: datetime = source.get("arrivedAt") or source.get("receivedAt") or source["endedAt"]
            if source.get("batchKind") == "POOL":
                assert source["startedAt"] < use["at"] <= source["endedAt"]
            else:
                assert ready <= use["at"], (batch["number"], use["source"])
            assert batch["startedAt"] <= use["at"] <= batch["endedAt"]


def test_a_silo_is_drawn_from_between_arrivals(seen: Seen) -> None:
    draws: dict[str, list[datetime]] = defaultdict(list)
    for batch in seen.records.values():
        for use in batch.get("inputs", ()):
            draws[use["source"]].append(use["at"])
    for name, pool in seen.records.items():
        if pool.get("batchKind") == "POOL":
            arrivals = [use["at"] for use in pool["inputs"]]
            assert min(arrivals) < min(draws[name]) < max(arrivals) < max(draws[name])


@pytest.mark.parametrize("items", [6_000, 200_000, 20_000_000])
def test_no_source_gives_more_than_it_has(items: int) -> None:
    settings = SeedSettings(items, UNTIL)
    there: dict[str, Decimal] = {}
    used: Counter[str] = Counter()
    # the beginning of the chain and the block of the shared lot: lots are bought for three blocks
    for block in sorted({0, 1, 2, *range(settings.hero // 3 * 3, settings.hero // 3 * 3 + 3)} & set(range(settings.blocks))):
        for portion in upstream(settings, block):
            for record in portion.records:
                own = record_id(MODELS[portion.stage].KIND, portion.enterprise, record["number"])
                there[own] = record["yieldKg"] if portion.stage is Stage.BATCH else record["quantityKg"]
                for use in record.get("inputs", ()):
                    used[use["source"]] += use["quantityKg"]
    for source, amount in used.items():
        if source in there:
            assert amount <= there[source] + kg(0.01), (source, amount, there[source])


def test_what_would_not_outlive_the_dryer_goes_in_dry(seen: Seen) -> None:
    probiotics = 0
    for batch in seen.records.values():
        for use in batch.get("inputs", ()):
            lot = seen.records[use["source"]]
            if lot.get("category") in ("PROBIOTIC", "LACTOFERRIN"):
                assert batch["batchKind"] == "FINISHED"
                assert batch["route"] in ("DRY", "COMBINED")
                probiotics += lot["category"] == "PROBIOTIC"
    assert probiotics


def test_every_route_kind_and_rework_is_there(seen: Seen) -> None:
    batches = [record for record in seen.records.values() if "batchKind" in record]
    assert {batch["batchKind"] for batch in batches} == {"POOL", "INTERMEDIATE", "FINISHED"}
    assert {batch["route"] for batch in batches if batch["batchKind"] == "FINISHED"} == {"WET", "DRY", "COMBINED"}
    reworked = [(batch, use["source"]) for batch in batches for use in batch["inputs"] if use["rework"]]
    assert reworked
    assert all(seen.records[source]["product"] == batch["product"] for batch, source in reworked)


def test_cans_are_packed_after_the_mixing_and_within_the_batch(seen: Seen) -> None:
    for item in seen.packages.values():
        if item["level"] == "ITEM":
            batch = seen.records[item["batch"]]
            assert max(use["at"] for use in batch["inputs"]) <= item["packedAt"] <= batch["endedAt"]


def test_goods_move_from_where_they_are_and_forward_in_time(seen: Seen) -> None:
    where: dict[str, tuple[str, int]] = {}
    contents: dict[str, list[str]] = defaultdict(list)
    for child, stays in seen.stays.items():
        for _, _, parent in stays:
            contents[parent].append(child)

    def inside(listed: str, at: int) -> Iterator[str]:
        yield listed
        for child in contents[listed]:
            if any(parent == listed and start <= at < until for start, until, parent in seen.stays[child]):
                yield from inside(child, at)

    for name, shipment in sorted(seen.shipments.items(), key=lambda pair: pair[1]["departedAt"]):
        departed = to_ms(shipment["departedAt"])
        receipt = seen.receipts.get(name)
        arrived = to_ms(receipt["receivedAt"]) if receipt else STILL
        assert departed < arrived
        carried = {one for listed in shipment["packages"] for one in inside(listed, departed)}
        lost = {one for missing in receipt["missing"] for one in inside(missing, departed)} if receipt else set[str]()
        assert lost <= carried
        for one in carried:
            site, since = where.get(one, (shipment["origin"], to_ms(seen.packages[one]["packedAt"])))
            assert site == shipment["origin"], one
            assert since <= departed
            where[one] = ("lost" if one in lost else shipment["destination"], arrived)
    assert len(seen.sales) > 100
    sold: set[str] = set()
    for sale in seen.sales:
        for one in sale["packages"]:
            assert where[one][0] == sale["store"]
            assert where[one][1] <= to_ms(sale["soldAt"])
            assert one not in sold
            sold.add(one)
    for look in seen.looks:
        assert look["package"] in sold
    # some are on the road, some late, some never receipted, some short
    assert seen.shipments.keys() > seen.receipts.keys()
    assert any(receipt["missing"] for receipt in seen.receipts.values())


def test_nothing_happens_after_the_last_day_and_nothing_has_expired(seen: Seen) -> None:
    for times in (seen.sales, list(seen.receipts.values()), list(seen.shipments.values()), list(seen.records.values())):
        for record in times:
            for value in record.values():
                if isinstance(value, datetime):
                    assert to_ms(value) <= SETTINGS.now
    for batch in seen.records.values():
        if batch.get("batchKind") == "FINISHED":
            assert batch["bestBefore"] > UNTIL


def test_one_lot_of_whey_is_under_three_brands(seen: Seen) -> None:
    whey = shared_whey(SETTINGS)
    reached, frontier = {whey}, {whey}
    while frontier:
        frontier = {
            record_id(Kind.PRODUCTION_BATCH, name.split("/")[1], batch["number"])
            for name, batch in seen.records.items()
            for use in batch.get("inputs", ())
            if use["source"] in frontier and not use["rework"]
        } - reached
        reached |= frontier
    finished = {name for name in reached if seen.records[name].get("batchKind") == "FINISHED"}
    brands = {seen.records[f"product/{name.split('/')[1]}/{seen.records[name]['product']}"]["brand"] for name in finished}
    assert brands == {MAKERS[0].brand, MAKERS[1].brand, MAKERS[3].brand}
    users = {name.split("/")[1] for name, batch in seen.records.items() for use in batch.get("inputs", ()) if use["source"] == whey}
    assert users == {MAKERS[0].code, MAKERS[1].code}, "the third brand has it by way of bought base powder"


def test_public_fields_are_all_filled_and_in_chinese(seen: Seen) -> None:
    makers = [seen.records[enterprise_id(maker.code)] for maker in MAKERS]
    assert all(
        set(Enterprise.model_validate(maker, context="").model_dump(exclude_none=True)) == set(Enterprise.model_fields) for maker in makers
    )
    products = [record for name, record in seen.records.items() if name.startswith("product/")]
    assert all(len(product) == len(Product.model_fields) for product in products)
    assert {product["productStandard"] for product in products} == {"GB 10765-2021", "GB 10766-2021", "GB 10767-2021"}
    assert {int(product["netContentGrams"]) for product in products} == {400, 800, 900}
    finished = [record for record in seen.records.values() if record.get("batchKind") == "FINISHED"]
    assert all(len(batch) == len(Batch.model_fields) for batch in finished)
    texts = [*(maker["name"] for maker in makers), *(product["ingredientList"] for product in products)]
    assert all("\u4e00" <= text[-1] <= "\u9fff" for text in texts)
    assert any("批" in batch["number"] for batch in finished)
