"""Events are kept, and what they say of custody is recorded, by the caller's rights, a chunk at a time."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import anyio.to_thread
import orjson

from api.exchange.epcis.captured import Captured, Names, told_before
from api.exchange.epcis.custody import Custody
from api.exchange.epcis.declarations import Declarations
from api.exchange.epcis.event import Event
from api.exchange.epcis.hashing import Unhashable, event_hash
from api.exchange.epcis.identity import Identity
from api.exchange.epcis.storing import Storing
from api.exchange.epcis.telling.events import tell
from api.exchange.epcis.waiting import Came, tell_waiting
from api.exchange.importing import FULL
from api.exchange.items import Item
from api.exchange.outcomes import Note
from auth.actor import Actor
from graph.capture import Options, Status, Telling, Untold, call_events, capture_events, keep_untold
from graph.custody_facts import known_enterprises
from graph.engine.driver import Graph
from graph.events.stored import event_sizes, events_in_turn
from graph.model.gs1_keys import canonical, read_key
from graph.model.problems import Problem, ProblemCode
from graph.model.texts import instant_text
from graph.portions import portions

CHUNK = 500
"""Events in one chunk."""
CHUNK_NAMES = 5_000
"""Keys that the events of one chunk are about, from which on it is full."""
CHUNK_BYTES = 4_000_000
"""Of its events as they are kept, likewise: with the largest event more, it stays below the 16 MB that a statement may have."""
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


@dataclass(slots=True)
class Recorder:
    """Raises `CaptureRefused` when the caller may not, and the graph's `EngineError`; a chunk may be recorded again."""

    graph: Graph
    actor: Actor
    options: Options = field(default_factory=Options)

    @property
    def _names(self) -> Names:
        return Names(self.actor.enterprise or "")

    def weight(self, item: Item[Event]) -> int:
        if item.value is None:
            return FULL // CHUNK
        return max(FULL // CHUNK, len(item.value.named) * FULL // CHUNK_NAMES, min(_size(item.value), EVENT_BYTES) * FULL // CHUNK_BYTES)

    def refusal(self, item: Item[Event]) -> EventOutcome | None:
        found = _told(item)
        return None if isinstance(found, Captured) else found

    async def record(self, items: Sequence[Item[Event]]) -> list[EventOutcome]:
        """An outcome per item, in their order."""
        told, outcomes = await _hashed(items)
        first = {one.identity: place for place, one in reversed(list(enumerate(told)))}
        kept = [told[place] for place in sorted(first.values())]
        stored = await capture_events(self.graph, self.actor, [_record(one) for one in kept], self.options)
        statuses = {one.identity: outcome for one, outcome in zip(kept, stored, strict=True)}
        await self._call(told, {one.identity: one for one in kept if statuses[one.identity].status is Status.CREATED})
        there = [one for one in told if statuses[one.identity].status is not Status.REJECTED]
        custody = await self._told_of(kept, {identity: outcome.status for identity, outcome in statuses.items()}, there)
        await tell_waiting(self.graph, self._names.owner, custody.news, [self._names.event(one.identity) for one in kept], self.tell_again)
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

    async def _call(self, told: Sequence[Captured], created: Mapping[str, Captured]) -> None:
        """By each ID that an event came with it is found again; what a declaration is called, the event that it is about is called too."""
        kept_with = {(name, one.event.event_id) for name, one in created.items()}
        called = {(name, one.event.event_id) for one in told for name in (one.identity, one.named.told)} - kept_with
        await call_events(self.graph, self.actor, ((self._names.event(name), found) for name, found in called if found is not None))

    async def _told_of(self, kept: Sequence[Captured], statuses: Mapping[str, Status], there: Sequence[Captured]) -> Custody:
        """What the events come to, recorded. there: those that are kept, as often as they were told."""
        custody = await self._custody(kept)
        declarations = Declarations(self.graph, self.actor)
        wrong = await declarations.declare(kept, statuses)
        for place, one in enumerate(kept):
            if one.identity in wrong:
                custody.note(place, "", "kept; it was declared wrong, so that nothing is recorded of it")
            elif statuses[one.identity] is not Status.REJECTED:
                tell(custody, place, one.event, one.identity)
        await Storing(self.graph, self.actor, self.options).store(custody)
        known = [one for one in kept if statuses[one.identity] is Status.UNCHANGED and one.identity not in wrong]
        await declarations.note([(place, one) for place, one in enumerate(kept) if statuses[one.identity] is not Status.REJECTED], custody)
        awaits = await declarations.awaits(kept, custody)
        await self._keep_untold(kept, known, custody.untold, awaits)
        await self._doubt_anew(declarations, await declarations.concerned(there))
        return custody

    async def _doubt_anew(self, declarations: Declarations, concerned: AbstractSet[str]) -> None:
        """concerned: declarations. What is to correct the events that they are about may have come, or have been declared wrong itself."""
        for portion in portions(sorted(concerned)):
            sizes = await event_sizes(self.graph, self.actor.scope, self._names.owner, portion)
            async for stored in events_in_turn(self.graph, self.actor.scope, self._names.owner, sorted(sizes.items())):
                await self._doubt_these(declarations, told_before(stored))

    async def _doubt_these(self, declarations: Declarations, told: Sequence[Captured]) -> None:
        custody = await self._custody(told)
        for place, one in enumerate(told):
            tell(custody, place, one.event, one.identity)
        await declarations.awaits(told, custody)
        untold = {self._names.event(told[place].identity): one for place, one in custody.untold.items()}
        names = {self._names.event(one.identity) for one in told}
        await keep_untold(self.graph, self.actor, Telling(self.options.now(), untold, corrected=names))

    async def tell_again(self, actor: Actor, told: Sequence[Captured]) -> Came:
        """As of `waiting.Tell`: what else events come to that were captured before, by whomever."""
        options = self.options if actor.enterprise == self.actor.enterprise else replace(self.options, address=None)
        again = Recorder(self.graph, actor, options)
        custody = await again._told_of(told, {one.identity: Status.UNCHANGED for one in told}, ())
        return Came(custody.news, settled=any(custody.untold.get(place, Untold()).settled for place in range(len(told))))

    async def _keep_untold(
        self,
        kept: Sequence[Captured],
        known: Sequence[Captured],
        untold: Mapping[int, Untold],
        awaits: Mapping[str, Sequence[str]],
    ) -> None:
        """Instead of what was untold of those known before, and of those that a declaration corrects."""
        again = {self._names.event(one.identity) for one in known}
        wrong = {self._names.event(one.named.told) for one in kept if one.event.error is not None}
        corrected = {self._names.event(one.named.told) for one in kept if one.corrected}
        told = {name: one for place, one in untold.items() if (name := self._names.event(kept[place].identity)) not in corrected}
        await keep_untold(self.graph, self.actor, Telling(self.options.now(), told, again, corrected, wrong, awaits))

    async def _custody(self, told: Sequence[Captured]) -> Custody:
        hidden = {
            prefix
            for one in told
            for text in (*one.event.named, *(end.id for end in (*one.event.sources, *one.event.destinations)), *_places(one.event))
            if not isinstance(key := read_key(text), str) and key.prefix is None
            for prefix in key.prefixes
        }
        known = await known_enterprises(self.graph, self.actor.scope, hidden) if hidden else frozenset[str]()
        return Custody(self._names.owner, known | {self._names.owner})


async def tell_news(graph: Graph, actor: Actor, news: Collection[str], options: Options) -> None:
    """Has the events recorded again that wait for more to be told of these packages and batches, or of what left by these shipments, by the
    rights of who captured them.

    actor: of whom the news is; what fails here does not concern it.
    """
    if news:
        await tell_waiting(graph, actor.enterprise or "", news, (), Recorder(graph, actor, options).tell_again)


async def _hashed(items: Sequence[Item[Event]]) -> tuple[list[Captured], dict[int, EventOutcome]]:
    """Beside the event loop: an event of 4 MB takes seconds."""
    told: list[Captured] = []
    outcomes: dict[int, EventOutcome] = {}
    every = await anyio.to_thread.run_sync(lambda: [_told(item) for item in items])
    for item, found in zip(items, every, strict=True):
        if isinstance(found, Captured):
            told.append(found)
        else:
            outcomes[item.index] = found
    return told, outcomes


def _told(item: Item[Event]) -> Captured | EventOutcome:
    if item.value is None:
        return EventOutcome(item.index, item.line, None, Status.REJECTED, item.problems)
    if (size := _size(item.value)) > EVENT_BYTES:
        found = f"found an event that takes {size:,} bytes with its namespaces; right is at most {EVENT_BYTES:,}, or several events"
        return EventOutcome(item.index, item.line, None, Status.REJECTED, (Problem(ProblemCode.TOO_LONG, "", found),))
    try:
        found = event_hash(item.value)
        return Captured(item, item.value, Identity.of(item.value, found))
    except Unhashable:
        message = "found a value that has no canonical form, such as a number out of all range; right is one that has"
        return EventOutcome(item.index, item.line, None, Status.REJECTED, (Problem(ProblemCode.OUT_OF_RANGE, "", message),))


def _record(told: Captured) -> dict[str, object]:
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
