"""Asking for restricted fields of others' records: who may, what the owner decides, and when it ends."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from starlette.requests import Request

from api.access_log import AccessLog
from api.errors import ApiError
from api.http.request import GraphQLRequest, HttpError
from api.resolvers.root import SCHEMA
from api.settings import Settings
from auth.actor import Actor, Duty, Role
from graph import capture
from graph.engine.driver import Graph, observed
from graph.model.texts import instant_text
from tests.capturing import CONSUMER, MAKER, PLATFORM, REGULATOR, STRANGER, case, digest, product, shipment, site
from tests.component.reading import PUBLIC, context

pytestmark = pytest.mark.anyio
SHOWN = "id owner enterprise role subject fields records reason until state platformApprovalNeeded decisionReason"
ASK = f"mutation ($request: AccessRequestInput!) {{ requestAccess(request: $request) {{ {SHOWN} }} }}"
DECIDE = "mutation ($id: ID!) {{ decided: {}Access(id: $id) {{ state decidedAt ownerApprovedAt platformApprovedAt }} }}"
FORMULA = """{ node(id: "product/MAKER1/P1") { id
    ... on Product { name batches { totalCount } formula { formulaVersion } researchRecords { number } } } }"""
PERSON = '{ node(id: "enterprise/MAKER1") { ... on Enterprise { code contact contactPerson { name } } } }'
BUYER = Actor("qa@buyer", Role.ENTERPRISE, "OTHER1", frozenset({Duty.RESEARCH, Duty.QUALITY}))
SELLER = replace(BUYER, duties=frozenset({Duty.SALES, Duty.SYNC}))
ELSEWHERE = replace(BUYER, enterprise="CARRY1")
WITHDRAW = "mutation ($id: ID!) { withdrawn: withdrawAccessRequest(id: $id) { id state decidedAt } }"
ADMIN = Actor("admin@maker", Role.ENTERPRISE, "MAKER1", frozenset({Duty.ADMIN}))
DAY_MS = 24 * 3600 * 1000


def wish(**changes: Any) -> dict[str, Any]:
    until = instant_text(time.time_ns() // 1_000_000 + DAY_MS)
    return {"fields": ["Product.formula"], "records": ["product/MAKER1/P1"], "reason": "投诉 42", "until": until} | changes


@pytest.fixture
async def chain(graph: Graph) -> Graph:
    """The maker has a formula, and has sent a case to a site of the buyer's."""
    await capture.capture_enterprises(graph, PLATFORM, [{"code": code, "name": code, "contact": "office"} for code in ("MAKER1", "OTHER1")])
    await capture.capture_products(graph, MAKER, [product()])
    await capture.capture_sites(graph, MAKER, [site("PLANT", siteKind="PLANT")])
    await capture.capture_packages(graph, MAKER, [case()])
    await capture.capture_shipments(graph, MAKER, [shipment(destination="site/OTHER1/SHOP")])
    await capture.capture_formulas(
        graph, MAKER, [{"product": "P1", "formulaVersion": "3", "shares": [{"ingredient": "乳清粉", "sharePercent": 40}]}]
    )
    await capture.capture_research_records(graph, MAKER, [{"number": "R1", "product": "P1", "project": "A"}])
    await capture.capture_contact_persons(graph, MAKER, [{"name": "王某"}])
    return graph


async def ask(graph: Graph, actor: Actor, query: str, now: int | None = None, **variables: Any) -> dict[str, Any]:
    asking = context(graph, actor)
    if now is not None:
        asking.loaders.now = now
    result = await SCHEMA.execute(query, variables, context_value=asking)
    for error in result.errors or ():
        raise error.original_error or error
    assert result.data is not None
    return result.data


async def refused(graph: Graph, actor: Actor, query: str, **variables: Any) -> tuple[str, str]:
    with pytest.raises(ApiError) as error:
        await ask(graph, actor, query, **variables)
    return error.value.code.value, error.value.message


async def requested(graph: Graph, actor: Actor, **changes: Any) -> str:
    made = (await ask(graph, actor, ASK, request=wish(**changes)))["requestAccess"]
    assert made["state"] == "PENDING"
    return made["id"]


