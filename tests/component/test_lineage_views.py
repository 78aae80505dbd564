"""What of a lineage each viewer is shown beside the records: the times and quantities of edges, and answers asked for in pieces."""

from dataclasses import replace

import pytest
from strawberry import ID

from api.resolvers.lineage import seeds_of
from auth.actor import Actor, Duty, Role
from graph.engine.driver import Graph
from graph.lineage.answer import Edge
from graph.lineage.gaps import Limits
from graph.lineage.trace import backward, forward
from graph.statements import inline
from tests.component.reading import REGULATOR, context, link, properties, put
from tests.planting import PlantedSystem, plant
from tests.reference.world import Batch, IngredientLot, Package, Receipt, Sale, Shipment, Site, Use, World

pytestmark = pytest.mark.anyio
LOT, MADE, CAN, TRIP = "lot/SSSS/l", "batch/AAAA/made", "package/AAAA/can", "shipment/AAAA/trip"
PLANT, SHOP = "site/AAAA/plant", "site/BBBB/shop"
HOUR = 3_600_000
CHAIN = World(
    enterprises=("AAAA", "BBBB", "SSSS"),
    sites=(Site(PLANT), Site(SHOP)),
    lots=(IngredientLot(LOT, None, 0),),
    batches=(Batch(MADE, "FINISHED", 0, 0, (Use(LOT, HOUR),)),),
    packages=(Package(CAN, "ITEM", 2 * HOUR, MADE, None),),
    shipments=(Shipment(TRIP, PLANT, SHOP, 3 * HOUR, (CAN,)),),
    receipts=(Receipt("BBBB", TRIP, 4 * HOUR, ()),),
)
WHEREABOUTS = dict.fromkeys(("atPlant", "inTransit", "inStock", "sold", "recovered", "destroyed"), 0)
USE = (LOT, MADE, "CONSUMED_BY", HOUR, "1")
PACKING = (MADE, CAN, "PACKED_INTO", 2 * HOUR, None)
DEPARTURE = (CAN, TRIP, "SHIPPED_IN", 3 * HOUR, None)
ARRIVAL = (TRIP, SHOP, "DELIVERED_TO", 4 * HOUR, None)


def hidden(edge: tuple[str, str, str, int | None, str | None], *records: str) -> Edge:
    """The edge without its time and quantity, and those of its ends hidden."""
    source, target, kind, *_ = edge
    shown = [f"hidden/{end}" if end in records else end for end in (source, target)]
    return Edge(shown[0], shown[1], kind, None, None)


@pytest.fixture
async def chain(graph: Graph) -> PlantedSystem:
    await plant(graph, CHAIN)
    return PlantedSystem(graph)


async def edges(system: PlantedSystem, viewer: str | None, seed: str) -> set[Edge]:
    ask = backward if seed in (SHOP, CAN) else forward
    return set((await ask(system.graph, system.view(viewer), [seed], Limits())).edges)


async def test_who_sees_all_sees_when_and_how_much(chain: PlantedSystem) -> None:
    assert await edges(chain, None, LOT) == {Edge(*edge) for edge in (USE, PACKING, DEPARTURE, ARRIVAL)}


async def test_a_supplier_sees_that_its_lot_was_used_and_not_how(chain: PlantedSystem) -> None:
    others = (MADE, CAN, TRIP, SHOP)
    assert await edges(chain, "SSSS", LOT) == {hidden(edge, *others) for edge in (USE, PACKING, DEPARTURE, ARRIVAL)}


async def test_a_receiver_sees_what_it_got_and_not_what_is_in_it(chain: PlantedSystem) -> None:
    found = await edges(chain, "BBBB", SHOP)
    assert {edge for edge in found if edge.kind == "CONSUMED_BY"} == {hidden(USE, LOT, MADE)}
    assert Edge(f"hidden/{MADE}", *PACKING[1:]) in found


async def test_the_maker_sees_its_own_uses_of_a_hidden_lot(chain: PlantedSystem) -> None:
    found = await edges(chain, "AAAA", CAN)
    assert Edge(f"hidden/{LOT}", *USE[1:]) in found


