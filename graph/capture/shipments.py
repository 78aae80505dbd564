"""Shipments leave."""

from collections.abc import Mapping, Sequence
from typing import Any

from auth.actor import Actor
from graph.capture.arrivals import Arrival, Sent, TakenBack, Word, lost_arrival, read_receipts, settle, taken_back
from graph.capture.checking import Draft
from graph.capture.handed_on import words
from graph.capture.loads import Amended, LeftBehind, left_behind, settle_loads
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.resting import doubt
from graph.capture.run import Noun, capture
from graph.capture.storing import put, storing
from graph.capture.told import read_and_merge
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.engine.errors import Conflict
from graph.model.identifiers import owner_of
from graph.model.problems import Problem, ProblemCode
from graph.model.records.shipment import Shipment
from graph.model.texts import instant_text
from graph.model.times import STILL
from graph.statements import statement

_LOAD = statement("capture/load")
_UNLINK_LOAD = statement("capture/unlink_load")
_FROM = statement("capture/route", edge="SENT_FROM")
_TO = statement("capture/route", edge="BOUND_FOR")
_UNLINK_ROUTE = statement("capture/unlink_route")


async def capture_shipments(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """Without packages one that is recorded is taken back, unless another enterprise has received it, and one that is not is refused."""
    noun = Noun("dispatchShipments", Shipment, storing("Shipment", _check_sent, _link))
    return await capture(graph, actor, noun, records, options or Options())


async def capture_filed_shipments(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """As `capture_shipments`, of files: an export has those that were taken back, which an empty system does not know."""
    noun = Noun("dispatchShipments", Shipment, storing("Shipment", _check, _link))
    return await capture(graph, actor, noun, records, options or Options())


async def capture_told_shipments(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """As documents tell of them, in parts: packages are added to those that are stored, and the latest departure counts."""
    return await capture(graph, actor, Noun("dispatchShipments", Shipment, _store_told), records, options or Options())


async def _store_told(work: Work[Shipment]) -> None:
    await read_and_merge(work, "Shipment", _merged)
    await _check(work)
    await put(work, "Shipment")
    await _link(work)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


def _merged(told: Shipment, stored: Mapping[str, Any]) -> Shipment | Problem | None:
    if (told.origin, told.destination) != (stored["origin"], stored["destination"]):
        way, before = f"{told.origin} to {told.destination}", f"{stored['origin']} to {stored['destination']}"
        message = f"found the way {way}, and {before} in what was told of the same shipment; right is one way"
        return Problem(ProblemCode.DUPLICATE, "destination", message)
    before: Sequence[str] = stored.get("packages") or ()
    packages: tuple[str, ...] = tuple(dict.fromkeys((*before, *told.packages)))
    departed = max(told.departed_at, stored["departedAt"])
    if (len(packages), departed) == (len(before), stored["departedAt"]):
        return None
    return told.model_copy(update={"packages": packages, "departed_at": departed})


async def _link(work: Work[Shipment]) -> None:
    updated = [{"id": draft.id} for draft in work.updates()]
    await work.run_rows(_UNLINK_LOAD, updated)
    await work.run_rows(_UNLINK_ROUTE, updated)
    changes = work.changes()
    await work.run_rows(_FROM, [{"id": draft.id, "site": draft.record.origin} for draft in changes])
    await work.run_rows(_TO, [{"id": draft.id, "site": draft.record.destination} for draft in changes])
    load = [{"id": draft.id, "package": package, "at": draft.record.departed_at} for draft in changes for package in draft.record.packages]
    await work.run_rows(_LOAD, load)
    before = _before(work)
    await doubt(work, (draft.id for draft in work.updates() if _sent(draft).may_lack_of(before[draft.id])))
    came = await _came(work, before, await read_receipts(work, list(before.values())))
    await settle_loads(work, came)
    if any(taken_back(*one) for one in came):
        raise Conflict("a package was handed on while its shipment was amended")
    await settle(work, [_sent(draft) for draft in changes], before=before)


async def _check_sent(work: Work[Shipment]) -> None:
    for draft in work.accepted():
        if not draft.record.packages and not work.version_of(draft.id):
            message = "found no entry, of a shipment that is not recorded; right is at least one; without any a recorded one is taken back"
            work.reject(draft, ProblemCode.EMPTY, "packages", message)
    await _check(work)


async def _check(work: Work[Shipment]) -> None:
    """References, and that no amendment drops an arrival without a word: by a departure that comes after it, or at which less was in
    what is listed, by a list of packages without those that another enterprise has received, or by a destination that is not that
    enterprise's."""
    await check_references(work)
    before = _before(work)
    receipts = await read_receipts(work, list(before.values()))
    came = await _came(work, before, receipts)
    left = await left_behind(work, came)
    back = {one.now.id: taken for one in came if (taken := taken_back(*one)) is not None}
    tolerance = work.options.tolerance_ms
    orphaned = {one.now.id: one.word for one in came if (one.word.handed_on_at or STILL) < one.now.departed_at - tolerance}
    for draft in work.updates():
        now = _sent(draft)
        amended = (before[draft.id], now, receipts.get(draft.id, {}), work.options.tolerance_ms)
        if lost := lost_arrival(*amended):
            found, received = instant_text(now.departed_at), instant_text(lost.received_at)
            message = f"found {found}; right is {received} or before, when the shipment was received by the receipt that counts"
            work.reject(draft, ProblemCode.TIMES_OUT_OF_ORDER, "departedAt", message)
        if taken := back.get(draft.id):
            work.reject(draft, ProblemCode.RECEIVED, "destination" if taken.moved else "packages", _received_message(now, taken))
        elif draft.id in orphaned:
            work.reject(draft, ProblemCode.RECEIVED, "departedAt", _late_message(before[draft.id], now, orphaned[draft.id]))
        if draft.id in left:
            work.reject(draft, ProblemCode.RECEIVED, "departedAt", _left_message(before[draft.id], now, left[draft.id]))


async def _came(work: Work[Shipment], before: Mapping[str, Sent], receipts: Mapping[str, Mapping[str, Arrival]]) -> list[Amended]:
    """Those of the amended that would carry or list less, or go elsewhere, and have come to another enterprise by its word."""
    less = {draft.id: now for draft in work.updates() if (now := _sent(draft)).may_lack_of(before[draft.id])}
    said = await words(work, [before[shipment] for shipment in less], receipts)
    return [Amended(before[shipment], less[shipment], word) for shipment, word in said.items()]


def _late_message(before: Sent, now: Sent, word: Word) -> str:
    found = f"found {instant_text(now.departed_at)}, which is after {word.recipient} has handed on what came"
    right = f"right is a departure before that, such as {instant_text(before.departed_at)}"
    return f"{found}; {right}; {word.otherwise}"


def _left_message(before: Sent, now: Sent, left: LeftBehind) -> str:
    """A package of another enterprise goes by what it was in."""
    own = owner_of(left.package) == owner_of(now.id)
    package = left.package if own else f"a package of another enterprise in {left.listed}"
    found = f"found {instant_text(now.departed_at)}, when {package}, which {left.word.came}, was not in what is listed"
    right = f"right is a departure with all that arrived, such as {instant_text(before.departed_at)}"
    return f"{found}; {right}; {left.word.otherwise}"


def _received_message(now: Sent, taken: TakenBack) -> str:
    said = f"{taken.package}, which {taken.word.came}"
    if taken.moved:
        found, right = f"found {now.destination}, and a shipment of {said}", f"right is a site of {taken.word.recipient}"
    else:
        found, right = f"found a list without {said}", "right is a list with it"
    return f"{found}; {right}; {taken.word.otherwise}; if it went back, that is a new shipment"


def _sent(draft: Draft[Shipment]) -> Sent:
    return Sent(draft.id, draft.record.departed_at, draft.record.destination, draft.record.packages)


def _before(work: Work[Shipment]) -> dict[str, Sent]:
    """The shipments that are amended, as they are stored."""
    stored = ((draft.id, work.stored[draft.id].content or {}) for draft in work.updates())
    return {
        shipment: Sent(shipment, content["departedAt"], content["destination"], content.get("packages") or ())
        for shipment, content in stored
    }
