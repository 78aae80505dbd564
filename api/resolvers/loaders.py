"""One set a request: what many fields of one operation ask for is read together, each hop of a list in one statement."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from strawberry.dataloader import DataLoader

from auth.actor import Actor, Role
from auth.policy import has_neighbours, leaves_a_trace, lineage_scope, reads_shared, scope_for
from auth.restricted import KINDS, acting_scope, may_use_grants, own_scope
from auth.scope import Scope
from graph import neighbours, records, requests, restricted
from graph.access import Opened
from graph.engine.driver import Graph
from graph.model.identifiers import Kind, kind_of
from graph.model.times import now_ms
from graph.records import Hop, Version
from graph.requests import Grant

if TYPE_CHECKING:
    from api.schema.interfaces import Record

V = TypeVar("V")

TARGETS: dict[Hop, Kind] = {
    Hop.FARM_DELIVERIES: Kind.MILK_DELIVERY,
    Hop.SUPPLIED_LOTS: Kind.INGREDIENT_LOT,
    Hop.USES_OF_DELIVERY: Kind.PRODUCTION_BATCH,
    Hop.USES_OF_LOT: Kind.PRODUCTION_BATCH,
    Hop.USES_OF_BATCH: Kind.PRODUCTION_BATCH,
    Hop.PRODUCT_BATCHES: Kind.PRODUCTION_BATCH,
    Hop.BATCH_PACKAGES: Kind.PACKAGE,
    Hop.PACKAGE_SHIPMENTS: Kind.SHIPMENT,
    Hop.PACKAGE_QUERIES: Kind.CONSUMER_QUERY,
    Hop.SHIPMENT_PACKAGES: Kind.PACKAGE,
    Hop.SHIPMENT_MISSING: Kind.PACKAGE,
    Hop.SITE_ARRIVALS: Kind.SHIPMENT,
}
"""The kind of what a hop leads to."""


_SHARED = frozenset({Hop.PACKAGE_SHIPMENTS, Hop.SHIPMENT_PACKAGES, Hop.SHIPMENT_MISSING, Hop.SITE_ARRIVALS})
"""The hops of fields of tier SHARED; the others are INTERNAL."""
_CARGO = {Hop.SHIPMENT_PACKAGES: neighbours.LISTED, Hop.SHIPMENT_MISSING: neighbours.MISSING}


class _Loader(Generic[V]):
    """Gathers IDs and reads them in one go. `absent` answers for an ID that was not found."""

    def __init__(self, read: Callable[[list[str]], Awaitable[dict[str, V]]], absent: V) -> None:
        self._read = read
        self._absent = absent
        self._loader: DataLoader[str, V] = DataLoader(load_fn=self._load)

    async def _load(self, ids: list[str]) -> list[V]:
        found = await self._read(ids)
        return [found.get(record, self._absent) for record in ids]

    # an error in one place of an answer gives up what else is awaited there; what is read for other places too must go on

    def load(self, record: str) -> Awaitable[V]:
        return asyncio.shield(self._loader.load(record))

    def load_many(self, ids: list[str]) -> Awaitable[list[V]]:
        return asyncio.shield(self._loader.load_many(ids))


class Loaders:
    """Everything here answers None, nothing or 0 for what the actor may not read, as for what is not there."""

    def __init__(self, graph: Graph, actor: Actor) -> None:
        self.graph = graph
        self.actor = actor
        self.now = now_ms()
        """Milliseconds; one for the whole request, so that everything on it is as of the same moment and read together."""
        self.shown: set[str] = set()
        """The records that the operation has read, where that leaves a trace."""
        self.searched: set[str] = set()
        """The enterprises among whose records the operation has looked, where that leaves a trace; "" for all of them."""
        self.opened: defaultdict[str, Opened] = defaultdict(Opened)
        """By record, what the operation has read of its restricted fields."""
        self._loaders: dict[tuple[object, ...], _Loader[Any]] = {}

    def scope(self, kind: Kind) -> Scope:
        return scope_for(self.actor, kind.value)

    def record(self, record_id: str) -> Awaitable["Record | None"]:
        """record_id: well-formed."""
        return self._records(kind_of(record_id)).load(record_id)

    def records(self, kind: Kind, ids: list[str]) -> "Awaitable[list[Record | None]]":
        return self._records(kind).load_many(ids)

    def inputs(self, batch: str) -> Awaitable[list[str]]:
        """What went into a batch: JSON texts."""
        return self._loader(("inputs",), lambda ids: records.inputs(self.graph, ids, self.scope(Kind.PRODUCTION_BATCH)), []).load(batch)

    def history(self, record_id: str) -> Awaitable[list[Version]]:
        kind = kind_of(record_id)
        return self._loader(("history", kind), lambda ids: records.history(self.graph, ids, self.scope(kind)), []).load(record_id)

    def _hop_scope(self, hop: Hop) -> Scope:
        """Of what a SHARED field leads to, the platform meets all: of each the shared fields alone are read."""
        return Scope.ALL if hop in _SHARED and reads_shared(self.actor, TARGETS[hop].value) else self.scope(TARGETS[hop])

    def hop(self, hop: Hop, record_id: str, after: str, limit: int) -> Awaitable[list[str]]:
        """The IDs of what hangs on a record, from past `after` on, at most limit."""

        async def read(ids: list[str]) -> dict[str, list[str]]:
            return await records.hop(self.graph, hop, ids, self._hop_scope(hop), after=after, limit=limit)

        if self._has_neighbours and hop in _CARGO:
            return self._cut(self._cargo(hop).load(record_id), after, limit)
        return self._loader((hop, after, limit), read, []).load(record_id)

    def hop_count(self, hop: Hop, record_id: str) -> Awaitable[int]:
        if self._has_neighbours and hop in _CARGO:
            return self._length(self._cargo(hop).load(record_id))
        return self._loader((hop,), lambda ids: records.hop_count(self.graph, hop, ids, self._hop_scope(hop)), 0).load(record_id)

    def children(self, package: str, at: int, after: str, limit: int) -> Awaitable[list[str]]:
        async def read(ids: list[str]) -> dict[str, list[str]]:
            return await records.children(self.graph, ids, self._contained, at=at, after=after, limit=limit)

        if self._has_neighbours:
            return self._cut(self._contents(at).load(package), after, limit)
        return self._loader(("children", at, after, limit), read, []).load(package)

    def child_count(self, package: str, at: int) -> Awaitable[int]:
        async def read(ids: list[str]) -> dict[str, int]:
            return await records.child_count(self.graph, ids, self._contained, at=at)

        if self._has_neighbours:
            return self._length(self._contents(at).load(package))
        return self._loader(("child_count", at), read, 0).load(package)

    def parent(self, package: str, at: int) -> Awaitable[str | None]:
        """The ID of what a package is in at a time (ms)."""

        async def read(ids: list[str]) -> dict[str, str | None]:
            if self._has_neighbours:
                return dict(await neighbours.parents(self.graph, ids, self._near, at=at))
            return dict(await records.parents(self.graph, ids, self._contained, at=at))

        return self._loader(("parent", at), read, None).load(package)

    def restricted(self, field: str, record_id: str) -> Awaitable[list[dict[str, Any]]]:
        """What a field of tier RESTRICTED (auth/restricted.py) holds; what it shows goes into the access log, whoever reads it."""
        scope = own_scope(self.actor, field)

        async def read(ids: list[str]) -> dict[str, list[dict[str, Any]]]:
            granted = await self._granted(field, [record for record in ids if not scope.sees(record)])
            readable = [record for record in ids if scope.sees(record) or record in granted]
            found = await restricted.opened(self.graph, field, readable, scope, granted) if readable else {}
            for record in found:
                self.opened[record].fields.add(field)
                self.opened[record].requests.update(granted.get(record, ()))
            return found

        return self._loader((field,), read, []).load(record_id)

    async def _granted(self, field: str, ids: list[str]) -> dict[str, list[str]]:
        """By record of others of which the field was granted, and the actor has the duty for it, the requests by which it was."""
        if not ids or not may_use_grants(self.actor, field):
            return {}
        found = zip(ids, await self._grants().load_many(ids), strict=True)
        named = ((record, [grant.id for grant in grants if field in grant.fields]) for record, grants in found)
        return {record: grants for record, grants in named if grants}

    def _grants(self) -> _Loader[list[Grant]]:
        """By record, the grants to the actor that name it and hold at the operation's start: it does not end in the midst of an answer."""

        async def read(ids: list[str]) -> dict[str, list[Grant]]:
            holding = await requests.holding(self.graph, self.actor, ids, now=self.now)
            return {record: [grant for grant in holding if record in grant.records] for record in ids}

        return self._loader(("grants",), read, [])

    async def _let_in(self, kind: Kind, ids: list[str]) -> dict[str, dict[str, Any]]:
        """Others' records of which a field was granted, with their shared fields alone."""
        known: set[str] = set()
        for field, of in KINDS.items():
            if of == kind.value:
                known.update(await self._granted(field, ids))
        return await requests.shared(self.graph, kind, sorted(known), acting_scope(self.actor)) if known else {}

    def shared_trace(self, package: str) -> Awaitable[Mapping[str, Any] | None]:
        """Of a package that the actor may read: a row of package/shared_traces."""

        async def read(ids: list[str]) -> dict[str, Mapping[str, Any] | None]:
            return dict(await neighbours.traces(self.graph, ids, self._near))

        return self._loader(("shared_trace",), read, None).load(package)

    @property
    def _contained(self) -> Scope:
        return Scope.ALL if reads_shared(self.actor, Kind.PACKAGE.value) else self.scope(Kind.PACKAGE)

    @property
    def _near(self) -> Scope:
        """Of whoever belongs to an enterprise, whatever their duties: the shared fields are for all of them."""
        return lineage_scope(self.actor)

    @property
    def _has_neighbours(self) -> bool:
        return has_neighbours(self.actor)

    def _cargo(self, hop: Hop) -> _Loader[list[str]]:
        """All packages of a shipment that the viewer may know, its own and its neighbours'."""

        async def read(ids: list[str]) -> dict[str, list[str]]:
            return await neighbours.listed(self.graph, _CARGO[hop], ids, self._near)

        return self._loader(("cargo", hop), read, [])

    def _contents(self, at: int) -> _Loader[list[str]]:
        async def read(ids: list[str]) -> dict[str, list[str]]:
            return await neighbours.contents(self.graph, ids, self._near, at=at)

        return self._loader(("contents", at), read, [])

    @staticmethod
    async def _cut(found: Awaitable[list[str]], after: str, limit: int) -> list[str]:
        return [record for record in await found if record > after][:limit]

    @staticmethod
    async def _length(found: Awaitable[list[str]]) -> int:
        return len(await found)

    def _records(self, kind: Kind) -> "_Loader[Record | None]":
        # each type adds itself when it is imported, and imports its resolvers, which import this module
        import_module("api.resolvers.records")
        from api.schema.interfaces import RECORD_TYPES
        from api.schema.refused import without_internal

        async def read(ids: list[str]) -> "dict[str, Record | None]":
            scope = self.scope(kind)
            seen, others = [record for record in ids if scope.sees(record)], [record for record in ids if not scope.sees(record)]
            make = RECORD_TYPES[kind].of
            found = await records.by_ids(self.graph, kind, seen, scope) if seen else {}
            if reads_shared(self.actor, kind.value):
                found = {
                    record: without_internal(RECORD_TYPES[kind], fields)
                    for record, fields in (await records.shared_by_ids(self.graph, kind, ids)).items()
                }
            if others and self._has_neighbours and kind in neighbours.KINDS:
                found |= await neighbours.shared(self.graph, kind, others, self._near)
            if others and self.actor.role is Role.ENTERPRISE and kind in requests.SHOWN_KINDS:
                found |= await self._let_in(kind, others)
            if leaves_a_trace(self.actor) or reads_shared(self.actor, kind.value):
                self.shown.update(found)
            return {record: make(fields) for record, fields in found.items()}

        return self._loader((kind,), read, None)

    def _loader(self, key: tuple[object, ...], read: Callable[[list[str]], Awaitable[dict[str, V]]], absent: V) -> _Loader[V]:
        loader = self._loaders.get(key)
        if loader is None:
            loader = self._loaders[key] = _Loader(read, absent)
        return loader