async def test_a_recall_tells_its_maker_nothing_of_what_others_sold(chain: PlantedSystem) -> None:
    """The shop sends the can on to a third, who sells it: who made it knows of the shop alone."""
    far, on = "site/CCCC/far", "shipment/BBBB/on"
    later = World(
        sites=(Site(far),),
        shipments=(Shipment(on, SHOP, far, 5 * HOUR, (CAN,)),),
        receipts=(Receipt("CCCC", on, 6 * HOUR, ()),),
        sales=(Sale("BBBB", SHOP, (CAN,), 4 * HOUR), Sale("CCCC", far, (CAN,), 7 * HOUR)),
    )
    await plant(chain.graph, later)
    everything = await chain.recall([MADE], 0)
    assert everything["sites"] == {SHOP: (1, 1), far: (1, 1)}
    assert everything["whereabouts"] == WHEREABOUTS | {"sold": 1}
    assert everything["countsWhole"]
    told = await chain.recall([MADE], 0, "AAAA")
    assert told["itemCount"] == 1
    assert told["sites"] == {SHOP: (1, 0), f"hidden/{far}": (0, 0)}
    assert told["whereabouts"] == WHEREABOUTS | {"inStock": 1}
    assert not told["countsWhole"]
    between = await chain.recall([CAN], 0, "BBBB")
    assert between["sites"] == {SHOP: (1, 1), far: (1, 0)}
    assert between["whereabouts"] == WHEREABOUTS | {"inStock": 1}
    assert not between["countsWhole"]
    last = await chain.recall([far], 0, "CCCC")
    assert last["sites"] == {SHOP: (0, 0), far: (1, 1)}
    assert last["whereabouts"] == WHEREABOUTS | {"sold": 1}
    assert not last["countsWhole"]


async def test_a_recall_tells_a_supplier_that_others_used_its_lot_and_that_it_is_told_no_more(chain: PlantedSystem) -> None:
    told = await chain.recall([LOT], 0, "SSSS")
    assert told["batches"] == {f"hidden/{MADE}": (0, set(), 0)}
    assert (told["itemCount"], told["items"], told["sites"], told["whereabouts"]) == (0, set(), {}, WHEREABOUTS)
    assert told["gaps"] == set()
    assert not told["countsWhole"]


async def test_a_recall_tells_nobody_of_a_neighbours_other_goods(chain: PlantedSystem) -> None:
    """A can of the same batch that went to another, and one that stays: the shop is told of its own, and that there may be more."""
    beside = World(
        packages=(Package("package/AAAA/other", "ITEM", 2 * HOUR, MADE, None), Package("package/AAAA/kept", "ITEM", 2 * HOUR, MADE, None)),
        sites=(Site("site/CCCC/s"),),
        shipments=(Shipment("shipment/AAAA/u", PLANT, "site/CCCC/s", 3 * HOUR, ("package/AAAA/other",)),),
    )
    await plant(chain.graph, beside)
    told = await chain.recall([SHOP], 1, "BBBB")
    assert told["batches"] == {f"hidden/{MADE}": (0, set(), 1)}
    assert (told["itemCount"], told["items"], told["sites"]) == (1, {CAN}, {SHOP: (1, 0)})
    assert not told["countsWhole"]


PALLET, BOX, ITEMS, TRUCK = "package/AAAA/pallet", "package/AAAA/box", [f"package/AAAA/i{n}" for n in range(3)], "shipment/AAAA/truck"
LOADED = World(
    packages=(
        Package(PALLET, "PALLET", 2 * HOUR, None, None),
        Package(BOX, "CASE", 2 * HOUR, None, PALLET),
        *(Package(one, "ITEM", 2 * HOUR, MADE, BOX) for one in ITEMS),
    ),
    shipments=(Shipment(TRUCK, PLANT, SHOP, 3 * HOUR, (PALLET,)),),
    receipts=(Receipt("BBBB", TRUCK, 4 * HOUR, ()),),
    sales=(Sale("BBBB", SHOP, (ITEMS[0],), 5 * HOUR),),
)


@pytest.mark.parametrize("seed", [PALLET, BOX, TRUCK, SHOP])
async def test_a_recall_tells_who_has_the_goods_where_they_are(graph: Graph, seed: str) -> None:
    """As much as a regulator: nobody else had them, but for who made them and sent them there."""
    await plant(graph, replace(CHAIN, packages=(), shipments=(), receipts=()))
    await plant(graph, LOADED)
    system = PlantedSystem(graph)
    everything, told = await system.recall([seed], 0), await system.recall([seed], 0, "BBBB")
    assert told == everything | {"batches": {f"hidden/{MADE}": (0, set(), 3)}}
    assert told["items"] == set(ITEMS)
    assert told["sites"] == {SHOP: (3, 1)}
    assert told["whereabouts"] == WHEREABOUTS | {"inStock": 2, "sold": 1}
    assert told["countsWhole"] and told["gaps"] == set()
    stranger = await system.recall([seed], 0, "CCCC")
    assert (stranger["itemCount"], stranger["sites"], stranger["gaps"]) == (0, {}, {("MISSING_RECORD", seed)})


