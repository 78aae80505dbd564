"""Which way packages went by what events say: shipments, receipts, sales, and where they were seen."""

from collections.abc import Sequence
from typing import Any

from api.exchange.epcis.custody import Arrival, Elsewhere, Inside, Row
from api.exchange.epcis.event import Action, Typed
from api.exchange.epcis.said import lone_number, shipment_number
from api.exchange.epcis.telling.keys import paths
from api.exchange.epcis.telling.records import Records
from graph.model.gs1_keys import Key, canonical
from graph.model.identifiers import Kind, owner_of, record_id
from graph.model.kinds import SiteKind

GIVEN_AWAY = ("dispensing",)
"""Business steps by which goods leave whoever holds them, beside those that are records."""


class Ways(Records):
    __slots__ = ()

    def _ship(self) -> None:
        packages = self._carried()
        origin, origin_path = self._end("source", self.event.sources)
        destination, path = self._end("destination", self.event.destinations)
        if origin is None:
            self._note("sourceList", "kept; found neither a source nor a readPoint that is a place; a shipment leaves from one")
        if destination is None:
            self._note(path, "kept; found no destination that is a place or party; a shipment is bound for one")
        if not packages or origin is None or destination is None:
            self.custody.lost(self.index, went=packages)
            return
        if owner_of(origin) != self.custody.owner:
            self._note(origin_path, f"kept; the shipment leaves from {origin}, and is for its owner to record")
            self.custody.lost(self.index, went=packages)
            return
        for site in (origin, destination):
            self._imply_site(site)
        name = shipment_number(self.event.transactions) or lone_number(self.identity)
        record = record_id(Kind.SHIPMENT, self.custody.owner, name)
        row = self.custody.shipments.get(record)
        if row is None or (row.content["origin"], row.content["destination"]) != (origin, destination):
            if row is not None:
                name = lone_number(self.identity)
                record = record_id(Kind.SHIPMENT, self.custody.owner, name)
            content: dict[str, Any] = {
                "number": name,
                "origin": origin,
                "destination": destination,
                "departedAt": self._at,
                "packages": packages,
            }
            self.custody.shipments[record] = Row(content, [self.index])
            return
        row.told_by.append(self.index)
        row.content["packages"] = list(dict.fromkeys((*row.content["packages"], *packages)))
        row.content["departedAt"] = max(row.content["departedAt"], self._at)

    def _receive(self) -> None:
        packages = self._carried()
        if not packages:
            return
        sender = next((owner_of(found[0]) for one in self.event.sources if (found := self._site(one.id)) is not None), None)
        name = shipment_number(self.event.transactions)
        shipment = record_id(Kind.SHIPMENT, sender, name) if sender and name else None
        place = next((found for text in (self.event.biz_location, self.event.read_point) if text and (found := self._site(text))), None)
        site = place[0] if place else None
        self.custody.arrivals.append(Arrival(self.index, tuple(packages), self.event.time, shipment, site, sender, self._keys()))

    def _keys(self) -> dict[str, str]:
        """Of the packages that the event is about."""
        texts = (*self.event.epcs, *([self.event.parent] if self.event.parent else []))
        return {record: canonical(text) for text in texts for record in self._named([text])}

    def _sell(self) -> None:
        packages = self._carried()
        place = self.event.biz_location or self.event.read_point
        site = self._site(place) if place else None
        if site is None or not packages:
            self._note("bizLocation", "kept; found no store that is a place, or no package; a sale has both")
            self.custody.lost(self.index, went=packages)
            return
        if not self._own("bizLocation", site[0], "a store"):
            self.custody.lost(self.index, went=packages)
        else:
            self._imply_site(site[0], SiteKind.STORE)
            self.custody.sales.append(Row({"store": site[0], "packages": packages, "soldAt": self._at}, [self.index]))

    def _listed(self) -> list[tuple[str, Key]]:
        """The packages that the event is about."""
        named = [*paths("epcList", self.event.epcs), *([("parentID", self.event.parent)] if self.event.parent else [])]
        return [one for path, epc in named if (one := self._package(path, epc))]

    def _carried(self) -> list[str]:
        """As `_listed`; those of the enterprise's own are there, whoever told of them first."""
        event, found = self.event, self._listed()
        if event.quantities:
            self._note("quantityList", "kept; classes of things are no packages, and no part of a shipment or sale")
            self.custody.lost(self.index, went=self._classes(), came=[record for record, _ in found])
        for record, key in found:
            self._imply(record, key)
        return list(dict.fromkeys(record for record, _ in found))

    def _whereabouts(self, packages: Sequence[str]) -> None:
        """Where packages went, or are, by an event that is no shipment, receipt or sale: whether that is known is asked of the graph."""
        event = self.event
        destination, _ = self._end("destination", event.destinations)
        place = self._site(event.biz_location) if event.biz_location else None
        if event.biz_step in GIVEN_AWAY or ((event.destinations or event.biz_step == "shipping") and destination is None):
            self.custody.lost(self.index, went=[*packages, *self._classes()])
        elif event.action is not Action.DELETE and (site := destination or (place[0] if place else None)):
            holder = owner_of(site)
            away = [record for record in packages if destination or owner_of(record) != holder]
            self.custody.elsewhere.append(Elsewhere(self.index, tuple(away), event.time, site))
            self.custody.lost(self.index, went=[batch for owner, batch, _ in self._lots() if destination or owner != holder])

    def _observed(self) -> None:
        """What is in a parent, or came out of one that has no name, as somebody saw it."""
        event = self.event
        parents, children = self._named([event.parent] if event.parent else []), self._named(event.epcs)
        if event.action is Action.OBSERVE and parents:
            self.custody.inside.append(Inside(self.index, parents[0], tuple(children), event.time))
            self.custody.lost(self.index, went=self._classes(), came=parents if event.quantities else ())
        else:
            self.custody.lost(self.index, went=[*children, *self._classes()])
        self._whereabouts(parents or children)

    def _end(self, end: str, named: Sequence[Typed]) -> tuple[str | None, str]:
        """The site at one end of a shipment: the place named, the place of the party, or where the event was read."""
        order = {"location": 0, "possessing_party": 1, "owning_party": 2}
        for one in sorted(named, key=lambda one: order.get(one.type or "", 3)):
            if (found := self._site(one.id)) is not None:
                return found[0], f"{end}List"
        for path, place in (("readPoint", self.event.read_point), ("bizLocation", self.event.biz_location)) if end == "source" else ():
            if place and (found := self._site(place)) is not None:
                return found[0], path
        return None, f"{end}List"
