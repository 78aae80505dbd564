"""Packages come into being: from a batch, into a parent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from auth.actor import Actor
from graph.capture.checking import Draft
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.package_facts import Facts, begin_stays, level_problem, namer, read_facts, read_stays, touch
from graph.capture.references import OwnReferences
from graph.capture.run import Noun, capture
from graph.capture.stays import Recommissioned, Stay, recommission
from graph.capture.storing import put, read_stored
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.kinds import PackageLevel
from graph.model.problems import Problem, ProblemCode
from graph.model.records.package import Package
from graph.statements import statement

_PACK = statement("capture/pack")
_UNLINK_PACK = statement("capture/unlink_pack")
_DROP = statement("capture/drop_stays")
_PARENT_LEVELS = statement("capture/parent_levels")
_CHILD_LEVELS = statement("capture/child_levels")

Levels: TypeAlias = dict[str, list[tuple[str, str]]]
"""Package -> (level, an example of that level)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the graph says about the packages of a call, read in this order: facts before stays."""

    facts: Mapping[str, Facts]
    stays: Mapping[str, Sequence[Stay]]
    above: Levels
    below: Levels


async def capture_packages(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    return await capture(graph, actor, Noun("commissionPackages", Package, _store), records, options or Options())


async def _store(work: Work[Package]) -> None:
    await read_stored(work, "Package")
    references = await OwnReferences.read(work)
    references.check()
    known = await _read(work)
    stays = _check(work, references, known)
    await put(work, "Package", lambda record: {"touched": known.facts[record].touched if record in known.facts else 0})
    await _link(work, known, stays)
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


async def _read(work: Work[Package]) -> Known:
    changes = work.changes()
    existing = {draft.id for draft in changes if draft.id in work.stored}
    new = {draft.id for draft in changes} - existing
    parents = {draft.record.parent for draft in changes if draft.record.parent is not None}
    facts = await read_facts(work, existing | (parents - new))
    stays = await read_stays(work, existing)
    moved = sorted(draft.id for draft in changes if draft.id in facts and facts[draft.id].level != draft.record.level)
    return Known(facts, stays, await _levels(work, _PARENT_LEVELS, moved), await _levels(work, _CHILD_LEVELS, moved))


async def _levels(work: Work[Package], asked: Any, ids: list[str]) -> Levels:
    levels: Levels = {}
    if ids:
        [row] = await work.run(asked, ids=ids)
        for package, level, example in row[0]:
            levels.setdefault(package, []).append((level, example))
    return levels


def _check(work: Work[Package], references: OwnReferences, known: Known) -> dict[str, Recommissioned]:
    """Rejects until nothing more is wrong: a draft's parent may be another draft, and fall with it. The stays of what is left."""
    name = namer(work.owner)
    while True:
        changes = work.changes()
        levels = {draft.id: draft.record.level for draft in changes}
        stays: dict[str, Recommissioned] = {}
        rejected = False
        for draft in changes:
            found = _level(draft, levels, known, work.owner) or _stay(draft, known, name)
            if isinstance(found, Problem):
                work.reject(draft, found.code, found.path, found.message)
                rejected = True
            else:
                stays[draft.id] = found
        if not rejected:
            return stays
        references.check()


def _stay(draft: Draft[Package], known: Known, name: Any) -> Recommissioned | Problem:
    return recommission(known.stays.get(draft.id, ()), draft.record.parent, draft.record.packed_at, name)


def _level(draft: Draft[Package], levels: Mapping[str, str], known: Known, owner: str) -> Problem | None:
    """Against its parent; and, where its level is new, against all that it was ever in and all that was ever in it."""
    level, parent = draft.record.level, draft.record.parent
    if parent is not None:
        above = levels.get(parent) or (known.facts[parent].level if parent in known.facts else None)
        if above is not None and PackageLevel(level).rank >= PackageLevel(above).rank:
            return Problem(ProblemCode.LEVEL_ORDER, "parent", level_problem(level, parent, above))
    for above, example in known.above.get(draft.id, []):
        if example != parent and PackageLevel(level).rank >= PackageLevel(levels.get(example, above)).rank:
            return Problem(
                ProblemCode.LEVEL_ORDER, "level", f"{level_problem(level, namer(owner)(example), above)}, in which it was put before"
            )
    for below, example in known.below.get(draft.id, []):
        if PackageLevel(level).rank <= PackageLevel(levels.get(example, below)).rank:
            held = f"found {level}, and {namer(owner)(example)} in it, of level {below}"
            return Problem(ProblemCode.LEVEL_ORDER, "level", f"{held}; right is a level above {below}")
    return None


async def _link(work: Work[Package], known: Known, stays: Mapping[str, Recommissioned]) -> None:
    changes = work.changes()
    await work.run_rows(_UNLINK_PACK, [{"id": draft.id} for draft in work.updates()])
    items: dict[str, list[dict[str, Any]]] = {}
    begun: list[tuple[str, Stay]] = []
    dropped: list[dict[str, Any]] = []
    for draft in changes:
        if draft.record.batch is not None:
            items.setdefault(draft.record.batch, []).append({"id": draft.id, "at": draft.record.packed_at})
        change = stays[draft.id]
        if change.old == change.new:
            continue
        if change.old is not None:
            dropped.append({"id": draft.id})
        if change.new is not None:
            begun.append((draft.id, change.new))
    put_now = {draft.id for draft in changes}
    await touch(work, {stay.parent: known.facts[stay.parent].touched for _, stay in begun if stay.parent not in put_now})
    await work.run_rows(_PACK, [{"batch": batch, "items": packed} for batch, packed in items.items()])
    await work.run_rows(_DROP, dropped)
    await begin_stays(work, begun)
