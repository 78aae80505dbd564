"""Lineage, recall radius and common sources, as GraphQL shows them."""

import base64
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

import orjson
import strawberry

from api.context import Info
from api.errors import ApiError, ErrorCode
from api.schema.batch import Batch
from api.schema.connection import Connection, PageInfo, connection_of
from api.schema.described import described
from api.schema.interfaces import TraceableKind
from api.schema.lineage_node import LineageNode
from api.schema.package import Package
from api.schema.site import Site
from api.schema.tiers import INTERNAL, SHARED
from graph.lineage import answer, recall, told
from graph.lineage.common import CommonSource as FoundSource
from graph.lineage.gaps import Gap as FoundGap
from graph.lineage.gaps import GapCause
from graph.model.identifiers import Kind
from graph.model.times import from_ms

T = TypeVar("T")
_FROM = "The IDs asked about, each once; a key of which no record is known as it was asked."

described(
    GapCause,
    "Why an answer may be short.",
    {
        "HOP_LIMIT": "The limit of hops was met, the server's or the one asked for.",
        "TIME_LIMIT": "The time limit was met.",
        "SIZE_LIMIT": "The limit of records or items was met.",
        "MISSING_RECORD": "A record that another refers to has not come.",
        "UNREADABLE": "A record, or what a captured event says of one, could not be followed as custody.",
    },
)


@strawberry.type(directives=SHARED, description="One thing that an answer may be missing, and why.")
class Gap:
    cause: GapCause = strawberry.field(description="Why.")
    at: strawberry.ID | None = strawberry.field(
        description="The record where the answer stops, or the key asked about of which none is known; null when it is no single one, or "
        "one that may not be named."
    )
    detail: str = strawberry.field(description="What was met and what was not followed, in words.")


@strawberry.type(directives=SHARED, description="How far an answer can be trusted.")
class Completeness:
    complete: bool = strawberry.field(description="False when anything may be missing.")
    gaps: list[Gap] = strawberry.field(description="What may be missing, and why; empty when complete.")


@strawberry.type(directives=SHARED, description="How many records of a kind an answer holds.")
class KindCount:
    kind: TraceableKind = strawberry.field(description="The kind of record.")
    count: int = strawberry.field(
        description="Distinct records of the kind in the whole answer, whatever is paged; hidden ones are left out."
    )


@strawberry.type(directives=SHARED, description="An edge along which custody or substance passed, pointing downstream.")
class CustodyEdge:
    source: strawberry.ID = strawberry.field(description="Where it came from; `hidden/…` for a record that may not be read.")
    target: strawberry.ID = strawberry.field(description="Where it went.")
    kind: str = strawberry.field(description="SUPPLIED, CONSUMED_BY, PACKED_INTO, CONTAINS, SHIPPED_IN, DELIVERED_TO or QUERIED_AS.")
    at: datetime | None = strawberry.field(
        description="When; null for an edge without a time (SUPPLIED, QUERIED_AS), and where the record that keeps it may not be read."
    )
    quantity_kg: Decimal | None = strawberry.field(
        directives=INTERNAL,
        description="How much, in kg; for CONSUMED_BY (QB/T 4971-2018 table 2-1 row 2, 配料记录), to the batch's owner and to regulators.",
    )


@strawberry.type(directives=SHARED, description="A place in a list of lineage nodes.")
class LineageNodeEdge:
    cursor: str = strawberry.field(description="Opaque; for `after`.")
    node: LineageNode = strawberry.field(description="The record met.")


