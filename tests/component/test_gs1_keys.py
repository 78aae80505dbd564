"""GS1 keys where IDs are asked for."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from graphql import parse
from strawberry import ID

from api.context import Context
from api.errors import ApiError
from api.http.execution import run
from api.resolvers.lineage import seeds_of
from api.resolvers.root import GRAPHQL_SCHEMA
from auth.actor import Actor, Duty, Role
from graph.capture import Status, capture_packages, capture_shipments, capture_sites
from graph.engine.driver import Graph
from graph.model.problems import ProblemCode
from tests.component.reading import CONSUMER, PLATFORM, PUBLIC, REGULATOR, ask, context, link, properties, put, refused

pytestmark = pytest.mark.anyio

P = "6931234"
BATCH, LOT = f"batch/{P}/06931234100010.W-9", f"lot/{P}/06931234200017.L1"
SITE, FARM, FIRM, CAN = f"site/{P}/6931234000013", f"farm/{P}/6931234000020.N", f"enterprise/{P}", f"package/{P}/06931234100010.A1"
KEYS = {
    BATCH: (
        "urn:epc:class:lgtin:6931234.010001.W-9",
        "https://id.gs1.org/01/06931234100010/10/W-9",
        "(01)06931234100010(10)W-9",
        "（01）06931234100010（10）W-9",
    ),
    LOT: ("urn:epc:class:lgtin:6931234.020001.L1", "https://example.com/01/06931234200017/10/L1"),
    SITE: ("urn:epc:id:sgln:6931234.00001.0", "https://id.gs1.org/414/6931234000013"),
    FARM: ("urn:epc:id:sgln:6931234.00002.N", "https://id.gs1.org/414/6931234000020/254/N"),
    FIRM: ("urn:epc:id:pgln:6931234.00000", "https://id.gs1.org/417/6931234000006"),
    CAN: ("urn:epc:id:sgtin:6931234.010001.A1", "https://id.gs1.org/01/06931234100010/21/A1", f"{P}.06931234100010.A1"),
}
NODE = "query ($id: ID!) { node(id: $id) { id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
OWNER = Actor("maker", Role.ENTERPRISE, P, frozenset(Duty))
STRANGER = Actor("other", Role.ENTERPRISE, "6939999", frozenset(Duty))


async def seeds(graph: Graph, actor: Actor, texts: Sequence[str]) -> list[str]:
    return list((await seeds_of(context(graph, actor), [ID(text) for text in texts])).ids)


async def test_who_may_not_read_a_record_is_told_nothing_by_its_key(graph: Graph) -> None:
    await put(graph, *map(properties, KEYS))
    for actor in (STRANGER, PUBLIC, CONSUMER):
        for keys in KEYS.values():
            for key in keys:
                assert await ask(graph, actor, NODE, id=key) == {"node": None}
    # a lot of another's is taken for the likelier record, as if there were none
    assert await seeds(graph, STRANGER, [KEYS[LOT][0]]) == [f"batch/{P}/06931234200017.L1"]
    with pytest.raises(ApiError, match="found the role PUBLIC"):
        await seeds(graph, PUBLIC, ["urn:epc:class:lgtin:1.2"])


async def test_a_key_names_the_record_that_is_there(graph: Graph) -> None:
    await put(graph, *map(properties, KEYS))
    asked = [(record, key) for record, keys in KEYS.items() for key in keys]
    for actor in (OWNER, REGULATOR):
        assert await seeds(graph, actor, [key for _, key in asked]) == [record for record, _ in asked]
        found = await ask(graph, actor, NODES, ids=[key for _, key in asked])
        assert [node["id"] for node in found["nodes"]] == [record for record, _ in asked]
        for record, key in asked:
            assert await ask(graph, actor, NODE, id=key) == {"node": {"id": record}}


async def test_what_one_recorded_under_the_key_of_another(graph: Graph) -> None:
    """Who makes for a brand, or takes from a supplier, has records under keys that these gave out."""
    mine = ["batch/6939999/06931234100010.W-9", "lot/6939999/06931234200017.L1", "farm/6939999/6931234000020.N"]
    await put(graph, *map(properties, [*KEYS, *mine]))
    assert await seeds(graph, STRANGER, [KEYS[BATCH][0], KEYS[LOT][1], KEYS[FARM][0]]) == mine


async def test_a_key_of_two_records_is_refused(graph: Graph) -> None:
    both = [BATCH, BATCH.replace("batch/", "lot/")]
    await put(graph, *map(properties, both))
    with pytest.raises(ApiError, match=r"from\[0\]: .* names " + " and ".join(both)):
        await seeds(graph, OWNER, [KEYS[BATCH][0]])
    assert (await refused(graph, OWNER, NODE, id=KEYS[BATCH][1]))[0] == "BAD_USER_INPUT"
    assert await seeds(graph, STRANGER, [KEYS[BATCH][0]]) == [BATCH]


async def test_a_key_that_is_none(graph: Graph) -> None:
    code, message = await refused(graph, OWNER, NODE, id="urn:epc:class:lgtin:6931234.01001.W-9")
    assert code == "MALFORMED_ID"
    assert "13 digits together" in message
    with pytest.raises(ApiError, match="whose check digit is 3 rather than 4"):
        await seeds(graph, OWNER, ["https://id.gs1.org/414/6931234000014"])


async def test_a_gtin_alone_is_told_what_it_lacks(graph: Graph) -> None:
    for text in ("(01)06931234100027", "（01）06931234100027", "0106931234100027"):
        with pytest.raises(ApiError, match=r"GTIN 06931234100027 alone.* \(21\), the serial .*package, or \(10\), the lot"):
            await seeds(graph, OWNER, [text])


async def test_a_record_gives_its_key_back(graph: Graph) -> None:
    taken = properties("lot/6939999/06931234200017.L1", supplier=FIRM)
    await put(graph, *map(properties, [*KEYS, f"batch/{P}/W-9"]), taken)
    await link(graph, "SUPPLIED", [(FIRM, "lot/6939999/06931234200017.L1")])
    wanted = "query ($id: ID!) { node(id: $id) { ... on Gs1Named { epcUri digitalLink } } }"
    for record, (urn, uri, *_) in KEYS.items():
        shown = {} if record == FIRM else {"epcUri": urn, "digitalLink": uri.replace("example.com", "id.gs1.org")}
        for actor in (OWNER, REGULATOR):
            assert await ask(graph, actor, wanted, id=record) == {"node": shown}
        assert await ask(graph, STRANGER, wanted, id=record) == {"node": None}
    assert await ask(graph, OWNER, wanted, id=f"batch/{P}/W-9") == {"node": {"epcUri": None, "digitalLink": None}}
    shown = await ask(graph, STRANGER, wanted, id="lot/6939999/06931234200017.L1")
    assert shown == {"node": {"epcUri": KEYS[LOT][0], "digitalLink": "https://id.gs1.org/01/06931234200017/10/L1"}}
    # the supplier is not read for the platform, and so no key of its
    shown = await ask(graph, PLATFORM, wanted, id="lot/6939999/06931234200017.L1")
    assert shown == {"node": {"epcUri": None, "digitalLink": None}}


async def test_keys_stand_for_ids_in_what_is_recorded(graph: Graph) -> None:
    unit, packed = "urn:epc:id:sscc:6931234.3000000001", "2026-03-14T08:00:00+08:00"
    await capture_sites(graph, OWNER, [{"number": "6931234000013", "siteKind": "PLANT", "name": "P"}])
    await capture_packages(graph, OWNER, [{"number": "369312340000000014", "level": "PALLET", "packedAt": packed}])
    shipment = {
        "number": "H1",
        "origin": KEYS[SITE][0],
        "destination": "urn:epc:id:sgln:6939999.00001.0",
        "departedAt": "2026-03-14T09:00:00+08:00",
        "packages": [unit],
    }
    [sent] = await capture_shipments(graph, OWNER, [shipment])
    assert (sent.status, sent.problems) == (Status.CREATED, ())
    found = await ask(
        graph, OWNER, "query ($id: ID!) { node(id: $id) { ... on Shipment { packages { nodes { id } } } } }", id=f"shipment/{P}/H1"
    )
    assert found["node"]["packages"]["nodes"] == [{"id": f"package/{P}/369312340000000014"}]
    [again] = await capture_shipments(graph, OWNER, [shipment | {"packages": [f"package/{P}/369312340000000014"], "origin": SITE}])
    assert again.status is Status.UNCHANGED
    [wrong] = await capture_shipments(graph, OWNER, [shipment | {"packages": [KEYS[CAN][0]]}])
    assert [(one.code, one.path) for one in wrong.problems] == [(ProblemCode.MALFORMED_ID, "records[0].packages[0]")]


async def test_a_key_that_names_nothing_known_is_told_as_it_was_asked(graph: Graph) -> None:
    """Where the company prefix ends is not told by it: an ID with one would be made up."""
    await put(graph, *map(properties, KEYS))
    gaps = "completeness { complete gaps { cause at detail } }"
    for actor, key in itertools.product((OWNER, REGULATOR), ("(01)06931234100027(10)NOPE", "https://id.gs1.org/01/06931234100027/21/NOPE")):
        gap = {"cause": "MISSING_RECORD", "at": key}
        gap["detail"] = f"'{key}' was asked about, and no record that it may name is known, under any company prefix that it may have"
        viewer = context(graph, actor)

        async def asked(field: str, *of: str, viewer: Context = viewer) -> dict[str, Any]:
            executed = await run(GRAPHQL_SCHEMA, parse(f"query ($of: [ID!]!) {{ {field} }}"), viewer, {"of": list(of)})
            assert not executed.errors
            return executed.data or {}

        told = {"complete": False, "gaps": [gap]}
        for way in ("backward", "forward", "recallRadius"):
            found = await asked(f"{way}(from: $of) {{ from {gaps} }}", key)
            assert found == {way: {"from": [key], "completeness": told}}
        assert await asked("commonSources(of: $of) { score }", key) == {"commonSources": []}
        assert viewer.extensions["completeness"] == told
        # what was asked about by its ID beside is told by that
        found = await asked(f"forward(from: $of) {{ from {gaps} }}", key, "batch/A999/X", BATCH)
        assert found["forward"]["from"] == [key, "batch/A999/X", BATCH]
        assert {gap["at"] for gap in found["forward"]["completeness"]["gaps"]} == {key, "batch/A999/X"}
