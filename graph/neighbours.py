"""One step up, one step down: which records of others an enterprise may know, since it sent or got them; a regulator who is bound to a
region knows what the enterprises of that region know, taken together.

A shipment: it left from, or is bound for, a site of the viewer's. A site: it is at the other end of such a shipment, or of one that
the viewer recorded. A package: it was held by the viewer, which is its owner at first, and then whoever a holder sent it to, in a
shipment that lists it or what it was in when the shipment departed. A shipment by one who never held the package passes nothing on:
whoever lists another's package learns nothing of it.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple, TypeAlias

from auth.policy import NEIGHBOURLY
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import Kind, kind_of, owner_of
from graph.pace import Pace
from graph.portions import portions
from graph.statements import Row, Statement, statement

KINDS = frozenset(map(Kind, NEIGHBOURLY))
"""The kinds of record of which neighbours share fields."""

Rows = Callable[[Statement, Iterable[str]], Awaitable[list[Row]]]
"""The rows of a statement that takes $ids, however many there are."""

_TRADES = statement("neighbours/trades")
_DISPATCHES = statement("neighbours/dispatches")
_SHIPMENTS = statement("neighbours/shipments")
_SITES = statement("neighbours/sites")
_CARRIAGES = statement("neighbours/carriages")
_STAYS = statement("neighbours/stays")
_CONTENTS = statement("neighbours/contents")
_TRACES = statement("package/shared_traces")
LISTED = statement("neighbours/listed", edge="SHIPPED_IN")
MISSING = statement("neighbours/listed", edge="MISSING_FROM")
_SHARED = {
    Kind.PACKAGE: statement("package/shared_by_ids"),
    Kind.SHIPMENT: statement("shipment/shared_by_ids"),
    Kind.SITE: statement("site/shared_by_ids"),
}


class Carriage(NamedTuple):
    """A shipment that listed a package. at: when it left (ms). sender: who recorded it; receiver: whose its destination is (enterprise
    codes)."""

    at: int
    shipment: str
    sender: str
    receiver: str
    destination: str


class Passage:
    """The shipments in which holders passed a package on, in the order of their times. Packages that always were together share one."""

    def __init__(self, carriages: Iterable[Carriage], stays: Sequence["_Stay"], moves: "_Moves") -> None:
        self._carriages = sorted(carriages, key=_departure)
        self._stays = stays
        self._moves = moves
        self.receivers = frozenset(carriage.receiver for carriage in self._carriages)

    def last_before(self, at: int) -> Sequence[Carriage]:
        """Those that left last before a time (ms); several, if they left at once."""
        end = bisect_left(self._carriages, at, key=_departure)
        if not end:
            return ()
        return self._carriages[bisect_left(self._carriages, self._carriages[end - 1].at, key=_departure) : end]

    def around(self, at: int) -> set[str]:
        """What the package was in at a time (ms), and what that was in."""
        found, waiting = set[str](), list(self._stays)
        while waiting:
            stay = waiting.pop()
            if stay.start <= at < stay.until and stay.parent not in found:
                found.add(stay.parent)
                waiting += self._moves.stays.get(stay.parent, ())
        return found


def _departure(carriage: Carriage) -> int:
    return carriage.at


class _Stay(NamedTuple):
    parent: str
    start: int
    until: int


_Alike: TypeAlias = tuple[str, frozenset[Carriage], frozenset[_Stay]]
"""What a package's passage follows from: its owner, and what carried it by itself and in others."""


def reading(graph: Graph, scope: Scope, **more: Any) -> Rows:
    async def rows(read: Statement, ids: Iterable[str]) -> list[Row]:
        found: list[Row] = []
        for portion in portions(ids):
            found += await graph.read(read, scope, ids=portion, **more)
        return found

    return rows


async def known(graph: Graph, rows: Rows, ids: Iterable[str], scope: Scope) -> set[str]:
    """Those of the records that the viewer may know as a neighbour, or by belonging to their owner without a duty for them.
    Nothing for who sees everything, or has no enterprise."""
    found: set[str] = set()
    if scope.everything:
        return found
    groups: defaultdict[Kind, list[str]] = defaultdict(list)
    for record in ids:
        kind = kind_of(record)
        if kind in KINDS and not scope.sees(record):
            if owner_of(record) in scope.owners:
                found.add(record)
            else:
                groups[kind].append(record)
    if not scope.owners or not groups or not (await graph.read(_TRADES, scope) or await graph.read(_DISPATCHES, scope)):
        return found
    for kind, read in ((Kind.SHIPMENT, _SHIPMENTS), (Kind.SITE, _SITES)):
        for row in await rows(read, groups.get(kind, ())):
            found.update(row[0])
    return found | await _held(rows, groups.get(Kind.PACKAGE, ()), scope.owners)


async def shared(graph: Graph, kind: Kind, ids: Sequence[str], scope: Scope) -> dict[str, dict[str, Any]]:
    """The shared fields of others' records that the viewer may know, by ID."""
    rows = reading(graph, scope)
    near = sorted(await known(graph, rows, ids, scope))
    return {fields["id"]: fields for row in await rows(_SHARED[kind], near) for fields in row[0]}


