"""What recipients are owed: from calls in the recording log to the packages that each tells something new of."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from auth.scope import Scope
from graph.delivery.recipients import FIRST, Content, Recipient, RecipientKind, due
from graph.engine.driver import Graph, Transaction
from graph.lineage.custody import Custody
from graph.lineage.follow import follow
from graph.lineage.gaps import Deadline, GapCause, GapList, Limits
from graph.lineage.walk import Walk
from graph.model.identifiers import Kind, by_kind, kind_of, owner_of
from graph.model.times import now_ms
from graph.portions import portions
from graph.statements import statement

_AWAITING = statement("delivery/awaiting")
_TOLD = statement("delivery/told")
_ENTRY = statement("delivery/entry")
_RECIPIENTS = statement("delivery/recipients")
_OWE = statement("delivery/owe")
_WAKE = statement("delivery/wake")
_DUES = statement("delivery/dues")
_ITEMS = statement("delivery/items")
_PACKAGES = statement("delivery/packages")
_BATCHES_OF = statement("delivery/batches_of")
_CALLS = 500
_DUES_AT_ONCE = 200
_PUSHED = frozenset(
    {
        "recordEnterprises",
        "recordFarms",
        "recordMilkDeliveries",
        "recordIngredientLots",
        "recordProducts",
        "recordBatches",
        "commissionPackages",
        "aggregatePackages",
    }
)
"""The calls that can change what is told of a package."""
_SUBSCRIBED = frozenset({"captureEvents"})
_SOURCES = frozenset({Kind.FARM, Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT, Kind.PRODUCTION_BATCH})


async def spread(graph: Graph) -> int:
    """Owes what was recorded to who is to be told of it, the oldest calls first; how many calls that were."""
    [row] = await graph.read(_AWAITING, Scope.ALL, limit=_CALLS)
    calls: list[tuple[str, str, str]] = []
    for call, enterprise, action, records in row[0]:
        # the platform amends the records of others
        calls += [(call, owner, action) for owner in ([enterprise] if enterprise else {owner_of(one) for one in records})]
    owners = sorted({owner for _, owner, _ in calls})

    async def write(tx: Transaction) -> None:
        [found] = await tx.run(_RECIPIENTS, Scope.ALL, owners=owners)
        rows = [
            due(recipient, owner, call)
            for recipient, owner, kind in found[0]
            for call, of, action in calls
            if of == owner and action in (_PUSHED if kind == RecipientKind.PARTNER else _SUBSCRIBED)
        ]
        if rows:
            await tx.run(_OWE, Scope.ALL, rows=sorted(rows, key=lambda one: one["id"]))
            await tx.run(_WAKE, Scope.ALL, ids=sorted({one["recipient"] for one in rows}), now=now_ms())
        await tx.run(_TOLD, Scope.ALL, ids=[call for call, *_ in row[0]])

    if row[0]:
        await graph.write(write)
    return len(row[0])


@dataclass(frozen=True, slots=True)
class Due:
    """place: how far it has been put into letters; empty at its beginning. records: those of a letter that is sent again."""

    id: str
    call: str
    place: str
    records: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Portion:
    """records: IDs, for one letter. finished: what is owed no more; moved: what is owed from another place on."""

    records: tuple[str, ...]
    finished: tuple[str, ...]
    moved: Due | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a call changes: packages, and those of batches, in their order; or all."""

    all: bool
    packages: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()


async def dues(graph: Graph, recipient: Recipient) -> list[Due]:
    """The oldest, some of them."""
    [row] = await graph.read(_DUES, Scope.of(recipient.owner), recipient=recipient.id, limit=_DUES_AT_ONCE)
    return [Due(one["id"], one["call"], one["place"], tuple(one["records"]) if one.get("records") else None) for one in row[0]]