async def decide(graph: Graph, actor: Actor, verdict: str, request: str, now: int | None = None) -> str:
    return (await ask(graph, actor, DECIDE.format(verdict), now, id=request))["decided"]["state"]


async def formula(graph: Graph, actor: Actor, now: int | None = None) -> bool:
    node = (await ask(graph, actor, FORMULA, now))["node"]
    return node is not None and node["formula"] is not None


# ------------------------------------------------------------------ who may not


@pytest.mark.parametrize("actor", [PUBLIC, CONSUMER, PLATFORM, SELLER], ids=lambda actor: actor.subject)
async def test_who_may_not_ask(chain: Graph, actor: Actor) -> None:
    before = await digest(chain)
    code, message = await refused(chain, actor, ASK, request=wish())
    assert code == ("UNAUTHENTICATED" if actor is PUBLIC else "FORBIDDEN")
    assert "right is" in message
    assert (await refused(chain, actor, "{ accessRequestsSent { totalCount } }"))[0] == code
    assert await digest(chain) == before


@pytest.mark.parametrize(
    "actor",
    [PUBLIC, CONSUMER, REGULATOR, BUYER, STRANGER, PLATFORM, replace(ADMIN, duties=frozenset(Duty) - {Duty.ADMIN})],
    ids=lambda actor: f"{actor.role.value}-{actor.enterprise}",
)
@pytest.mark.parametrize("verdict", ["approve", "refuse", "revoke"])
async def test_who_may_not_decide(chain: Graph, actor: Actor, verdict: str) -> None:
    """For whom a request is not, it looks as if there were none. Without personal data the platform has no say."""
    request = await requested(chain, BUYER)
    before = await digest(chain)
    code, message = await refused(chain, actor, DECIDE.format(verdict), id=request)
    assert code == ("UNAUTHENTICATED" if actor is PUBLIC else "UNKNOWN_REQUEST" if actor in (STRANGER, PLATFORM) else "FORBIDDEN")
    assert (await refused(chain, actor, DECIDE.format(verdict), id="access/nope")) == (code, message)
    assert await digest(chain) == before


@pytest.mark.parametrize(
    ("changes", "code", "argument"),
    [
        ({"fields": []}, "BAD_USER_INPUT", "request.fields"),
        ({"fields": ["Product.nope"]}, "UNKNOWN_FIELD", "request.fields[0]"),
        ({"fields": ["Product.formula", "Product.name"]}, "UNKNOWN_FIELD", "request.fields[1]"),
        ({"fields": ["Product.formula"] * 2}, "BAD_USER_INPUT", "request.fields"),
        ({"fields": ["Product.formula", "Enterprise.contactPerson"]}, "BAD_USER_INPUT", "request.records"),
        ({"records": []}, "BAD_USER_INPUT", "request.records"),
        ({"records": ["nope"]}, "MALFORMED_ID", "request.records[0]"),
        ({"records": ["farm/MAKER1/F1"]}, "BAD_USER_INPUT", "request.records[0]"),
        ({"records": ["product/MAKER1/P1"] * 2}, "BAD_USER_INPUT", "request.records"),
        ({"records": ["product/MAKER1/P1", "product/CARRY1/P1"]}, "SEVERAL_OWNERS", "request.records"),
        ({"records": [f"product/MAKER1/P{number}" for number in range(101)]}, "TOO_MANY_IDS", "request.records"),
        ({"records": ["product/OTHER1/P1"]}, "BAD_USER_INPUT", "request.records"),
        ({"records": ["product/CARRY1/P1"]}, "NOT_A_NEIGHBOUR", "request.records"),
        ({"reason": "   "}, "BAD_REASON", "request.reason"),
        ({"reason": "x" * 501}, "BAD_REASON", "request.reason"),
        ({"until": "soon"}, "BAD_USER_INPUT", "request.until"),
        ({"until": "2020-01-01T00:00:00Z"}, "BAD_USER_INPUT", "request.until"),
        ({"until": "2999-01-01T00:00:00Z"}, "BAD_USER_INPUT", "request.until"),
    ],
)
async def test_what_cannot_be_asked_for(chain: Graph, changes: dict[str, Any], code: str, argument: str) -> None:
    before = await digest(chain)
    with pytest.raises(ApiError) as error:
        await ask(chain, BUYER, ASK, request=wish(**changes))
    assert (error.value.code.value, error.value.path) == (code, argument)
    assert "found" in error.value.message
    assert "right is" in error.value.message or code == "MALFORMED_ID"
    assert await digest(chain) == before


