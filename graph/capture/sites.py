"""Plants, warehouses, distributors and stores."""

from collections.abc import Mapping, Sequence
from typing import Any

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import no_links, put, storing
from graph.capture.told import read_and_merge
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.kinds import SiteKind
from graph.model.records.site import Site


async def capture_sites(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    return await capture(
        graph, actor, Noun("recordSites", Site, storing("Site", check_references, no_links)), records, options or Options()
    )


async def capture_told_sites(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """As documents tell of them: a site that is stored stays as it is, but one that documents alone told of is a store once it sells."""
    return await capture(graph, actor, Noun("recordSites", Site, _store_told), records, options or Options())


async def _store_told(work: Work[Site]) -> None:
    await read_and_merge(work, "Site", _merged)
    await put(work, "Site")
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


def _merged(told: Site, stored: Mapping[str, Any]) -> Site | None:
    """What its owner has recorded otherwise than a document takes it for is the owner's word."""
    taken_for = told.model_copy(update={"site_kind": SiteKind.WAREHOUSE.value})
    untouched = all(stored.get(name) == value for name, value in taken_for.content().items())
    return told if untouched and told.site_kind == SiteKind.STORE else None
