"""The access log: who read whose records, when, why and from where (QB/T 4971-2018 9.4). Written before the answer leaves."""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.actor import Actor
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import owner_of
from graph.model.ulid import new_ulid
from graph.statements import statement

_LOG = statement("access/log")
_PAGE = statement("access/page")
_OWN_PAGE = statement("access/own_page")
_COUNT = statement("access/count")
_OWN_COUNT = statement("access/own_count")
_LAST = "~"


@dataclass(frozen=True, slots=True)
class Reading:
    """One operation that read records. operation: its name; address: of the client; records: their IDs.
    opened: by record, the restricted fields that were read of it, as `Type.field`."""

    actor: Actor
    operation: str | None
    reason: str | None
    address: str | None
    records: frozenset[str]
    opened: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])


async def log(graph: Graph, reading: Reading) -> None:
    """An entry for each owner of the records read, in one transaction; none when nothing was read."""
    by_owner: defaultdict[str, Counter[str]] = defaultdict(Counter)
    fields: defaultdict[str, set[str]] = defaultdict(set)
    for record in reading.records:
        by_owner[owner_of(record)][record.partition("/")[0]] += 1
        fields[owner_of(record)].update(reading.opened.get(record, ()))
    if not by_owner:
        return
    number, at = new_ulid(), time.time_ns() // 1_000_000
    entries = [
        {
            "id": f"{number}/{owner}",
            "owner": owner,
            "at": at,
            "subject": reading.actor.subject,
            "role": reading.actor.role.value,
            "operation": reading.operation,
            "reason": reading.reason,
            "address": reading.address,
            "records": counts.total(),
            "fields": sorted(fields[owner]),
            "kinds": [f"{kind}:{count}" for kind, count in sorted(counts.items())],
        }
        for owner, counts in sorted(by_owner.items())
    ]
    await graph.write(lambda tx: tx.run(_LOG, Scope.ALL, entries=entries))


async def entries(graph: Graph, scope: Scope, *, before: str | None, limit: int) -> list[Mapping[str, Any]]:
    """The newest first; of some owners' records, or for who sees everything of all. before: the ID of an entry."""
    if scope.everything:
        return (await graph.read(_PAGE, scope, before=before or _LAST, limit=limit))[0]["entries"]
    found: list[Mapping[str, Any]] = []
    for owner in scope.owners:
        found += (await graph.read(_OWN_PAGE, Scope.of(owner), before=before or _LAST, limit=limit))[0]["entries"]
    found.sort(key=lambda entry: entry["id"], reverse=True)
    return found[:limit]


async def count(graph: Graph, scope: Scope) -> int:
    if scope.everything:
        return (await graph.read(_COUNT, scope))[0]["total"]
    return sum([(await graph.read(_OWN_COUNT, Scope.of(owner)))[0]["total"] for owner in scope.owners])
