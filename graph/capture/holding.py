"""Who may put packages into another's package, or take them out: who holds it at that time (docs/decisions/0005)."""

from collections.abc import Iterable

from graph.capture.work import Work
from graph.model.identifiers import owner_of
from graph.model.problems import ProblemCode
from graph.model.records.package import Aggregation
from graph.model.texts import instant_text
from graph.neighbours import Carriage, passages
from graph.portions import portions
from graph.statements import Row, Statement


async def check_held(work: Work[Aggregation]) -> frozenset[str]:
    """The parents of others that the recorder holds; rejects what goes into, or comes out of, those that it does not hold then.
    One that there is not and one that never came to the recorder are told in the same words."""
    others = [draft for draft in work.accepted() if owner_of(draft.record.parent) != work.owner]
    if not others:
        return frozenset()

    async def rows(read: Statement, ids: Iterable[str]) -> list[Row]:
        return [row for portion in portions(ids) for row in await work.run(read, ids=portion)]

    passed = await passages(rows, sorted({draft.record.parent for draft in others}))
    for draft in others:
        parent, at = draft.record.parent, draft.record.at
        if not _holds(passed[parent], work.owner, at):
            right = "right is a package of your own, or one that left for you in a shipment before that time and that you have not sent on"
            message = f"found {parent}, which is another enterprise's and not with you at {instant_text(at)}; {right}"
            work.reject(draft, ProblemCode.NOT_YOURS, "parent", message)
    return frozenset(draft.record.parent for draft in others if draft.index not in work.problems)


def _holds(passed: Iterable[Carriage], holder: str, at: int) -> bool:
    """It was sent to the holder before, and not sent on since. No tolerance: what was told of a time up to the departure would change
    what the sender's shipment carried."""
    got = [one.at for one in passed if one.receiver == holder and one.at < at]
    return bool(got) and not any(one.sender == holder and one.receiver != holder and max(got) < one.at < at for one in passed)
