"""What events say of custody, as records of the enterprise that captures them. The table is in docs/reference/epcis.md.

Pure: what has to be asked of the graph is left to `recording`. What is no custody, or not the enterprise's to record, gets a note.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from api.exchange.epcis.custody import Arrival, Custody, Elsewhere, Inside, Moved, PackageUse, Row
from api.exchange.epcis.event import Action, Body, Event, EventType, Quantity, Typed
from api.exchange.epcis.hashing import short_digest
from api.exchange.epcis.said import (
    corrective_ids,
    day_in,
    has_master,
    kilograms,
    level_of,
    lone_number,
    master_text,
    number_in,
    shipment_number,
)
from graph.capture import Untold
from graph.model.gs1_keys import Key, KeyKind, canonical, read_key
from graph.model.identifiers import Kind, record_id
from graph.model.kinds import BatchKind, PackageLevel, SiteKind
from graph.model.records.told import NOT_TOLD, unstated
from graph.model.texts import decimal_text, instant_text

_VOID = "; right is an error declaration of the shipping event, and to take the shipment back by sending it again without packages"
_GIVEN_AWAY = ("dispensing",)
"""Business steps by which goods leave whoever holds them, beside those that are records."""


def tell(custody: Custody, index: int, event: Event, identity: str) -> None:
    """identity: the event's hash, in hexadecimal digits."""
    told = _Teller(custody, index, event, identity)
    if event.error is not None:
        custody.note(index, "errorDeclaration", "kept; what the event told before stays recorded until its records are amended")
        if corrective_ids(event):
            custody.doubtful[index] = told.goods()
        return
    before = len(custody.notes.get(index, ()))
    match event.type:
        case EventType.OBJECT | EventType.TRANSACTION:
            done = told.object()
        case EventType.AGGREGATION:
            done = told.aggregation()
        case EventType.TRANSFORMATION:
            done = told.transformation()
        case EventType.ASSOCIATION:
            done = told.association()
    if not done and len(custody.notes.get(index, ())) == before:
        said = f"{event.type} {event.action or ''} with bizStep {event.biz_step or 'none'}".replace("  ", " ")
        right = _VOID if event.biz_step == "void_shipping" else ""
        custody.note(index, "bizStep", f"kept; found {said}, of which custody has no record{right}")