async def test_what_does_not_exist_looks_like_what_may_not_be_seen(chain: Graph) -> None:
    """Asked about a record that is not there, the answer is the same, and stays so once it is approved."""
    answers: list[dict[str, Any]] = []
    for record in ("product/MAKER1/P1", "product/MAKER1/NONE"):
        made = (await ask(chain, BUYER, ASK, request=wish(records=[record], until="2026-12-01T00:00:00Z"), now=1_795_000_000_000))[
            "requestAccess"
        ]
        answers.append({name: value for name, value in made.items() if name not in ("id", "records")})
    assert answers[0] == answers[1]
    unknown, strange = [await refused(chain, BUYER, ASK, request=wish(records=[f"product/{owner}/P1"])) for owner in ("CARRY1", "NOBODY1")]
    assert unknown[0] == strange[0] == "NOT_A_NEIGHBOUR"
    assert unknown[1].replace("CARRY1", "x") == strange[1].replace("NOBODY1", "x")
    request = await requested(chain, BUYER, records=["product/MAKER1/NONE"])
    await decide(chain, ADMIN, "approve", request)
    assert (await ask(chain, BUYER, FORMULA.replace("P1", "NONE")))["node"] is None


# ------------------------------------------------------------------ who may


async def test_a_neighbour_reads_what_was_granted_and_nothing_else(chain: Graph) -> None:
    assert not await formula(chain, BUYER)
    request = await requested(chain, BUYER)
    assert not await formula(chain, BUYER)
    assert await decide(chain, ADMIN, "approve", request) == "APPROVED"
    assert await decide(chain, ADMIN, "approve", request) == "APPROVED"
    node = (await ask(chain, BUYER, FORMULA))["node"]
    assert (node["id"], node["formula"]) == ("product/MAKER1/P1", {"formulaVersion": "3"})
    assert (node["researchRecords"], node["batches"]["totalCount"]) == ([], 0)
    assert (await ask(chain, BUYER, PERSON))["node"] is None
    assert not await formula(chain, replace(BUYER, duties=frozenset(Duty) - {Duty.RESEARCH}))
    assert not await formula(chain, replace(BUYER, enterprise="CARRY1"))
    assert not await formula(chain, REGULATOR)
    assert not (await ask(chain, BUYER, "{ products { nodes { id } totalCount } }"))["products"]["nodes"]


async def test_a_regulator_asks_too_and_the_grant_is_the_persons(chain: Graph) -> None:
    request = await requested(chain, REGULATOR)
    assert not await formula(chain, REGULATOR)
    await decide(chain, ADMIN, "approve", request)
    assert await formula(chain, REGULATOR)
    assert not await formula(chain, replace(REGULATOR, subject="another"))


async def test_a_regulator_of_a_region_asks_those_of_it(chain: Graph) -> None:
    bound = replace(REGULATOR, region="33", supervised=frozenset({"MAKER1"}))
    for elsewhere in ("OTHER1", "NOBODY1"):
        code, message = await refused(chain, bound, ASK, request=wish(records=[f"product/{elsewhere}/P1"]))
        assert (code, elsewhere in message) == ("FORBIDDEN", True)
    request = await requested(chain, bound)
    await decide(chain, ADMIN, "approve", request)
    assert await formula(chain, bound)
    assert not await formula(chain, replace(bound, supervised=frozenset({"OTHER1"})))
    assert (await ask(chain, bound, "{ accessLog(own: true) { nodes { action } } }"))["accessLog"]["nodes"] == [{"action": "ASK"}]


