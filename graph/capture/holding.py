"""Who may put what into which package, or take it out: who holds both at that time (docs/decisions/0005)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from graph.capture.arrivals import Arrival, Sent, arrival_of, read_receipts
from graph.capture.checking import Draft
from graph.capture.work import ROWS, Work
from graph.model.identifiers import owner_of
from graph.model.kinds import AggregationAction
from graph.model.problems import ProblemCode
from graph.model.records.package import Aggregation
from graph.model.texts import instant_text
from graph.neighbours import Carriage, Passage, passages
from graph.pace import Pace
from graph.statements import statement

_HELD = statement("capture/told_by_holder")
_HELD_BY = statement("capture/hold")
_RIGHT = (
    "right is a package of your own, or one that left for you before that time, in a shipment that its sender has recorded, "
    "and has not left you since"
)


async def check_held(work: Work[Aggregation]) -> frozenset[str]:
    """The parents of others that the recorder holds; rejects what goes into, or comes out of, those that it does not hold then, and
    others' children that it does not hold when they go in. A package that there is not and one that never came to the recorder are
    told in the same words. What is in its own it may always take out."""
    claims = {draft.index: found for draft in work.accepted() if (found := _claims(work.owner, draft.record))}
    if not claims:
        return frozenset()
    others = [draft for draft in work.accepted() if draft.index in claims]
    passed = await passages(work.rows, sorted({package for found in claims.values() for _, package in found}))
    got = {
        (package, draft.record.at): _got(passed[package], work.owner, draft.record.at)
        for draft in others
        for _, package in claims[draft.index]
    }
    arrived = await _arrived(work, {carriage for carriages in got.values() for carriage in carriages})
    pace = Pace()
    wrong: dict[int, list[tuple[str, str]]] = {}
    for draft in others:
        for path, package in claims[draft.index]:
            await pace.step()
            if not any(_came(package, passed[package], carriage, arrived) for carriage in got[package, draft.record.at]):
                wrong.setdefault(draft.index, []).append((path, package))
    known = await _told_before(work, [draft for draft in others if draft.index in wrong])
    for draft in others:
        for path, package in wrong.get(draft.index, ()) if draft.index not in known else ():
            at = instant_text(draft.record.at)
            message = f"found {package}, which is another enterprise's and not with you at {at}; {_RIGHT}"
            work.reject(draft, ProblemCode.NOT_YOURS, path, message)
    return frozenset(draft.record.parent for draft in work.accepted() if owner_of(draft.record.parent) != work.owner)


def _claims(owner: str, record: Aggregation) -> list[tuple[str, str]]:
    """(path, package) of each package of others that the recorder has to hold."""
    named = [("parent", record.parent)]
    if record.action == AggregationAction.ADD:
        named += [(f"children[{place}]", child) for place, child in enumerate(record.children)]
    return [(path, package) for path, package in named if owner_of(package) != owner]


async def remember(work: Work[Aggregation], drafts: Iterable[Draft[Aggregation]], held: AbstractSet[str]) -> None:
    """Keeps on the stays that they made who held the parent: it may tell the same again when it holds that no more."""
    rows = [row for draft in drafts if draft.record.parent in held for row in _rows_of(draft)]
    await work.run_rows(_HELD_BY, rows, held=sorted(held))


async def _told_before(work: Work[Aggregation], drafts: Sequence[Draft[Aggregation]]) -> set[int]:
    """Which of them the recorder has told before, each as a whole, and are in force."""
    rows = [row for draft in drafts for row in _rows_of(draft)]
    told: Counter[int] = Counter()
    for start in range(0, len(rows), ROWS):
        [row] = await work.run(_HELD, rows=rows[start : start + ROWS])
        told.update(index for index, _ in row[0])
    return {draft.index for draft in drafts if told[draft.index] == len(draft.record.children)}


def _rows_of(draft: Draft[Aggregation]) -> list[dict[str, Any]]:
    record = draft.record
    adds = record.action == AggregationAction.ADD
    return [{"index": draft.index, "parent": record.parent, "child": child, "adds": adds, "at": record.at} for child in record.children]


def _got(passage: Passage, holder: str, at: int) -> list[Carriage]:
    """The shipments that brought it to the holder, if nobody has sent it since. No tolerance: what was told of a time up to the
    departure would change what the sender's shipment carried."""
    return [carriage for carriage in passage.last_before(at) if carriage.receiver == holder]


async def _arrived(work: Work[Any], carriages: Iterable[Carriage]) -> dict[str, Arrival]:
    """What the recorder itself said of the arrival of shipments that were bound for it."""
    sent = [Sent(one.shipment, one.at, one.destination) for one in sorted(carriages)]
    receipts = await read_receipts(work, sent)
    own = {one.id: {work.owner: told[work.owner]} for one in sent if work.owner in (told := receipts.get(one.id, {}))}
    arrived = {one.id: arrival_of(one, own.get(one.id, {}), work.options.tolerance_ms) for one in sent}
    return {shipment: arrival for shipment, arrival in arrived.items() if arrival is not None}


def _came(package: str, passage: Passage, carriage: Carriage, arrived: Mapping[str, Arrival]) -> bool:
    """Unless the holder's receipt lists it as missing, or what it was in when it left."""
    arrival = arrived.get(carriage.shipment)
    if arrival is None or not arrival.missing:
        return True
    return not ({package} | passage.around(carriage.at)).intersection(arrival.missing)
