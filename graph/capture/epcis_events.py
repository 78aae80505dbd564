"""EPCIS events: kept as they were told, each once, and found again by what they name."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.run import Noun, capture
from graph.capture.storing import put
from graph.capture.told import nothing_new, read_and_merge
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.records.epcis_event import EpcisEvent
from graph.statements import statement

_BODIES = statement("capture/put_bodies")
_NAME = statement("capture/name_keys")
_TICK = statement("capture/tick")


async def capture_events(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """CREATED, or UNCHANGED when the same event was captured before, in whatever syntax."""
    # two that met in the graph would have to be done again, one of them
    async with graph.turn(f"events/{actor.enterprise}"):
        return await capture(graph, actor, Noun("captureEvents", EpcisEvent, _store), records, options or Options())


async def _store(work: Work[EpcisEvent]) -> None:
    await read_and_merge(work, "EpcisEvent", nothing_new)
    if work.changes():
        [row] = await work.run(_TICK, owner=work.owner, now=work.at)
        work.at = row[0]
    await put(work, "EpcisEvent")
    large = ((draft.id, draft.record) for draft in work.changes() if draft.record.large)
    await work.run_rows(_BODIES, [{"id": name, "body": one.body, "prefixes": one.prefixes} for name, one in large])
    rows = [{"id": draft.id, "name": name} for draft in work.changes() for name in draft.record.names]
    await work.run_rows(_NAME, rows)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}