@dataclass(slots=True)
class _Teller:
    custody: Custody
    index: int
    event: Event
    identity: str

    # ------------------------------------------------------------------ what each type of event says

    def object(self) -> bool:
        event, done = self.event, False
        if event.type is EventType.OBJECT and event.action is Action.ADD:
            self._commission()
            done = True
        match event.biz_step:
            case "shipping" if event.action is not Action.DELETE:
                self._ship()
            case "receiving" if event.action is not Action.DELETE:
                self._receive()
            case "retail_selling":
                self._sell()
            case _:
                self._whereabouts(self._named((*event.epcs, *([event.parent] if event.parent else []))))
                return done
        return True

    def aggregation(self) -> bool:
        event = self.event
        if event.action is Action.OBSERVE or event.parent is None:
            self._observed()
            return False
        parent = self._package("parentID", event.parent)
        children = [found for path, epc in _paths("childEPCs", event.epcs) if (found := self._package(path, epc))]
        if event.quantities:
            self._note("childQuantityList", "kept; classes of things have no parent here, packages have")
            self.custody.lost(self.index, went=self._classes(), came=[parent[0]] if parent else ())
        if parent is None:
            self.custody.lost(self.index, went=[record for record, _ in children])
            return True
        if event.action is Action.ADD:
            self._whereabouts([parent[0]])
        if not children and (event.action is Action.ADD or event.quantities):
            return True
        self._imply(parent[0], parent[1], children_at_most=max((level_of(key).rank for _, key in children), default=-1))
        for record, key in children:
            self._imply(record, key)
        named = tuple(dict.fromkeys(record for record, _ in children)) if event.epcs else None
        self.custody.moved.append(Moved(self.index, parent[0], named, event.action is Action.ADD, event.time, event.parent))
        return True

    def association(self) -> bool:
        """Never: what goes with a thing that is no package is not followed."""
        if self.event.action is not Action.DELETE:
            self.custody.lost(self.index, went=[*self._named(self.event.epcs), *self._classes()])
        return False

    def transformation(self) -> bool:
        event = self.event
        made = self._made()
        for batch in made:
            self._uses(batch)
        if event.transformation and (event.epcs or event.quantities):
            joined = self._joined(event.transformation)
            for batch in made:
                if batch != joined:
                    self._use(batch, joined, NOT_TOLD)
        return True

    def goods(self) -> Untold:
        """Of all that the event is about, where it came from and where it went."""
        event = self.event
        packages = self._named((*event.epcs, *([event.parent] if event.parent else [])))
        lot = master_text(event.ilmd, "lotNumber")
        keys = [key for text in event.epcs if lot and not isinstance(key := read_key(text), str) and key.kind is KeyKind.ITEM]
        lots = [Key(KeyKind.LOT, key.digits, lot).record(owner) for key in keys if lot and (owner := key.owner(self.custody.known))]
        return Untold({*packages, *self._classes(), *lots, *self._put_in()}, {*packages, *self._classes()})

    # ------------------------------------------------------------------ beginnings

    def _commission(self) -> None:
        lot = self._lot_number()
        quantities = _paths("quantityList", self.event.quantities)
        lots = [batch for path, quantity in quantities if (batch := self._lot(f"{path}.epcClass", quantity))]
        for path, epc in _paths(_things(self.event), self.event.epcs):
            found = self._package(path, epc)
            if found is not None and self._own(path, found[0], "a package"):
                self._begin(*found, lot, lots)

    def _begin(self, record: str, key: Key, lot: str | None, lots: Sequence[str]) -> None:
        level = level_of(key)
        content: dict[str, Any] = {"number": number_in(record), "level": level.value, "packedAt": self._at}
        if level is PackageLevel.ITEM:
            content["batch"] = self._batch_among(record, key, lot, lots)
        elif lot or lots:
            told = {*lots, *(key.lots(self.custody.owner, lot) if lot else ())}
            self.custody.of_lot[record] = self.index, told
        self._put(self.custody.packages, record, content)

    def _lot_number(self) -> str | None:
        """Of what begins. One that cannot be read is noted, and lost."""
        lot = master_text(self.event.ilmd, "lotNumber")
        if lot is None and has_master(self.event.ilmd, "lotNumber"):
            self._note("ilmd.lotNumber", "kept; found no text; right is the number of one lot")
            self.custody.lost(self.index, came=self._named(self.event.epcs))
        return lot

    def _batch_among(self, record: str, key: Key, lot: str | None, lots: Iterable[str]) -> str:
        """lots: which the event tells of beside the item; it is of the one that is of its product."""
        of_product = [batch for batch in dict.fromkeys(lots) if number_in(batch).partition(".")[0] == key.digits]
        if lot is None and len(of_product) == 1:
            return of_product[0]
        if lot is None and of_product:
            self._note("ilmd", f"kept; {record} is of {' or '.join(of_product)}; right is its lotNumber")
            self.custody.lost(self.index, went=of_product, came=[record])
        return self._batch_of(key, lot, self.event.ilmd)

    def _batch_of(self, key: Key, lot: str | None, ilmd: Body | None) -> str:
        """The batch of an item: its lot, or one of which only this event is known. ilmd: of what begins, and of nothing else."""
        if lot:
            batch = Key(KeyKind.LOT, key.digits, lot).record(self.custody.owner)
        else:
            batch = record_id(Kind.PRODUCTION_BATCH, self.custody.owner, unstated(key.digits, self.identity[:16]))
        self._batch(batch, ilmd=ilmd)
        return batch

    def _batch(self, batch: str, kind: BatchKind = BatchKind.FINISHED, ilmd: Body | None = None) -> None:
        produced = day_in(ilmd, "productionDate") or self._day()
        content: dict[str, Any] = {
            "number": number_in(batch),
            "batchKind": kind.value,
            "productionDate": produced.isoformat(),
            "startedAt": self._at,
            "endedAt": self._at,
            "inputs": [],
        }
        best = day_in(ilmd, "bestBeforeDate") or day_in(ilmd, "itemExpirationDate")
        if best is not None and best >= produced:
            content["bestBefore"] = best.isoformat()
        self._put(self.custody.batches, batch, content)

    def _lot(self, path: str, quantity: Quantity) -> str | None:
        """The batch of a class-level identifier that is the enterprise's own."""
        key = self._key(path, quantity.epc_class, KeyKind.LOT)
        if key is None:
            return None
        batch = key[0]
        if not self._own(path, batch, "a batch"):
            return None
        self._batch(batch, ilmd=self.event.ilmd)
        return batch

    # ------------------------------------------------------------------ transformations

    def _made(self) -> list[str]:
        """The batches that inputs go into: those of the outputs, or the one that joins several events."""
        event = self.event
        lots = [found for path, one in _paths("outputQuantityList", event.quantities) if (found := self._lot(f"{path}.epcClass", one))]
        self._weigh()
        lot = self._lot_number()
        batches = dict.fromkeys(lots)
        unmade, units = len(lots) < len(event.quantities), list[str]()
        for path, epc in _paths("outputEPCList", event.epcs):
            found = self._package(path, epc)
            if found is None or not self._own(path, found[0], "a package"):
                unmade = True
                continue
            record, key = found
            if key.kind is not KeyKind.ITEM:
                self._begin(record, key, lot, lots)
                self._note(path, "kept; a logistic unit is made of no batch itself, what is in it is")
                units.append(record)
                continue
            batch = self._batch_among(record, key, lot, lots)
            batches[batch] = None
            content = {"number": number_in(record), "level": PackageLevel.ITEM.value, "packedAt": self._at, "batch": batch}
            self._put(self.custody.packages, record, content)
        if unmade or not batches:
            others = [record for record in (*self._named(event.epcs), *self._classes()) if record.split("/")[1] != self.custody.owner]
            self.custody.lost(self.index, went=self._put_in(), came=[*others, *units])
        if event.transformation:
            joined = self._joined(event.transformation)
            return [*batches, joined]
        return list(batches)

    def _put_in(self) -> list[str]:
        """What the event says went into something."""
        return [*self._named(self.event.input_epcs), *(batch for _, batch, _ in self._lots(self.event.input_quantities))]

    def _weigh(self) -> None:
        """What came out of each batch: all that the event lists of it, in units of mass. Another event's word on it is not added."""
        masses: dict[str, list[str]] = {}
        for owner, batch, quantity in self._lots():
            if owner == self.custody.owner:
                masses.setdefault(batch, []).append(kilograms(quantity))
        for batch, told in masses.items():
            if NOT_TOLD in told:
                continue
            mass = decimal_text(sum(map(Decimal, told), Decimal(0)))
            self.custody.yields.setdefault(batch, {})[self.index] = mass

    def _joined(self, transformation: str) -> str:
        batch = record_id(Kind.PRODUCTION_BATCH, self.custody.owner, f"X-{short_digest(transformation)}")
        if batch not in self.custody.batches or self.index not in self.custody.batches[batch].told_by:
            self._batch(batch, BatchKind.INTERMEDIATE)
        return batch

    def _uses(self, batch: str) -> None:
        event = self.event
        if event.transformation and batch != self._joined(event.transformation):
            return
        for path, quantity in _paths("inputQuantityList", event.input_quantities):
            key = self._key(f"{path}.epcClass", quantity.epc_class, KeyKind.LOT)
            if key is None:
                self.custody.lost(self.index, came=[batch])
            else:
                self._imply_batch(key[0])
                self._use(batch, key[0], kilograms(quantity))
        for path, epc in _paths("inputEPCList", event.input_epcs):
            found = self._package(path, epc)
            if found is None:
                self.custody.lost(self.index, came=[batch])
            else:
                self._imply(*found)
                self.custody.uses.append(PackageUse(self.index, found[0], batch, event.time))

    def _use(self, batch: str, source: str, kilograms: str) -> None:
        use = {"source": source, "quantityKg": kilograms, "at": self._at}
        inputs = self.custody.batches[batch].content["inputs"]
        if source == batch:
            self._note("inputQuantityList", f"kept; found {source} as its own input; right is another batch")
        elif use not in inputs:
            inputs.append(use)

    # ------------------------------------------------------------------ ways

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
        if origin.split("/")[1] != self.custody.owner:
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
        sender = next((found[0].split("/")[1] for one in self.event.sources if (found := self._site(one.id)) is not None), None)
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

    def _carried(self) -> list[str]:
        """The packages that the event is about; those of the enterprise's own are there, whoever told of them first."""
        event = self.event
        named = [*_paths("epcList", event.epcs), *([("parentID", event.parent)] if event.parent else [])]
        found = [one for path, epc in named if (one := self._package(path, epc))]
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
        if event.biz_step in _GIVEN_AWAY or ((event.destinations or event.biz_step == "shipping") and destination is None):
            self.custody.lost(self.index, went=[*packages, *self._classes()])
        elif event.action is not Action.DELETE and (site := destination or (place[0] if place else None)):
            holder = site.split("/")[1]
            away = [record for record in packages if destination or record.split("/")[1] != holder]
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

    def _classes(self) -> list[str]:
        """The batches whose lots the event is about."""
        return [batch for _, batch, _ in self._lots()]

    def _lots(self, quantities: Iterable[Quantity] | None = None) -> Iterator[tuple[str, str, Quantity]]:
        """(owner, batch, how much of it) of quantities, the event's unless given, that are of a lot."""
        for quantity in self.event.quantities if quantities is None else quantities:
            key = read_key(quantity.epc_class)
            if not isinstance(key, str) and key.kind is KeyKind.LOT and (owner := key.owner(self.custody.known)) is not None:
                yield owner, key.record(owner), quantity

    # ------------------------------------------------------------------ keys

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
        owner = record.split("/")[1]
        if owner != self.custody.owner:
            self._note(path, f"kept; {record} is {what} of {owner}, and for {owner} to record")
        return owner == self.custody.owner

    # ------------------------------------------------------------------ what has to be there already

    def _imply(self, record: str, key: Key, children_at_most: int = -1) -> None:
        if record.split("/")[1] != self.custody.owner:
            return
        level = level_of(key)
        if level.rank <= children_at_most:
            level = list(PackageLevel)[min(children_at_most + 1, PackageLevel.PALLET.rank)]
            if children_at_most == 0:
                level = PackageLevel.CASE
        known = self.custody.packages.get(record)
        if known is not None:
            if known.implied and PackageLevel(known.content["level"]).rank < level.rank:
                known.content["level"] = level.value
                known.content.pop("batch", None)
            return
        content: dict[str, Any] = {"number": number_in(record), "level": level.value, "packedAt": self._at}
        if level is PackageLevel.ITEM:
            content["batch"] = self._batch_of(key, None, None)
        self.custody.packages[record] = Row(content, [self.index], implied=True)

    def _imply_batch(self, batch: str) -> None:
        if batch.split("/")[1] == self.custody.owner and batch not in self.custody.batches:
            self._batch(batch, BatchKind.INTERMEDIATE)
            self.custody.batches[batch].implied = True

    def _imply_site(self, site: str, kind: SiteKind = SiteKind.WAREHOUSE) -> None:
        if site.split("/")[1] != self.custody.owner:
            return
        if (known := self.custody.sites.get(site)) is None:
            number = number_in(site)
            self.custody.sites[site] = Row({"number": number, "siteKind": kind.value, "name": f"GLN {number}"}, [self.index], implied=True)
        elif kind is SiteKind.STORE:
            known.content["siteKind"] = kind.value

    def _put(self, rows: dict[str, Row], record: str, content: dict[str, Any]) -> None:
        """What is told twice in a chunk is one record: the first word, and before it what was only implied, gives way."""
        known = rows.get(record)
        if known is None:
            rows[record] = Row(content, [self.index])
            return
        known.told_by.append(self.index)
        if rows is self.custody.batches:
            _join(known.content, content, takes_over=known.implied)
        elif known.implied or "__" in str(known.content.get("batch", "")):
            known.content = content | ({"level": known.content["level"]} if "batch" not in content else {})
        elif content.get("batch") != known.content.get("batch") and "__" not in str(content.get("batch", "")):
            self._note("epcList", f"kept; {record} is of {known.content.get('batch')} by another event of this document")
            self.custody.lost(self.index, went=[content["batch"]] if "batch" in content else (), came=[record])
        known.implied = False

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


def _join(known: dict[str, Any], told: dict[str, Any], *, takes_over: bool) -> None:
    """Two words on one batch."""
    for name in ("batchKind", "productionDate", "bestBefore"):
        if name in told and (takes_over or name not in known):
            known[name] = told[name]
    known["startedAt"] = min(known["startedAt"], told["startedAt"])
    known["endedAt"] = max(known["endedAt"], told["endedAt"])


def _paths(path: str, entries: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    return ((f"{path}[{place}]", entry) for place, entry in enumerate(entries))


def _things(event: Event) -> str:
    return "childEPCs" if event.type is EventType.AGGREGATION else "epcList"
