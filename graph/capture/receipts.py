"""Shipments arrive."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from auth.actor import Actor
from graph.capture.arrivals import Sent, settle
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import OwnReferences
from graph.capture.run import Noun, capture
from graph.capture.storing import put, read_stored
from graph.capture.told import nothing_new, read_and_merge
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.engine.errors import Conflict
from graph.model.problems import ProblemCode
from graph.model.records.shipment import Receipt
from graph.model.texts import instant_text
from graph.statements import statement

_FACTS = statement("capture/shipment_facts")
_TOUCH = statement("capture/touch_shipments")


async def capture_receipts(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """One receipt per recorder and shipment; the later word of the same recorder amends the earlier."""
    return await capture(graph, actor, Noun("receiveShipments", Receipt, _store), records, options or Options())


async def capture_told_receipts(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """As documents tell of them, in parts: a receipt that is stored stays as it is."""
    return await capture(graph, actor, Noun("receiveShipments", Receipt, _store_told), records, options or Options())


async def _store_told(work: Work[Receipt]) -> None:
    await read_and_merge(work, "Receipt", nothing_new)
    await _store_read(work)


async def _store(work: Work[Receipt]) -> None:
    await read_stored(work, "Receipt")
    await _store_read(work)


async def _store_read(work: Work[Receipt]) -> None:
    await (await OwnReferences.read(work, siblings=False)).check()
    versions, known, empty = await _shipments(work)
    known = {shipment: sent for shipment, sent in known.items() if work.owner in sent.judges}
    _check(work, known, empty)
    changes = work.changes()
    shipments = sorted({draft.record.shipment for draft in changes})
    rows: list[dict[str, Any]] = [{"id": shipment, "expected": versions.get(shipment, 0)} for shipment in shipments]
    if await work.run_rows(_TOUCH, rows) != len(rows):
        raise Conflict("a shipment was recorded or amended by another writer")
    await put(work, "Receipt")
    await settle(work, [known[shipment] for shipment in shipments if shipment in known], before=known)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


async def _shipments(work: Work[Receipt]) -> tuple[dict[str, int], dict[str, Sent], set[str]]:
    """The version of each shipment, those that have come, and those that were taken back."""
    asked = sorted({draft.record.shipment for draft in work.accepted()})
    if not asked:
        return {}, {}, set()
    [row] = await work.run(_FACTS, ids=asked)
    versions = {shipment: version for shipment, version, *_ in row[0]}
    known = {shipment: Sent(shipment, departed, destination) for shipment, version, departed, destination, _ in row[0] if version}
    return versions, known, {shipment for shipment, *_, packages in row[0] if not packages}


def _check(work: Work[Receipt], known: Mapping[str, Sent], empty: AbstractSet[str]) -> None:
    """A receipt of a shipment that has not come is kept, and counts once that comes and is the recorder's to receive; so is one
    of a shipment that is nothing to the recorder, who is not told that it is there. One of a shipment that was taken back would say that
    goods came of which no record says which they are (docs/decisions/0018)."""
    for draft in work.accepted():
        sent = known.get(draft.record.shipment)
        if sent is None:
            continue
        if draft.record.received_at < sent.departed_at - work.options.tolerance_ms:
            departed = instant_text(sent.departed_at)
            message = f"found {instant_text(draft.record.received_at)}; right is its departure or later, which was {departed}"
            work.reject(draft, ProblemCode.TIMES_OUT_OF_ORDER, "receivedAt", message)
        if sent.id in empty and not draft.record.missing:
            found = f"found {sent.id}, which its sender has taken back: it lists no packages"
            right = (
                "right is a receipt of what came once its sender has sent it again with that; if nothing came, what was to come is missing"
            )
            work.reject(draft, ProblemCode.EMPTY, "shipment", f"{found}; {right}")
