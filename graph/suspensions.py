"""Enterprises that the platform has suspended: their tokens open nothing until they are reinstated. Their records stay as they are."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from auth.actor import Actor
from auth.scope import Scope
from graph import audit
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import enterprise_id
from graph.model.times import now_ms
from graph.model.ulid import new_ulid
from graph.statements import statement

_SUSPENDED = statement("enterprise/suspended")
_SUSPEND = statement("enterprise/suspend")
_REINSTATE = statement("enterprise/reinstate")
_BEGIN = statement("suspensions/begin")
_LIFT = statement("suspensions/lift")
_PAGE = statement("suspensions/page")
_COUNT = statement("suspensions/count")
_LAST = "~"


@dataclass(frozen=True, slots=True)
class Suspension:
    """owner: the code of the enterprise; by: subjects of tokens. Times in ms; the last three are None while it holds."""

    id: str
    owner: str
    suspended_at: int
    suspended_by: str
    reason: str
    lifted_at: int | None
    lifted_by: str | None
    lift_reason: str | None


class Suspensions:
    """Which enterprises are suspended, as they were read at most `seconds` ago."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._read_at = float("-inf")
        self._codes: frozenset[str] = frozenset()
        self._reading = asyncio.Lock()

    async def has(self, graph: Graph, enterprise: str) -> bool:
        """EngineError where it cannot be told: whoever may be suspended is not let in."""
        async with self._reading:
            if time.monotonic() - self._read_at >= self._seconds:
                began = time.monotonic()
                [row] = await graph.read(_SUSPENDED, Scope.ALL)
                self._codes, self._read_at = frozenset(row["codes"]), began
        return enterprise in self._codes


async def suspend(graph: Graph, actor: Actor, code: str, *, reason: str, address: str | None) -> int:
    """Since when the enterprise is suspended, in ms; the same again changes nothing. Whether it is recorded does not matter: its tokens
    count."""
    at = now_ms()

    async def write(tx: Transaction) -> int:
        [row] = await tx.run(_SUSPEND, Scope.ALL, id=enterprise_id(code), owner=code, at=at)
        if row["before"] is None:
            kept = {"id": f"suspension/{new_ulid()}", "owner": code, "suspendedAt": at, "suspendedBy": actor.subject, "reason": reason}
            await tx.run(_BEGIN, Scope.ALL, suspension=kept)
            entry = audit.entry(actor, "suspendEnterprise", [enterprise_id(code)], at=at, address=address, reason=reason)
            await tx.run(audit.AUDIT, Scope.ALL, entry=entry)
        return row["since"]

    return await graph.write(write)


async def reinstate(graph: Graph, actor: Actor, code: str, *, reason: str, address: str | None) -> None:
    """The enterprise is suspended no more; of one that is not, nothing changes."""
    at = now_ms()

    async def write(tx: Transaction) -> None:
        [row] = await tx.run(_REINSTATE, Scope.ALL, id=enterprise_id(code))
        if row["reinstated"]:
            lifting = {"liftedAt": at, "liftedBy": actor.subject, "liftReason": reason}
            await tx.run(_LIFT, Scope.ALL, owner=code, lifting=lifting)
            entry = audit.entry(actor, "reinstateEnterprise", [enterprise_id(code)], at=at, address=address, reason=reason)
            await tx.run(audit.AUDIT, Scope.ALL, entry=entry)

    await graph.write(write)


async def page(graph: Graph, scope: Scope, *, lifted: bool, before: str | None, limit: int) -> list[Suspension]:
    """Of the enterprises in scope, the newest first. lifted: those too that hold no more. before: the ID of one."""
    [row] = await graph.read(_PAGE, scope, lifted=lifted, before=before or _LAST, limit=limit)
    return [_read(kept) for kept in row["found"]]


async def count(graph: Graph, scope: Scope, *, lifted: bool) -> int:
    return (await graph.read(_COUNT, scope, lifted=lifted))[0]["total"]


def _read(kept: dict[str, Any]) -> Suspension:
    names = ("id", "owner", "suspendedAt", "suspendedBy", "reason", "liftedAt", "liftedBy", "liftReason")
    return Suspension(*(kept.get(name) for name in names))  # pyright: ignore[reportArgumentType]
