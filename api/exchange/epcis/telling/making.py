"""What events say was made: packages that begin, and batches with what went into them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from api.exchange.epcis.custody import PackageUse
from api.exchange.epcis.event import Event, EventType
from api.exchange.epcis.hashing import short_digest
from api.exchange.epcis.said import kilograms, level_of, number_in
from api.exchange.epcis.telling.keys import paths
from api.exchange.epcis.telling.records import Records
from graph.model.gs1_keys import Key, KeyKind
from graph.model.identifiers import Kind, owner_of, record_id
from graph.model.kinds import BatchKind, PackageLevel
from graph.model.records.told import NOT_TOLD
from graph.model.texts import decimal_text


class Making(Records):
    __slots__ = ()

    def _commission(self) -> None:
        lot = self._lot_number()
        quantities = paths("quantityList", self.event.quantities)
        lots = [batch for path, quantity in quantities if (batch := self._lot(f"{path}.epcClass", quantity))]
        for path, epc in paths(_things(self.event), self.event.epcs):
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

    def _made(self) -> list[str]:
        """The batches that inputs go into: those of the outputs, or the one that joins several events."""
        event = self.event
        lots = [found for path, one in paths("outputQuantityList", event.quantities) if (found := self._lot(f"{path}.epcClass", one))]
        self._weigh()
        lot = self._lot_number()
        batches = dict.fromkeys(lots)
        unmade, units = len(lots) < len(event.quantities), list[str]()
        for path, epc in paths("outputEPCList", event.epcs):
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
            others = [record for record in (*self._named(event.epcs), *self._classes()) if owner_of(record) != self.custody.owner]
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
        for path, quantity in paths("inputQuantityList", event.input_quantities):
            key = self._key(f"{path}.epcClass", quantity.epc_class, KeyKind.LOT)
            if key is None:
                self.custody.lost(self.index, came=[batch])
            else:
                self._imply_batch(key[0])
                self._use(batch, key[0], kilograms(quantity))
        for path, epc in paths("inputEPCList", event.input_epcs):
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


def _things(event: Event) -> str:
    return "childEPCs" if event.type is EventType.AGGREGATION else "epcList"