async def test_who_dispatched_for_others_knows_both_ends(chain: PlantedSystem) -> None:
    """A carrier without sites of its own sends its own can from one to the other."""
    can, drive, filled = "package/DDDD/can", "shipment/DDDD/drive", "batch/DDDD/filled"
    own = World(
        batches=(Batch(filled, "FINISHED", 0, 0, ()),),
        packages=(Package(can, "ITEM", 2 * HOUR, filled, None),),
        shipments=(Shipment(drive, PLANT, SHOP, 3 * HOUR, (can,)),),
        receipts=(Receipt("BBBB", drive, 4 * HOUR, ()),),
    )
    await plant(chain.graph, own)
    told = await chain.recall([can], 0, "DDDD")
    assert (told["itemCount"], told["sites"], told["countsWhole"]) == (1, {SHOP: (1, 0)}, False)


async def test_a_sale_without_a_delivery_is_the_last_that_happened_and_no_count_of_the_site(chain: PlantedSystem) -> None:
    """The site that sold it is listed, so that it can be asked; of items delivered there it sold none."""
    stall = "site/CCCC/stall"
    await plant(chain.graph, World(sites=(Site(stall),), sales=(Sale("CCCC", stall, (CAN,), 5 * HOUR),)))
    everything = await chain.recall([CAN], 0)
    assert everything["sites"] == {SHOP: (1, 0), stall: (0, 0)}
    assert everything["whereabouts"] == WHEREABOUTS | {"sold": 1}
    assert (await chain.recall([CAN], 0, "BBBB"))["whereabouts"] == WHEREABOUTS | {"inStock": 1}


async def test_a_hidden_record_has_another_name_for_each_viewer(chain: PlantedSystem) -> None:
    names: dict[Actor, list[set[str]]] = {}
    for actor in (Actor("a", Role.ENTERPRISE, "SSSS", frozenset(Duty)), Actor("b", Role.ENTERPRISE, "BBBB", frozenset(Duty))):
        own = LOT if actor.enterprise == "SSSS" else SHOP
        ask = forward if actor.enterprise == "SSSS" else backward
        for _ in range(2):
            found = await ask(chain.graph, context(chain.graph, actor).view, [own], Limits())
            names.setdefault(actor, []).append({node.id for node in found.nodes if not node.disclosed})
    (first, again), (other, _) = names.values()
    assert first == again
    assert first and other and not first & other


async def test_a_package_in_itself_is_told_and_ends(chain: PlantedSystem) -> None:
    """No record may say it: planted as an older release, or another program, might have left it."""
    text = """MERGE (a:Package {id: 'package/AAAA/box'}) MERGE (b:Package {id: 'package/AAAA/crate'}) WITH a, b MATCH (n:Package {id: $can})
        SET a += $box, b += $box
        CREATE (a)-[:CONTAINS {from: 0, until: $until}]->(b) CREATE (b)-[:CONTAINS {from: 0, until: $until}]->(a)
        CREATE (b)-[:CONTAINS {from: 0, until: $until}]->(n)"""
    box = {"owner": "AAAA", "version": 1, "level": "CASE"}
    await chain.graph.administer(inline("tests/circle", text), can=CAN, until=9 * HOUR, box=box)
    for seeds in ([LOT], [CAN], ["package/AAAA/box"]):
        found = await chain.forward(seeds)
        assert TRIP in found["nodes"]
        assert {cause for cause, _ in found["gaps"]} == {"UNREADABLE"}
    assert {cause for cause, _ in (await chain.recall([MADE], 0))["gaps"]} == {"UNREADABLE"}
    assert {cause for cause, _ in (await chain.backward(["package/AAAA/crate"]))["gaps"]} == {"UNREADABLE"}


async def test_a_gs1_key_names_the_package_that_is_there(graph: Graph) -> None:
    """A company prefix of seven digits in a key of fourteen: a longer one is as well-formed, and nobody's."""
    can = properties("package/6901234/ABC", batch="batch/6901234/B")
    await put(graph, properties("batch/6901234/B"), can)
    await link(graph, "PACKED_INTO", [("batch/6901234/B", "package/6901234/ABC")], at=1_000)
    maker = Actor("maker", Role.ENTERPRISE, "6901234", frozenset(Duty))
    for actor in (REGULATOR, maker):
        for code in ("(01)06901234567892(21)ABC", "https://example.com/01/06901234567892/21/ABC"):
            assert (await seeds_of(context(graph, actor), [ID(code)])).ids == ["package/6901234/ABC"]
