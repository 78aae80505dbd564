"""The mutations as the schema has them, on both engines."""

from pathlib import Path
from typing import Any, cast

import pytest

from api.context import Context
from api.errors import ApiError
from api.files import FileStore
from api.resolvers.root import SCHEMA
from api.settings import Settings
from auth.actor import Actor
from graph.engine.driver import Graph
from tests.capturing import CONSUMER, MAKER, at, batch, case, farm, item, milk, node, product, totals, use

pytestmark = pytest.mark.anyio


def context(graph: Graph, actor: Actor, folder: Path, **settings: Any) -> Context:
    nothing = cast("Any", None)
    return Context(
        actor=actor,
        graph=graph,
        settings=Settings(**settings),
        hidden=nothing,
        loaders=nothing,
        files=FileStore(folder),
        look_ups=nothing,
        visitor=nothing,
    )


async def mutate(context: Context, mutation: str, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outcomes of one mutation. ApiError when the call as a whole is refused."""
    inputs = {"recordFarms": "Farm", "recordMilkDeliveries": "MilkDelivery", "recordBatches": "Batch", "recordProducts": "Product"}
    name = inputs.get(mutation, "Package")
    answer = "outcomes { id status problems { code path message } }"
    document = f"mutation ($records: [{name}Input!]!) {{ {mutation}(records: $records) {{ {answer} }} }}"
    result = await SCHEMA.execute(document, {"records": records}, context)
    for error in result.errors or ():
        raise error.original_error or error
    assert result.data is not None
    return result.data[mutation]["outcomes"]


async def test_a_value_that_cannot_be_read_refuses_its_record_alone(graph: Graph, tmp_path: Path) -> None:
    maker = context(graph, MAKER, tmp_path)
    await mutate(maker, "recordFarms", [farm()])
    sent = [
        milk("M1", arrivedAt="soon"),
        milk("M2", quantityKg="much"),
        milk("M3", quantityKg=12000.5, departedAt=None, arrivalTemperatureC=4),
        milk("M4", quantityKg={"kg": 1}, arrivedAt=7),
    ]
    outcomes = await mutate(maker, "recordMilkDeliveries", sent)
    assert [outcome["status"] for outcome in outcomes] == ["REJECTED", "REJECTED", "CREATED", "REJECTED"]
    [problem] = outcomes[0]["problems"]
    assert (outcomes[0]["id"], problem["code"], problem["path"]) == ("milk/MAKER1/M1", "MALFORMED_TIME", "records[0].arrivedAt")
    assert problem["message"].startswith("found 'soon'; right is a time as ISO 8601 with its offset from UTC, such as 2026-03-14T08:30:00Z")
    assert [problem["code"] for problem in outcomes[1]["problems"]] == ["MALFORMED_DECIMAL"]
    assert [problem["path"] for problem in outcomes[3]["problems"]] == ["records[3].quantityKg", "records[3].arrivedAt"]


async def test_a_call_as_a_caller_sends_it(graph: Graph, tmp_path: Path) -> None:
    maker = context(graph, MAKER, tmp_path)
    artwork = maker.files.put("image/png", b"picture", MAKER)
    [made] = await mutate(maker, "recordProducts", [product(packagingArtwork={"name": "art.png", "sha256": artwork.sha256})])
    assert made == {"id": "product/MAKER1/P1", "status": "CREATED", "problems": []}
    [refused] = await mutate(maker, "recordProducts", [product("P2", packagingArtwork={"name": "art.png", "sha256": "0" * 64})])
    assert refused["problems"][0]["code"] == "UNKNOWN_FILE"
    [made] = await mutate(maker, "recordBatches", [batch(product="P1", bestBefore="2028-03-13", inputs=[use("lot/OTHER1/L1")])])
    assert made["status"] == "CREATED"
    [made, boxed] = await mutate(maker, "commissionPackages", [item(parent="C1", packedAt=at(130)), case("C1")])
    assert (made["status"], boxed["status"]) == ("CREATED", "CREATED")
    stored = await node(graph, "batch/MAKER1/B1")
    assert stored is not None
    assert (stored["batchKind"], stored["bestBefore"]) == ("FINISHED", "2028-03-13")


async def test_a_call_that_is_refused_as_a_whole(graph: Graph, tmp_path: Path) -> None:
    for actor, code in ((Actor.ANONYMOUS, "UNAUTHENTICATED"), (CONSUMER, "FORBIDDEN")):
        with pytest.raises(ApiError) as caught:
            await mutate(context(graph, actor, tmp_path), "recordFarms", [farm()])
        assert caught.value.code == code
    with pytest.raises(ApiError, match="found 3 records; at most 2 in one call") as caught:
        await mutate(context(graph, MAKER, tmp_path, records_per_call=2), "recordFarms", [farm(str(number)) for number in range(3)])
    assert caught.value.code == "TOO_MANY_RECORDS"
    assert await totals(graph) == (0, 0)
