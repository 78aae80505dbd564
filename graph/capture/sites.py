"""Plants, warehouses, distributors and stores."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import no_links, put, storing
from graph.capture.told import nothing_new, read_and_merge
from graph.capture.work import Work
from graph.engine.driver import Graph
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
    """As documents tell of them: a site that is stored stays as it is."""
    return await capture(graph, actor, Noun("recordSites", Site, _store_told), records, options or Options())


async def _store_told(work: Work[Site]) -> None:
    await read_and_merge(work, "Site", nothing_new)
    await put(work, "Site")
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}
