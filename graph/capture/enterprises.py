"""Enterprises: recorded by the platform, amended by themselves."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.checking import Draft
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.run import Noun, capture
from graph.capture.storing import put, read_stored
from graph.capture.work import Work
from graph.engine.driver import Graph
from graph.model.problems import ProblemCode
from graph.model.records.enterprise import Enterprise


async def capture_enterprises(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    noun = Noun("recordEnterprises", Enterprise, _store, platform=True)
    return await capture(graph, actor, noun, records, options or Options())


async def _store(work: Work[Enterprise]) -> None:
    await read_stored(work, "Enterprise")
    _check(work)
    await put(work, "Enterprise")
    work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}


def _check(work: Work[Enterprise]) -> None:
    """The platform has the empty code and records all. The answer about another enterprise is the same whether it exists or not."""
    if not work.owner:
        return
    for draft in work.accepted():
        if draft.record.code != work.owner:
            message = f"found {draft.record.code}; an enterprise amends its own record, {work.owner}; the platform records others"
            work.reject(draft, ProblemCode.FORBIDDEN, "code", message)
        elif not work.version_of(draft.id):
            message = f"found {draft.record.code}, which the platform has not recorded; right is to amend it once it has"
            work.reject(draft, ProblemCode.FORBIDDEN, "code", message)
        elif changed := _supervision_changed(work, draft):
            work.reject(draft, ProblemCode.FORBIDDEN, *changed)


def _supervision_changed(work: Work[Enterprise], draft: Draft[Enterprise]) -> tuple[str, str] | None:
    """The path, and what is wrong, where an amendment would change who supervises the enterprise; content that is stored as it is sent
    changes nothing."""
    stored, sent = work.stored[draft.id].content, draft.record
    if stored is None:
        return None
    right = "which is not as the platform recorded it; right is to leave {} as it is, since it says who supervises the enterprise"
    if stored.get("divisionCode") != sent.division_code:
        return "divisionCode", f"found {sent.division_code or 'none'}, {right.format('the division code')}"
    if set(stored.get("productClasses") or ()) != set(sent.product_classes):
        return "productClasses", f"found {', '.join(sent.product_classes) or 'none'}, {right.format('it')}"
    return None
