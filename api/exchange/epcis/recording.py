"""Events are kept, and what they say of custody is recorded, by the caller's rights, a chunk at a time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import anyio.to_thread
import orjson

from api.exchange.epcis.custody import Arrival, Custody, Elsewhere, Moved, Row
from api.exchange.epcis.event import Event
from api.exchange.epcis.hashing import Unhashable, event_hash
from api.exchange.epcis.identity import Identity
from api.exchange.epcis.said import corrective_ids
from api.exchange.epcis.telling import tell
from api.exchange.epcis.waiting import tell_waiting
from api.exchange.importing import FULL
from api.exchange.items import Item
from api.exchange.outcomes import Note
from auth.actor import Actor
from graph.capture import (
    Options,
    Outcome,
    Status,
    Telling,
    Untold,
    call_events,
    capture_aggregations,
    capture_events,
    capture_implied_batches,
    capture_sales,
    capture_told_batches,
    capture_told_packages,
    capture_told_receipts,
    capture_told_shipments,
    capture_told_sites,
    declare,
    keep_untold,
)
from graph.custody_facts import (
    Moment,
    around,
    awaited,
    children_at,
    contents_of,
    declared,
    destinations_of,
    emptied,
    events_called,
    items_of,
    known_enterprises,
    origins_at,
    received,
    shipments_by,
    yields_of,
)
from graph.engine.driver import Graph
from graph.epcis_events import hashes_called, whole_hash
from graph.model.gs1_keys import canonical, read_key
from graph.model.identifiers import Kind, kind_of, owner_of
from graph.model.problems import Problem, ProblemCode
from graph.model.records.epcis_event import event_id_name, event_name, is_declaration
from graph.model.records.told import NOT_TOLD, is_unstated
from graph.model.texts import instant_text
from graph.model.times import STILL

Capture: TypeAlias = Callable[[Graph, Actor, Sequence[Mapping[str, object]], Options], Awaitable[list[Outcome]]]
_BEGINNINGS = (capture_implied_batches, capture_told_batches, capture_told_packages)
CHUNK = 500
"""Events in one chunk."""
CHUNK_NAMES = 5_000
"""Keys that the events of one chunk are about, from which on it is full."""
CHUNK_BYTES = 4_000_000
"""Of its events as they are kept, likewise: with the largest event more, it stays below the 16 MB that a statement may have."""
_ITEMS_WAITED_FOR = 1_000
"""Of one use, when their batch may be told later."""
EVENT_BYTES = 8_000_000
"""Of one event as it is kept, with its namespaces: one with 100,000 EPCs takes some 6 MB."""


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """What became of one event. hash: none of one that could not be read. notes: what of it became no record.
    records: IDs of those that it was recorded as."""

    index: int
    line: int | None
    hash: str | None
    status: Status
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    records: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        return "event"

    @property
    def named(self) -> Mapping[str, str]:
        return {} if self.hash is None else {"eventHash": self.hash}


@dataclass(frozen=True, slots=True)
class _Told:
    """An event of the chunk, with its place in the document."""

    item: Item[Event]
    event: Event
    hash: str
    named: Identity

    @property
    def identity(self) -> str:
        return self.named.kept

    @property
    def corrected(self) -> bool:
        return bool(corrective_ids(self.event))


@dataclass(slots=True)
class Recorder:
    """Raises `CaptureRefused` when the caller may not, and the graph's `EngineError`; a chunk may be recorded again."""

    graph: Graph
    actor: Actor
    options: Options = field(default_factory=Options)

    def weight(self, item: Item[Event]) -> int:
        if item.value is None:
            return FULL // CHUNK
        return max(FULL // CHUNK, len(item.value.named) * FULL // CHUNK_NAMES, min(_size(item.value), EVENT_BYTES) * FULL // CHUNK_BYTES)

    def refusal(self, item: Item[Event]) -> EventOutcome | None:
        found = _told(item)
        return None if isinstance(found, _Told) else found

    async def record(self, items: Sequence[Item[Event]]) -> list[EventOutcome]:
        """An outcome per item, in their order."""
        told, outcomes = await _hashed(items)
        first = {one.identity: place for place, one in reversed(list(enumerate(told)))}
        kept = [told[place] for place in sorted(first.values())]
        stored = await capture_events(self.graph, self.actor, [_record(one) for one in kept], self.options)
        statuses = {one.identity: outcome for one, outcome in zip(kept, stored, strict=True)}
        await self._call(told, {one.identity: one for one in kept if statuses[one.identity].status is Status.CREATED})
        there = [one for one in told if statuses[one.identity].status is not Status.REJECTED]
        custody = await self._told_of(kept, {identity: outcome.status for identity, outcome in statuses.items()}, await self._come(there))
        owner = self.actor.enterprise or ""
        await tell_waiting(self.graph, custody.told_of, [event_name(owner, one.identity) for one in kept], self._tell_again)
        notes = {one.identity: tuple(custody.notes.get(place, ())) for place, one in enumerate(kept)}
        records = {one.identity: tuple(custody.recorded.get(place, ())) for place, one in enumerate(kept)}
        for one in told:
            outcome = statuses[one.identity]
            again = told[first[one.identity]] is not one and outcome.status is Status.CREATED
            status = Status.UNCHANGED if again else outcome.status
            told_of = () if again else notes[one.identity]
            outcomes[one.item.index] = EventOutcome(
                one.item.index, one.item.line, one.hash, status, outcome.problems, told_of, records[one.identity]
            )
        return [outcomes[item.index] for item in items]

    async def _call(self, told: Sequence[_Told], created: Mapping[str, _Told]) -> None:
        """By each ID that an event came with it is found again; what a declaration is called, the event that it is about is called too."""
        owner = self.actor.enterprise or ""
        kept_with = {(name, one.event.event_id) for name, one in created.items()}
        called = {(name, one.event.event_id) for one in told for name in (one.identity, one.named.told)} - kept_with
        await call_events(self.graph, self.actor, ((event_name(owner, name), found) for name, found in called if found is not None))

    async def _told_of(self, kept: Sequence[_Told], statuses: Mapping[str, Status], come: Sequence[tuple[str, str]]) -> Custody:
        """What the events come to, recorded. come: as of `_come`."""
        custody = await self._custody(kept)
        wrong = await self._declared(kept, statuses)
        for place, one in enumerate(kept):
            if one.identity in wrong:
                custody.note(place, "", "kept; it was declared wrong, so that nothing is recorded of it again")
            elif statuses[one.identity] is not Status.REJECTED:
                tell(custody, place, one.event, one.identity)
        await self._flush(custody)
        await self._wait(custody)
        known = [one for one in kept if statuses[one.identity] is Status.UNCHANGED and one.identity not in wrong]
        awaits = await self._awaits(kept, custody)
        await self._keep_untold(kept, known, custody.untold, awaits, come)
        return custody

    async def _tell_again(self, actor: Actor, items: Sequence[Item[Event]]) -> set[str]:
        told, _ = await _hashed(items)
        options = self.options if actor.enterprise == self.actor.enterprise else replace(self.options, address=None)
        again = Recorder(self.graph, actor, options)
        return (await again._told_of(told, {one.identity: Status.UNCHANGED for one in told}, ())).told_of

    async def _declared(self, kept: Sequence[_Told], statuses: Mapping[str, Status]) -> set[str]:
        """The identities of those known before that a declaration, of this chunk or from before, says to be wrong."""
        owner = self.actor.enterprise or ""
        errors = {event_name(owner, one.identity): event_name(owner, one.named.told) for one in kept if one.event.error is not None}
        await declare(self.graph, self.actor, errors)
        known = {
            event_name(owner, one.identity): one.identity
            for one in kept
            if one.event.error is None and statuses[one.identity] is Status.UNCHANGED
        }
        return {known[name] for name in await declared(self.graph, self.actor.scope, known)}

    async def _awaits(self, kept: Sequence[_Told], custody: Custody) -> dict[str, list[str]]:
        """By declaration, what corrects its event and has not come: until then it is untold where the event's goods came from and went."""
        owner = self.actor.enterprise or ""
        called = await self._called({one for place in custody.doubtful for one in corrective_ids(kept[place].event)})
        awaits: dict[str, list[str]] = {}
        for place, goods in custody.doubtful.items():
            wrong = event_name(owner, kept[place].named.told)
            lacking = [one for one in corrective_ids(kept[place].event) if not any(map(wrong.__ne__, called.get(one, ())))]
            awaits[event_name(owner, kept[place].identity)] = [event_id_name(owner, whole_hash(one)) for one in lacking]
            if lacking:
                found = f"kept; {lacking[0]} has not come{f', nor have {len(lacking) - 1} others' if len(lacking) > 1 else ''}"
                custody.note(place, "errorDeclaration.correctiveEventIDs", f"{found}; until then lineage over the goods has a gap")
                custody.lost(place, went=goods.went, came=goods.came)
        return awaits

    async def _called(self, event_ids: AbstractSet[str]) -> dict[str, set[str]]:
        """The events, but for declarations, that came with one of the IDs, or whose hash it is."""
        if not event_ids:
            return {}
        found = await events_called(self.graph, self.actor.scope, event_ids)
        for one, event in await hashes_called(self.graph, self.actor.scope, event_ids):
            found.setdefault(one, set()).add(event)
        return {one: {event for event in events if not is_declaration(event)} for one, events in found.items()}

    async def _come(self, told: Sequence[_Told]) -> list[tuple[str, str]]:
        """The declarations that awaited one of these events, or one that these declare wrong, by its ID or hash, each with that."""
        owner = self.actor.enterprise or ""
        called = [
            (event_name(owner, one.named.told), event_id_name(owner, name))
            for one in told
            for name in (one.event.event_id, one.hash)
            if name
        ]
        return await awaited(self.graph, self.actor.scope, called)

    async def _keep_untold(
        self,
        kept: Sequence[_Told],
        known: Sequence[_Told],
        untold: Mapping[int, Untold],
        awaits: Mapping[str, Sequence[str]],
        come: Sequence[tuple[str, str]],
    ) -> None:
        """Instead of what was untold of those known before, and of those that a declaration corrects."""
        owner = self.actor.enterprise or ""
        again = {event_name(owner, one.identity) for one in known}
        corrected = {event_name(owner, one.named.told) for one in kept if one.corrected}
        told = {name: one for place, one in untold.items() if (name := event_name(owner, kept[place].identity)) not in corrected}
        others = [one for one in come if one[0] not in awaits]
        await keep_untold(self.graph, self.actor, Telling(self.options.now(), told, again, corrected, awaits, others))

    async def _custody(self, told: Sequence[_Told]) -> Custody:
        owner = self.actor.enterprise or ""
        hidden = {
            prefix
            for one in told
            for text in (*one.event.named, *(end.id for end in (*one.event.sources, *one.event.destinations)), *_places(one.event))
            if not isinstance(key := read_key(text), str) and key.prefix is None
            for prefix in key.prefixes
        }
        known = await known_enterprises(self.graph, self.actor.scope, hidden) if hidden else frozenset[str]()
        return Custody(owner, known | {owner})

    async def _flush(self, custody: Custody) -> None:
        await self._send(custody, capture_told_sites, custody.sites)
        await self._weigh(custody)
        implied = {batch: row for batch, row in custody.batches.items() if row.implied}
        await self._send(custody, capture_implied_batches, implied)
        await self._send(custody, capture_told_batches, {batch: row for batch, row in custody.batches.items() if not row.implied})
        await self._send(custody, capture_told_packages, custody.packages)
        await self._move(custody)
        await self._use(custody)
        await self._send(custody, capture_told_shipments, custody.shipments)
        await self._arrive(custody)
        await self._look_inside(custody)
        await self._look_elsewhere(custody)
        await self._send(custody, capture_sales, {str(place): row for place, row in enumerate(custody.sales)})

    async def _wait(self, custody: Custody) -> None:
        """For what packages are in too: by that they are shipped, and come."""
        waits = [one.waits for one in custody.untold.values() if one.waits]
        packages = {record for one in waits for record in one if kind_of(record) is Kind.PACKAGE}
        above = await around(self.graph, packages) if packages else {}
        for one in waits:
            one.update(*(above.get(record, ()) for record in list(one)))

    async def _weigh(self, custody: Custody) -> None:
        """A batch has the yield that was told first; another word on it is a note, since events that were kept are told again."""
        if not custody.yields:
            return
        stored = await yields_of(self.graph, self.actor.scope, custody.yields)
        for batch, told in custody.yields.items():
            known = stored.get(batch) or next(iter(told.values()))
            custody.batches[batch].content["yieldKg"] = known
            for index, mass in told.items():
                if mass != known:
                    found = f"not recorded: found {mass} kg made of {batch}, and {known} kg as told before"
                    custody.note(index, "outputQuantityList", f"{found}; right is one yield of a batch, as its record may amend it")

    async def _send(self, custody: Custody, capture: Capture, rows: Mapping[str, Row]) -> None:
        ordered = sorted(rows.values(), key=lambda row: not row.implied)
        for portion in _portions(ordered):
            outcomes = await capture(self.graph, self.actor, [row.content for row in portion], self.options)
            for row, outcome in zip(portion, outcomes, strict=True):
                if not outcome.problems:
                    custody.kept(row, outcome.id, new=outcome.status is Status.CREATED)
                for index in row.told_by if outcome.problems else ():
                    came = [outcome.id] if capture in _BEGINNINGS else ()
                    custody.lost(index, went=row.went, came=came, until_told=capture is capture_aggregations)
                    for problem in outcome.problems:
                        custody.note(index, problem.path, f"not recorded: {outcome.id}: {problem.message}")

    async def _move(self, custody: Custody) -> None:
        """In the order of times; what empties a parent is asked of the graph when all before it is recorded."""
        waiting: list[Moved] = []
        emptyings = dict.fromkeys(await self._emptyings(custody.moved))
        for move in sorted((*custody.moved, *emptyings), key=lambda move: (move.at, move.adds)):
            if move.children is None:
                await self._moved(custody, waiting)
                waiting = []
                children = tuple(await children_at(self.graph, self.actor.scope, move.parent, move.at))
                if not children and move in emptyings:
                    continue
                if not children:
                    custody.note(move.index, "childEPCs", _nothing_in(move, self.actor.enterprise))
                    custody.wait(move.index, [move.parent])
                    continue
                move = replace(move, children=children)  # noqa: PLW2901
            waiting.append(move)
        await self._moved(custody, waiting)

    async def _emptyings(self, moves: Sequence[Moved]) -> list[Moved]:
        """Of parents into which something went, when they were emptied by what was captured before, and told of later times."""
        first: dict[str, Moved] = {}
        for move in moves:
            name = canonical(move.key)
            if move.adds and (name not in first or move.at < first[name].at):
                first[name] = move
        told = {(move.parent, move.at) for move in moves if move.children is None}
        times = await emptied(self.graph, self.actor.scope, first) if first else []
        late = [replace(first[name], children=None, adds=False, at=at) for name, at in times if at > first[name].at]
        return [move for move in late if (move.parent, move.at) not in told]

    async def _moved(self, custody: Custody, moves: Sequence[Moved]) -> None:
        rows = {
            str(place): Row(
                {
                    "parent": move.parent,
                    "children": list(move.children or ()),
                    "action": "ADD" if move.adds else "REMOVE",
                    "at": instant_text(move.at),
                },
                [move.index],
            )
            for place, move in enumerate(moves)
        }
        await self._send(custody, capture_aggregations, rows)

    async def _use(self, custody: Custody) -> None:
        """Packages that went into batches stand for what they were packed from."""
        moments = sorted({(use.package, use.at) for use in custody.uses})
        if not moments:
            return
        untold = set[str]().union(*(one.came for one in custody.untold.values()))
        origins = await origins_at(self.graph, self.actor.scope, moments, untold)
        rows: dict[str, Row] = {}
        for use in custody.uses:
            found = origins[use.package, use.at]
            sources = [batch for batch in found.batches if batch != use.batch]
            if sources and found.untold:
                message = f"kept; of {_some(found.untold)} more went into {use.batch} than is recorded; right is what is in it, by EPCs"
                custody.note(use.index, "inputEPCList", message)
                custody.lost(use.index, went=[use.package], came=[use.batch])
            if not sources:
                own = owner_of(use.package) == self.actor.enterprise
                once = "that is told" if own else "a shipment has brought it to you"
                message = f"kept; the batch of {use.package} is not known; it is recorded once {once}"
                custody.note(use.index, "inputEPCList", message)
                custody.lost(use.index, went=[use.package], came=[use.batch], until_told=True)
                continue
            if provisional := [source for source in sources if is_unstated(source)]:
                custody.wait(use.index, [use.package, *sorted(await items_of(self.graph, provisional))[:_ITEMS_WAITED_FOR]])
            known = custody.batches[use.batch].content
            row = rows.setdefault(use.batch, Row(known | {"inputs": []}, []))
            row.told_by.append(use.index)
            for source in sources:
                entry = {"source": source, "quantityKg": NOT_TOLD, "at": instant_text(use.at)}
                if entry not in row.content["inputs"]:
                    row.content["inputs"].append(entry)
        await self._send(custody, capture_told_batches, rows)

    async def _arrive(self, custody: Custody) -> None:
        came = await self._came(custody.arrivals)
        named = [one.shipment for one in custody.arrivals if one.shipment]
        bound = await destinations_of(self.graph, self.actor.scope, [*(shipment for shipment, _ in came.values()), *named])
        before = await received(
            self.graph, self.actor.scope, [key for one in custody.arrivals if one.anywhere for key in one.keys.values()]
        )
        rows: dict[str, Row] = {}
        for one in sorted(custody.arrivals, key=lambda one: one.at):
            ways = {package: way for package in one.packages if (way := came.get((package, one.at)))}
            found = {package: shipment for package, (shipment, _) in ways.items()}
            waits = one.shipment if one.shipment not in bound else None
            missing = [package for package in one.packages if package not in found]
            if missing or waits:
                by = f"{one.shipment} is recorded without" if one.shipment else "no shipment is known by which"
                by = f"{one.shipment} has not come, by which came" if waits else by
                right = "it is recorded once there is one that has it"
                missing = list(one.packages) if waits else missing
                custody.note(one.index, "epcList", f"kept; {by} {_some(missing)}{'' if one.shipment else ' came'}; {right}")
                custody.lost(one.index, went=missing, until_told=True)
            elsewhere = [package for package, shipment in found.items() if not waits and not one.fits(shipment, bound.get(shipment))]
            if elsewhere:
                by = f"{found[elsewhere[0]]} of {owner_of(found[elsewhere[0]])} was bound for {bound.get(found[elsewhere[0]])}"
                told = f"{_some(elsewhere)} came to {one.site} from {one.sender or 'somebody'}, and by {by}"
                custody.note(one.index, "bizLocation", f"kept; found that {told}; it is recorded once there is one to where it came")
                custody.lost(one.index, went=elsewhere, until_told=True)
            latest = one.at - self.options.tolerance_ms
            again = [
                package
                for package, (_, departed) in ways.items()
                if one.anywhere and any(departed <= at < latest for at in before.get(one.keys[package], ()))
            ]
            if again:
                told = f"{_some(again)} had come by {found[again[0]]} before, and where it came now is not told"
                custody.note(one.index, "bizLocation", f"kept; found that {told}; right is the place")
                custody.lost(one.index, went=again)
            taken = {shipment for package, shipment in found.items() if package not in elsewhere and package not in again}
            for shipment in sorted({waits} if waits else taken or ({one.shipment} if one.shipment else set[str]())):
                row = rows.setdefault(shipment, Row({"shipment": shipment, "receivedAt": instant_text(one.at)}, []))
                row.told_by.append(one.index)
                row.way.update(one.packages)
        await self._send(custody, capture_told_receipts, rows)

    async def _came(self, told: Sequence[Arrival | Elsewhere]) -> dict[Moment, tuple[str, int]]:
        """The shipment by which each package can have come by the time that is told, with the tolerance, and when that left."""
        tolerance = self.options.tolerance_ms
        moments = sorted({(package, one.at + tolerance) for one in told for package in one.packages})
        if not moments:
            return {}
        by_moment: dict[Moment, list[Arrival | Elsewhere]] = {}
        for one in told:
            for package in one.packages:
                by_moment.setdefault((package, one.at + tolerance), []).append(one)
        came = await shipments_by(
            self.graph, self.actor.scope, moments, lambda moment, shipment, end: any(one.fits(shipment, end) for one in by_moment[moment])
        )
        return {(package, at - tolerance): way for (package, at), way in came.items()}

    async def _look_inside(self, custody: Custody) -> None:
        """Whether what events say of what is in packages is known by records of custody; what is not, is untold."""
        now = [(record, STILL - 1) for record in custody.of_lot]
        held = await contents_of(self.graph, self.actor.scope, [*now, *((one.parent, one.at) for one in custody.inside)])
        for record, at in now:
            if (record, at) not in held:
                index, batches = custody.of_lot[record]
                found = f"kept; the lot of {record} is that of the items in it, and found none"
                custody.note(index, "ilmd", f"{found}; right is that these are commissioned, and packed into it")
                custody.lost(index, went=batches, came=[record], until_told=True)
        for one in custody.inside:
            custody.lost(one.index, went=set(one.children) - held.get((one.parent, one.at), set()), until_told=True)

    async def _look_elsewhere(self, custody: Custody) -> None:
        """Likewise of where packages are."""
        came = await self._came(custody.elsewhere)
        bound = await destinations_of(self.graph, self.actor.scope, [shipment for shipment, _ in came.values()])
        for one in custody.elsewhere:
            ways = {package: came.get((package, one.at), ("", 0))[0] for package in one.packages}
            gone = [package for package, shipment in ways.items() if not one.fits(shipment, bound.get(shipment))]
            custody.lost(one.index, went=gone, until_told=True)


async def _hashed(items: Sequence[Item[Event]]) -> tuple[list[_Told], dict[int, EventOutcome]]:
    """Beside the event loop: an event of 4 MB takes seconds."""
    told: list[_Told] = []
    outcomes: dict[int, EventOutcome] = {}
    every = await anyio.to_thread.run_sync(lambda: [_told(item) for item in items])
    for item, found in zip(items, every, strict=True):
        if isinstance(found, _Told):
            told.append(found)
        else:
            outcomes[item.index] = found
    return told, outcomes


def _told(item: Item[Event]) -> _Told | EventOutcome:
    if item.value is None:
        return EventOutcome(item.index, item.line, None, Status.REJECTED, item.problems)
    if (size := _size(item.value)) > EVENT_BYTES:
        found = f"found an event that takes {size:,} bytes with its namespaces; right is at most {EVENT_BYTES:,}, or several events"
        return EventOutcome(item.index, item.line, None, Status.REJECTED, (Problem(ProblemCode.TOO_LONG, "", found),))
    try:
        found = event_hash(item.value)
        return _Told(item, item.value, found, Identity.of(item.value, found))
    except Unhashable:
        message = "found a value that has no canonical form, such as a number out of all range; right is one that has"
        return EventOutcome(item.index, item.line, None, Status.REJECTED, (Problem(ProblemCode.OUT_OF_RANGE, "", message),))


def _record(told: _Told) -> dict[str, object]:
    event = told.event
    return {
        "identity": told.identity,
        "place": told.item.index,
        "eventType": event.type.value,
        "eventAt": instant_text(event.time),
        "action": event.action.value if event.action else None,
        "eventId": event.event_id or told.hash,
        "bizStep": event.biz_step,
        "disposition": event.disposition,
        "readPoint": canonical(event.read_point) if event.read_point else None,
        "bizLocation": canonical(event.biz_location) if event.biz_location else None,
        "error": event.error is not None,
        "body": orjson.dumps(event.body).decode(),
        "prefixes": orjson.dumps(event.prefixes).decode(),
        "names": [canonical(name) for name in event.named],
    }


def _size(event: Event) -> int:
    """Bytes as it is kept; 0 of one that cannot be."""
    try:
        return len(orjson.dumps(event.body)) + len(orjson.dumps(event.prefixes))
    except orjson.JSONEncodeError:
        return 0


def _places(event: Event) -> tuple[str, ...]:
    return tuple(place for place in (event.read_point, event.biz_location) if place)


def _some(packages: Sequence[str]) -> str:
    return packages[0] + (f" and {len(packages) - 1} others" if len(packages) > 1 else "")


def _nothing_in(move: Moved, enterprise: str | None) -> str:
    """Of what is another's and did not come, nothing is told but that."""
    found = f"kept; found nothing in {move.parent} at {instant_text(move.at)} to take out"
    return found if owner_of(move.parent) == enterprise else f"{found}; it is recorded once a shipment has brought it to you"


def _portions(rows: Sequence[Row]) -> list[list[Row]]:
    """As many as a call takes, by the entries of their lists too."""
    portions: list[list[Row]] = []
    listed = 0
    for row in rows:
        entries = sum(len(row.content.get(name, ())) for name in ("children", "packages", "inputs"))
        if not portions or len(portions[-1]) >= CHUNK_NAMES or listed + entries > 50_000:
            portions.append([])
            listed = 0
        portions[-1].append(row)
        listed += entries
    return portions
