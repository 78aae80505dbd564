"""To whom an enterprise has something delivered: made, paused, removed by its own staff, each with an entry in the recording log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from croniter import croniter

from auth.actor import Actor
from auth.scope import Scope
from graph import audit
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import enterprise_id
from graph.model.times import CHINA, now_ms
from graph.model.ulid import first_ulid
from graph.statements import statement

_MAKE = statement("recipients/make")
_FIND = statement("recipients/find")
_CHANGE = statement("recipients/change")
_REMOVE = statement("recipients/remove")
_LOCK = statement("recipients/lock")
_NAMES = statement("recipients/names")
_OWE = statement("delivery/owe")
_DUES = statement("delivery/dues")
_DROP_DUES = statement("delivery/drop_dues")
_LETTERS = statement("delivery/letters_of")
_DROP_LETTERS = statement("delivery/drop_letters")
_CAPTURES = statement("delivery/captures")
_SUBSCRIPTIONS = statement("recipients/subscriptions")
_AT_ONCE, _CALLS = 200, 1_000
_MINUTE_MS, _DAY_MS = 60_000, 86_400_000
_CHINA_MS = CHINA.utcoffset(None) // timedelta(milliseconds=1)
_OF_SUBSCRIPTIONS = ("queryName", "queryText", "since", "reportIfEmpty", "cronText")
FIRST = "0"
"""What is owed from the beginning on, as an ID that comes before those of all calls."""


class RecipientKind(StrEnum):
    PARTNER = "PARTNER"
    SUBSCRIPTION = "SUBSCRIPTION"

    @property
    def beginning(self) -> str:
        """Of the IDs of such recipients."""
        return f"{self.value.lower()}/"

    @classmethod
    def of(cls, recipient: str) -> "RecipientKind":
        """Of the recipient with that ID, which may have been removed since."""
        return next(kind for kind in cls if recipient.startswith(kind.beginning))


class RecipientState(StrEnum):
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    REMOVED = "REMOVED"


class Content(StrEnum):
    SHARED = "SHARED"
    PUBLIC = "PUBLIC"


class Form(StrEnum):
    JSON = "JSON"
    XML = "XML"


class NameTaken(Exception):
    """The enterprise has a recipient of this name."""


class TooMany(Exception):
    """The enterprise has as many recipients as it may; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """None of them is as soon as something is recorded. every: minutes; daily: minutes after midnight in China; cron: an expression of six
    fields, the seconds last, in UTC."""

    every: int | None = None
    daily: int | None = None
    cron: str | None = None

    @property
    def at_once(self) -> bool:
        return self.every is None and self.daily is None and self.cron is None

    def following(self, now: int) -> int:
        """When it is next, in ms; a minute from now where it is whenever something is recorded."""
        if self.daily is not None:
            today = (now + _CHINA_MS) // _DAY_MS * _DAY_MS - _CHINA_MS + self.daily * _MINUTE_MS
            return today if today > now else today + _DAY_MS
        if self.cron is not None:
            return int(1000 * croniter(self.cron, now / 1000).get_next(float))
        return now + (self.every or 1) * _MINUTE_MS


@dataclass(frozen=True, slots=True)
class Recipient:
    """secret, former_secret: sealed; the former one signs too until former_until. query: of a subscription. Times in ms."""

    id: str
    owner: str
    kind: RecipientKind
    name: str
    address: str
    form: Form
    content: Content | None
    schedule: Schedule
    state: RecipientState
    made_at: int
    made_by: str
    secret: str | None
    former_secret: str | None = None
    former_until: int = 0
    next_at: int = 0
    failures: int = 0
    arrived_at: int | None = None
    detail: str | None = None
    query: Mapping[str, Any] | None = None

    @property
    def subscribes(self) -> bool:
        return self.kind is RecipientKind.SUBSCRIPTION


def kept(recipient: Recipient) -> dict[str, Any]:
    """A node's properties."""
    return {
        "id": recipient.id,
        "owner": recipient.owner,
        "kind": recipient.kind.value,
        "name": recipient.name,
        "address": recipient.address,
        "form": recipient.form.value,
        "content": recipient.content.value if recipient.content else None,
        "every": recipient.schedule.every,
        "daily": recipient.schedule.daily,
        "cron": recipient.schedule.cron,
        "state": recipient.state.value,
        "madeAt": recipient.made_at,
        "madeBy": recipient.made_by,
        "secret": recipient.secret,
        "nextAt": recipient.next_at,
        "idle": False,
        "leaseUntil": 0,
        "failures": 0,
        **dict(recipient.query or {}),
    }


def read(found: Mapping[str, Any]) -> Recipient:
    return Recipient(
        found["id"],
        found["owner"],
        RecipientKind(found["kind"]),
        found["name"],
        found["address"],
        Form(found["form"]),
        Content(found["content"]) if found.get("content") else None,
        Schedule(found.get("every"), found.get("daily"), found.get("cron")),
        RecipientState(found["state"]),
        found["madeAt"],
        found["madeBy"],
        found.get("secret"),
        found.get("formerSecret"),
        found.get("formerUntil") or 0,
        found["nextAt"],
        found.get("failures") or 0,
        found.get("arrivedAt"),
        found.get("detail"),
        {name: found[name] for name in _OF_SUBSCRIPTIONS if name in found},
    )