async def test_personal_data_needs_the_platform_too(chain: Graph) -> None:
    personal = {"fields": ["Enterprise.contactPerson"], "records": ["enterprise/MAKER1"]}

    async def shown() -> bool:
        node = (await ask(chain, BUYER, PERSON))["node"]
        return node is not None and node["contactPerson"] is not None

    for first, second in ((ADMIN, PLATFORM), (PLATFORM, ADMIN)):
        request = await requested(chain, BUYER, **personal)
        assert await decide(chain, first, "approve", request) == "PENDING"
        assert await decide(chain, first, "approve", request) == "PENDING"
        assert not await shown()
        assert await decide(chain, second, "approve", request) == "APPROVED"
        assert await shown()
        assert (await ask(chain, BUYER, PERSON))["node"]["contact"] is None
        assert await decide(chain, first, "revoke", request) == "REVOKED"
        assert not await shown()
    assert (await ask(chain, PLATFORM, PERSON))["node"]["contactPerson"] is None


# ------------------------------------------------------------------ once, and taken back


@pytest.mark.parametrize(
    "actor",
    [PUBLIC, CONSUMER, PLATFORM, SELLER, ADMIN, ELSEWHERE, REGULATOR, replace(REGULATOR, subject="OTHER1")],
    ids=lambda actor: f"{actor.role.value}-{actor.enterprise or actor.subject}-{len(actor.duties)}",
)
async def test_who_may_not_withdraw(chain: Graph, actor: Actor) -> None:
    """Of whose side a request is not, it looks as if there were none; its owner refuses it instead."""
    request = await requested(chain, BUYER)
    before = await digest(chain)
    code, message = await refused(chain, actor, WITHDRAW, id=request)
    asks = actor in (ADMIN, ELSEWHERE) or actor.role is Role.REGULATOR
    assert code == ("UNAUTHENTICATED" if actor is PUBLIC else "UNKNOWN_REQUEST" if asks else "FORBIDDEN")
    assert "right is" in message
    assert (await refused(chain, actor, WITHDRAW, id="access/nope")) == (code, message)
    assert await digest(chain) == before


@pytest.mark.parametrize("asker", [BUYER, REGULATOR], ids=["enterprise", "authority"])
async def test_a_request_that_is_withdrawn_opens_nothing(chain: Graph, asker: Actor) -> None:
    request = await requested(chain, asker)
    colleague = replace(asker, subject="colleague") if asker.role is Role.ENTERPRISE else asker
    done = (await ask(chain, colleague, WITHDRAW, id=request))["withdrawn"]
    assert (done["id"], done["state"], done["decidedAt"] is not None) == (request, "WITHDRAWN", True)
    before = await digest(chain)
    assert (await ask(chain, asker, WITHDRAW, id=request))["withdrawn"] == done
    found = ("NOT_DECIDABLE", "found a request that is WITHDRAWN; right is a new request")
    assert [await refused(chain, ADMIN, DECIDE.format(verdict), id=request) for verdict in ("approve", "refuse", "revoke")] == [found] * 3
    assert not await formula(chain, asker)
    assert await digest(chain) == before
    [seen] = (await ask(chain, ADMIN, "{ accessRequestsReceived { nodes { state } } }"))["accessRequestsReceived"]["nodes"]
    log = (await ask(chain, ADMIN, "{ accessLog { nodes { action reason requests } } }"))["accessLog"]["nodes"]
    assert (seen["state"], log[0]) == ("WITHDRAWN", {"action": "WITHDRAW", "reason": None, "requests": [request]})
    assert [entry["action"] for entry in log] == ["WITHDRAW", "ASK"]


@pytest.mark.parametrize(("verdict", "state"), [("approve", "APPROVED"), ("refuse", "REFUSED")])
async def test_what_was_decided_is_not_withdrawn(chain: Graph, verdict: str, state: str) -> None:
    request = await requested(chain, BUYER)
    await decide(chain, ADMIN, verdict, request)
    before = await digest(chain)
    found = ("NOT_DECIDABLE", f"found a request that is {state}; right is one that is PENDING")
    assert await refused(chain, BUYER, WITHDRAW, id=request) == found
    assert await digest(chain) == before


