"""Products: what holds for every can of them."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import no_links, storing
from graph.engine.driver import Graph
from graph.model.records.product import Product


async def capture_products(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    return await capture(
        graph, actor, Noun("recordProducts", Product, storing("Product", check_references, no_links)), records, options or Options()
    )
