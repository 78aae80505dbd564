"""Enterprises that the platform has suspended: their tokens open nothing until they are reinstated. Their records stay as they are."""

import asyncio
import time

from auth.actor import Actor
from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import enterprise_id
from graph.model.ulid import new_ulid
from graph.statements import statement

_SUSPENDED = statement("enterprise/suspended")
_SUSPEND = statement("enterprise/suspend")
_AUDIT = statement("capture/audit")


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


async def set_suspended(graph: Graph, actor: Actor, code: str, *, reason: str, suspended: bool) -> int | None:
    """Since when the enterprise is suspended, in ms; None for one that is not. Whether it is recorded does not matter: its tokens count."""
    at = time.time_ns() // 1_000_000
    entry = {
        "id": new_ulid(),
        "at": at,
        "actor": actor.subject,
        "enterprise": actor.enterprise,
        "role": actor.role.value,
        "action": "suspendEnterprise" if suspended else "reinstateEnterprise",
        "records": [enterprise_id(code)],
        "reason": reason,
    }

    async def write(tx: Transaction) -> int | None:
        [row] = await tx.run(_SUSPEND, Scope.ALL, id=enterprise_id(code), owner=code, at=at if suspended else None)
        await tx.run(_AUDIT, Scope.ALL, entry=entry)
        return row[0]

    return await graph.write(write)
