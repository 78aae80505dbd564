"""The keys that an event names, as IDs of records; one that names none is noted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from api.exchange.epcis.custody import Custody
from api.exchange.epcis.event import Event, Quantity
from graph.model.gs1_keys import Key, KeyKind, read_key
from graph.model.identifiers import owner_of
from graph.model.texts import instant_text


@dataclass(slots=True)
class Keys:
    """identity: by which the event is kept."""

    custody: Custody
    index: int
    event: Event
    identity: str

    def _named(self, texts: Iterable[str]) -> list[str]:
        """The packages among what is named, without a word on the rest."""
        keys = [key for text in texts if not isinstance(key := read_key(text), str)]
        packages = [(key, key.owner(self.custody.known)) for key in keys if key.kind in (KeyKind.ITEM, KeyKind.LOGISTIC_UNIT)]
        return [key.record(owner) for key, owner in packages if owner is not None]

    def _package(self, path: str, text: str) -> tuple[str, Key] | None:
        return self._key(path, text, KeyKind.ITEM, KeyKind.LOGISTIC_UNIT)

    def _key(self, path: str, text: str, *kinds: KeyKind) -> tuple[str, Key] | None:
        """The record that a key names; a note, and None, when there can be none."""
        key = read_key(text)
        if isinstance(key, str):
            self._note(path, f"kept; {text} {key}")
            return None
        if key.kind not in kinds:
            self._note(path, f"kept; {text} is an {key.kind}; a record here is of an {' or '.join(kinds)}")
            return None
        owner = key.owner(self.custody.known)
        if owner is None:
            self._note(
                path, f"kept; {text} does not show its company prefix, and no enterprise, or more than one, is recorded that it may be of"
            )
            return None
        return key.record(owner), key

    def _site(self, text: str) -> tuple[str, Key] | None:
        key = read_key(text)
        if isinstance(key, str) or key.kind not in (KeyKind.PLACE, KeyKind.PARTY):
            return None
        owner = key.owner(self.custody.known)
        return (key.site(owner), key) if owner else None

    def _own(self, path: str, record: str, what: str) -> bool:
        owner = owner_of(record)
        if owner != self.custody.owner:
            self._note(path, f"kept; {record} is {what} of {owner}, and for {owner} to record")
        return owner == self.custody.owner

    def _classes(self) -> list[str]:
        """The batches whose lots the event is about."""
        return [batch for _, batch, _ in self._lots()]

    def _lots(self, quantities: Iterable[Quantity] | None = None) -> Iterator[tuple[str, str, Quantity]]:
        """(owner, batch, how much of it) of quantities, the event's unless given, that are of a lot."""
        for quantity in self.event.quantities if quantities is None else quantities:
            key = read_key(quantity.epc_class)
            if not isinstance(key, str) and key.kind is KeyKind.LOT and (owner := key.owner(self.custody.known)) is not None:
                yield owner, key.record(owner), quantity

    def _note(self, path: str, message: str) -> None:
        self.custody.note(self.index, path, message)

    @property
    def _at(self) -> str:
        return instant_text(self.event.time)

    def _day(self) -> date:
        """Where the event happened."""
        sign, hours, minutes = self.event.offset[0], int(self.event.offset[1:3]), int(self.event.offset[4:])
        shift = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
        return (datetime.fromtimestamp(self.event.time / 1000, UTC) + shift).date()


def paths(path: str, entries: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    return ((f"{path}[{place}]", entry) for place, entry in enumerate(entries))