async def portion(graph: Graph, recipient: Recipient, limits: Limits, room: int) -> Portion:
    """The next packages to tell of, each once, as many as there is room for; nothing at all where nothing is owed."""
    records: dict[str, None] = {}
    finished: list[str] = []
    for one in await dues(graph, recipient):
        place: Due | None = one
        plan = await _plan(graph, recipient, one, limits)
        while place is not None and len(records) < room:
            found, place = await _next(graph, recipient, place, plan, room - len(records))
            records.update(dict.fromkeys(found))
        if place is not None:
            return Portion(tuple(records), tuple(finished), place)
        finished.append(one.id)
    return Portion(tuple(records), tuple(finished), None)


async def _next(graph: Graph, recipient: Recipient, one: Due, plan: _Plan, room: int) -> tuple[list[str], Due | None]:
    """Some packages, and what is owed after them. A place is `<part>:<where in it>`, for batches the batch, a line break and a package."""
    scope, owner = Scope.of(recipient.owner), recipient.owner
    part, _, where = one.place.partition(":")
    if plan.all:
        [row] = await graph.read(_PACKAGES, scope, owner=owner, after=where, limit=room)
        return row[0], replace(one, place=f"all:{row[0][-1]}") if len(row[0]) == room else None
    if part != "batch":
        start = int(where or 0)
        found = list(plan.packages[start : start + room])
        if start + room < len(plan.packages):
            return found, replace(one, place=f"package:{start + room}")
        return found, replace(one, place="batch:") if plan.batches else None
    batch, _, after = where.partition("\n")
    left = [other for other in plan.batches if other >= batch]
    if not left:
        return [], None
    [row] = await graph.read(_ITEMS, scope, batch=left[0], owner=owner, after=after if left[0] == batch else "", limit=room)
    if len(row[0]) == room:
        return row[0], replace(one, place=f"batch:{left[0]}\n{row[0][-1]}")
    return row[0], replace(one, place=f"batch:{left[1]}\n") if len(left) > 1 else None


async def _plan(graph: Graph, recipient: Recipient, one: Due, limits: Limits) -> _Plan:
    if one.records is not None:
        return _Plan(False, one.records)
    if one.call == FIRST:
        return _Plan(True)
    rows = await graph.read(_ENTRY, Scope.of(recipient.owner), id=one.call)
    if not rows:
        return _Plan(False)
    if recipient.subscribes:
        return _Plan(False, tuple(sorted(rows[0]["records"])))
    own: list[str] = sorted({record for record in (*rows[0]["records"], *rows[0]["children"]) if owner_of(record) == recipient.owner})
    groups = by_kind(own)
    if Kind.ENTERPRISE in groups:
        return _Plan(True)
    batches = set(groups.get(Kind.PRODUCTION_BATCH, ()))
    for ids in portions(groups.get(Kind.PRODUCT, [])):
        batches.update((await graph.read(_BATCHES_OF, Scope.of(recipient.owner), ids=ids))[0][0])
    if recipient.content is Content.PUBLIC:
        downstream = await _downstream(graph, [record for kind in _SOURCES for record in groups.get(kind, ())], limits)
        if downstream is None:
            return _Plan(True)
        batches |= downstream
    own_batches = sorted(batch for batch in batches if owner_of(batch) == recipient.owner)
    return _Plan(False, tuple(groups.get(Kind.PACKAGE, ())), tuple(own_batches))


async def _downstream(graph: Graph, sources: Collection[str], limits: Limits) -> set[str] | None:
    """The batches that records went into: what is told of where milk came from may be new of each. None: not all of them are known."""
    if not sources:
        return set()
    custody = Custody(graph, Scope.ALL, Deadline(limits.seconds))
    walk = Walk.from_records(sources, forward=True, tolerance=limits.tolerance_ms)
    gaps = GapList()
    await follow(walk, custody, gaps, limits, limits.hops)
    if any(gap.cause is not GapCause.MISSING_RECORD for gap in gaps.found.values()):
        return None
    return {record for record in walk.reached if kind_of(record) is Kind.PRODUCTION_BATCH}
