"""What an event says of one thing, as records have it: a level, an amount, a day, a number."""

from datetime import date
from decimal import Decimal

from api.exchange.epcis.event import Body, Event, Quantity
from api.exchange.epcis.hashing import short_digest
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


def level_of(key: Key) -> PackageLevel:
    if key.kind is KeyKind.LOGISTIC_UNIT:
        return PackageLevel.PALLET
    return _FROM_LEVEL.get(key.digits[0], PackageLevel.CASE)


def number_in(record: str) -> str:
    return record.split("/", 2)[2]


def shipment_number(event: Event) -> str | None:
    """The name of the shipment that a dispatch advice, or a bill of lading, tells of; sender and receiver tell of the same."""
    for kind in ("desadv", "bol"):
        for one in event.transactions:
            if one.type == kind:
                return f"{kind[0].upper()}-{short_digest(one.id)}"
    return None


def master_text(ilmd: Body | None, name: str) -> str | None:
    value = (ilmd or {}).get(f"{{{MASTER_DATA}}}{name}")
    return value.strip() or None if isinstance(value, str) else None


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
