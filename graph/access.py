"""The access log: who read whose records, when, why and from where, and who let whom (QB/T 4971-2018 9.4).

What is read is written before the answer leaves; what is done, in the transaction that does it.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from auth.actor import Actor
from auth.restricted import acting_scope, asker_of
from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import owner_of
from graph.model.times import now_ms
from graph.model.ulid import new_ulid
from graph.statements import Statement, statement

_LOG = statement("access/log")
_READER_PAGE = statement("access/reader_page")
_READER_COUNT = statement("access/reader_count")
_LAST = "~"


@dataclass(frozen=True, slots=True)
class Log:
    """How a log is read: all of it, or what concerns one enterprise; a page, newest first, and how many entries."""

    page: Statement
    own_page: Statement
    count: Statement
    own_count: Statement


def log_of(folder: str, **variant: str) -> Log:
    """Of the four statements in a folder."""
    return Log(*(statement(f"{folder}/{name}", **variant) for name in ("page", "own_page", "count", "own_count")))


READINGS = log_of("access")
"""Who read and who was let."""
RECORDINGS = log_of("recordings")
"""Who recorded: one entry a call, written in its transaction (`graph.capture`)."""


class Action(StrEnum):
    """What an entry is about: reading, or a step of a request for access."""

    READ = "READ"
    ASK = "ASK"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    REVOKE = "REVOKE"
    WITHDRAW = "WITHDRAW"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read of a record's restricted fields, as `Type.field`, and the requests by which it was."""

    fields: set[str] = field(default_factory=set[str])
    requests: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class Reading:
    """One operation that read records. operation: its name; address: of the client; records: their IDs; opened: by record.
    searched: enterprises among whose records it looked, and may have counted them; "" for all of them."""

    actor: Actor
    operation: str | None
    reason: str | None
    address: str | None
    records: AbstractSet[str]
    opened: Mapping[str, Opened] = field(default_factory=dict[str, Opened])
    searched: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """How a step was told. operation: its name; address: of the client."""

    operation: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """A step of a request for access to an owner's records. at: ms."""

    action: Action
    actor: Actor
    owner: str
    request: str
    fields: Collection[str]
    records: Collection[str]
    reason: str | None
    call: Call
    at: int


async def log(graph: Graph, reading: Reading) -> None:
    """An entry for each owner of the records read or looked among, all or none. One who looked among all and read nothing leaves an
    entry of no owner: a count, and that there is nothing, tell of records too."""
    if not reading.records and not reading.searched:
        return
    by_owner: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for kind, owner, count in counted(reading.records):
        by_owner[owner][kind] = count
    named = reading.searched - {""} or (reading.searched if not by_owner else ())
    by_owner |= {owner: {} for owner in named if owner not in by_owner}
    opened: defaultdict[str, list[Opened]] = defaultdict(list)
    for record, each in reading.opened.items():
        opened[owner_of(record)].append(each)
    number, at = new_ulid(), now_ms()
    about = {"operation": reading.operation, "reason": reading.reason, "address": reading.address, "at": at}
    entries: list[dict[str, Any]] = []
    for owner, kinds in sorted(by_owner.items()):
        fields = {name for each in opened[owner] for name in each.fields}
        requests = {name for each in opened[owner] for name in each.requests}
        entries.append(_entry(f"{number}/{owner}", Action.READ, reading.actor, kinds, fields, requests) | about)
    await graph.enter(_LOG, entries)


def counted(records: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """By kind and owner. There may be a hundred thousand records: sorting them and skipping takes a quarter of looking into each."""
    ordered = sorted(records)
    at = 0
    while at < len(ordered):
        kind, owner = ordered[at].split("/", 2)[:2]
        # a slash follows the code, or nothing; 0 is the sign after the slash
        end = bisect_left(ordered, f"{kind}/{owner}0", at)
        yield kind, owner, end - at
        at = end


async def enter(tx: Transaction, act: Act) -> None:
    """An entry for a step, in its transaction."""
    kinds = Counter([record.partition("/")[0] for record in act.records])
    entry = _entry(f"{new_ulid()}/{act.owner}", act.action, act.actor, kinds, act.fields, (act.request,))
    about = {"operation": act.call.operation, "reason": act.reason, "address": act.call.address, "at": act.at}
    await tx.run(_LOG, Scope.ALL, entries=[entry | about])


def _entry(
    entry: str, action: Action, actor: Actor, kinds: Mapping[str, int], fields: Iterable[str], requests: Iterable[str]
) -> dict[str, Any]:
    return {
        "id": entry,
        "owner": entry.partition("/")[2],
        "action": action.value,
        "subject": actor.subject,
        "role": actor.role.value,
        "enterprise": actor.enterprise,
        "reader": asker_of(actor),
        "records": sum(kinds.values()),
        "kinds": [f"{kind}:{count}" for kind, count in sorted(kinds.items())],
        "fields": sorted(fields),
        "requests": sorted(requests),
    }


async def entries(graph: Graph, log: Log, scope: Scope, *, before: str | None, limit: int) -> list[Mapping[str, Any]]:
    """The newest first; of some owners' records, or for who sees everything of all. before: the ID of an entry."""
    if scope.everything:
        return (await graph.read(log.page, scope, before=before or _LAST, limit=limit))[0]["entries"]
    found: list[Mapping[str, Any]] = []
    for owner in scope.owners:
        found += (await graph.read(log.own_page, Scope.of(owner), before=before or _LAST, limit=limit))[0]["entries"]
    found.sort(key=lambda entry: entry["id"], reverse=True)
    return found[:limit]


async def count(graph: Graph, log: Log, scope: Scope) -> int:
    if scope.everything:
        return (await graph.read(log.count, scope))[0]["total"]
    return sum([(await graph.read(log.own_count, Scope.of(owner)))[0]["total"] for owner in scope.owners])


async def entries_by(graph: Graph, actor: Actor, *, before: str | None, limit: int) -> list[Mapping[str, Any]]:
    """As `entries`, about what the actor's own side read and did."""
    rows = await graph.read(_READER_PAGE, acting_scope(actor), reader=asker_of(actor), before=before or _LAST, limit=limit)
    return rows[0]["entries"]


async def count_by(graph: Graph, actor: Actor) -> int:
    return (await graph.read(_READER_COUNT, acting_scope(actor), reader=asker_of(actor)))[0]["total"]
