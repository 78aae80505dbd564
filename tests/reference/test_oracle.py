"""Cases worked by hand from semantics.md, sentence by sentence, to check the oracle. Times are minutes; the tolerance is 30 of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from . import ladders
from .facts import Facts
from .ladders import HOUR, ladder, rework_loop
from .oracle import MISSING, Lineage, backward, common_sources, forward, recall_radius
from .world import (
    MINUTE,
    Aggregation,
    Batch,
    Farm,
    IngredientLot,
    MilkDelivery,
    Package,
    Query,
    Receipt,
    Sale,
    Shipment,
    Site,
    Use,
    World,
    relabel,
)

FARM, MILK, LOT, SUPPLIER = "farm/AAAA/f", "milk/AAAA/m", "lot/AAAA/l", "enterprise/SSSS"
POOL, BASE, MADE = "batch/AAAA/pool", "batch/AAAA/base", "batch/AAAA/made"
ITEM, CASE, PALLET = "package/AAAA/i", "package/AAAA/c", "package/AAAA/p"
TRIP, PLANT, STORE = "shipment/AAAA/t", "site/AAAA/plant", "site/AAAA/store"


def batch(record_id: str, *uses: tuple[str, int]) -> Batch:
    return Batch(record_id, "FINISHED", 0, 0, tuple(Use(source, at * MINUTE) for source, at in uses))


def item(record_id: str = ITEM, of: str = MADE, packed: int = 100, parent: str | None = None) -> Package:
    return Package(record_id, "ITEM", packed * MINUTE, of, parent)


def box(record_id: str, level: str = "CASE", parent: str | None = None, packed: int = 0) -> Package:
    return Package(record_id, level, packed * MINUTE, None, parent)


def add(parent: str, at: int, *children: str) -> Aggregation:
    return Aggregation("AAAA", parent, children, "ADD", at * MINUTE)


def remove(parent: str, at: int, *children: str) -> Aggregation:
    return Aggregation("AAAA", parent, children, "REMOVE", at * MINUTE)


def trip(*packages: str, at: int = 200, number: str = TRIP, to: str = STORE) -> Shipment:
    return Shipment(number, PLANT, to, at * MINUTE, packages)


def receipt(*missing: str, at: int = 300, of: str = TRIP) -> Receipt:
    return Receipt("AAAA", of, at * MINUTE, missing)


def sale(*packages: str, at: int, store: str = STORE) -> Sale:
    return Sale("AAAA", store, packages, at * MINUTE)


def world(
    *records: Farm | MilkDelivery | IngredientLot | Batch | Package | Site | Aggregation | Shipment | Receipt | Sale | Query,
    sites: tuple[str, ...] = (PLANT, STORE),
    enterprises: tuple[str, ...] = ("AAAA", "SSSS"),
) -> World:
    tables: dict[type, str] = {
        Farm: "farms",
        MilkDelivery: "milk",
        IngredientLot: "lots",
        Batch: "batches",
        Package: "packages",
        Aggregation: "aggregations",
        Shipment: "shipments",
        Receipt: "receipts",
        Sale: "sales",
        Query: "queries",
    }
    made = World(enterprises=enterprises, sites=tuple(Site(site) for site in sites))
    for record in records:
        table = tables[type(record)]
        made = replace(made, **{table: (*getattr(made, table), record)})
    return made


def distances(answer: Lineage) -> dict[str, int]:
    return {record: distance for record, (_, distance) in answer["nodes"].items()}


CHAIN = world(
    Farm(FARM),
    MilkDelivery(MILK, FARM, 0),
    IngredientLot(LOT, SUPPLIER, 0),
    batch(POOL, (MILK, 10)),
    batch(MADE, (POOL, 50), (LOT, 60)),
    item(packed=100),
    trip(ITEM, at=200),
    receipt(at=300),
    Query("query/AAAA/q", ITEM),
)


# ---------------------------------------------------------------- edges and their times, forward


def test_forward_goes_from_the_farm_to_the_site_and_the_look_up() -> None:
    found = forward(CHAIN, [FARM])
    assert distances(found) == {MILK: 1, POOL: 2, MADE: 3, ITEM: 4, TRIP: 5, "query/AAAA/q": 5, STORE: 6}
    assert found["counts"] == {
        "MILK_DELIVERY": 1,
        "PRODUCTION_BATCH": 2,
        "PACKAGE": 1,
        "SHIPMENT": 1,
        "CONSUMER_QUERY": 1,
        "SITE": 1,
    }
    assert found["gaps"] == set()


def test_forward_from_a_supplier_goes_to_its_lots() -> None:
    assert distances(forward(CHAIN, [SUPPLIER])) == {LOT: 1, MADE: 2, ITEM: 3, TRIP: 4, "query/AAAA/q": 4, STORE: 5}


def test_edges_that_led_on_are_reported_with_their_times() -> None:
    assert forward(CHAIN, [MILK])["edges"] == {
        (MILK, POOL, "CONSUMED_BY", 10 * MINUTE),
        (POOL, MADE, "CONSUMED_BY", 50 * MINUTE),
        (MADE, ITEM, "PACKED_INTO", 100 * MINUTE),
        (ITEM, TRIP, "SHIPPED_IN", 200 * MINUTE),
        (TRIP, STORE, "DELIVERED_TO", 300 * MINUTE),
        (ITEM, "query/AAAA/q", "QUERIED_AS", None),
    }


@pytest.mark.parametrize(("out", "reached"), [(70, True), (69, False), (100, True), (200, True)])
def test_what_left_a_pool_more_than_the_tolerance_before_the_milk_came_does_not_carry_it(out: int, reached: bool) -> None:
    found = forward(world(MilkDelivery(MILK, FARM, 0), batch(POOL, (MILK, 100)), batch(MADE, (POOL, out))), [MILK])
    assert (MADE in found["nodes"]) == reached


@pytest.mark.parametrize(("packed", "reached"), [(70, True), (69, False)])
def test_an_item_packed_too_early_is_not_reached(packed: int, reached: bool) -> None:
    found = forward(world(IngredientLot(LOT, None, 0), batch(MADE, (LOT, 100)), item(packed=packed)), [LOT])
    assert (ITEM in found["nodes"]) == reached


def test_the_tolerance_is_exact_to_the_millisecond() -> None:
    late = batch(MADE, (POOL, 70))
    early = replace(late, inputs=(Use(POOL, 70 * MINUTE - 1),))
    for used, reached in ((late, True), (early, False)):
        assert (MADE in forward(world(batch(POOL, (MILK, 100)), used), [MILK])["nodes"]) == reached


def test_the_tolerance_is_a_setting() -> None:
    made = world(MilkDelivery(MILK, FARM, 0), batch(POOL, (MILK, 100)), batch(MADE, (POOL, 70)))
    assert MADE not in forward(made, [MILK], T=0)["nodes"]


def test_the_tolerance_applies_at_each_edge_and_may_add_up() -> None:
    made = world(batch(POOL, (MILK, 100)), batch(BASE, (POOL, 70)), batch(MADE, (BASE, 40)))
    assert distances(forward(made, [MILK])) == {POOL: 1, BASE: 2, MADE: 3}


def test_the_seed_itself_is_at_minus_infinity() -> None:
    made = world(batch(POOL, (MILK, 1000)), batch(MADE, (POOL, 1)))
    assert distances(forward(made, [POOL])) == {MADE: 1}
    assert MADE not in forward(made, [MILK])["nodes"]


def test_a_record_reached_in_several_ways_has_the_earliest_time() -> None:
    made = world(batch(BASE, (LOT, 500), (LOT, 100)), batch(MADE, (BASE, 150)))
    assert distances(forward(made, [LOT])) == {BASE: 1, MADE: 2}


def test_distance_counts_only_paths_whose_every_edge_leads_on() -> None:
    # Straight from the lot at 500, too late for MADE; by way of POOL at 10, in time.
    made = world(batch(POOL, (LOT, 10)), batch(BASE, (POOL, 20), (LOT, 500)), batch(MADE, (BASE, 50)))
    assert distances(forward(made, [LOT])) == {POOL: 1, BASE: 1, MADE: 3}


def test_a_rework_loop_ends() -> None:
    found = forward(relabel(rework_loop("LOOP"), {"LOOP": "AAAA"}), ["lot/AAAA/L"])
    assert distances(found) == {"batch/AAAA/A": 1, "batch/AAAA/B": 2, "package/AAAA/a": 2, "package/AAAA/b": 3}


def test_a_seed_reached_from_itself_alone_is_not_a_node() -> None:
    assert set(forward(rework_loop("LOOP"), ["batch/LOOP/A"])["nodes"]) == {"batch/LOOP/B", "package/LOOP/a", "package/LOOP/b"}


@pytest.mark.parametrize(("back_after", "reached"), [(-HOUR // 2, True), (-HOUR // 2 - 1, False)])
def test_rework_that_came_back_too_early_does_not_carry_on(back_after: int, reached: bool) -> None:
    # Milk came into B at 1 h; B went into A at 1 h + back_after.
    made = rework_loop("LOOP", back_after)
    first, second = made.batches
    tainted = replace(second, inputs=(*second.inputs, Use("milk/LOOP/x", 60 * MINUTE + ladders.START)))
    found = forward(replace(made, batches=(first, tainted)), ["milk/LOOP/x"])
    assert (first.id in found["nodes"]) == reached


# ---------------------------------------------------------------- packages, shipments and sites, forward


def test_a_parent_now_is_in_the_answer_at_the_items_distance() -> None:
    made = world(batch(MADE), item(), box(CASE), box(PALLET, "PALLET"), add(CASE, 110, ITEM), add(PALLET, 120, CASE))
    assert distances(forward(made, [MADE])) == {ITEM: 1, CASE: 1, PALLET: 1}


def test_a_parent_that_the_item_left_is_not_in_the_answer() -> None:
    made = world(batch(MADE), item(), box(CASE), add(CASE, 110, ITEM), remove(CASE, 120, ITEM))
    assert distances(forward(made, [MADE])) == {ITEM: 1}


def test_a_parent_when_a_reached_shipment_carried_the_item_is_in_the_answer() -> None:
    made = world(batch(MADE), item(), box(CASE), add(CASE, 110, ITEM), remove(CASE, 250, ITEM), trip(CASE))
    assert distances(forward(made, [MADE])) == {ITEM: 1, CASE: 1, TRIP: 2}


def test_commissioning_with_a_parent_opens_a_stay() -> None:
    made = world(batch(MADE), item(parent=CASE, packed=100), box(CASE), trip(CASE, at=100))
    assert distances(forward(made, [MADE])) == {ITEM: 1, CASE: 1, TRIP: 2}


@pytest.mark.parametrize(("left", "carried"), [(99, False), (100, True), (149, True), (150, False)])
def test_a_stay_is_from_the_add_until_the_remove_exactly(left: int, carried: bool) -> None:
    made = world(batch(MADE), item(packed=0), box(CASE), add(CASE, 100, ITEM), remove(CASE, 150, ITEM), trip(CASE, at=left))
    assert (TRIP in forward(made, [MADE])["nodes"]) == carried


def test_packages_are_closed() -> None:
    other = item("package/AAAA/other", of=BASE)
    made = world(batch(MADE), batch(BASE), item(), other, box(CASE), add(CASE, 110, ITEM, other.id), trip(CASE))
    assert distances(forward(made, [MADE])) == {ITEM: 1, CASE: 1, TRIP: 2}


def test_a_shipment_carries_what_is_in_its_packages_at_any_depth() -> None:
    made = world(
        batch(MADE), item(), box(CASE), box(PALLET, "PALLET"), add(CASE, 110, ITEM), add(PALLET, 120, CASE), trip(PALLET), receipt()
    )
    assert distances(forward(made, [MADE])) == {ITEM: 1, CASE: 1, PALLET: 1, TRIP: 2, STORE: 3}


def test_an_item_goes_on_by_a_later_shipment() -> None:
    second = trip(ITEM, at=400, number="shipment/AAAA/t2", to="site/AAAA/far")
    made = world(batch(MADE), item(), trip(ITEM), receipt(), second, receipt(of=second.id, at=500), sites=(PLANT, STORE, "site/AAAA/far"))
    assert distances(forward(made, [MADE])) == {ITEM: 1, TRIP: 2, STORE: 3, second.id: 2, "site/AAAA/far": 3}


def test_no_site_before_the_receipt() -> None:
    assert distances(forward(world(batch(MADE), item(), trip(ITEM)), [MADE])) == {ITEM: 1, TRIP: 2}


@pytest.mark.parametrize("missing", [ITEM, CASE])
def test_what_the_receipt_lists_as_missing_and_what_is_in_it_is_not_delivered(missing: str) -> None:
    made = world(batch(MADE), item(), box(CASE), add(CASE, 110, ITEM), trip(CASE), receipt(missing))
    assert STORE not in forward(made, [MADE])["nodes"]
    assert TRIP in forward(made, [MADE])["nodes"]


def test_a_receipt_whose_shipment_has_not_come_delivers_nothing() -> None:
    assert distances(forward(world(batch(MADE), item(), receipt()), [MADE])) == {ITEM: 1}


def test_a_shipment_leads_nowhere_by_itself() -> None:
    # What was reached is missing, what travelled beside it was delivered.
    made = world(batch(MADE), batch(BASE), item(), item("package/AAAA/other", of=BASE), trip(ITEM, "package/AAAA/other"), receipt(ITEM))
    assert STORE not in forward(made, [MADE])["nodes"]
    assert STORE in forward(made, [BASE])["nodes"]


@pytest.mark.parametrize(("left", "reached"), [(70, True), (69, False)])
def test_a_departure_before_the_item_was_reached_does_not_lead_on(left: int, reached: bool) -> None:
    found = forward(world(batch(MADE), item(packed=100), trip(ITEM, at=left), receipt()), [MADE])
    assert (TRIP in found["nodes"]) == (STORE in found["nodes"]) == reached


def test_a_sale_is_no_new_record() -> None:
    assert distances(forward(world(batch(MADE), item(), sale(ITEM, at=400)), [MADE])) == {ITEM: 1}


def test_a_look_up_of_a_case_is_not_on_the_way_of_its_items() -> None:
    made = world(batch(MADE), item(), box(CASE), add(CASE, 110, ITEM), Query("query/AAAA/q", CASE))
    assert distances(forward(made, [MADE])) == {ITEM: 1, CASE: 1}


def test_a_seed_item_has_its_parents_at_its_own_distance() -> None:
    assert distances(forward(world(batch(MADE), item(parent=CASE), box(CASE), trip(CASE)), [ITEM])) == {CASE: 0, TRIP: 1}


def test_a_seed_package_reaches_every_item_ever_in_it_from_when_it_came_in() -> None:
    made = world(
        *(batch(MADE), item(), box(CASE), add(CASE, 150, ITEM), remove(CASE, 160, ITEM)),
        *(trip(ITEM, at=119), trip(ITEM, at=120, number="shipment/AAAA/t2")),
    )
    assert distances(forward(made, [CASE])) == {ITEM: 1, "shipment/AAAA/t2": 2}


def test_an_item_that_left_the_case_before_the_case_came_in_was_never_in_the_pallet() -> None:
    made = world(
        *(batch(MADE), item(), box(CASE), box(PALLET, "PALLET")),
        *(add(CASE, 110, ITEM), remove(CASE, 120, ITEM), add(PALLET, 120, CASE)),
    )
    assert forward(made, [PALLET])["nodes"] == {}


def test_an_item_came_into_the_pallet_when_the_last_of_the_stays_began() -> None:
    made = world(
        batch(MADE), item(), box(CASE), box(PALLET, "PALLET"), add(CASE, 110, ITEM), add(PALLET, 170, CASE), remove(PALLET, 180, CASE)
    )
    assert Facts(made).ever_in(PALLET) == {CASE: 170 * MINUTE, ITEM: 170 * MINUTE}


def test_of_several_stays_in_a_package_the_earliest_counts() -> None:
    made = world(batch(MADE), item(), box(CASE), add(CASE, 110, ITEM), remove(CASE, 120, ITEM), add(CASE, 500, ITEM), trip(ITEM, at=100))
    assert TRIP in forward(made, [CASE])["nodes"]


def test_a_seed_shipment_reaches_its_items_at_its_departure() -> None:
    later = item("package/AAAA/later")
    made = world(
        *(batch(MADE), item(), later, box(CASE), add(CASE, 110, ITEM), add(CASE, 201, later.id), trip(CASE), receipt()),
        *(trip(ITEM, at=169, number="shipment/AAAA/before"), trip(ITEM, at=170, number="shipment/AAAA/after")),
    )
    # Its own site comes by way of the item, the shipment itself being the seed.
    assert distances(forward(made, [TRIP])) == {ITEM: 1, CASE: 1, "shipment/AAAA/after": 2, STORE: 3}


def test_a_seed_site_reaches_what_was_delivered_from_when_it_was() -> None:
    gone = item("package/AAAA/gone")
    on = trip(ITEM, at=270, number="shipment/AAAA/on", to="site/AAAA/far")
    made = world(batch(MADE), item(), gone, trip(ITEM, gone.id), receipt(gone.id, at=300), on, sites=(PLANT, STORE, "site/AAAA/far"))
    assert distances(forward(made, [STORE])) == {ITEM: 1, on.id: 2}
    assert distances(forward(made, ["site/AAAA/far"])) == {}


def test_of_several_deliveries_to_a_seed_site_the_earliest_counts() -> None:
    again, on = trip(ITEM, at=400, number="shipment/AAAA/again"), trip(ITEM, at=301, number="shipment/AAAA/on", to=PLANT)
    for shipments in ((trip(ITEM), again), (again, trip(ITEM))):
        made = world(batch(MADE), item(), *shipments, receipt(at=300), receipt(of=again.id, at=500), on)
        assert distances(forward(made, [STORE])) == {ITEM: 1, on.id: 2, again.id: 2}


def test_the_second_seed_is_a_node_when_the_first_reaches_it() -> None:
    assert distances(forward(CHAIN, [MADE, ITEM, STORE])) == {ITEM: 1, TRIP: 1, "query/AAAA/q": 1, STORE: 2}


def test_a_seed_twice_is_one_seed() -> None:
    assert forward(CHAIN, [MADE, MADE]) == forward(CHAIN, [MADE])


def test_the_ladder_is_reached_stage_by_stage() -> None:
    found = forward(ladder("AAAA"), ["lot/AAAA/L00"])
    assert found["counts"] == {"PRODUCTION_BATCH": 200, "PACKAGE": 10}
    assert found["nodes"]["batch/AAAA/S20-09"] == ("PRODUCTION_BATCH", 20)


# ---------------------------------------------------------------- backward


def test_backward_goes_from_the_item_to_the_farm_and_the_supplier() -> None:
    found = backward(CHAIN, [ITEM])
    assert distances(found) == {MADE: 1, POOL: 2, LOT: 2, MILK: 3, SUPPLIER: 3, FARM: 4}
    assert found["edges"] >= {(MADE, ITEM, "PACKED_INTO", 100 * MINUTE), (FARM, MILK, "SUPPLIED", None)}


@pytest.mark.parametrize(("used", "reached"), [(130, True), (131, False)])
def test_what_came_in_more_than_the_tolerance_after_the_item_was_packed_is_not_in_it(used: int, reached: bool) -> None:
    found = backward(world(IngredientLot(LOT, None, 0), batch(MADE, (LOT, used)), item(packed=100)), [ITEM])
    assert (LOT in found["nodes"]) == reached


def test_backward_takes_the_latest_time() -> None:
    made = world(IngredientLot(LOT, None, 0), batch(POOL, (LOT, 90)), batch(MADE, (POOL, 10), (POOL, 60)))
    assert LOT in backward(made, [MADE])["nodes"]


def test_backward_from_a_seed_batch_takes_all_its_inputs() -> None:
    assert distances(backward(world(IngredientLot(LOT, None, 0), batch(MADE, (LOT, 10**6))), [MADE])) == {LOT: 1}


def test_backward_from_an_item_has_no_shipment_site_or_parent() -> None:
    made = world(batch(MADE), item(parent=CASE), box(CASE), trip(CASE), receipt())
    assert distances(backward(made, [ITEM])) == {MADE: 1}


@pytest.mark.parametrize("seed", [CASE, TRIP, STORE])
def test_backward_from_a_package_shipment_or_site_goes_to_its_items(seed: str) -> None:
    made = world(batch(MADE), item(parent=CASE), box(CASE), trip(CASE), receipt())
    assert distances(backward(made, [seed])) == {ITEM: 1, MADE: 2}


def test_backward_from_a_shipment_and_from_a_site_differ_by_what_is_missing() -> None:
    made = world(batch(MADE), item(), trip(ITEM), receipt(ITEM))
    assert distances(backward(made, [TRIP])) == {ITEM: 1, MADE: 2}
    assert distances(backward(made, [STORE])) == {}


def test_backward_from_a_look_up_goes_to_its_item() -> None:
    assert distances(backward(CHAIN, ["query/AAAA/q"]))[ITEM] == 1
    assert distances(backward(CHAIN, ["query/AAAA/q"]))[FARM] == 5


def test_backward_from_a_farm_has_nothing() -> None:
    assert backward(CHAIN, [FARM, SUPPLIER])["nodes"] == {}


# ---------------------------------------------------------------- records that have not come, and who may see


def test_backward_meets_records_that_have_not_come() -> None:
    made = world(
        IngredientLot(LOT, "enterprise/ZZZZ", 0), MilkDelivery(MILK, "farm/BBBB/f", 0), batch(MADE, (LOT, 0), (MILK, 0), ("lot/BBBB/x", 0))
    )
    found = backward(made, [MADE])
    assert set(found["nodes"]) == {LOT, MILK}
    assert found["gaps"] == {(MISSING, one) for one in ("enterprise/ZZZZ", "farm/BBBB/f", "lot/BBBB/x")}


def test_a_reference_out_of_time_is_not_met() -> None:
    made = world(batch(MADE, ("lot/BBBB/x", 131)), item(packed=100))
    assert backward(made, [ITEM])["gaps"] == set()
    assert backward(made, [MADE])["gaps"] == {(MISSING, "lot/BBBB/x")}


def test_an_items_batch_that_has_not_come_is_a_gap() -> None:
    assert backward(world(item(of="batch/BBBB/x")), [ITEM])["gaps"] == {(MISSING, "batch/BBBB/x")}


def test_forward_meets_a_destination_that_has_not_come_when_it_delivers() -> None:
    made = world(batch(MADE), item(), trip(ITEM, to="site/BBBB/s"))
    assert forward(made, [MADE])["gaps"] == set()
    found = forward(replace(made, receipts=(receipt(),)), [MADE])
    assert found["gaps"] == {(MISSING, "site/BBBB/s")}
    assert distances(found) == {ITEM: 1, TRIP: 2}


def test_a_missing_parent_is_a_gap_and_what_is_above_it_is_still_known() -> None:
    made = world(
        batch(MADE), item(), box(PALLET, "PALLET"), add("package/BBBB/c", 110, ITEM), add(PALLET, 120, "package/BBBB/c"), trip(PALLET)
    )
    found = forward(made, [MADE])
    assert distances(found) == {ITEM: 1, PALLET: 1, TRIP: 2}
    assert found["gaps"] == {(MISSING, "package/BBBB/c")}


@pytest.mark.parametrize("seed", [CASE, TRIP])
def test_a_package_that_has_not_come_in_a_seed_is_a_gap(seed: str) -> None:
    made = world(box(CASE), add(CASE, 10, "package/BBBB/x"), trip(CASE))
    for found in (forward(made, [seed]), backward(made, [seed])):
        assert found["gaps"] == {(MISSING, "package/BBBB/x")}
        assert found["nodes"] == {}


def test_a_seed_that_has_not_come_is_a_gap_and_still_leads_on_for_who_sees_all() -> None:
    made = world(batch(MADE, ("lot/BBBB/x", 0)), enterprises=("AAAA",))
    found = forward(made, ["lot/BBBB/x"])
    assert distances(found) == {MADE: 1}
    assert found["gaps"] == {(MISSING, "lot/BBBB/x")}
    assert forward(made, ["lot/BBBB/x"], viewer="BBBB")["nodes"] == {}
    assert forward(made, ["lot/CCCC/y"])["gaps"] == {(MISSING, "lot/CCCC/y")}


def test_a_missing_package_that_never_held_anything_may_be_an_item() -> None:
    made = world(trip("package/BBBB/x", PALLET), receipt(), box(PALLET, "PALLET"), add(PALLET, 10, "package/BBBB/y"))
    assert distances(forward(made, ["package/BBBB/x"])) == {TRIP: 1, STORE: 2}
    assert distances(forward(made, ["package/BBBB/y"])) == {TRIP: 1, STORE: 2, PALLET: 0}


def test_others_records_are_hidden_in_their_place() -> None:
    made = world(
        IngredientLot("lot/BBBB/l", None, 0),
        *(batch(MADE, ("lot/BBBB/l", 0)), item(of=MADE)),
        Batch("batch/BBBB/z", "FINISHED", 0, 0, (Use(MADE, 10 * MINUTE),)),
        enterprises=("AAAA", "BBBB"),
    )
    found = forward(made, ["lot/BBBB/l"], viewer="BBBB")
    assert found["nodes"] == {"batch/BBBB/z": ("PRODUCTION_BATCH", 2)}
    assert found["hidden"] == Counter({("PRODUCTION_BATCH", 1): 1, ("PACKAGE", 2): 1})
    assert found["counts"] == {"PRODUCTION_BATCH": 1}
    assert found["gaps"] == set()


def test_a_gap_says_where_to_who_may_read_what_refers_to_it() -> None:
    made = world(batch(MADE, ("lot/BBBB/x", 0)))
    assert backward(made, [MADE], viewer="AAAA")["gaps"] == {(MISSING, "lot/BBBB/x")}


def test_a_gap_behind_a_hidden_record_does_not_say_where() -> None:
    made = world(batch(MADE, ("batch/BBBB/y", 0)), batch("batch/BBBB/y", ("lot/CCCC/x", 0), ("lot/CCCC/z", 0)))
    assert backward(made, [MADE], viewer="AAAA")["gaps"] == {(MISSING, None)}
    assert backward(made, [MADE])["gaps"] == {(MISSING, "lot/CCCC/x"), (MISSING, "lot/CCCC/z")}


def test_a_gap_says_where_to_who_asked_about_it() -> None:
    made = world(batch(MADE, ("batch/BBBB/y", 0)), batch("batch/BBBB/y", ("lot/CCCC/x", 0)))
    assert backward(made, [MADE, "lot/CCCC/x"], viewer="AAAA")["gaps"] == {(MISSING, "lot/CCCC/x")}


def test_a_seed_that_the_viewer_may_not_read_is_as_one_that_has_not_come() -> None:
    assert forward(CHAIN, [MADE], viewer="BBBB") == forward(world(enterprises=("BBBB",)), [MADE], viewer="BBBB")


# ---------------------------------------------------------------- recall radius


def rings(made: World, seeds: list[str], radius: int) -> dict[str, tuple[int, set[str], int]]:
    return recall_radius(made, seeds, radius)["batches"]


SIBLINGS = world(
    IngredientLot(LOT, None, 0),
    IngredientLot("lot/AAAA/k", None, 0),
    *(batch(MADE, (LOT, 10), ("lot/AAAA/k", 10)), item("package/AAAA/1"), item("package/AAAA/2")),
    *(batch(BASE, ("lot/AAAA/k", 500), ("milk/AAAA/m", 500)), item("package/AAAA/3", of=BASE, packed=600)),
    *(batch(POOL, ("milk/AAAA/m", 0)), item("package/AAAA/4", of=POOL, packed=1)),
    MilkDelivery(MILK, FARM, 0),
    Farm(FARM),
)


def test_ring_0_is_the_seeds_and_what_forward_reaches() -> None:
    found = recall_radius(SIBLINGS, [LOT], 0)
    assert found["batches"] == {MADE: (0, set(), 2)}
    assert found["items"] == {"package/AAAA/1", "package/AAAA/2"}
    assert found["itemCount"] == 2


def test_a_seed_batch_is_in_ring_0() -> None:
    assert rings(CHAIN, [POOL], 0) == {POOL: (0, set(), 0), MADE: (0, set(), 1)}


def test_ring_1_is_what_shares_a_direct_input_and_ring_2_goes_on_from_there() -> None:
    assert rings(SIBLINGS, [LOT], 1) == {MADE: (0, set(), 2), BASE: (1, {"lot/AAAA/k"}, 1)}
    assert rings(SIBLINGS, [LOT], 2) == {**rings(SIBLINGS, [LOT], 1), POOL: (2, {MILK}, 1)}
    assert recall_radius(SIBLINGS, [LOT], 2)["itemCount"] == 4


def test_an_input_that_is_a_batch_is_itself_in_the_ring_and_shared_with_itself() -> None:
    made = world(batch(POOL), batch(MADE, (POOL, 10)), batch(BASE, (POOL, 20)))
    assert rings(made, [MADE], 1) == {MADE: (0, set(), 0), POOL: (1, {POOL}, 0), BASE: (1, {POOL}, 0)}


def test_a_direct_input_counts_whatever_its_time_and_leads_forward_from_minus_infinity() -> None:
    # The item was packed at 100; LOT came into its batch far later.
    made = world(
        IngredientLot(LOT, None, 0), batch(MADE, (LOT, 10**6)), item(packed=100), batch(BASE, (LOT, 5)), item("package/AAAA/2", of=BASE)
    )
    assert rings(made, [ITEM], 1) == {MADE: (0, set(), 1), BASE: (1, {LOT}, 1)}


def test_a_package_seed_affects_just_its_items_until_a_ring_takes_the_batch_whole() -> None:
    made = world(
        *(IngredientLot(LOT, None, 0), batch(MADE, (LOT, 10)), item(parent=CASE), item("package/AAAA/2"), box(CASE)),
    )
    assert rings(made, [CASE], 0) == rings(made, [ITEM], 0) == {MADE: (0, set(), 1)}
    assert rings(made, [CASE], 1) == {MADE: (0, set(), 2)}


def test_a_shipment_and_a_site_affect_just_their_items() -> None:
    made = world(batch(MADE), item(), item("package/AAAA/2"), item("package/AAAA/3"), trip(ITEM, "package/AAAA/2"), receipt(ITEM))
    assert recall_radius(made, [TRIP], 1)["items"] == {ITEM, "package/AAAA/2"}
    assert recall_radius(made, [STORE], 0)["items"] == {"package/AAAA/2"}


def test_a_look_up_affects_the_item_looked_up() -> None:
    assert recall_radius(CHAIN, ["query/AAAA/q"], 0)["items"] == {ITEM}


def test_ring_0_items_are_filtered_by_time_and_a_later_ring_has_them_all() -> None:
    made = world(IngredientLot(LOT, None, 0), batch(MADE, (LOT, 100)), item(packed=10))
    assert rings(made, [LOT], 0) == {MADE: (0, set(), 0)}
    assert rings(made, [LOT], 1) == {MADE: (0, set(), 1)}


def test_items_of_a_whole_batch_count_whenever_they_were_packed() -> None:
    made = world(IngredientLot(LOT, None, 0), batch(MADE, (LOT, 1)), batch(BASE, (LOT, 500)), item(of=BASE, packed=3))
    assert rings(made, [MADE], 1)[BASE] == (1, {LOT}, 1)


def test_an_input_that_has_not_come_is_a_gap_and_leads_on() -> None:
    made = world(batch(MADE, ("lot/BBBB/x", 0)), batch(BASE, ("lot/BBBB/x", 0)))
    assert recall_radius(made, [MADE], 0)["gaps"] == set()
    found = recall_radius(made, [MADE], 1)
    assert found["gaps"] == {(MISSING, "lot/BBBB/x")}
    assert found["batches"][BASE] == (1, {"lot/BBBB/x"}, 0)


def test_sites_count_items_ever_delivered_and_sold_there() -> None:
    second = trip("package/AAAA/2", at=400, number="shipment/AAAA/t2", to="site/AAAA/far")
    made = world(
        *(batch(MADE), item(), item("package/AAAA/2"), box(CASE), add(CASE, 110, ITEM, "package/AAAA/2")),
        *(trip(CASE, to=STORE), receipt(), second, receipt(of=second.id, at=500), remove(CASE, 350, "package/AAAA/2")),
        sale(CASE, at=450),
        sites=(PLANT, STORE, "site/AAAA/far"),
    )
    found = recall_radius(made, [MADE], 0)
    assert found["sites"] == {STORE: (2, 1), "site/AAAA/far": (1, 0)}
    assert found["whereabouts"] == {"atPlant": 0, "inTransit": 0, "inStock": 1, "sold": 1, "recovered": 0, "destroyed": 0}


def test_a_destination_that_has_not_come_is_listed_and_a_gap() -> None:
    found = recall_radius(world(batch(MADE), item(), trip(ITEM, to="site/BBBB/s"), receipt()), [MADE], 0)
    assert found["sites"] == {"site/BBBB/s": (1, 0)}
    assert found["gaps"] == {(MISSING, "site/BBBB/s")}


@pytest.mark.parametrize(
    ("happened", "state"),
    [
        ((), "atPlant"),
        ((trip(ITEM),), "inTransit"),
        ((trip(ITEM), receipt(ITEM)), "inTransit"),
        ((trip(ITEM), receipt()), "inStock"),
        ((trip(ITEM), receipt(), sale(ITEM, at=301)), "sold"),
        ((trip(ITEM), receipt(), sale(ITEM, at=300)), "sold"),
        ((trip(ITEM), receipt(), sale(ITEM, at=299)), "inStock"),
        ((trip(ITEM), receipt(at=200)), "inStock"),
        ((trip(ITEM), receipt(), trip(ITEM, at=300, number="shipment/AAAA/t2")), "inStock"),
        ((trip(ITEM), receipt(), trip(ITEM, at=301, number="shipment/AAAA/t2")), "inTransit"),
        ((trip(ITEM), receipt(), sale(ITEM, at=350), trip(ITEM, at=400, number="shipment/AAAA/back")), "inTransit"),
    ],
)
def test_an_item_is_where_the_last_thing_put_it(happened: tuple[Shipment | Receipt | Sale, ...], state: str) -> None:
    whereabouts = recall_radius(world(batch(MADE), item(), *happened), [MADE], 0)["whereabouts"]
    assert whereabouts[state] == 1
    assert sum(whereabouts.values()) == 1


def test_the_ladder_is_recalled_ring_by_ring() -> None:
    found = recall_radius(ladder("AAAA", width=3, stages=4), ["batch/AAAA/S03-00"], 1)
    rings_of = {number: ring for number, (ring, _, _) in found["batches"].items()}
    assert [number for number, ring in rings_of.items() if ring == 0 and "S03" in number] == ["batch/AAAA/S03-00"]
    assert {number for number, ring in rings_of.items() if ring == 1} == {
        "batch/AAAA/S03-01",
        "batch/AAAA/S03-02",
        *(f"batch/AAAA/S02-{n:02}" for n in range(3)),
    }


# ---------------------------------------------------------------- common sources


def test_common_sources_are_scored_by_the_seeds_that_reach_them() -> None:
    made = world(
        IngredientLot(LOT, None, 0),
        IngredientLot("lot/AAAA/k", None, 0),
        *(batch(POOL, (LOT, 0)), batch(MADE, (POOL, 10), ("lot/AAAA/k", 10)), batch(BASE, (LOT, 10))),
        *(item("package/AAAA/1", of=MADE), item("package/AAAA/2", of=BASE)),
    )
    found = common_sources(made, ["package/AAAA/1", "package/AAAA/2"])
    assert [(one["id"], one["distance"], one["score"]) for one in found] == [
        (LOT, 3, 1.0),
        (BASE, 1, 0.5),
        (MADE, 1, 0.5),
        (POOL, 2, 0.5),
        ("lot/AAAA/k", 2, 0.5),
    ]
    assert found[0]["reached"] == {"package/AAAA/1", "package/AAAA/2"}
    assert found[1]["reached"] == {"package/AAAA/2"}


def test_a_seed_may_be_a_source_of_another_and_never_of_itself() -> None:
    found = common_sources(CHAIN, [ITEM, MADE])
    assert [(one["id"], one["reached"]) for one in found if one["score"] == 0.5] == [(MADE, {ITEM})]