@strawberry.type(directives=SHARED, description="A page of the records of a lineage, by distance, then id.")
class LineageNodeConnection:
    edges: list[LineageNodeEdge] = strawberry.field(description="The page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="Nodes in all, of the kinds asked for.")


@strawberry.type(directives=SHARED, description="A page of the custody edges of a lineage, by source, target, kind and time.")
class CustodyEdgeConnection:
    nodes: list[CustodyEdge] = strawberry.field(description="The page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="Edges in all.")


First = Annotated[int | None, strawberry.argument(description="Length of the page, 1 to 10,000 unless the server says otherwise.")]
After = Annotated[str | None, strawberry.argument(description="The cursor after which the page begins.")]


@strawberry.type(
    directives=SHARED,
    description="Where something came from or went: every record that custody leads to, respecting time (QB/T 4971-2018 3.1 信息追溯).",
)
class Lineage:
    found: strawberry.Private[answer.Lineage]

    @strawberry.field(name="from", description=_FROM)
    def seeds(self) -> list[strawberry.ID]:
        return [strawberry.ID(seed) for seed in self.found.seeds]

    @strawberry.field(description="How many records of each kind, of the whole answer, whatever is paged.")
    def counts(self) -> list[KindCount]:
        return [KindCount(kind=kind_shown(kind), count=count) for kind, count in self.found.counts.items()]

    @strawberry.field(
        description="The records, by distance, then id. The ones asked about are among them only when another of them leads there."
    )
    def nodes(
        self,
        info: Info,
        kinds: Annotated[list[TraceableKind] | None, strawberry.argument(description="Only these kinds; all without it.")] = None,
        first: First = 100,
        after: After = None,
    ) -> LineageNodeConnection:
        wanted = None if kinds is None else {kind.name for kind in kinds}
        nodes = self.found.nodes if wanted is None else [node for node in self.found.nodes if node.kind.name in wanted]
        page = paged(info, nodes, _node_order, first, after)
        edges = [LineageNodeEdge(cursor=cursor, node=node_shown(node)) for cursor, node in page.rows]
        return LineageNodeConnection(edges=edges, page_info=page.info, total_count=len(nodes))

    @strawberry.field(description="The custody edges that led on, between the records of the answer and those asked about.")
    def edges(self, info: Info, first: First = 500, after: After = None) -> CustodyEdgeConnection:
        edges = self.found.edges
        page = paged(info, edges, _edge_order, first, after)
        return CustodyEdgeConnection(nodes=[_edge_shown(edge) for _, edge in page.rows], page_info=page.info, total_count=len(edges))

    @strawberry.field(description="Whether anything may be missing, what, and why.")
    def completeness(self) -> Completeness:
        return completeness_shown(self.found.gaps)


@strawberry.type(directives=SHARED, description="A batch that a recall reaches.")
class AffectedBatch:
    found: strawberry.Private[recall.AffectedBatch]

    @strawberry.field(description="0: downstream of what was asked about. k: reached by a direct input of a batch of ring k-1.")
    def ring(self) -> int:
        return self.found.ring

    @strawberry.field(description="The batch's ID; `hidden/…` for one that may not be read.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.found.node.id)

    @strawberry.field(description="Whether it may be read.")
    def disclosed(self) -> bool:
        return self.found.node.disclosed

    @strawberry.field(description="The batch, when it may be read.")
    async def batch(self, info: Info) -> Batch | None:
        record = await info.context.loaders.record(self.found.node.record) if self.found.node.disclosed else None
        return record if isinstance(record, Batch) else None

    @strawberry.field(description="For rings from 1 on: the direct inputs of the ring before by which it was reached.")
    def shared_inputs(self) -> list[LineageNode]:
        return [node_shown(node) for node in self.found.shared_inputs]

    @strawberry.field(
        description="Affected items packed from it; for an enterprise, of its own items and those that it held, whoever made the batch."
    )
    def item_count(self) -> int:
        return self.found.item_count


@strawberry.type(directives=SHARED, description="A site to which affected items were ever delivered, or where they were sold.")
class AffectedSite:
    found: strawberry.Private[told.AffectedSite]

    @strawberry.field(description="The site's ID; `hidden/…` for one that may not be read.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.found.node.id)

    @strawberry.field(description="Whether it may be read. Of one that may not, the counts are left out: 0, whatever came there.")
    def disclosed(self) -> bool:
        return self.found.node.disclosed

    @strawberry.field(description="The site, when it has come and may be read.")
    async def site(self, info: Info) -> Site | None:
        record = await info.context.loaders.record(self.found.node.record) if self.found.node.disclosed else None
        return record if isinstance(record, Site) else None

    @strawberry.field(
        description="Affected items ever delivered there, 0 where items were sold that no record brings there. For an enterprise, of its "
        "own items and those that it held, by shipments that it sent or got: what else came to a site of others is left out."
    )
    def item_count(self) -> int:
        return self.found.item_count

    @strawberry.field(
        directives=INTERNAL,
        description="How many of the items in itemCount were sold there (QB/T 4971-2018 table 4 row 3); for an enterprise, at its own "
        "sites: at others' it is 0. A sale of an item that no record brings there counts in whereabouts alone.",
    )
    def sold_count(self) -> int:
        return self.found.sold_count


@strawberry.type(
    directives=SHARED,
    description="Where the affected items are now, each item of itemCount once, by the last thing that happened to it. An enterprise is "
    "told by the shipments that it sent or got, the sales at its own sites and what it destroyed itself: what happened beyond those is "
    "left out.",
)
class Whereabouts:
    at_plant: int = strawberry.field(description="Items never shipped.")
    in_transit: int = strawberry.field(description="Items that left with a shipment and were not delivered, or that its receipt misses.")
    in_stock: int = strawberry.field(description="Items of which a delivery to a site is the last thing that happened.")
    sold: int = strawberry.field(
        description="Items of which a sale is the last thing that happened, whether or not a record brings them to where they were sold."
    )
    recovered: int = strawberry.field(description="Items that came back in a recall (QB/T 4971-2018 8.6).")
    destroyed: int = strawberry.field(
        description="Items of which a captured event of who had them says that they were destroyed, or their numbers given up, and nothing "
        "is told of after it."
    )


@strawberry.type(
    directives=SHARED,
    description="What must come back: affected batches in rings, their items, and where those are "
    "(QB/T 4971-2018 6.6 问题产品召回信息, 8.6).",
)
class RecallRadius:
    found: strawberry.Private[recall.RecallRadius]

    @strawberry.field(name="from", description=_FROM)
    def seeds(self) -> list[strawberry.ID]:
        return [strawberry.ID(seed) for seed in self.found.seeds]

    @strawberry.field(description="The radius asked for.")
    def radius(self) -> int:
        return self.found.radius

    @strawberry.field(description="Affected batches, by ring, then id.")
    def batches(self) -> list[AffectedBatch]:
        return [AffectedBatch(found=batch) for batch in self.found.batches]

    @strawberry.field(description="Distinct affected items in all; for an enterprise, its own and those that it held.")
    def item_count(self) -> int:
        return self.found.item_count

    @strawberry.field(
        description="Whether every affected item is counted, with all its deliveries and sales, as far as records have come "
        "(`completeness`). Always true for a regulator. False for an enterprise where items, deliveries or sales are left out, or may be, "
        "that it may not know of: a batch of others is affected whole, a site of others got the items, or a shipment of others carried "
        "them. A sale by somebody to whom no record brings the item is told to regulators alone, and does not make it false."
    )
    def counts_whole(self) -> bool:
        return self.found.counts_whole

    @strawberry.field(
        description="Sites where affected items were ever delivered or sold, by id. For an enterprise those of the items in `itemCount`; "
        "hidden ones are among them, without counts."
    )
    def sites(self) -> list[AffectedSite]:
        return [AffectedSite(found=site) for site in self.found.sites]

    @strawberry.field(description="Where the affected items are now.")
    def whereabouts(self) -> Whereabouts:
        where = self.found.whereabouts
        return Whereabouts(
            at_plant=where.at_plant,
            in_transit=where.in_transit,
            in_stock=where.in_stock,
            sold=where.sold,
            recovered=where.recovered,
            destroyed=where.destroyed,
        )

    @strawberry.field(description="The affected items that the viewer may read, or may know since it held them, by id.")
    async def items(self, info: Info, first: First = 100, after: After = None) -> Connection[Package]:
        page = paged(info, self.found.items, _item_order, first, after)
        found = await info.context.loaders.records(Kind.PACKAGE, [item for _, item in page.rows])
        rows = [(cursor, package) for (cursor, _), package in zip(page.rows, found, strict=True) if isinstance(package, Package)]

        async def counted() -> int:
            return len(self.found.items)

        return connection_of(
            [package for _, package in rows],
            [cursor for cursor, _ in rows],
            more=page.info.has_next_page,
            earlier=page.info.has_previous_page,
            counted=counted,
        )

    @strawberry.field(description="Whether anything may be missing, what, and why.")
    def completeness(self) -> Completeness:
        return completeness_shown(self.found.gaps)


@strawberry.type(directives=SHARED, description="An upstream record from which the given complaints or failed samples can be reached.")
class CommonSource:
    found: strawberry.Private[FoundSource]

    @strawberry.field(description="The record; its distance is the greatest of its least distances to the reached ones.")
    def source(self) -> LineageNode:
        return node_shown(self.found.node)

    @strawberry.field(description="Reached records / all records asked about, 0 to 1.")
    def score(self) -> float:
        return self.found.score

    @strawberry.field(description="Those of the records asked about that it reaches, in the order asked.")
    def reached(self) -> list[strawberry.ID]:
        return [strawberry.ID(seed) for seed in self.found.reached]


def kind_shown(kind: Kind) -> TraceableKind:
    return TraceableKind.of(kind)


def node_shown(node: answer.Node) -> LineageNode:
    return LineageNode(
        id=strawberry.ID(node.id),
        kind=kind_shown(node.kind),
        distance=node.distance,
        disclosed=node.disclosed,
        record_id=node.record if node.disclosed else None,
    )


def completeness_shown(gaps: Sequence[FoundGap]) -> Completeness:
    shown = [Gap(cause=gap.cause, at=strawberry.ID(gap.at) if gap.at else None, detail=gap.detail) for gap in gaps]
    return Completeness(complete=not shown, gaps=shown)


def _edge_shown(edge: answer.Edge) -> CustodyEdge:
    return CustodyEdge(
        source=strawberry.ID(edge.source),
        target=strawberry.ID(edge.target),
        kind=edge.kind,
        at=None if edge.at is None else from_ms(edge.at),
        quantity_kg=None if edge.quantity is None else Decimal(edge.quantity),
    )


def _node_order(node: answer.Node) -> tuple[int, str]:
    return node.distance, node.id


def _item_order(item: str) -> tuple[str]:
    return (item,)


def _edge_order(edge: answer.Edge) -> tuple[str, str, str, int, str]:
    return edge.source, edge.target, edge.kind, -1 if edge.at is None else edge.at, edge.quantity or ""


@dataclass(slots=True)
class Page(Generic[T]):
    rows: list[tuple[str, T]]
    info: PageInfo


def paged(info: Info, rows: Sequence[T], order: Callable[[T], tuple[str | int, ...]], first: int | None, after: str | None) -> Page[T]:
    """The page after a cursor of rows that are in this total order already. The cursor is the order of the last row, so that
    it holds when rows come or go."""
    first = page_length(info, first)
    start = bisect_right(rows, _from_cursor(after, [order(row) for row in rows[:1]]), key=order) if after is not None else 0
    end = min(start + first, len(rows))
    cursors = [_to_cursor(order(row)) for row in rows[start:end]]
    page_info = PageInfo(
        has_next_page=end < len(rows),
        has_previous_page=start > 0,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )
    return Page(list(zip(cursors, rows[start:end], strict=True)), page_info)


def page_length(info: Info, first: int | None) -> int:
    """ApiError PAGE_TOO_LARGE for a page longer than the settings allow; null is 100."""
    longest = info.context.settings.lineage_page_size
    length = 100 if first is None else first
    if not 0 <= length <= longest:
        raise ApiError(ErrorCode.PAGE_TOO_LARGE, f"found first: {length}; a page has 0 to {longest} rows", path="first")
    return length


def _to_cursor(order: tuple[str | int, ...]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(order)).decode().rstrip("=")


def _from_cursor(cursor: str, order: Sequence[tuple[str | int, ...]]) -> tuple[str | int, ...]:
    try:
        found = tuple(orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
        if order and [type(part) for part in found] != [type(part) for part in order[0]]:
            raise ValueError(cursor)
    except (ValueError, TypeError) as error:
        raise ApiError(
            ErrorCode.BAD_CURSOR, "found a cursor that this list did not give; take one from its edges or its pageInfo", path="after"
        ) from error
    return found