async def traces(graph: Graph, packages: Sequence[str], scope: Scope) -> dict[str, Mapping[str, Any]]:
    """By package, which the viewer may read: what its parties share of it, of its batch and of its product."""
    return {row["id"]: row.data() for row in await reading(graph, scope)(_TRACES, packages)}


async def listed(graph: Graph, read: Statement, shipments: Sequence[str], scope: Scope) -> dict[str, list[str]]:
    """By shipment that the viewer sent or got, its packages that the viewer may know, in order. read: LISTED or MISSING."""
    return await _seen_of(graph, await reading(graph, scope)(read, shipments), scope)


async def contents(graph: Graph, packages: Sequence[str], scope: Scope, *, at: int) -> dict[str, list[str]]:
    """By package, what was in it at a time (ms) and the viewer may know, in order."""
    return await _seen_of(graph, await reading(graph, scope, at=at)(_CONTENTS, packages), scope)


async def parents(graph: Graph, packages: Sequence[str], scope: Scope, *, at: int) -> dict[str, str]:
    """By package, what it was in at a time (ms), where the viewer may know that."""
    found: dict[str, str] = {}
    for row in await reading(graph, scope)(_STAYS, packages):
        covering = sorted((start, parent) for parent, start, until in row[1] if start <= at < until)
        if covering:
            found[row[0]] = covering[-1][1]
    near = await seen(graph, found.values(), scope)
    return {package: parent for package, parent in found.items() if parent in near}


async def seen(graph: Graph, records: Iterable[str], scope: Scope) -> set[str]:
    """Those of the records that the viewer may read or may know."""
    asked = set(records)
    return {record for record in asked if scope.sees(record)} | await known(graph, reading(graph, scope), asked, scope)


async def _seen_of(graph: Graph, found: Sequence[Row], scope: Scope) -> dict[str, list[str]]:
    near = await seen(graph, (record for row in found for record in row[1]), scope)
    return {row[0]: sorted(near.intersection(row[1])) for row in found}


def by_holders(owner: str, carriages: Iterable[Carriage]) -> list[Carriage]:
    """Of the shipments that carried a package of the owner's, those by whoever held it. Times do not matter."""
    left: defaultdict[str, list[Carriage]] = defaultdict(list)
    for carriage in carriages:
        left[carriage.sender].append(carriage)
    passed, holders = list[Carriage](), {owner}
    while holders:
        more = left.pop(holders.pop(), [])
        passed += more
        holders |= {carriage.receiver for carriage in more} & left.keys()
    return passed


async def _held(rows: Rows, packages: Iterable[str], enterprises: Set[str]) -> set[str]:
    passed = await passages(rows, packages)
    return {package for package, passage in passed.items() if not enterprises.isdisjoint(passage.receivers)}


async def passages(rows: Rows, packages: Iterable[str]) -> dict[str, Passage]:
    """By package, the shipments in which a holder passed it on, by itself or in what it was in. Its owner holds it first."""
    wanted = list(packages)
    moves = await _Moves.read(rows, wanted)
    pace = Pace()
    found: dict[str, Passage] = {}
    alike: dict[_Alike, Passage] = {}
    for package in wanted:
        await pace.step()
        key = owner_of(package), frozenset(moves.carriages[package]), frozenset(moves.stays.get(package, ()))
        if key not in alike:
            alike[key] = Passage(await moves.passed(package, pace), moves.stays.get(package, ()), moves)
        found[package] = alike[key]
    return found


class _Moves(NamedTuple):
    """carriages: those that list a package itself. stays: what it was in; of packages and of all that they ever were in."""

    carriages: dict[str, list[Carriage]]
    stays: dict[str, list[_Stay]]

    @classmethod
    async def read(cls, rows: Rows, packages: Iterable[str]) -> "_Moves":
        moves = cls({}, {})
        waiting = set(packages)
        while waiting:
            asked = sorted(waiting)
            moves.carriages.update((package, []) for package in asked)
            for row in await rows(_CARRIAGES, asked):
                moves.carriages[row[0]] = list(map(Carriage._make, row[1]))
            for row in await rows(_STAYS, asked):
                moves.stays[row[0]] = list(map(_Stay._make, row[1]))
            waiting = {stay.parent for package in asked for stay in moves.stays.get(package, ())} - moves.carriages.keys()
        return moves

    async def passed(self, package: str, pace: Pace) -> list[Carriage]:
        """Of the shipments that carried a package, those by its holders."""
        moved: list[Carriage] = []
        for carriage in self._moved(package, -(2**62), 2**62, frozenset({package})):
            await pace.step()
            moved.append(carriage)
        return by_holders(owner_of(package), moved)

    def _moved(self, package: str, start: int, until: int, within: frozenset[str]) -> Iterator[Carriage]:
        """The shipments that carried the package, by itself or in what it was in, while it was in what was asked about."""
        yield from (carriage for carriage in self.carriages[package] if start <= carriage.at < until)
        for stay in self.stays.get(package, ()):
            if stay.parent not in within and max(start, stay.start) < min(until, stay.until):
                yield from self._moved(stay.parent, max(start, stay.start), min(until, stay.until), within | {stay.parent})
