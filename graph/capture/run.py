"""The way of every call: who may, each record on its own, one retried transaction with its audit entry, an outcome per record.

A call is one chunk: at most 5,000 records, which both engines write best in one transaction of that size, and of which
either all that are right are stored or, when the engine fails, none.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from auth.actor import Actor
from graph import audit
from graph.capture.checking import check_call
from graph.capture.options import Options
from graph.capture.outcome import Outcome, Status
from graph.capture.permission import recorder
from graph.capture.work import Work
from graph.engine.driver import Graph, Transaction
from graph.model.records.base import Record
from graph.model.ulid import new_ulid

R = TypeVar("R", bound=Record)

AWAITS = "DELIVERY"
"""Of an entry that has not been handed on to those who are told of what is recorded (`graph.delivery`)."""


@dataclass(frozen=True, slots=True)
class Noun(Generic[R]):
    """What is recorded. action: the mutation's name. store: checks the drafts against the graph, writes, and sets the statuses.

    platform: whether the platform records it too. once: whether an ID may come only once in a call.
    """

    action: str
    model: type[R]
    store: Callable[[Work[R]], Awaitable[None]]
    platform: bool = False
    once: bool = True


async def capture(graph: Graph, actor: Actor, noun: Noun[R], records: Sequence[Mapping[str, object]], options: Options) -> list[Outcome]:
    """An outcome per record, in their order. Raises `CaptureRefused`, or the graph's `EngineError` with nothing stored."""
    owner, scope = recorder(actor, noun.action, platform=noun.platform)
    checked = await check_call(noun.model, owner, records, options, once=noun.once)
    outcomes: dict[int, Outcome] = dict(checked.rejected)
    if checked.drafts:
        refused_before = {outcome.id: index for index, outcome in sorted(checked.rejected.items(), reverse=True)}

        async def attempt(tx: Transaction) -> Work[R]:
            work = Work(tx, scope, owner, actor.subject, options.now(), new_ulid(), options, checked.drafts, refused_before)
            await noun.store(work)
            await _audit(work, actor, noun)
            return work

        outcomes.update((await graph.write(attempt)).outcomes())
    return [outcomes[index] for index in range(len(records))]


async def _audit(work: Work[Any], actor: Actor, noun: Noun[Any]) -> None:
    """One entry for what the transaction writes; none when it writes nothing."""
    written = [draft for draft in work.accepted() if work.statuses[draft.index] is not Status.UNCHANGED]
    if written:
        entry = audit.entry(
            actor,
            noun.action,
            [draft.id for draft in written],
            id=work.audit_id,
            at=work.at,
            address=work.options.address,
            digests=[draft.digest for draft in written],
            statuses=[work.statuses[draft.index].value for draft in written],
            children=sorted({child for draft in written for child in draft.record.moved()}) or None,
            awaits=AWAITS,
        )
        await work.run(audit.AUDIT, entry=entry)
