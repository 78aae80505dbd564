"""The records that events begin, and those that have to be there already for what they say."""

from collections.abc import Iterable
from typing import Any

from api.exchange.epcis.custody import Row
from api.exchange.epcis.event import Body, Quantity
from api.exchange.epcis.said import day_in, has_master, level_of, master_text, number_in
from api.exchange.epcis.telling.keys import Keys
from graph.model.gs1_keys import Key, KeyKind
from graph.model.identifiers import Kind, owner_of, record_id
from graph.model.kinds import BatchKind, PackageLevel, SiteKind
from graph.model.records.told import unstated


class Records(Keys):
    __slots__ = ()

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

    def _imply(self, record: str, key: Key, children_at_most: int = -1) -> None:
        if owner_of(record) != self.custody.owner:
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
        if owner_of(batch) == self.custody.owner and batch not in self.custody.batches:
            self._batch(batch, BatchKind.INTERMEDIATE)
            self.custody.batches[batch].implied = True

    def _imply_site(self, site: str, kind: SiteKind = SiteKind.WAREHOUSE) -> None:
        if owner_of(site) != self.custody.owner:
            return
        if (known := self.custody.sites.get(site)) is None:
            number = number_in(site)
            self.custody.sites[site] = Row({"number": number, "siteKind": kind.value, "name": f"GLN {number}"}, [self.index], implied=True)
        elif kind is SiteKind.STORE:
            known.content["siteKind"] = kind.value


def _join(known: dict[str, Any], told: dict[str, Any], *, takes_over: bool) -> None:
    """Two words on one batch."""
    for name in ("batchKind", "productionDate", "bestBefore"):
        if name in told and (takes_over or name not in known):
            known[name] = told[name]
    known["startedAt"] = min(known["startedAt"], told["startedAt"])
    known["endedAt"] = max(known["endedAt"], told["endedAt"])
