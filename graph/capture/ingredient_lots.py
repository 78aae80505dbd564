"""Lots of ingredients and of packaging material."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import storing
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.records.ingredient_lot import IngredientLot
from graph.statements import statement

_SUPPLY = statement("capture/supply", label="IngredientLot", source="Enterprise")
_UNLINK = statement("capture/unlink_supply", label="IngredientLot")


async def capture_ingredient_lots(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    noun = Noun("recordIngredientLots", IngredientLot, storing("IngredientLot", check_references, _link))
    return await capture(graph, actor, noun, records, options or Options())


async def _link(work: Work[IngredientLot]) -> None:
    await work.run_rows(_UNLINK, [{"id": draft.id} for draft in work.updates()])
    rows = [{"id": draft.id, "source": draft.record.supplier} for draft in work.changes() if draft.record.supplier is not None]
    await work.run_rows(_SUPPLY, rows)
