"""Packages are sold."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import storing
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.records.sale import Sale
from graph.statements import statement

_SELL = statement("capture/sell")


async def capture_sales(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """A sale is its content: told again it is UNCHANGED, told otherwise it is another sale."""
    return await capture(graph, actor, Noun("recordSales", Sale, storing("Sale", check_references, _link)), records, options or Options())


async def _link(work: Work[Sale]) -> None:
    rows = [
        {"sale": draft.id, "store": draft.record.store, "package": package, "at": draft.record.sold_at}
        for draft in work.changes()
        for package in draft.record.packages
    ]
    await work.run_rows(_SELL, rows)
