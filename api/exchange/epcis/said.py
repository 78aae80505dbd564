"""What an event says of one thing, as records have it: a level, an amount, a day, a number."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from api.exchange.epcis.event import Body, Event, Quantity, Typed, Value
from api.exchange.epcis.hashing import number_text, short_digest
from api.exchange.epcis.names import MASTER_DATA
from graph.model.gs1_keys import Key, KeyKind
from graph.model.kinds import PackageLevel
from graph.model.records.told import NOT_TOLD
from graph.model.texts import decimal_text

_KILOGRAMS = {
    "KGM": Decimal(1),
    "GRM": Decimal("0.001"),
    "MGM": Decimal("0.000001"),
    "TNE": Decimal(1000),
    "DTN": Decimal(100),
    "LBR": Decimal("0.45359237"),
    "ONZ": Decimal("0.028349523125"),
}
"""By UN/CEFACT code."""
_FROM_LEVEL = {"0": PackageLevel.ITEM, "9": PackageLevel.ITEM}
"""By the indicator digit of a GTIN-14; the others are of groupings."""


def lone_number(identity: str) -> str:
    """Of a shipment that one event alone tells of, by its identity."""
    return f"E-{identity[:32]}"


def corrective_ids(event: Event) -> tuple[str, ...]:
    """Of an error declaration: by what the events are called that say it right."""
    return _correctives(event.error)


def correctives_in(body: Body) -> tuple[str, ...]:
    """The same, of a declaration as it was captured."""
    return _correctives(cast("Body | None", body.get("errorDeclaration")))


def _correctives(error: Body | None) -> tuple[str, ...]:
    return tuple(cast("Sequence[str]", (error or {}).get("correctiveEventIDs") or ()))


def did_not_occur(event: Event) -> bool:
    """By the reason of an error declaration."""
    return (event.error or {}).get("reason") == "did_not_occur"


def level_of(key: Key) -> PackageLevel:
    if key.kind is KeyKind.LOGISTIC_UNIT:
        return PackageLevel.PALLET
    return _FROM_LEVEL.get(key.digits[0], PackageLevel.CASE)


def number_in(record: str) -> str:
    return record.split("/", 2)[2]


def shipment_number(transactions: Sequence[Typed]) -> str | None:
    """The name of the shipment that a dispatch advice, or a bill of lading, tells of; sender and receiver tell of the same."""
    for kind in ("desadv", "bol"):
        for one in transactions:
            if one.type == kind:
                return f"{kind[0].upper()}-{short_digest(one.id)}"
    return None


def master_text(ilmd: Body | None, name: str) -> str | None:
    """A number is read as the event's hash reads it, and a list of one as its entry. None for what is no text."""
    value = _master(ilmd, name)
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping) and list(value) == ["#text"]:
        value = value["#text"]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = number_text(str(value))
    return value.strip() or None if isinstance(value, str) else None


def has_master(ilmd: Body | None, name: str) -> bool:
    return _master(ilmd, name) not in (None, "", [])


def _master(ilmd: Body | None, name: str) -> Value:
    return (ilmd or {}).get(f"{{{MASTER_DATA}}}{name}")


def day_in(ilmd: Body | None, name: str) -> date | None:
    try:
        return date.fromisoformat((master_text(ilmd, name) or "")[:10])
    except ValueError:
        return None


def kilograms(quantity: Quantity) -> str:
    factor = _KILOGRAMS.get(quantity.uom or "")
    if factor is None or not quantity.quantity:
        return NOT_TOLD
    return decimal_text(round(Decimal(str(quantity.quantity)) * factor, 6))


def some(records: Sequence[str]) -> str:
    """The first of them, and how many more."""
    return records[0] + (f" and {len(records) - 1} others" if len(records) > 1 else "")
