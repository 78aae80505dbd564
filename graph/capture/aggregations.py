"""Children go into parents, and come out of them."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from auth.actor import Actor
from graph.capture.events import Applied, Event, apply_events
from graph.capture.holding import check_held, remember
from graph.capture.loads import Parting, taken_out
from graph.capture.options import Options
from graph.capture.outcome import Outcome, Status
from graph.capture.package_facts import KEEP_ENDS, Facts, Stays, begin_stays, level_problem, namer, read_facts, read_stays, touch
from graph.capture.references import OwnReferences
from graph.capture.resting import doubt
from graph.capture.run import Noun, capture
from graph.capture.stays import Namer, Stay
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.kinds import AggregationAction, PackageLevel
from graph.model.problems import ProblemCode
from graph.model.records.package import Aggregation
from graph.model.texts import instant_text
from graph.model.times import STILL
from graph.statements import statement

_END = statement("capture/end_stays")


async def capture_aggregations(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """CREATED: it changed what the parent holds. UNCHANGED: all of it was known."""
    return await capture(graph, actor, Noun("aggregatePackages", Aggregation, _store, once=False), records, options or Options())


async def _store(work: Work[Aggregation]) -> None:
    await (await OwnReferences.read(work, siblings=False)).check()
    held = await check_held(work)
    accepted = work.accepted()
    children = {child for draft in accepted for child in draft.record.children}
    facts = await read_facts(work, children | {draft.record.parent for draft in accepted})
    stays = await read_stays(work, children & facts.keys())
    _check_levels(work, facts)
    applied = await _apply(work, stays, namer(work.owner, held))
    while _take_from_none_that_received(work, parting := await _parting(work, stays, applied)):
        applied = await _apply(work, stays, namer(work.owner, held))
    await _write(work, applied, stays, facts, held)
    await doubt(work, parting.shipments)
    await remember(work, [draft for draft in work.accepted() if draft.index in applied.changed], held)
    work.statuses = {draft.index: Status.CREATED if draft.index in applied.changed else Status.UNCHANGED for draft in work.accepted()}


async def _apply(work: Work[Aggregation], stays: Stays, name: Namer) -> Applied:
    applied = await apply_events([_event(draft.index, draft.record) for draft in work.accepted()], stays.of, name, stays.taken)
    for draft in work.accepted():
        for problem in applied.problems.get(draft.index, ()):
            work.reject(draft, problem.code, problem.path, problem.message)
    return applied


async def _parting(work: Work[Aggregation], stays: Stays, applied: Applied) -> Parting:
    return await taken_out(work, stays.of, {child: list(held.values()) for child, held in applied.held.items()})


def _take_from_none_that_received(work: Work[Aggregation], parting: Parting) -> bool:
    """Rejects each REMOVE of a time before its child left in the parent, in a shipment which another enterprise has received. Whether
    there was one."""
    before = len(work.problems)
    for draft in work.accepted() if parting.received else ():
        record = draft.record
        for place, child in enumerate(record.children if record.action == AggregationAction.REMOVE else ()):
            for lost in parting.received.get(child, ()):
                if (lost.gone.parent, lost.gone.start) == (record.parent, record.at):
                    found = f"found {child} taken out of {record.parent} at {instant_text(record.at)}"
                    work.reject(draft, ProblemCode.RECEIVED, f"children[{place}]", lost.message(found))
                    break
    return len(work.problems) > before


def _event(index: int, record: Aggregation) -> Event:
    return Event(index, record.parent, record.children, record.action == AggregationAction.ADD, record.at)


def _check_levels(work: Work[Aggregation], facts: Mapping[str, Facts]) -> None:
    """A child that has not come has no level yet; it is checked when it comes."""
    for draft in work.accepted():
        above = facts[draft.record.parent].level
        if draft.record.action != AggregationAction.ADD or above is None:
            continue
        for place, child in enumerate(draft.record.children):
            level = facts[child].level if child in facts else None
            if level is not None and PackageLevel(level).rank >= PackageLevel(above).rank:
                message = level_problem(level, draft.record.parent, above)
                work.reject(draft, ProblemCode.LEVEL_ORDER, f"children[{place}]", message)


async def _write(
    work: Work[Aggregation],
    applied: Applied,
    before: Stays,
    facts: Mapping[str, Facts],
    held: AbstractSet[str],
) -> None:
    begun: list[tuple[str, Stay]] = []
    ended: list[dict[str, Any]] = []
    earlier: list[dict[str, Any]] = []
    touched: set[str] = set()
    for child, stay, old in applied.differences(before.of):
        touched.update((child, stay.parent))
        if old is None:
            begun.append((child, stay))
            continue
        row = {"parent": stay.parent, "child": child, "from": stay.start}
        ended.append(row | {"until": stay.until, "added": stay.added or None})
        if old.until not in (STILL, stay.until) and (old.parent, old.until) not in before.taken.get(child, ()):
            earlier.append(row)
    await touch(work, {package: facts[package].touched if package in facts else 0 for package in touched})
    await begin_stays(work, begun, held)
    await work.run_rows(KEEP_ENDS, earlier, held=sorted(held))
    await work.run_rows(_END, ended, held=sorted(held))
