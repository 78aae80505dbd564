"""Suspensions of enterprises, as they are kept: who did it, when and why, for the platform and for who supervises."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from starlette.requests import Request

from api.context import Context
from api.errors import ApiError
from api.exchange.export_route import export_routes
from api.exchange.fsma204.route import fsma204_routes
from api.files import FileStore
from api.http.request import HttpError
from api.resolvers.root import SCHEMA
from api.standing import check_standing
from auth.actor import Actor, Role
from auth.bearer import Bearers
from auth.tokens import Tokens
from graph.capture import capture_farms, capture_products
from graph.engine.driver import Graph
from graph.suspensions import Suspensions
from tests.capturing import CONSUMER, MAKER, PLATFORM, REGULATOR, STRANGER, digest, farm, product
from tests.component.reading import PUBLIC, context

pytestmark = pytest.mark.anyio
SET = "mutation ($code: String!, $reason: String!) {{ done: {}Enterprise(code: $code, reason: $reason) {{ status suspendedAt }} }}"
LIST = """query ($enterprise: String, $holding: Boolean! = false, $first: Int, $after: String) {
    suspensions(enterprise: $enterprise, holding: $holding, first: $first, after: $after) {
        nodes { id enterprise suspendedAt suspendedBy reason liftedAt liftedBy liftReason } totalCount
        pageInfo { hasNextPage endCursor } } }"""
ANOTHER = replace(PLATFORM, subject="another@platform")


async def ask(graph: Graph, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
    result = await SCHEMA.execute(query, variables, context_value=context(graph, actor))
    for error in result.errors or ():
        raise error.original_error or error
    assert result.data is not None
    return result.data


async def change(graph: Graph, actor: Actor, verb: str, code: str, reason: str = "停业") -> dict[str, Any]:
    return (await ask(graph, actor, SET.format(verb), code=code, reason=reason))["done"]


async def listed(graph: Graph, actor: Actor, **variables: Any) -> dict[str, Any]:
    return (await ask(graph, actor, LIST, **variables))["suspensions"]


@pytest.mark.parametrize("actor", [PUBLIC, CONSUMER, MAKER, STRANGER], ids=lambda actor: f"{actor.role.value}-{actor.enterprise}")
async def test_who_is_not_told(graph: Graph, actor: Actor) -> None:
    """The suspended enterprise neither: its own error says to whom to turn."""
    await change(graph, PLATFORM, "suspend", "MAKER1")
    with pytest.raises(ApiError) as error:
        await listed(graph, actor)
    assert error.value.code.value == ("UNAUTHENTICATED" if actor is PUBLIC else "FORBIDDEN")
    assert error.value.message.endswith("PLATFORM or REGULATOR" if actor is not PUBLIC else "the platform or a regulator")


async def test_a_regulator_of_a_region_is_told_of_its_enterprises(graph: Graph) -> None:
    for code in ("MAKER1", "OTHER1"):
        await change(graph, PLATFORM, "suspend", code)
    bound = replace(REGULATOR, region="330000", supervised=frozenset({"OTHER1"}))
    page = await listed(graph, bound)
    assert ([one["enterprise"] for one in page["nodes"]], page["totalCount"]) == (["OTHER1"], 1)
    nothing = {"nodes": [], "totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}}
    assert await listed(graph, bound, enterprise="MAKER1") == await listed(graph, bound, enterprise="NOBODY1") == nothing
    assert await listed(graph, replace(bound, supervised=frozenset[str]())) == nothing


async def test_who_suspended_whom_when_and_why(graph: Graph) -> None:
    since = (await change(graph, PLATFORM, "suspend", "MAKER1", "停业"))["suspendedAt"]
    before = await digest(graph)
    assert (await change(graph, ANOTHER, "suspend", "MAKER1", "again"))["suspendedAt"] == since
    assert await digest(graph) == before
    [one] = (await listed(graph, REGULATOR, holding=True))["nodes"]
    begun = {"id": one["id"], "enterprise": "MAKER1", "suspendedAt": since, "suspendedBy": PLATFORM.subject, "reason": "停业"}
    assert one == begun | {"liftedAt": None, "liftedBy": None, "liftReason": None}
    assert await change(graph, ANOTHER, "reinstate", "MAKER1", "复业") == {"status": "ACTIVE", "suspendedAt": None}
    for actor in (PLATFORM, REGULATOR):
        [one] = (await listed(graph, actor, enterprise="MAKER1"))["nodes"]
        assert one.pop("liftedAt") is not None
        assert one == begun | {"liftedBy": ANOTHER.subject, "liftReason": "复业"}
        assert (await listed(graph, actor, holding=True))["totalCount"] == 0
    await change(graph, PLATFORM, "suspend", "MAKER1", "又停业")
    assert [one["reason"] for one in (await listed(graph, PLATFORM))["nodes"]] == ["又停业", "停业"]
    assert [one["reason"] for one in (await listed(graph, PLATFORM, holding=True))["nodes"]] == ["又停业"]


async def test_who_is_not_suspended_cannot_be_reinstated(graph: Graph) -> None:
    """Nothing happens, and no record is made of an enterprise that there is not."""
    before = await digest(graph)
    assert await change(graph, PLATFORM, "reinstate", "NOBODY1") == {"status": "ACTIVE", "suspendedAt": None}
    assert await digest(graph) == before


@pytest.mark.parametrize("verb", ["suspend", "reinstate"])
@pytest.mark.parametrize(
    ("code", "reason", "error", "argument"),
    [
        ("MAKER1", "   ", "BAD_REASON", "reason"),
        ("MAKER1", "x" * 501, "BAD_REASON", "reason"),
        ("MAKER1/1", "停业", "BAD_USER_INPUT", "code"),
        ("", "停业", "BAD_USER_INPUT", "code"),
    ],
)
async def test_what_makes_no_sense(graph: Graph, verb: str, code: str, reason: str, error: str, argument: str) -> None:
    await change(graph, PLATFORM, "suspend", "MAKER1")
    before = await digest(graph)
    with pytest.raises(ApiError, match="found") as refused:
        await change(graph, PLATFORM, verb, code, reason)
    assert (refused.value.code.value, refused.value.path) == (error, argument)
    assert await digest(graph) == before


async def test_at_the_same_time_there_is_one(graph: Graph) -> None:
    answers = await asyncio.gather(*(change(graph, PLATFORM, "suspend", "MAKER1", str(each)) for each in range(6)))
    assert len({answer["suspendedAt"] for answer in answers}) == 1
    assert (await listed(graph, PLATFORM))["totalCount"] == 1
    await asyncio.gather(*(change(graph, PLATFORM, "reinstate", "MAKER1", str(each)) for each in range(6)))
    log = (await ask(graph, REGULATOR, "{ recordingLog { nodes { action created updated } } }"))["recordingLog"]["nodes"]
    assert log == [{"action": f"{verb}Enterprise", "created": 0, "updated": 0} for verb in ("reinstate", "suspend")]


async def test_pages_of_suspensions(graph: Graph) -> None:
    for number in range(5):
        await change(graph, PLATFORM, "suspend", f"MAKER{number}")
    seen: list[str] = []
    after: str | None = None
    for left in (True, True, False):
        page = await listed(graph, PLATFORM, first=2, after=after)
        after = page["pageInfo"]["endCursor"]
        seen += [one["enterprise"] for one in page["nodes"]]
        assert (page["pageInfo"]["hasNextPage"], page["totalCount"]) == (left, 5)
    assert seen == [f"MAKER{number}" for number in (4, 3, 2, 1, 0)]
    for wrong in ({"after": "x"}, {"first": 501}, {"first": -1}):
        with pytest.raises(ApiError, match="right is"):
            await listed(graph, PLATFORM, **wrong)


async def test_an_export_breaks_off_when_its_enterprise_is_suspended(graph: Graph, tmp_path: Path) -> None:
    await capture_farms(graph, MAKER, [farm("F1")])
    await capture_products(graph, MAKER, [product()])
    tokens, suspensions = Tokens(ECKey.generate_key("P-256")), Suspensions(0)

    async def check(actor: Actor) -> None:
        await check_standing(suspensions, graph, actor)

    [route] = export_routes(lambda: graph, Bearers([tokens]), check, FileStore(tmp_path), reason_required=False)
    bearer = f"Bearer {tokens.mint(Role.ENTERPRISE, 'MAKER1', 'test', 60)}"
    query = b"format=ndjson&kind=farm&kind=product"
    scope = {"type": "http", "method": "GET", "headers": [(b"authorization", bearer.encode())], "query_string": query}
    answer = await route.endpoint(Request(scope))
    pieces = aiter(answer.body_iterator)
    assert b'"kind":"farm"' in await anext(pieces)
    await change(graph, PLATFORM, "suspend", "MAKER1")
    with pytest.raises(HttpError) as refusal:
        await anext(pieces)
    assert refusal.value.error.code.value == "ENTERPRISE_SUSPENDED"


@pytest.mark.parametrize("meanwhile", [False, True])
async def test_a_spreadsheet_does_not_leave_when_its_enterprise_is_suspended_while_it_is_made(graph: Graph, meanwhile: bool) -> None:
    await capture_farms(graph, MAKER, [farm("F1")])
    tokens, suspensions = Tokens(ECKey.generate_key("P-256")), Suspensions(0)

    async def check(actor: Actor) -> None:
        await check_standing(suspensions, graph, actor)

    async def begun(caller: Actor, _: Request) -> Context:
        await check(caller)
        if meanwhile:
            await change(graph, PLATFORM, "suspend", "MAKER1")
        return context(graph, caller)

    [route] = fsma204_routes(Bearers([tokens]), check, begun)
    bearer = f"Bearer {tokens.mint(Role.ENTERPRISE, 'MAKER1', 'test', 60)}"
    scope = {"type": "http", "method": "GET", "headers": [(b"authorization", bearer.encode())], "query_string": b"from=farm/MAKER1/F1"}
    answer = await route.endpoint(Request(scope))
    if meanwhile:
        assert answer.status_code == 403 and b"ENTERPRISE_SUSPENDED" in answer.body
    else:
        assert answer.status_code == 200 and await anext(aiter(answer.body_iterator))


async def test_what_a_regulator_reads_of_it_leaves_a_trace(graph: Graph) -> None:
    await change(graph, PLATFORM, "suspend", "MAKER1")
    reading = context(graph, REGULATOR)
    await SCHEMA.execute("{ suspensions { nodes { reason } } }", context_value=reading)
    assert reading.loaders.shown == {"enterprise/MAKER1"}