async def test_the_same_request_again_is_the_same(chain: Graph) -> None:
    """In whatever order its fields stand, whoever of the enterprise sends it, and if it is sent eight times at once."""
    wanted = wish(fields=["Product.formula", "Product.researchRecords"], records=["product/MAKER1/P1", "product/MAKER1/P2"])
    turned = wanted | {name: wanted[name][::-1] for name in ("fields", "records")}
    sent = [ask(chain, replace(BUYER, subject=str(each % 2)), ASK, request=wanted if each % 2 else turned) for each in range(8)]
    [request] = {made["requestAccess"]["id"] for made in await asyncio.gather(*sent)}
    before = await digest(chain)
    assert (await ask(chain, BUYER, ASK, request=wanted))["requestAccess"]["id"] == request
    assert await digest(chain) == before
    assert (await ask(chain, ADMIN, "{ accessLog { totalCount } }"))["accessLog"]["totalCount"] == 1
    others = [{"reason": "投诉 43"}, {"fields": ["Product.formula"]}, {"records": ["product/MAKER1/P1"]}]
    others += [{"until": instant_text(time.time_ns() // 1_000_000 + 2 * DAY_MS)}]
    different = {(await ask(chain, BUYER, ASK, request=wanted | changed))["requestAccess"]["id"] for changed in others}
    assert len(different | {request}) == 5
    assert (await ask(chain, REGULATOR, ASK, request=wanted))["requestAccess"]["id"] not in different | {request}
    await ask(chain, BUYER, WITHDRAW, id=request)
    again = (await ask(chain, BUYER, ASK, request=wanted))["requestAccess"]
    assert (again["id"] != request, again["state"]) == (True, "PENDING")
    await decide(chain, ADMIN, "refuse", again["id"])
    assert (await ask(chain, BUYER, ASK, request=wanted))["requestAccess"]["id"] not in (request, again["id"])


async def test_only_so_many_are_pending(chain: Graph) -> None:
    """Of one side, counted as one however many ask at once; what was decided, withdrawn or has ended does not count."""

    async def sent(reason: str, actor: Actor = BUYER, now: int | None = None, **changes: Any) -> str:
        asking = context(chain, actor)
        asking.settings = Settings.model_validate({"access_pending": 2})
        asking.loaders.now = now or asking.loaders.now
        result = await SCHEMA.execute(ASK, {"request": wish(reason=reason, **changes)}, context_value=asking)
        if result.errors:
            error = result.errors[0].original_error
            assert isinstance(error, ApiError)
            assert error.code.value == "TOO_MANY_PENDING"
            right = "right is at most 2: withdraw one, or wait until one is decided or ends"
            assert error.message == f"found 2 requests that are pending; {right}"
            return ""
        assert result.data is not None
        return result.data["requestAccess"]["id"]

    made = [request for request in await asyncio.gather(*(sent(str(each)) for each in range(6))) if request]
    assert len(set(made)) == 2
    before = await digest(chain)
    assert not await sent("more")
    assert await digest(chain) == before
    assert await sent("an authority's", REGULATOR)
    for settled in ("withdraw", "approve"):
        if settled == "withdraw":
            await ask(chain, BUYER, WITHDRAW, id=made[0])
        else:
            await decide(chain, ADMIN, settled, made[1])
        assert await sent(settled)
        assert not await sent("more")
    later = time.time_ns() // 1_000_000 + 2 * DAY_MS
    assert await sent("later", now=later, until=instant_text(later + DAY_MS))


# ------------------------------------------------------------------ its end


async def test_it_ends_by_itself(chain: Graph) -> None:
    """Whether it holds is decided by the moment at which an operation began, once for all of it."""
    request = await requested(chain, BUYER)
    await decide(chain, ADMIN, "approve", request)
    end = time.time_ns() // 1_000_000 + DAY_MS
    assert await formula(chain, BUYER, now=end - 60_000)
    assert not await formula(chain, BUYER, now=end + 1)
    [state] = (await ask(chain, BUYER, "{ accessRequestsSent { nodes { state } } }", now=end + 1))["accessRequestsSent"]["nodes"]
    assert state == {"state": "EXPIRED"}


@pytest.mark.parametrize("how", ["its time", "revoked"])
async def test_what_was_granted_does_not_leave_after_its_end(chain: Graph, how: str) -> None:
    """The grant holds when the operation begins, and no more when its answer is there."""
    now = time.time_ns() // 1_000_000
    until = now + (100 if how == "its time" else DAY_MS)
    request = (await ask(chain, BUYER, ASK, now, request=wish(until=instant_text(until))))["requestAccess"]["id"]
    await decide(chain, ADMIN, "approve", request, now)
    asked = GraphQLRequest(FORMULA, {}, None, may_mutate=True, reason=None)
    began, log = context(chain, BUYER), AccessLog(reason_required=False)
    began.loaders.now = now
    result = await SCHEMA.execute(FORMULA, context_value=began)
    assert result.data is not None and result.data["node"]["formula"] == {"formulaVersion": "3"}
    if how == "revoked":
        await decide(chain, ADMIN, "revoke", request)
    else:
        await asyncio.sleep(max(0, until - time.time_ns() // 1_000_000) / 1_000 + 0.01)
    before = await digest(chain)
    with pytest.raises(HttpError) as refusal:
        await log.leave(asked, began, Request({"type": "http"}))
    error = refusal.value
    assert (error.status, error.error.code.value) == (403, "GRANT_ENDED")
    assert f"ended while the answer was made: {request}; right is the same operation again" in error.error.message
    assert await digest(chain) == before, "what did not leave was not read"
    again = context(chain, BUYER)
    result = await SCHEMA.execute(FORMULA, context_value=again)
    assert result.data == {"node": None}
    await log.leave(asked, again, Request({"type": "http"}))


async def test_an_answer_leaves_while_its_grant_holds(chain: Graph) -> None:
    """One statement is paid for that, by whom something was granted alone."""
    request = await requested(chain, BUYER)
    await decide(chain, ADMIN, "approve", request)
    for actor, paid in ((BUYER, True), (MAKER, False)):
        reading = context(chain, actor)
        await SCHEMA.execute(FORMULA, context_value=reading)
        with observed() as statements:
            asked = GraphQLRequest(FORMULA, {}, None, may_mutate=True, reason=None)
            await AccessLog(reason_required=False).leave(asked, reading, Request({"type": "http"}))
        assert [each.name for each in statements] == [*["requests/still_holding"] * paid, "access/log"]


@pytest.mark.parametrize(
    ("steps", "state", "right"),
    [
        (["refuse", "approve"], "REFUSED", "right is a new request"),
        (["refuse", "revoke"], "REFUSED", "right is a new request"),
        (["approve", "refuse"], "APPROVED", "right is to revoke it"),
        (["revoke"], "PENDING", "right is to approve or refuse it"),
        (["approve", "revoke", "approve"], "REVOKED", "right is a new request"),
    ],
)
async def test_what_was_decided_stays(chain: Graph, steps: list[str], state: str, right: str) -> None:
    request = await requested(chain, BUYER)
    *done, last = steps
    for verdict in done:
        await decide(chain, ADMIN, verdict, request)
    before = await digest(chain)
    assert await refused(chain, ADMIN, DECIDE.format(last), id=request) == ("NOT_DECIDABLE", f"found a request that is {state}; {right}")
    assert await digest(chain) == before


async def test_after_its_end_nothing_is_decided(chain: Graph) -> None:
    request = await requested(chain, BUYER)
    with pytest.raises(ApiError, match="EXPIRED"):
        await decide(chain, ADMIN, "approve", request, now=time.time_ns() // 1_000_000 + 2 * DAY_MS)


async def test_a_refusal_says_why(chain: Graph) -> None:
    request = await requested(chain, BUYER)
    refusal = "mutation ($id: ID!, $reason: String) { refuseAccess(id: $id, reason: $reason) { decisionReason } }"
    assert (await refused(chain, ADMIN, refusal, id=request, reason="  "))[0] == "BAD_REASON"
    await ask(chain, ADMIN, refusal, id=request, reason="无合同")
    [seen] = (await ask(chain, BUYER, "{ accessRequestsSent { nodes { state decisionReason } } }"))["accessRequestsSent"]["nodes"]
    assert seen == {"state": "REFUSED", "decisionReason": "无合同"}


# ------------------------------------------------------------------ who sees what of it


async def test_each_side_sees_its_requests(chain: Graph) -> None:
    mine = await requested(chain, BUYER)
    theirs = await requested(chain, REGULATOR, fields=["Enterprise.contactPerson"], records=["enterprise/MAKER1"])
    lists = "{{ {}(first: 1{}) {{ nodes {{ id }} totalCount pageInfo {{ hasNextPage endCursor }} }} }}"

    async def listed(actor: Actor, name: str) -> list[str]:
        first = (await ask(chain, actor, lists.format(name, "")))[name]
        after = first["pageInfo"]["endCursor"]
        rest = (await ask(chain, actor, lists.format(name, f', after: "{after}"')))[name]["nodes"] if after else []
        assert first["totalCount"] == len([*first["nodes"], *rest])
        return [node["id"] for node in (*first["nodes"], *rest)]

    assert await listed(ADMIN, "accessRequestsReceived") == [theirs, mine]
    assert await listed(PLATFORM, "accessRequestsReceived") == [theirs]
    assert await listed(STRANGER, "accessRequestsReceived") == []
    assert await listed(BUYER, "accessRequestsSent") == [mine]
    assert await listed(REGULATOR, "accessRequestsSent") == [theirs]
    assert await listed(replace(REGULATOR, subject="another"), "accessRequestsSent") == []
    assert await listed(replace(BUYER, enterprise="CARRY1"), "accessRequestsSent") == []
    assert (await refused(chain, BUYER, '{ accessRequestsSent(after: "x") { totalCount } }'))[0] == "BAD_CURSOR"


async def test_every_step_is_in_the_access_log(chain: Graph) -> None:
    request = await requested(chain, BUYER)
    await decide(chain, ADMIN, "approve", request)
    await decide(chain, ADMIN, "approve", request)
    await decide(chain, ADMIN, "revoke", request)
    shown = "nodes { action subject enterprise reason fields requests kinds { kind count } } totalCount"
    log = (await ask(chain, ADMIN, f"{{ accessLog {{ {shown} }} }}"))["accessLog"]
    assert [entry["action"] for entry in log["nodes"]] == ["REVOKE", "APPROVE", "ASK"]
    assert log["totalCount"] == 3
    asked = {
        "action": "ASK",
        "subject": BUYER.subject,
        "enterprise": "OTHER1",
        "reason": "投诉 42",
        "fields": ["Product.formula"],
        "requests": [request],
        "kinds": [{"kind": "product", "count": 1}],
    }
    assert log["nodes"][2] == asked
    own = (await ask(chain, BUYER, f"{{ accessLog(own: true) {{ {shown} }} }}"))["accessLog"]
    assert own == {"nodes": [asked], "totalCount": 1}
    assert (await ask(chain, BUYER, "{ accessLog { totalCount } }"))["accessLog"]["totalCount"] == 0


async def test_who_asks_for_nothing_pays_nothing(chain: Graph) -> None:
    """One's own formula takes no question of grants, and a product without its formula no statement more."""
    with observed() as statements:
        await ask(chain, MAKER, '{ node(id: "product/MAKER1/P1") { ... on Product { name } } }')
    assert [each.name for each in statements] == ["product/by_ids"]
    with observed() as statements:
        await ask(chain, MAKER, '{ node(id: "product/MAKER1/P1") { ... on Product { formula { version } } } }')
    assert [each.name for each in statements] == ["product/by_ids", "restricted/formulas"]