async def add(graph: Graph, actor: Actor, recipient: Recipient, *, most: int, everything: bool, address: str | None) -> None:
    """everything: whether it is told of what is recorded already; a subscription, of what was captured since it begins. Raises `NameTaken`,
    and `TooMany` where there are `most` already."""
    scope = Scope.of(recipient.owner)

    async def write(tx: Transaction) -> None:
        await tx.run(_LOCK, scope, owner=recipient.owner)
        [row] = await tx.run(_NAMES, scope, kind=recipient.kind.value)
        if recipient.name in row["names"]:
            raise NameTaken(recipient.name)
        if len(row["names"]) >= most:
            raise TooMany(f"found {len(row['names'])} already; right is at most {most}: remove one")
        await tx.run(_MAKE, scope, recipient=kept(recipient))
        if recipient.subscribes:
            await _owe_captures(tx, recipient)
        elif everything:
            await tx.run(_OWE, scope, rows=[due(recipient.id, recipient.owner, FIRST)])
        await tx.run(audit.AUDIT, Scope.ALL, entry=_entry(actor, "add", recipient, address))

    await graph.write(write)


async def _owe_captures(tx: Transaction, recipient: Recipient) -> None:
    """Of the time before there was the subscription."""
    scope, after = Scope.of(recipient.owner), first_ulid(dict(recipient.query or {})["since"])
    while True:
        [row] = await tx.run(_CAPTURES, scope, after=after, limit=_CALLS)
        if row[0]:
            await tx.run(_OWE, scope, rows=[due(recipient.id, recipient.owner, call) for call in row[0]])
        if len(row[0]) < _CALLS:
            return
        after = row[0][-1]


def due(recipient: str, owner: str, call: str, **more: Any) -> dict[str, Any]:
    """What is owed for a call, by its ID in the recording log; `FIRST` for all that was recorded before."""
    return {"id": f"{recipient}/{call}", "recipient": recipient, "owner": owner, "call": call, "place": "", **more}


async def subscriptions(graph: Graph, actor: Actor, query: str) -> list[Recipient]:
    """To a query of the actor's enterprise, by its name; the oldest first."""
    [row] = await graph.read(_SUBSCRIPTIONS, actor.scope, query=query)
    return [read(one) for one in row[0]]


async def change(
    graph: Graph,
    actor: Actor,
    kind: RecipientKind,
    recipient: str,
    verb: str,
    changes: Callable[[Recipient], Mapping[str, Any]],
    *,
    address: str | None,
) -> Recipient | None:
    """The recipient as it is afterwards; None where the actor's enterprise has none of this kind and ID. verb: for the log."""

    async def write(tx: Transaction) -> Recipient | None:
        if (before := await _find(tx, actor, kind, recipient)) is None:
            return None
        made = dict(changes(before))
        if not made:
            return before
        [row] = await tx.run(_CHANGE, actor.scope, id=recipient, changes=made)
        await tx.run(audit.AUDIT, Scope.ALL, entry=_entry(actor, verb, before, address))
        return read(row[0][0]) if row[0] else None

    return await graph.write(write)


async def remove(graph: Graph, actor: Actor, kind: RecipientKind, recipient: str, *, address: str | None) -> Recipient | None:
    """As it was, with all that it was still to be told; what was transferred stays in the log. None as of `change`."""

    async def write(tx: Transaction) -> Recipient | None:
        if (before := await _find(tx, actor, kind, recipient)) is None:
            return None
        await tx.run(_REMOVE, actor.scope, id=recipient)
        await tx.run(audit.AUDIT, Scope.ALL, entry=_entry(actor, "remove", before, address))
        return before

    removed = await graph.write(write)
    while removed and (found := (await graph.read(_LETTERS, actor.scope, recipient=recipient, limit=_AT_ONCE))[0][0]):
        await graph.put(_DROP_LETTERS, actor.scope, ids=found)
    while removed and (dues := (await graph.read(_DUES, actor.scope, recipient=recipient, limit=_AT_ONCE))[0][0]):
        await graph.put(_DROP_DUES, actor.scope, ids=[one["id"] for one in dues])
    return removed


async def _find(tx: Transaction, actor: Actor, kind: RecipientKind, recipient: str) -> Recipient | None:
    [row] = await tx.run(_FIND, actor.scope, id=recipient, kind=kind.value)
    return read(row[0][0]) if row[0] else None


def _entry(actor: Actor, verb: str, recipient: Recipient, address: str | None) -> dict[str, Any]:
    action = f"{verb}{recipient.kind.value.capitalize()}"
    return audit.entry(actor, action, [enterprise_id(recipient.owner)], at=now_ms(), address=address, about=recipient.id)
