"""Error declarations: which events are wrong by them, what is to correct these, and whether that has come (docs/decisions/0010)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from api.exchange.epcis.captured import Captured, Names
from api.exchange.epcis.custody import Custody
from api.exchange.epcis.said import corrective_ids, correctives_in, did_not_occur
from api.exchange.epcis.telling.ends import destroys
from api.exchange.epcis.telling.events import shipments_told
from auth.actor import Actor
from graph.capture import Status, declare
from graph.custody_facts import awaiting, declared, events_called, names_of_events, shipments_listing
from graph.engine.driver import Graph
from graph.events.named import declarations_of, hashes_called, whole_hash
from graph.events.stored import event_sizes
from graph.model.records.epcis_event import declared_in, hash_uri, identity_in, is_declaration
from graph.pace import Pace

_LINKS = 50
"""Of a chain of events each of which corrects the one before it; each costs statements."""


@dataclass(frozen=True, slots=True)
class Declarations:
    graph: Graph
    actor: Actor

    @property
    def names(self) -> Names:
        return Names(self.actor.enterprise or "")

    async def declare(self, kept: Sequence[Captured], statuses: Mapping[str, Status]) -> set[str]:
        """The identities of those that a declaration says to be wrong, unless they are new and it comes after them."""
        known = {self.names.event(one.identity): one.identity for one in kept if one.event.error is None}
        before = await declared(self.graph, self.actor.scope, known)
        errors = {self.names.event(one.identity): self.names.event(one.named.told) for one in kept if one.event.error is not None}
        await declare(self.graph, self.actor, errors)
        places = {self.names.event(one.identity): place for place, one in enumerate(kept)}
        now = {
            event
            for declaration, event in errors.items()
            if event in known and (statuses[known[event]] is Status.UNCHANGED or places[declaration] < places[event])
        }
        return {known[name] for name in before | now}

    async def note(self, kept: Sequence[tuple[int, Captured]], custody: Custody) -> None:
        """What becomes of the events that declarations say to be wrong, and of the shipments that they were recorded as."""
        wrong = {place: one for place, one in kept if one.event.error is not None}
        if not wrong:
            return
        come = await event_sizes(
            self.graph, self.actor.scope, self.names.owner, [self.names.event(one.named.told) for one in wrong.values()]
        )
        told = {
            place: shipments_told(self.names.owner, custody.known, one.event, one.named.told)
            for place, one in wrong.items()
            if did_not_occur(one.event)
        }
        packages = {package for shipments in told.values() for listed in shipments.values() for package in listed}
        standing = await shipments_listing(self.graph, self.actor.scope, packages)
        for place, one in wrong.items():
            if self.names.event(one.named.told) not in come:
                found = "kept; no event that says the same has been captured; once one is, nothing is recorded of it"
                custody.note(place, "errorDeclaration", f"{found}; right is all that the event says, beside the declaration")
                continue
            note = "kept; what the event told before stays recorded until its records are amended"
            if stand := [record for record, listed in told.get(place, {}).items() if not listed.isdisjoint(standing.get(record, ()))]:
                right = "right is to send it again, with `packages: []`, or with those alone that left by it"
                note = f"{note}: {' and '.join(stand)} stands, which did not take place by this declaration; {right}"
            if destroys(one.event):
                note = f"{note}; the cans that it destroyed count where they were"
            custody.note(place, "errorDeclaration", note)

    async def awaits(self, kept: Sequence[Captured], custody: Custody) -> dict[str, list[str]]:
        """By declaration, what is to correct its event: until all of it has come, it is untold where the event's goods came from and
        went."""
        called = await self._called({one for place in custody.doubtful for one in corrective_ids(kept[place].event)})
        void = await self._void(set[str]().union(*called.values()))
        awaits: dict[str, list[str]] = {}
        for place, goods in custody.doubtful.items():
            wrong, right = self.names.event(kept[place].named.told), corrective_ids(kept[place].event)
            awaits[self.names.event(kept[place].identity)] = [self.names.event_id(whole_hash(one)) for one in right]
            if lacking := [one for one in right if not called.get(one, set()) - void - {wrong}]:
                found = f"kept; {lacking[0]} has not come{f', nor have {len(lacking) - 1} others' if len(lacking) > 1 else ''}"
                custody.note(place, "errorDeclaration.correctiveEventIDs", f"{found}; until then lineage over the goods has a gap")
                custody.lost(place, went=goods.went, came=goods.came)
        return awaits

    async def concerned(self, told: Sequence[Captured]) -> set[str]:
        """Other declarations that await one of these events, or one that these declare wrong; those that await what such a declaration is
        about; and so on, `_LINKS` times."""
        found, events = set[str](), set[str]()
        names = {self.names.event_id(one.event.event_id) for one in told if one.event.event_id}
        names |= self._hashes(one.named.told for one in told)
        for _ in range(_LINKS):
            if not names:
                break
            more = await awaiting(self.graph, self.actor.scope, names) - found
            found |= more
            about = {declared_in(one) for one in more} - events
            events |= about
            names = await names_of_events(self.graph, self.actor.scope, about) | self._hashes(map(identity_in, about))
        return found - {self.names.event(one.identity) for one in told}

    def _hashes(self, identities: Iterable[str]) -> set[str]:
        """By which events are found, too: their hashes, and all by which they are kept."""
        return {self.names.event_id(hash_uri(digits)) for one in identities for digits in (one, one.partition("-")[0])}

    async def _called(self, event_ids: AbstractSet[str]) -> dict[str, set[str]]:
        """The events, but for declarations, that came with one of the IDs, or whose hash it is."""
        if not event_ids:
            return {}
        found = await events_called(self.graph, self.actor.scope, event_ids)
        for one, event in await hashes_called(self.graph, self.actor.scope, event_ids):
            found.setdefault(one, set()).add(event)
        return {one: {event for event in events if not is_declaration(event)} for one, events in found.items()}

    async def _void(self, events: Iterable[str]) -> set[str]:
        """Those that were declared wrong, and of which not all that is right instead has come: they correct nothing. Nor do events that are
        to correct each other, or that are corrected more than `_LINKS` times in a row."""
        asked = waiting = set(events)
        instead: dict[str, set[str]] = {}
        called: dict[str, set[str]] = {}
        for _ in range(_LINKS):
            if not waiting:
                break
            found: dict[str, set[str]] = {}
            async for declarations in declarations_of(self.graph, self.actor.scope, self.names.owner, waiting):
                for one in declarations:
                    found.setdefault(declared_in(one.id), set()).update(correctives_in(one.body))
            instead.update(found)
            called.update(await self._called(set[str]().union(*found.values()) - called.keys()))
            waiting = set[str]().union(*(called.get(one, ()) for ids in found.values() for one in ids)) - instead.keys()
        return asked & await _correcting_nothing(instead, called, waiting)


async def _correcting_nothing(
    instead: Mapping[str, AbstractSet[str]], called: Mapping[str, AbstractSet[str]], unknown: AbstractSet[str]
) -> set[str]:
    """instead: by event that was declared wrong, the IDs of what is right instead. called: the events that have such an ID. unknown: events
    that may have been declared wrong, too. All that correct nothing; in so many steps as there are IDs."""
    wrong, pace = {*instead, *unknown}, Pace()
    lacking = {event: len(ids) for event, ids in instead.items() if ids}
    corrects: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for event, ids in instead.items():
        await pace.step()
        for one in ids:
            for other in called.get(one, ()):
                corrects[other].append((event, one))
    ahead, come = [event for event in corrects if event not in wrong], set[tuple[str, str]]()
    while ahead:
        await pace.step()
        for event, one in corrects[ahead.pop()]:
            if (event, one) not in come:
                come.add((event, one))
                lacking[event] -= 1
                if not lacking[event]:
                    wrong.discard(event)
                    ahead.append(event)
    return wrong
