"""Requests for access to restricted fields, and the grants that they become. Each step is written with its entry in the access log."""

from collections.abc import Collection, Mapping, Sequence
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
_LOCK = statement("requests/lock")
_PENDING = statement("requests/pending")
_MAKE = statement("requests/make")
_FIND = statement("requests/find")
_DECIDE = statement("requests/decide")
_FIND_SENT = statement("requests/find_sent")
_WITHDRAW = statement("requests/withdraw")
_HOLDING = statement("requests/holding")
_STILL_HOLDING = statement("requests/still_holding")
_SHARED = {kind: statement(f"{kind.value}/shared_by_ids") for kind in (Kind.PRODUCT, Kind.ENTERPRISE)}
_LAST = "~"

SHOWN_KINDS = frozenset(_SHARED)
"""The kinds of record that are shown, by their shared fields, to an enterprise to which a restricted field of theirs was granted."""


class TooManyPending(Exception):
    """One side has as many requests pending as it may; the message says what to do."""


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

    def same_as(self, other: "Wish") -> bool:
        same = (set(self.fields), set(self.records)) == (set(other.fields), set(other.records))
        return same and (self.reason, self.until) == (other.reason, other.until)


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


async def ask(graph: Graph, actor: Actor, wish: Wish, *, most: int, call: access.Call, now: int) -> AccessRequest:
    """The request, made, or the one with the same wish that is pending. Whether the records exist is not looked at: the asker could tell.

    most: requests of one side that may be pending; `TooManyPending`.
    """
    [row] = await graph.read(_PENDING, acting_scope(actor), asker=asker_of(actor), at=now, until=wish.until)
    return _same(row, wish) or await graph.write(lambda tx: _ask(tx, actor, wish, most, call, now))


async def _ask(tx: Transaction, actor: Actor, wish: Wish, most: int, call: access.Call, now: int) -> AccessRequest:
    scope, asker = acting_scope(actor), asker_of(actor)
    await tx.run(_LOCK, scope, asker=asker, enterprise=actor.enterprise or "")
    [row] = await tx.run(_PENDING, scope, asker=asker, at=now, until=wish.until)
    if there := _same(row, wish):
        return there
    if row["total"] >= most:
        right = f"right is at most {most}: withdraw one, or wait until one is decided or ends"
        raise TooManyPending(f"found {row['total']} requests that are pending; {right}")
    made = _made(actor, wish, now)
    await tx.run(_MAKE, scope, asker=asker, request=_kept(made))
    await access.enter(tx, _act(access.Action.ASK, actor, made, wish.reason, call, now))
    return made


def _same(row: Row, wish: Wish) -> AccessRequest | None:
    """Of a row of requests/pending, the request with the same wish."""
    return next((request for request in map(_read, row["alike"]) if request.wish.same_as(wish)), None)


def _made(actor: Actor, wish: Wish, now: int) -> AccessRequest:
    personal = not PERSONAL.isdisjoint(wish.fields)
    return AccessRequest(
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


async def decide(
    graph: Graph, actor: Actor, request: str, verdict: Verdict, *, reason: str | None, call: access.Call, now: int
) -> AccessRequest | None:
    """The request as it stands afterwards; None where there is none that the actor may decide. Raises `NotDecidable`.

    Withdrawing is for the side that asked, any other verdict for the owner and the platform.
    """
    which: dict[str, Any]
    if verdict is Verdict.WITHDRAW:
        find, settle, which = _FIND_SENT, _WITHDRAW, {"id": request, "asker": asker_of(actor)}
    else:
        find, settle, which = _FIND, _DECIDE, {"id": request, "platform": actor.role is Role.PLATFORM}

    async def write(tx: Transaction) -> AccessRequest | None:
        [row] = await tx.run(find, acting_scope(actor), **which)
        if not row[0]:
            return None
        before = _read(row[0][0])
        standing = before.standing.decided(verdict, actor.role, reason, now)
        if standing != before.standing:
            expected, changes = row[0][0]["touched"], _kept_standing(standing)
            [written] = await tx.run(settle, acting_scope(actor), **which, expected=expected, changes=changes)
            if not written[0]:
                raise Conflict(f"{request} was decided by another meanwhile")
            await access.enter(tx, _act(access.Action(verdict.value), actor, before, reason, call, now))
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


async def ended(graph: Graph, actor: Actor, grants: Collection[str], *, now: int) -> set[str]:
    """Of grants to the actor, by their requests, those that have ended by a time (ms), or were revoked."""
    ids = list(grants)
    [row] = await graph.read(_STILL_HOLDING, acting_scope(actor), asker=asker_of(actor), at=now, ids=ids)
    return set(ids).difference(row["holding"])


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


def _act(action: access.Action, actor: Actor, request: AccessRequest, reason: str | None, call: access.Call, now: int) -> access.Act:
    return access.Act(action, actor, request.owner, request.id, request.wish.fields, request.wish.records, reason, call, now)
