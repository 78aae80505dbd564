"""A record met on the way, shown as far as its viewer may read it."""

import strawberry

from api.context import Context, Info
from api.schema.interfaces import Traceable, TraceableKind
from api.schema.tiers import SHARED
from graph.model.identifiers import kind_of


@strawberry.type(
    directives=SHARED,
    description="A record met on the way through custody. One that the viewer may not read stays in its place with disclosed: false, "
    "no record, and an id hidden/<opaque> that is the same in every answer to this viewer.",
)
class LineageNode:
    """record_id: in the graph; None unless disclosed."""

    id: strawberry.ID = strawberry.field(description="The record's ID, or hidden/<opaque>.")
    kind: TraceableKind = strawberry.field(description="What the record is.")
    distance: int = strawberry.field(description="The fewest custody edges between it and what was asked about.")
    disclosed: bool = strawberry.field(description="Whether the viewer may read it.")
    record_id: strawberry.Private[str | None]

    @strawberry.field(description="The record; null when it is not disclosed, or has not come.")
    async def record(self, info: Info) -> Traceable | None:
        if self.record_id is None:
            return None
        record = await info.context.loaders.record(self.record_id)
        return record if isinstance(record, Traceable) else None


def lineage_node(context: Context, record_id: str, distance: int) -> LineageNode:
    """record_id: in the graph, of a traceable kind."""
    shown, disclosed = context.display(record_id)
    return LineageNode(
        id=strawberry.ID(shown),
        kind=TraceableKind.of(kind_of(record_id)),
        distance=distance,
        disclosed=disclosed,
        record_id=record_id if disclosed else None,
    )
