"""Packages come into being: from a batch, into a parent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auth.actor import Actor
from graph.capture.checking import Draft
from graph.capture.levels import Below, Levels
from graph.capture.loads import Parting, taken_out
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.package_facts import KEEP_ENDS, Facts, Stays, begin_stays, namer, read_facts, read_stays, touch
from graph.capture.references import OwnReferences
from graph.capture.resting import doubt
from graph.capture.run import Noun, capture
from graph.capture.stays import Namer, Recommissioned, Stay, recommission
from graph.capture.storing import put, read_stored
from graph.capture.told import read_and_merge
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.problems import Problem, ProblemCode
from graph.model.records.package import Package
from graph.model.records.told import is_unstated
from graph.model.texts import instant_text
from graph.model.times import STILL
from graph.pace import Pace
from graph.statements import statement

_PACK = statement("capture/pack")
_UNLINK_PACK = statement("capture/unlink_pack")
_DROP = statement("capture/drop_stays")
_MARK = statement("capture/mark_stays")
_CHILD_LEVELS = statement("capture/child_levels")


@dataclass(frozen=True, slots=True)
class Known:
    """What the graph says about the packages of a call, read in this order: their facts before their stays, then those of their parents.

    moved: the drafts whose level is new.
    """

    facts: Mapping[str, Facts]
    stays: Stays
    moved: frozenset[str]
    below: Below


async def capture_packages(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    return await capture(graph, actor, Noun("commissionPackages", Package, _store), records, options or Options())


async def capture_told_packages(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    """As documents tell of them: a package that is stored stays as it is, but for a batch that was not stated before."""
    return await capture(graph, actor, Noun("commissionPackages", Package, _store_told), records, options or Options())


async def _store_told(work: Work[Package]) -> None:
    await read_and_merge(work, "Package", _merged)
    await _store_read(work)


def _merged(told: Package, stored: Mapping[str, Any]) -> Package | Problem | None:
    before: str | None = stored.get("batch")
    if told.batch is None or before is None or before == told.batch or is_unstated(told.batch):
        return None
    if not is_unstated(before):
        message = f"found {told.batch}, and {before} as recorded before; right is the one batch that it was packed from"
        return Problem(ProblemCode.DUPLICATE, "batch", message)
    return told.model_copy(update={"parent": stored.get("parent"), "level": stored["level"]})


async def _store(work: Work[Package]) -> None:
    await read_stored(work, "Package")
    await _store_read(work)


async def _store_read(work: Work[Package]) -> None:
    references = await OwnReferences.read(work)
    await references.check()
    known = await _read(work)
    stays, parting = await _check(work, references, known)
    await put(work, "Package", lambda record: {"touched": known.facts[record].touched if record in known.facts else 0})
    await _link(work, known, stays)
    await doubt(work, parting.shipments)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


async def _read(work: Work[Package]) -> Known:
    changes = work.changes()
    existing = {draft.id for draft in changes if draft.id in work.stored}
    new = {draft.id for draft in changes} - existing
    parents = {draft.record.parent for draft in changes if draft.record.parent is not None}
    facts = await read_facts(work, existing | (parents - new))
    stays = await read_stays(work, existing)
    facts |= await read_facts(work, {stay.parent for told in stays.of.values() for stay in told} - facts.keys() - new)
    moved = frozenset(draft.id for draft in changes if draft.id in facts and facts[draft.id].level != draft.record.level)
    return Known(facts, stays, moved, await _below(work, sorted(moved)))


async def _below(work: Work[Package], ids: list[str]) -> Below:
    levels: dict[str, list[tuple[str, int, str]]] = {}
    if ids:
        [row] = await work.run(_CHILD_LEVELS, ids=ids)
        for package, *level in row[0]:
            levels.setdefault(package, []).append((level[0], level[1], level[2]))
    return levels


async def _check(work: Work[Package], references: OwnReferences, known: Known) -> tuple[dict[str, Recommissioned], Parting]:
    """Rejects what is wrong, and what is wrong because that is rejected, until nothing more is. The stays of what is left, and what they
    part from."""
    pace, name = Pace(), namer(work.owner)
    stays: dict[str, Recommissioned] = {}
    drafts = {draft.id: draft for draft in work.changes()}
    levels = Levels.of(list(drafts.values()), known.facts, known.stays.of, known.below, name)
    again: Collection[str] = list(drafts)
    asked: frozenset[str] | None = None
    parting = Parting({}, frozenset())
    while again or asked != drafts.keys():
        wrong: list[Draft[Package]] = []
        for draft in [drafts[one] for one in again if one in drafts]:
            await pace.step()
            found = levels.problem(draft) or _stay(draft, known, name)
            if isinstance(found, Problem):
                work.reject(draft, found.code, found.path, found.message)
                wrong.append(draft)
            else:
                stays[draft.id] = found
        if not again:
            asked = frozenset(drafts)
            after = {one: _after(known.stays.of[one], stays[one]) for one in drafts if one in known.stays.of}
            parting = await taken_out(work, known.stays.of, after)
            wrong = _from_what_was_received(work, drafts, parting)
        wrong += await references.follow(wrong)
        again = sorted({other for draft in wrong for other in levels.beside(draft.id)}, key=lambda one: drafts[one].index)
        for draft in wrong:
            drafts.pop(draft.id, None)
            levels.new.pop(draft.id, None)
    return {one: stay for one, stay in stays.items() if one in drafts}, parting


def _from_what_was_received(work: Work[Package], drafts: Mapping[str, Draft[Package]], parting: Parting) -> list[Draft[Package]]:
    """Rejects what would not have left with a shipment which another enterprise has received."""
    wrong: list[Draft[Package]] = []
    for package, [lost, *_] in parting.received.items():
        draft = drafts[package]
        path = "packedAt" if draft.record.parent == lost.gone.parent else "parent"
        found = f"found {package} packed at {instant_text(draft.record.packed_at)} into {draft.record.parent or 'no parent'}"
        work.reject(draft, ProblemCode.RECEIVED, path, lost.message(found))
        wrong.append(draft)
    return wrong


def _after(told: Sequence[Stay], amended: Recommissioned) -> list[Stay]:
    """One that an aggregation has told too stays."""
    kept = [stay for stay in told if stay is not amended.old or stay.added]
    return kept if amended.new is None or amended.new.added else [*kept, amended.new]


def _stay(draft: Draft[Package], known: Known, name: Namer) -> Recommissioned | Problem:
    stays, taken = known.stays.of.get(draft.id, ()), known.stays.taken.get(draft.id, ())
    return recommission(stays, draft.record.parent, draft.record.packed_at, name, taken)


async def _link(work: Work[Package], known: Known, stays: Mapping[str, Recommissioned]) -> None:
    changes = work.changes()
    put_now = {draft.id for draft in changes}
    rows = _rows(changes, known, stays)
    claimed = {stay.parent for _, stay in rows.begun} | {
        stay.parent for package in known.moved & put_now for stay in known.stays.of.get(package, ())
    }
    await touch(work, {parent: known.facts[parent].touched for parent in claimed - put_now})
    await work.run_rows(_UNLINK_PACK, [{"id": draft.id} for draft in work.updates()])
    await work.run_rows(_PACK, [{"batch": batch, "items": packed} for batch, packed in rows.items.items()])
    await work.run_rows(KEEP_ENDS, rows.ends, held=[])
    await work.run_rows(_DROP, rows.dropped)
    await work.run_rows(_MARK, rows.marked)
    await begin_stays(work, rows.begun)


def _rows(changes: Sequence[Draft[Package]], known: Known, stays: Mapping[str, Recommissioned]) -> "_Rows":
    rows = _Rows()
    for draft in changes:
        if draft.record.batch is not None:
            rows.items.setdefault(draft.record.batch, []).append({"id": draft.id, "at": draft.record.packed_at})
        old, new = stays[draft.id].old, stays[draft.id].new
        if old == new:
            continue
        if old is not None and old.added:
            rows.marked.append({"id": draft.id, "parent": old.parent, "from": old.start, "commissioned": False, "added": None})
        elif old is not None:
            rows.dropped.append({"id": draft.id})
            if old.until != STILL and (old.parent, old.until) not in known.stays.taken.get(draft.id, ()):
                rows.ends.append({"child": draft.id, "parent": old.parent, "from": old.start})
        if new is not None and new.added:
            rows.marked.append({"id": draft.id, "parent": new.parent, "from": new.start, "commissioned": True, "added": True})
        elif new is not None:
            rows.begun.append((draft.id, new))
    return rows


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is written of the stays that packages have by their own records. items: by batch."""

    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    begun: list[tuple[str, Stay]] = field(default_factory=list[tuple[str, Stay]])
    dropped: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    marked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    ends: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
