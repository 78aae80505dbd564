"""Records as they are read: by ID, a page at a time, and what hangs on each of many.

Every function takes the scope of its viewer; what is out of scope is not fetched, and not counted.
A record that is referred to and has not come (no version) is not there.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import Kind, enterprise_id, kind_of, record_id
from graph.model.records.archived import as_sent
from graph.model.times import ALWAYS, FOREVER
from graph.portions import portions
from graph.statements import Statement, statement

_OWNERS_AT_ONCE = 16
"""Owners whose records are read beside each other."""

NOUNS: dict[Kind, str] = {
    Kind.ENTERPRISE: "enterprise",
    Kind.FARM: "farm",
    Kind.MILK_DELIVERY: "milk_delivery",
    Kind.INGREDIENT_LOT: "ingredient_lot",
    Kind.PRODUCT: "product",
    Kind.PRODUCTION_BATCH: "batch",
    Kind.PACKAGE: "package",
    Kind.SHIPMENT: "shipment",
    Kind.SITE: "site",
    Kind.CONSUMER_QUERY: "consumer_query",
}
"""The folders of graph/cypher."""

type_of_sort = {"id": str, "nameOrder": str, "productionDate": str}
"""Of a property that pages are sorted by; the others are whole numbers."""

FIRST_TEXT, LAST_TEXT = "", "\U0010ffff"

_BY_IDS = {kind: statement(f"{noun}/by_ids") for kind, noun in NOUNS.items()}
_SHARED_BY_IDS = {kind: statement(f"{noun}/shared_by_ids") for kind, noun in NOUNS.items() if kind is not Kind.ENTERPRISE}
_INPUTS = statement("batch/inputs")
_HISTORY = statement("records/history")
_CHILDREN = statement("package/children")
_CHILD_COUNT = statement("package/child_count")
_PARENT = statement("package/parent")

Fields = dict[str, Any]
"""A record's fields under the names of the attributes of its type (milk_source_origin). Times in ms, decimals and files as text."""

Key = str | int
Position = tuple[Key, str]
"""Where a record stands in an order: the value of the property sorted by, and its ID."""


class Hop(Enum):
    """What hangs on a record, in the words of records/hop.cypher."""

    FARM_DELIVERIES = "(:Farm {id: id})-[:SUPPLIED]->(n:MilkDelivery)"
    SUPPLIED_LOTS = "(:Enterprise {id: id})-[:SUPPLIED]->(n:IngredientLot)"
    USES_OF_DELIVERY = "(:MilkDelivery {id: id})-[:CONSUMED_BY]->(n:ProductionBatch)"
    USES_OF_LOT = "(:IngredientLot {id: id})-[:CONSUMED_BY]->(n:ProductionBatch)"
    USES_OF_BATCH = "(:ProductionBatch {id: id})-[:CONSUMED_BY]->(n:ProductionBatch)"
    PRODUCT_BATCHES = "(:Product {id: id})<-[:MAKES]-(n:ProductionBatch)"
    BATCH_PACKAGES = "(:ProductionBatch {id: id})-[:PACKED_INTO]->(n:Package)"
    PACKAGE_SHIPMENTS = "(:Package {id: id})-[:SHIPPED_IN]->(n:Shipment)"
    PACKAGE_QUERIES = "(:Package {id: id})-[:QUERIED_AS]->(n:ConsumerQuery)"
    SHIPMENT_PACKAGES = "(:Shipment {id: id})<-[:SHIPPED_IN]-(n:Package)"
    SHIPMENT_MISSING = "(:Shipment {id: id})<-[:MISSING_FROM]-(n:Package)"
    SITE_ARRIVALS = "(:Site {id: id})<-[:DELIVERED_TO]-(n:Shipment)"


class Anchor(Enum):
    """What a page may hang on, in the words of records/page_of.cypher."""

    FARM = "(:Farm {id: $anchor})-[:SUPPLIED]->(n:MilkDelivery)"
    SUPPLIER = "(:Enterprise {id: $anchor})-[:SUPPLIED]->(n:IngredientLot)"
    PRODUCT = "(:Product {id: $anchor})<-[:MAKES]-(n:ProductionBatch)"
    BATCH = "(:ProductionBatch {id: $anchor})-[:PACKED_INTO]->(n:Package)"
    ORIGIN = "(:Site {id: $anchor})<-[:SENT_FROM]-(n:Shipment)"
    DESTINATION = "(:Site {id: $anchor})<-[:BOUND_FOR]-(n:Shipment)"
    PACKAGE = "(:Package {id: $anchor})-[:QUERIED_AS]->(n:ConsumerQuery)"


