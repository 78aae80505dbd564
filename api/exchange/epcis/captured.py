"""Events that are being captured, and what they are kept by."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.exchange.epcis.checking import check_event
from api.exchange.epcis.event import Event
from api.exchange.epcis.identity import Identity
from api.exchange.epcis.said import corrective_ids
from api.exchange.items import Item
from graph.events.stored import StoredEvent
from graph.model.records.epcis_event import event_id_name, event_name, hash_uri, identity_in


@dataclass(frozen=True, slots=True)
class Names:
    """In the graph, of one enterprise's events. identity: what an event is kept by."""

    owner: str

    def event(self, identity: str) -> str:
        return event_name(self.owner, identity)

    def event_id(self, event_id: str) -> str:
        return event_id_name(self.owner, event_id)


@dataclass(frozen=True, slots=True)
class Captured:
    """An event of a chunk, with its place in the document."""

    item: Item[Event]
    event: Event
    named: Identity

    @property
    def identity(self) -> str:
        return self.named.kept

    @property
    def hash(self) -> str:
        return hash_uri(self.named.hashed)

    @property
    def corrected(self) -> bool:
        return bool(corrective_ids(self.event))


def told_before(stored: Iterable[StoredEvent]) -> list[Captured]:
    """Events that were captured before, as if they were told once more, in the order of their times."""
    in_order = sorted(stored, key=lambda one: (one.at, one.id))
    checked = ((identity_in(one.id), check_event(one.body, one.prefixes)) for one in in_order)
    events = ((kept, event) for kept, event in checked if isinstance(event, Event))
    return [Captured(Item(place, event), event, Identity.kept_as(kept)) for place, (kept, event) in enumerate(events)]
