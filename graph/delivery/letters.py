"""Letters: what one recipient is sent at once, kept with its bytes until it arrived; who may send it now; and the log of every attempt."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from auth.actor import Actor
from auth.scope import Scope
from graph.access import log_of
from graph.delivery.owed import Portion
from graph.delivery.recipients import Recipient, RecipientKind, RecipientState, due, read
from graph.engine.driver import Graph, Transaction
from graph.model.times import now_ms
from graph.model.ulid import new_ulid
from graph.statements import statement

_READY = statement("delivery/ready")
_LEASE = statement("delivery/lease")
_HOLD = statement("delivery/hold")
_PENDING = statement("delivery/pending")
_PUT = statement("delivery/put_letter")
_CHANGE = statement("delivery/change_letter")
_DROP = statement("delivery/drop_letters")
_DROP_DUES = statement("delivery/drop_dues")
_MOVE_DUE = statement("delivery/move_due")
_TRANSFER = statement("delivery/transfer")
_FIND = statement("letters/find")
_OWE = statement("delivery/owe")
_WAKE = statement("delivery/wake")
READY_AT_ONCE = 100
NOBODYS: Mapping[str, Any] = {"leaseBy": None, "leaseUntil": 0}
"""Of a recipient that whoever serves it lets go, to look at it anew."""
RECIPIENTS = log_of("recipients")
GIVEN_UP = log_of("letters")
TRANSFERS = {kind: log_of("transfers", of=f"'{kind.beginning if kind else ''}'") for kind in (None, *RecipientKind)}
"""How partners, dead letters and the log of transfers, of all recipients or those of one kind, are read (`graph.access.entries`)."""


class LetterState(StrEnum):
    PENDING = "PENDING"
    DEAD = "DEAD"


class Outcome(StrEnum):
    ARRIVED = "ARRIVED"
    FAILED = "FAILED"
    GIVEN_UP = "GIVEN_UP"


@dataclass(frozen=True, slots=True)
class Letter:
    """of: IDs of the records that it tells of; records: how many it holds; bytes: of the body; digest: its SHA-256. Times in ms."""

    id: str
    owner: str
    recipient: str
    name: str
    to: str
    body: str
    media: str
    of: tuple[str, ...]
    records: int
    bytes: int
    digest: str
    madeAt: int
    nextAt: int
    attempts: int = 0
    state: str = LetterState.PENDING.value


@dataclass(frozen=True, slots=True)
class Transfer:
    """One attempt. to: the address. status: of HTTP, where there was an answer. took: ms."""

    outcome: Outcome
    at: int
    took: int
    status: int | None
    detail: str | None


async def ready(graph: Graph, passed_over: Collection[str]) -> list[tuple[str, str]]:
    """ID and owner of recipients for which it is time and that nobody serves, `READY_AT_ONCE` at the most, the longest due first; without
    those of the enterprises that are passed over."""
    [row] = await graph.read(_READY, Scope.ALL, now=now_ms(), passedOver=sorted(passed_over), limit=READY_AT_ONCE)
    return [(one, owner) for one, owner in row[0]]


@dataclass(frozen=True, slots=True)
class Holder:
    """A deliverer. lease: ms for which a recipient is its own after each step."""

    by: str
    lease: int


async def take(graph: Graph, recipient: str, holder: Holder) -> Recipient | None:
    """The recipient, for a deliverer alone until the lease ends; None where another was first."""

    async def write(tx: Transaction) -> Recipient | None:
        now = now_ms()
        rows = await tx.run(_LEASE, Scope.ALL, id=recipient, now=now, by=holder.by, until=now + holder.lease)
        return read(rows[0][0][0]) if rows and rows[0][0] else None

    return await graph.write(write)


async def let_go(graph: Graph, recipient: Recipient, holder: Holder, *, next_at: int, idle: bool) -> None:
    """next_at: ms. idle: whether it may be woken before that, by what is recorded."""
    changes = {"nextAt": next_at, "idle": idle, "leaseUntil": 0, "leaseBy": None}
    await graph.write(lambda tx: _hold(tx, recipient, holder, changes))


async def _hold(tx: Transaction, recipient: Recipient, holder: Holder, more: Mapping[str, Any] | None = None) -> bool:
    """Whether the lease holds, which is then longer."""
    changes = more if more is not None else {"leaseUntil": now_ms() + holder.lease}
    rows = await tx.run(_HOLD, Scope.of(recipient.owner), id=recipient.id, by=holder.by, changes=dict(changes))
    return bool(rows and rows[0][0])


async def pending(graph: Graph, recipient: Recipient) -> Letter | None:
    """The letter that is to leave first."""
    [row] = await graph.read(_PENDING, Scope.of(recipient.owner), recipient=recipient.id)
    if not row[0]:
        return None
    found: dict[str, Any] = {name: row[0][0][name] for name in Letter.__dataclass_fields__}
    found["of"] = tuple(found["of"])
    return Letter(**found)


async def post(graph: Graph, recipient: Recipient, holder: Holder, letter: Letter | None, told: Portion) -> bool:
    """Keeps the letter, and owes what it tells of no more, at once; whether the lease still held. letter: None for nothing."""
    scope = Scope.of(recipient.owner)

    async def write(tx: Transaction) -> bool:
        if not await _hold(tx, recipient, holder):
            return False
        if letter is not None:
            await tx.run(_PUT, scope, letter=asdict(letter) | {"of": list(letter.of)})
        if told.finished:
            await tx.run(_DROP_DUES, scope, ids=list(told.finished))
        if told.moved:
            await tx.run(_MOVE_DUE, scope, id=told.moved.id, place=told.moved.place)
        return True

    return await graph.write(write)


async def settle(graph: Graph, recipient: Recipient, holder: Holder, letter: Letter, transfer: Transfer, next_at: int) -> bool:
    """Enters the attempt, and what follows from it. next_at: ms, when it is tried again. Whether the lease still held: the attempt is
    entered in any case."""
    scope = Scope.of(recipient.owner)
    entry = _entry(letter, transfer)

    async def write(tx: Transaction) -> bool:
        await tx.run(_TRANSFER, scope, transfer=entry)
        arrived = transfer.outcome is Outcome.ARRIVED
        told = {"failures": 0, "detail": None, "arrivedAt": transfer.at} if arrived else _failed(recipient, transfer)
        held = await _hold(tx, recipient, holder, told | {"leaseUntil": now_ms() + holder.lease})
        if arrived:
            await tx.run(_DROP, scope, ids=[letter.id])
        if arrived or not held:
            return held
        state = LetterState.DEAD if transfer.outcome is Outcome.GIVEN_UP else LetterState.PENDING
        changes = {
            "attempts": letter.attempts + 1,
            "nextAt": next_at,
            "state": state.value,
            "detail": transfer.detail,
            "triedAt": transfer.at,
        }
        await tx.run(_CHANGE, scope, id=letter.id, changes=changes)
        return True

    return await graph.write(write)


def _failed(recipient: Recipient, transfer: Transfer) -> dict[str, Any]:
    return {"failures": recipient.failures + 1, "detail": transfer.detail}


def _entry(letter: Letter, transfer: Transfer) -> dict[str, Any]:
    return {
        "id": f"transfer/{new_ulid()}",
        "owner": letter.owner,
        "recipient": letter.recipient,
        "name": letter.name,
        "to": letter.to,
        "letter": letter.id,
        "at": transfer.at,
        "took": transfer.took,
        "attempt": letter.attempts + 1,
        "outcome": transfer.outcome.value,
        "status": transfer.status,
        "detail": transfer.detail,
        "records": letter.records,
        "bytes": letter.bytes,
        "digest": letter.digest,
    }


async def send_again(graph: Graph, actor: Actor, ids: Sequence[str]) -> list[str]:
    """Owes what given-up letters of the actor's enterprise told of once more, as it is by now; which of them there were."""
    scope = actor.scope

    async def write(tx: Transaction) -> list[str]:
        [row] = await tx.run(_FIND, scope, ids=list(ids))
        rows = [due(recipient, owner, new_ulid(), records=list(of)) for _, recipient, owner, of in row[0]]
        if rows:
            await tx.run(_OWE, scope, rows=rows)
            await tx.run(_WAKE, scope, ids=sorted({one["recipient"] for one in rows}), now=now_ms())
            await tx.run(_DROP, scope, ids=[one[0] for one in row[0]])
        return [one[0] for one in row[0]]

    return await graph.write(write)


def resumed(recipient: Recipient) -> dict[str, Any]:
    """What changes when a recipient that was paused is told of things again: at once, of what was owed meanwhile."""
    if recipient.state is RecipientState.ACTIVE:
        return {}
    return {"state": RecipientState.ACTIVE.value, "nextAt": now_ms(), "idle": False}


def paused(recipient: Recipient) -> dict[str, Any]:
    return {} if recipient.state is RecipientState.PAUSED else {"state": RecipientState.PAUSED.value, **NOBODYS}


def rotated(recipient: Recipient, sealed: str, until: int) -> dict[str, Any]:
    """until: ms, to which the secret before signs as well."""
    return {"secret": sealed, "formerSecret": recipient.secret, "formerUntil": until, **NOBODYS}