_REFERENCES = {
    Anchor.FARM: "farm",
    Anchor.SUPPLIER: "supplier",
    Anchor.PRODUCT: "product",
    Anchor.BATCH: "batch",
    Anchor.ORIGIN: "origin",
    Anchor.DESTINATION: "destination",
    Anchor.PACKAGE: "code",
}
"""The property by which a record hangs on its anchor."""


class Range(NamedTuple):
    """low <= the property < high."""

    name: str
    low: Key
    high: Key


@dataclass(frozen=True, slots=True)
class Selection:
    """The records of a kind that fit a filter.

    owners: of these enterprises; None for all. among: a property and what it may be. starting: a property and how
    it begins. anchor: hanging on this record.
    ids: only these. numbers: only with these numbers (codes of enterprises and products).
    """

    kind: Kind
    owners: tuple[str, ...] | None = None
    among: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    within: tuple[Range, ...] = ()
    starting: tuple[tuple[str, str], ...] = ()
    anchor: tuple[Anchor, str] | None = None
    ids: tuple[str, ...] | None = None
    numbers: tuple[str, ...] | None = None

    @property
    def chosen_by(self) -> list[str]:
        """The properties that it looks at."""
        found = [name for name, *_ in (*self.among, *self.within, *self.starting)]
        found += ["owner"] * (self.owners is not None) + ["id"] * (self.ids is not None)
        found += [_number_of(self.kind)] * (self.numbers is not None)
        return found if self.anchor is None else [*found, _REFERENCES[self.anchor[0]]]


