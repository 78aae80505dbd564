"""What each type of event says of custody, as records of the enterprise that captures it. The table is in docs/reference/epcis.md.

Pure: what has to be asked of the graph is left to `recording`. What is no custody, or not the enterprise's to record, gets a note.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from api.exchange.epcis.custody import Custody, Moved
from api.exchange.epcis.event import Action, Event, EventType
from api.exchange.epcis.said import corrective_ids, level_of, lone_number, master_text
from api.exchange.epcis.telling.ends import RIGHT, Ends, destroys, may_destroy
from api.exchange.epcis.telling.keys import paths
from api.exchange.epcis.telling.making import Making
from graph.capture import Untold
from graph.model.gs1_keys import Key, KeyKind, read_key
from graph.model.identifiers import Kind, record_id

_VOID = "; right is an error declaration of the shipping event, and to take the shipment back by sending it again without packages"


def tell(custody: Custody, index: int, event: Event, identity: str) -> None:
    """identity: the event's hash, in hexadecimal digits."""
    told = _Teller(custody, index, event, identity)
    if event.error is not None:
        if corrective_ids(event):
            custody.doubtful[index] = told.goods()
        return
    before = len(custody.notes.get(index, ()))
    if event.type not in (EventType.OBJECT, EventType.TRANSACTION) and (event.biz_step == "destroying" or event.disposition == "destroyed"):
        custody.note(index, "bizStep", f"kept; found what was destroyed in an {event.type}; {RIGHT}")
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
        right = _VOID if event.biz_step == "void_shipping" else f"; {RIGHT}" if may_destroy(event) else ""
        custody.note(index, "bizStep", f"kept; found {said}, of which custody has no record{right}")


def shipments_told(owner: str, known: AbstractSet[str], event: Event, identity: str) -> dict[str, frozenset[str]]:
    """The shipments that an event may have been recorded as, each with the packages that the event says left by it.

    event: it, or a declaration that it was wrong. identity: its own. known: as of `Custody`.
    """
    custody = Custody(owner, known)
    tell(custody, 0, replace(event, error=None), identity)
    told = {record: frozenset[str](row.content["packages"]) for record, row in custody.shipments.items()}
    alone = record_id(Kind.SHIPMENT, owner, lone_number(identity))
    return {shipment: packages for record, packages in told.items() for shipment in (record, alone)}


class _Teller(Making, Ends):
    __slots__ = ()

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
                if not destroys(event):
                    return done
                self._destroy()
        return True

    def aggregation(self) -> bool:
        event = self.event
        if event.action is Action.OBSERVE or event.parent is None:
            self._observed()
            return False
        parent = self._package("parentID", event.parent)
        children = [found for path, epc in paths("childEPCs", event.epcs) if (found := self._package(path, epc))]
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

    def goods(self) -> Untold:
        """Of all that the event is about, where it came from and where it went."""
        event = self.event
        packages = self._named((*event.epcs, *([event.parent] if event.parent else [])))
        lot = master_text(event.ilmd, "lotNumber")
        keys = [key for text in event.epcs if lot and not isinstance(key := read_key(text), str) and key.kind is KeyKind.ITEM]
        lots = [Key(KeyKind.LOT, key.digits, lot).record(owner) for key in keys if lot and (owner := key.owner(self.custody.known))]
        return Untold({*packages, *self._classes(), *lots, *self._put_in()}, {*packages, *self._classes()})
