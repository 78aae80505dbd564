"""backward, forward, recallRadius, commonSources."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.context import Context, Info
from api.errors import ApiError, ErrorCode
from api.resolvers.asked import Asked
from api.resolvers.keys import ids_named
from api.schema.lineage import CommonSource, Lineage, RecallRadius, completeness_shown, page_length
from auth.actor import Role
from auth.policy import may_trace
from graph.lineage.common import common_sources
from graph.lineage.recall import recall_radius
from graph.lineage.trace import backward, forward
from graph.model.identifiers import Kind, kind_of, shown

if TYPE_CHECKING:
    from api.resolvers.loaders import Loaders

_SEEDS = (
    "Records to start from, of any kind and mixed: IDs, GS1 keys (SGTIN, SSCC, LGTIN, SGLN, PGLN) as URNs or Digital Links, or for "
    "packages their codes in any form."
)
From = Annotated[list[strawberry.ID], strawberry.argument(name="from", description=_SEEDS)]
Of = Annotated[list[strawberry.ID], strawberry.argument(description=_SEEDS)]
MaxHops = Annotated[
    int | None, strawberry.argument(description="Edges to follow from a record asked about, at the most; the server's limit without it.")
]


@strawberry.type
class LineageQuery:
    @strawberry.field(
        description="Where the records came from: batches, lots, suppliers, deliveries, farms (QB/T 4971-2018 3.1 反向信息查询)."
    )
    async def backward(self, info: Info, from_: From, max_hops: MaxHops = None) -> Lineage:
        context = info.context
        asked = await seeds_of(context, from_)
        wanted = "edges" in selected(info)
        found = await backward(context.graph, context.view, asked.ids, context.settings.limits, hops_of(max_hops), want_edges=wanted)
        context.read(found.disclosed())
        return Lineage(found=asked.told(found))

    @strawberry.field(
        description="Where the records went: batches, packages, shipments, sites, look-ups (QB/T 4971-2018 3.1 正向信息查询)."
    )
    async def forward(self, info: Info, from_: From, max_hops: MaxHops = None) -> Lineage:
        context = info.context
        asked = await seeds_of(context, from_)
        wanted = "edges" in selected(info)
        found = await forward(context.graph, context.view, asked.ids, context.settings.limits, hops_of(max_hops), want_edges=wanted)
        context.read(found.disclosed())
        return Lineage(found=asked.told(found))

    @strawberry.field(
        description="What must come back when the records are at fault, and what shares their inputs (QB/T 4971-2018 6.6, 8.6)."
    )
    async def recall_radius(
        self,
        info: Info,
        from_: From,
        radius: Annotated[
            int, strawberry.argument(description="How many rings of shared inputs to add; 0 for what is downstream alone.")
        ] = 0,
    ) -> RecallRadius:
        context = info.context
        asked = await seeds_of(context, from_)
        widest = context.settings.recall_radius
        if not 0 <= radius <= widest:
            raise ApiError(ErrorCode.BAD_USER_INPUT, f"found radius: {radius}; a radius is 0 to {widest}", path="radius")
        found = await recall_radius(context.graph, context.view, asked.ids, radius, context.settings.limits)
        others = [one.node.record for one in (*found.batches, *found.sites) if one.node.disclosed]
        context.read([*found.items, *others])
        return RecallRadius(found=asked.told(found))

    @strawberry.field(
        description="What complaints or failed samples have in common upstream, those that most of them share first. "
        "Where the answer may be short, the response's `extensions.completeness` says why."
    )
    async def common_sources(
        self,
        info: Info,
        of: Of,
        first: Annotated[int | None, strawberry.argument(description="How many, at the most.")] = 20,
    ) -> list[CommonSource]:
        context = info.context
        asked = await seeds_of(context, of)
        length = page_length(info, first)
        found = await common_sources(context.graph, context.view, asked.ids, context.settings.limits)
        context.read(source.node.record for source in found.sources if source.node.disclosed)
        if found.gaps:
            shown_gaps = completeness_shown(asked.gaps(found.gaps)).gaps
            context.extensions["completeness"] = {
                "complete": False,
                "gaps": [{"cause": gap.cause.value, "at": gap.at, "detail": gap.detail} for gap in shown_gaps],
            }
        return [CommonSource(found=source) for source in found.sources[:length]]


async def seeds_of(context: Context, given: Sequence[str]) -> Asked:
    """As of `chosen`."""
    return await chosen(context.loaders, given, context.settings.lineage_seeds)


async def chosen(loaders: "Loaders", given: Sequence[str], most: int) -> Asked:
    """What is asked about; ApiError for an actor who may not trace, for too many, and for one that is no ID of a traceable record."""
    if not may_trace(actor := loaders.actor):
        code = ErrorCode.UNAUTHENTICATED if actor.role is Role.PUBLIC else ErrorCode.FORBIDDEN
        raise ApiError(code, f"found the role {actor.role}; lineage is for the roles ENTERPRISE, with a duty, and REGULATOR")
    if not given:
        raise ApiError(ErrorCode.BAD_USER_INPUT, "found no IDs; a question starts from 1 at least", path="from")
    if len(given) > most:
        raise ApiError(ErrorCode.TOO_MANY_IDS, f"found {len(given)} IDs; a question starts from {most} at the most", path="from")
    named = await ids_named(loaders, {f"from[{index}]": text for index, text in enumerate(given)})
    seeds = [one.id for one in named]
    for index, seed in enumerate(seeds):
        if not kind_of(seed).traceable:
            kinds, path = ", ".join(kind.value for kind in Kind if kind.traceable), f"from[{index}]"
            raise ApiError(ErrorCode.NOT_TRACEABLE, f"{path}: found {shown(seed)}; custody runs through {kinds}", path=path)
    by_itself = {one.id for one in named if one.found}
    return Asked(seeds, {one.id: text for one, text in zip(named, given, strict=True) if one.id not in by_itself})


def hops_of(max_hops: int | None) -> int | None:
    if max_hops is not None and max_hops < 0:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"found maxHops: {max_hops}; a number of hops is 0 or more", path="maxHops")
    return max_hops


def selected(info: Info) -> set[str]:
    """The names of the fields asked for of this field's answer, in fragments too."""
    names: set[str] = set()
    # one a place in the operation where the field stands: those of one name are answered together
    waiting = [selection for field in info.selected_fields for selection in field.selections]
    while waiting:
        selection = waiting.pop()
        name = getattr(selection, "name", None)
        if name is not None and not hasattr(selection, "type_condition"):
            names.add(name)
        else:
            waiting += selection.selections
    return names
