"""Requests for access to restricted fields, and the grants that they become. Each step is written with its entry in the access log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from auth.actor import Actor, Role
from auth.requests import Standing, State, Verdict
from auth.restricted import PERSONAL, acting_scope, asker_of
from auth.scope import Scope
from graph import access
from graph.engine.driver import Graph, Row, Transaction
from graph.engine.errors import Conflict
from graph.model.identifiers import Kind, owner_of
from graph.model.ulid import new_ulid
from graph.portions import portions
from graph.statements import statement

_TRADED = statement("requests/traded")
_BOUGHT = statement("requests/bought")
_MAKE = statement("requests/make")
_FIND = statement("requests/find")
_DECIDE = statement("requests/decide")
_HOLDING = statement("requests/holding")
_SHARED = {kind: statement(f"{kind.value}/shared_by_ids") for kind in (Kind.PRODUCT, Kind.ENTERPRISE)}
_LAST = "~"

SHOWN_KINDS = frozenset(_SHARED)
"""The kinds of record that are shown, by their shared fields, to an enterprise to which a restricted field of theirs was granted."""


class Side(StrEnum):
    """Whose requests a page is of: the property that names them."""

    OWNER = "owner"
    ASKER = "asker"
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. fields: of tier RESTRICTED, as `Type.field`; records: IDs, all of one owner; until: ms."""

    fields: tuple[str, ...]
    records: tuple[str, ...]
    reason: str
    until: int


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """asker: to whom access is granted; enterprise: its code, None of an authority. Times in ms."""

    id: str
    owner: str
    asker: str
    enterprise: str | None
    role: str
    subject: str
    wish: Wish
    asked_at: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Grant:
    id: str
    fields: frozenset[str]
    records: frozenset[str]


async def are_neighbours(graph: Graph, actor: Actor, owner: str) -> bool:
    """Whether the actor's enterprise has sent the owner something, got something, or bought of it, as far as the actor may know."""
    scope = acting_scope(actor)
    if await graph.read(_BOUGHT, scope, supplier=f"enterprise/{owner}"):
        return True
    return bool(await graph.read(_TRADED, scope, other=owner))


async def ask(graph: Graph, actor: Actor, wish: Wish, *, address: str | None, now: int) -> AccessRequest:
    """The request, made. Whether the records exist is not looked at: the asker could tell."""
    personal = not PERSONAL.isdisjoint(wish.fields)
    made = AccessRequest(
        id=f"access/{new_ulid()}",
        owner=owner_of(wish.records[0]),
        asker=asker_of(actor),
        enterprise=actor.enterprise,
        role=actor.role.value,
        subject=actor.subject,
        wish=wish,
        asked_at=now,
        standing=Standing(State.PENDING, wish.until, personal),
    )
    act = _act(access.Action.ASK, actor, made, wish.reason, address, now)

    async def write(tx: Transaction) -> None:
        await tx.run(_MAKE, acting_scope(actor), asker=made.asker, request=_kept(made))
        await access.enter(tx, act)

    await graph.write(write)
    return made


async def decide(
    graph: Graph, actor: Actor, request: str, verdict: Verdict, *, reason: str | None, address: str | None, now: int
) -> AccessRequest | None:
    """The request as it stands afterwards; None where there is none that the actor may decide. Raises `NotDecidable`."""

    async def write(tx: Transaction) -> AccessRequest | None:
        platform = actor.role is Role.PLATFORM
        [row] = await tx.run(_FIND, acting_scope(actor), id=request, platform=platform)
        if not row[0]:
            return None
        before = _read(row[0][0])
        standing = before.standing.decided(verdict, actor.role, reason, now)
        if standing != before.standing:
            expected, changes = row[0][0]["touched"], _kept_standing(standing)
            [written] = await tx.run(_DECIDE, acting_scope(actor), id=request, platform=platform, expected=expected, changes=changes)
            if not written[0]:
                raise Conflict(f"{request} was decided by another meanwhile")
            await access.enter(tx, _act(access.Action(verdict.value), actor, before, reason, address, now))
        return replace(before, standing=standing)

    return await graph.write(write)


async def page(graph: Graph, actor: Actor, side: Side, *, before: str | None, limit: int) -> list[AccessRequest]:
    """The newest first. before: the ID of a request."""
    read = statement("requests/page", side=side.value)
    [row] = await graph.read(read, acting_scope(actor), of=_named(actor, side), before=before or _LAST, limit=limit)
    return [_read(kept) for kept in row[0]]


async def count(graph: Graph, actor: Actor, side: Side) -> int:
    return (await graph.read(statement("requests/count", side=side.value), acting_scope(actor), of=_named(actor, side)))[0]["total"]


async def holding(graph: Graph, actor: Actor, records: Sequence[str], *, now: int) -> list[Grant]:
    """The grants to the actor that hold at a time (ms) and name one of the records."""
    found: dict[str, Grant] = {}
    for ids in portions(records):
        for row in await graph.read(_HOLDING, acting_scope(actor), asker=asker_of(actor), at=now, ids=ids):
            found[row[0]] = Grant(row[0], frozenset(row[1]), frozenset(row[2]))
    return list(found.values())


async def shared(graph: Graph, kind: Kind, records: Sequence[str], scope: Scope) -> dict[str, dict[str, Any]]:
    """The public and shared fields of records of which a restricted field was granted, which is asked before, by ID."""
    rows: list[Row] = []
    for ids in portions(records):
        rows += await graph.read(_SHARED[kind], scope, ids=ids)
    return {fields["id"]: fields for row in rows for fields in row[0]}


def _named(actor: Actor, side: Side) -> str:
    match side:
        case Side.OWNER:
            return actor.enterprise or ""
        case Side.APPROVER:
            return actor.role.value
        case Side.ASKER:
            return asker_of(actor)


def _kept(request: AccessRequest) -> dict[str, Any]:
    """A node's properties."""
    return {
        "id": request.id,
        "owner": request.owner,
        "asker": request.asker,
        "approver": Role.PLATFORM.value if request.standing.personal else None,
        "enterprise": request.enterprise,
        "role": request.role,
        "subject": request.subject,
        "fields": list(request.wish.fields),
        "records": list(request.wish.records),
        "reason": request.wish.reason,
        "askedAt": request.asked_at,
        "until": request.wish.until,
        "touched": 0,
        **_kept_standing(request.standing),
    }


def _kept_standing(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state.value,
        "ownerApprovedAt": standing.owner_approved_at,
        "platformApprovedAt": standing.platform_approved_at,
        "decidedAt": standing.decided_at,
        "decisionReason": standing.decision_reason,
    }


def _read(kept: Mapping[str, Any]) -> AccessRequest:
    wish = Wish(tuple(kept["fields"]), tuple(kept["records"]), kept["reason"], kept["until"])
    standing = Standing(
        State(kept["state"]),
        wish.until,
        kept.get("approver") is not None,
        kept.get("ownerApprovedAt"),
        kept.get("platformApprovedAt"),
        kept.get("decidedAt"),
        kept.get("decisionReason"),
    )
    who = (kept["id"], kept["owner"], kept["asker"], kept.get("enterprise"), kept["role"], kept["subject"])
    return AccessRequest(*who, wish, kept["askedAt"], standing)


def _act(action: access.Action, actor: Actor, request: AccessRequest, reason: str | None, address: str | None, now: int) -> access.Act:
    return access.Act(action, actor, request.owner, request.id, request.wish.fields, request.wish.records, reason, address, now)