def _number_of(kind: Kind) -> str:
    return "code" if kind in (Kind.ENTERPRISE, Kind.PRODUCT) else "number"


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of an order by (sort, id): at most limit records between two positions, from its start or, backward, from its end."""

    sort: str
    descending: bool
    limit: int
    after: Position | None = None
    before: Position | None = None
    backward: bool = False


class Version(NamedTuple):
    """An earlier version of a record. recorded_at: ms; content: JSON, as records are sent."""

    version: int
    recorded_at: int
    recorded_by: str | None
    content: str


async def by_ids(graph: Graph, kind: Kind, ids: Sequence[str], scope: Scope) -> dict[str, Fields]:
    """The records that are there and in scope, by ID."""
    found: dict[str, Fields] = {}
    for part in portions(ids):
        for fields in (await graph.read(_BY_IDS[kind], scope, ids=part))[0]["records"]:
            found[fields["id"]] = fields
    return found


async def shared_by_ids(graph: Graph, kind: Kind, ids: Sequence[str]) -> dict[str, Fields]:
    """The PUBLIC and SHARED fields of the records that are there, whoever recorded them, by ID; the others are None."""
    found: dict[str, Fields] = {}
    for part in portions(ids):
        for fields in (await graph.read(_SHARED_BY_IDS[kind], Scope.ALL, ids=part))[0]["records"]:
            found[fields["id"]] = fields
    return found


async def page(graph: Graph, selection: Selection, cut: Cut, scope: Scope) -> list[Position]:
    """The positions of a stretch, in the order asked for; one more than the limit when there is more beyond it."""
    several = _one_by_one(selection, scope)
    if several is None:
        return await _page(graph, selection, cut, scope)
    # from the end at which the stretch begins; by ID an owner's records stand together, so that the first owners may be enough
    downward = cut.descending != cut.backward
    several.sort(reverse=downward)
    found: list[Position] = []
    for start in range(0, len(several), _OWNERS_AT_ONCE):
        part = several[start : start + _OWNERS_AT_ONCE]
        for positions in await asyncio.gather(*(_page(graph, selection, cut, Scope.of(owner)) for owner in part)):
            found += positions
        if cut.sort == "id" and len(found) > cut.limit:
            break
    found.sort(reverse=downward)
    del found[cut.limit + 1 :]
    return found[::-1] if cut.backward else found


def _one_by_one(selection: Selection, scope: Scope) -> list[str] | None:
    """The owners whose records are read one owner after the other, each in the order of an index: those of a scope of several, where
    no other record and no list of IDs leads to what is wanted."""
    if len(scope.owners) < 2 or selection.anchor is not None or selection.ids is not None:
        return None
    wanted = scope.owners if selection.owners is None else scope.owners.intersection(selection.owners)
    return list(wanted)


async def _page(graph: Graph, selection: Selection, cut: Cut, scope: Scope) -> list[Position]:
    bounds = _Bounds.around(selection, scope)
    if bounds is None:
        return []
    parameters = bounds.cut(cut)
    limit = cut.limit + 1
    upward = cut.descending == cut.backward
    variant = {"sort": cut.sort, "order": "ASC" if upward else "DESC"}
    label = selection.kind.label
    if bounds.ids is not None:
        read = statement("records/page_among", label=label, **variant)
        parameters["ids"] = bounds.ids
    elif selection.anchor is not None:
        read = statement("records/page_of", source=selection.anchor[0].value, **variant)
        parameters["anchor"] = selection.anchor[1]
    else:
        by_owner = not bounds.scope.everything and cut.sort != "id"
        read = statement("records/own_page" if by_owner else "records/page", label=label, **variant)
        if upward and not by_owner and graph.dialect == "arcadedb":
            horizon = statement("records/horizon", label=label, sort=cut.sort)
            row = (await graph.read(horizon, bounds.scope, limit=limit, **parameters))[0]
            if row["found"] == limit and row["furthest"] != parameters["high"]:
                parameters["high"], parameters["below"] = row["furthest"], LAST_TEXT
    found: list[list[Any]] = (await graph.read(read, bounds.scope, limit=limit, **parameters))[0]["found"]
    positions: list[Position] = [(key, record) for record, key in found]
    return positions[::-1] if cut.backward else positions


async def count(graph: Graph, selection: Selection, scope: Scope) -> int:
    several = _one_by_one(selection, scope)
    if several is None:
        return await _count(graph, selection, scope)
    total = 0
    for start in range(0, len(several), _OWNERS_AT_ONCE):
        part = several[start : start + _OWNERS_AT_ONCE]
        total += sum(await asyncio.gather(*(_count(graph, selection, Scope.of(owner)) for owner in part)))
    return total


async def _count(graph: Graph, selection: Selection, scope: Scope) -> int:
    bounds = _Bounds.around(selection, scope)
    if bounds is None:
        return 0
    label = selection.kind.label
    parameters: dict[str, Any] = {"low": bounds.low, "high": bounds.high, **bounds.filter}
    if bounds.ids is not None:
        read = statement("records/count_among", label=label)
        parameters["ids"] = bounds.ids
    elif selection.anchor is not None:
        read = statement("records/count_of", source=selection.anchor[0].value)
        parameters["anchor"] = selection.anchor[1]
    else:
        read = statement("records/count", label=label)
    return (await graph.read(read, bounds.scope, **parameters))[0]["total"]


async def hop(graph: Graph, hop: Hop, ids: Sequence[str], scope: Scope, *, after: str, limit: int) -> dict[str, list[str]]:
    """By record, the IDs of what hangs on it, in order, from past `after` on; at most limit each."""
    return await _grouped(graph, statement("records/hop", hop=hop.value), ids, scope, after=after, limit=limit)


async def hop_count(graph: Graph, hop: Hop, ids: Sequence[str], scope: Scope) -> dict[str, int]:
    return await _grouped(graph, statement("records/hop_count", hop=hop.value), ids, scope)


async def children(graph: Graph, ids: Sequence[str], scope: Scope, *, at: int, after: str, limit: int) -> dict[str, list[str]]:
    """By package, the IDs of the packages in it at a time (ms), in order."""
    return await _grouped(graph, _CHILDREN, ids, scope, at=at, after=after, limit=limit)


async def child_count(graph: Graph, ids: Sequence[str], scope: Scope, *, at: int) -> dict[str, int]:
    return await _grouped(graph, _CHILD_COUNT, ids, scope, at=at)


async def parents(graph: Graph, ids: Sequence[str], scope: Scope, *, at: int) -> dict[str, str]:
    """By package, what it is in at a time (ms)."""
    return await _grouped(graph, _PARENT, ids, scope, at=at)


async def inputs(graph: Graph, ids: Sequence[str], scope: Scope) -> dict[str, list[str]]:
    """By batch, what went into it, in the order recorded: JSON texts {source, quantityKg, at, rework}."""
    found: dict[str, list[str]] = {}
    for part in portions(ids):
        for record, texts in (await graph.read(_INPUTS, scope, ids=part))[0]["found"]:
            found[record] = texts or []
    return found


async def history(graph: Graph, ids: Sequence[str], scope: Scope) -> dict[str, list[Version]]:
    """By record, its earlier versions, the newest first. Of each a record in scope, or nothing."""
    found: dict[str, list[list[Any]]] = await _grouped(graph, _HISTORY, ids, scope)
    return {record: sorted((_version(record, *kept) for kept in versions), reverse=True) for record, versions in found.items()}


def _version(record: str, version: int, recorded_at: int, recorded_by: str | None, content: str) -> Version:
    return Version(version, recorded_at, recorded_by, as_sent(kind_of(record), content))


@dataclass(slots=True)
class _Bounds:
    """A selection as parameters. scope: the viewer's, narrowed where the filter allows. low, high: around the IDs that may be met.
    ids: the only ones, where they are known."""

    scope: Scope
    low: str
    high: str
    ids: list[str] | None
    filter: dict[str, list[list[Any]]]

    @classmethod
    def around(cls, selection: Selection, scope: Scope) -> "_Bounds | None":
        """None when nothing can be in scope."""
        among = [[name, list(values)] for name, values in selection.among]
        # what hangs on a site may be another's: a shipment that is bound for it, or left from it
        of_neighbours = selection.anchor is not None and selection.anchor[0] in (Anchor.ORIGIN, Anchor.DESTINATION)
        if selection.owners is not None:
            owners = [owner for owner in dict.fromkeys(selection.owners) if scope.everything or of_neighbours or owner in scope.owners]
            if not owners:
                return None
            if len(owners) == 1 and not of_neighbours:
                scope = Scope.of(owners[0])
            else:
                among.append(["owner", owners])
        if scope.nothing:
            return None
        if scope.enterprise is None or of_neighbours:
            low, high = f"{selection.kind.value}/", f"{selection.kind.value}0"
        elif selection.kind is Kind.ENTERPRISE:
            low = high = enterprise_id(scope.enterprise)
        else:
            # "0" comes right after "/"
            low, high = f"{selection.kind.value}/{scope.enterprise}/", f"{selection.kind.value}/{scope.enterprise}0"
        ids = selection.ids
        if selection.numbers is not None:
            if scope.enterprise is not None and selection.kind is not Kind.ENTERPRISE and not of_neighbours:
                numbered = [record_id(selection.kind, scope.enterprise, number) for number in selection.numbers]
                ids = numbered if ids is None else set(numbered).intersection(ids)
            else:
                among.append([_number_of(selection.kind), list(selection.numbers)])
        within = [list(bound) for bound in selection.within]
        starting = [list(start) for start in selection.starting]
        kept = {"among": among, "between": within, "starting": starting}
        return cls(scope, low, high, None if ids is None else list(ids), kept)

    def cut(self, cut: Cut) -> dict[str, Any]:
        """The parameters of a stretch: its two ends, drawn in to what can be met."""
        low: Position
        high: Position
        if cut.sort == "id":
            low, high = (self.low, FIRST_TEXT), (self.high, LAST_TEXT)
        elif type_of_sort.get(cut.sort) is str:
            low, high = (FIRST_TEXT, FIRST_TEXT), (LAST_TEXT, LAST_TEXT)
        else:
            low, high = (ALWAYS, FIRST_TEXT), (FOREVER, LAST_TEXT)
        first, last = (cut.before, cut.after) if cut.descending else (cut.after, cut.before)
        lows = [low, *([first] if first else []), *((bound[1], FIRST_TEXT) for bound in self.filter["between"] if bound[0] == cut.sort)]
        highs = [high, *([last] if last else []), *((bound[2], LAST_TEXT) for bound in self.filter["between"] if bound[0] == cut.sort)]
        low, high = max(lows), min(highs)
        return {"low": low[0], "above": low[1], "high": high[0], "below": high[1], **self.filter}


async def _grouped(graph: Graph, read: Statement, ids: Sequence[str], scope: Scope, **parameters: Any) -> dict[str, Any]:
    """Rows of an ID and a value."""
    found: dict[str, Any] = {}
    for part in portions(ids):
        for row in await graph.read(read, scope, ids=part, **parameters):
            found[row[0]] = row[1]
    return found
