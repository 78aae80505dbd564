"""The documents by which shipments were told: despatch advices, bills of lading and other business transactions of captured events."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from api.exchange.epcis.checking import transactions_of
from api.exchange.epcis.said import lone_number, number_in, shipment_number
from api.resolvers.loaders import Loaders
from auth.actor import Role
from auth.policy import leaves_a_trace, may_read_events
from graph.events.pages import events_found
from graph.events.stored import StoredEvent
from graph.events.wanted import Wanted
from graph.model.gs1_keys import canonical, key_in
from graph.model.identifiers import Kind, owner_of
from graph.records import Hop

_TYPES = {
    "desadv": "Despatch Advice",
    "bol": "Bill of Lading",
    "po": "Purchase Order",
    "poc": "Purchase Order Confirmation",
    "inv": "Invoice",
    "recadv": "Receiving Advice",
    "rma": "Return Merchandise Authorization",
    "prodorder": "Production Order",
    "cert": "Certificate",
    "pedigree": "Pedigree",
    "testprd": "Test Procedure",
    "testres": "Test Result",
    "upevt": "Upstream EPCIS Event",
}
"""By the word of CBV 2.0, 7.3; those that tell of one shipment alone come first."""
_ORDER = {word: place for place, word in enumerate(_TYPES)}
_TRANSACTION = "urn:epcglobal:cbv:bt:"
_STEPS = ("shipping", "receiving")
_AT_ONCE, _PACKAGES, _PAGE = 100, 5, 200
"""Shipments that are asked about together; packages of each, which all events of it tell of in parts; events in one page."""


class Document(NamedTuple):
    type: str
    number: str


async def documents_of(loaders: Loaders, shipments: Sequence[str]) -> dict[str, Document]:
    """By shipment. Of events that the actor may read: its own enterprise's, or those of whoever sent what it supervises."""
    actor, found = loaders.actor, dict[str, Document]()
    if not may_read_events(actor):
        return found
    by_owner: defaultdict[str, list[str]] = defaultdict(list)
    for shipment in shipments:
        by_owner[owner_of(shipment) if actor.role is Role.REGULATOR else actor.enterprise or ""].append(shipment)
    for owner, sent in by_owner.items():
        for start in range(0, len(sent), _AT_ONCE):
            found |= await _told(loaders, owner, sent[start : start + _AT_ONCE])
    return found


async def _told(loaders: Loaders, owner: str, shipments: Sequence[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    numbers = {number_in(shipment): shipment for shipment in shipments}
    names: list[str] = []
    for shipment in shipments:
        names += _keys(await loaders.hop(Hop.SHIPMENT_PACKAGES, shipment, "", _PACKAGES))
    if not names:
        return found
    wanted, after = Wanted(names=names, steps=_STEPS), None
    while True:
        page = await events_found(loaders.graph, loaders.actor.scope, wanted, _PAGE, after, owner)
        for event in page.events:
            document = _document(event.body)
            shipment = next((numbers[name] for name in _numbers(event) if name in numbers), None)
            if document is not None and shipment is not None:
                found.setdefault(shipment, document)
                if leaves_a_trace(loaders.actor):
                    loaders.shown.add(event.id)
        after = page.following
        if after is None:
            return found


def _keys(packages: Iterable[str]) -> list[str]:
    spelled = (key_in(Kind.PACKAGE, number_in(package), (owner_of(package),)) for package in packages)
    return [canonical(key.epc_uri) for key in spelled if key is not None]


def _numbers(event: StoredEvent) -> tuple[str, ...]:
    """What the shipment of the event may be called."""
    together = shipment_number(transactions_of(event.body))
    return (*((together,) if together else ()), lone_number(number_in(event.id)))


def _document(body: Mapping[str, Any]) -> Document | None:
    told = sorted(transactions_of(body), key=lambda one: _ORDER.get(one.type or "", len(_ORDER)))
    if not told:
        return None
    of, name = told[0].type, told[0].id
    number = name.removeprefix(_TRANSACTION).partition(":")[2] if name.startswith(_TRANSACTION) else ""
    return Document(_TYPES.get(of, of) if of else "Business Transaction", number or name)
