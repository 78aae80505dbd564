"""Raw milk as it arrives from farms."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import storing
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.records.milk_delivery import MilkDelivery
from graph.statements import statement

_SUPPLY = statement("capture/supply", label="MilkDelivery", source="Farm")
_UNLINK = statement("capture/unlink_supply", label="MilkDelivery")


async def capture_milk_deliveries(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    noun = Noun("recordMilkDeliveries", MilkDelivery, storing("MilkDelivery", check_references, _link))
    return await capture(graph, actor, noun, records, options or Options())


async def _link(work: Work[MilkDelivery]) -> None:
    await work.run_rows(_UNLINK, [{"id": draft.id} for draft in work.updates()])
    await work.run_rows(_SUPPLY, [{"id": draft.id, "source": draft.record.farm} for draft in work.changes()])
