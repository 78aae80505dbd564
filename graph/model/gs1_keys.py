"""GS1 keys as EPC URNs (EPC Tag Data Standard) and as GS1 Digital Link URIs, and the records that they name."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote

from biip.checksums import gs1_standard_check_digit

from graph.model.codes import gtin_number
from graph.model.identifiers import Kind, enterprise_id, record_id

_DIGITS = {
    **dict.fromkeys(("sgtin", "lgtin", "itip", "upui"), 13),
    **dict.fromkeys(("sgln", "pgln", "grai", "gdti"), 12),
    **dict.fromkeys(("sscc", "gsrn", "gsrnp"), 17),
}
"""Of the schemes whose company prefix and reference have so many digits together."""
_URN = re.compile(r"urn:epc:(?P<form>id|class|idpat):(?P<scheme>[a-z]+):(?P<rest>.+)")
_PARTS = re.compile(r"(?P<prefix>\d{6,12})\.(?P<reference>\d*)(?P<more>\..+)?", re.ASCII)
_LINK = re.compile(r"https://id\.gs1\.org/(?P<ai>01|00|414|417)/(?P<digits>\d+)(?:/(?P<qualifier>21|10|254)/(?P<value>.+))?", re.ASCII)
_EMPTY = re.compile(r"https?://[^?#]*/(?:(?:01/\d{8,14})/(?:21|10)|414/\d{13}/254)/?(?:[?#].*)?", re.ASCII)
"""Digital Links that name a serial number, lot or extension and have none."""
_LINK_DIGITS = {"01": 14, "00": 18, "414": 13, "417": 13}
"""By AI."""
_COMPANY = re.compile(r"\d{6,12}", re.ASCII)
_LENGTHS = range(12, 3, -1)
"""Of company prefixes, and of the enterprise codes that they are."""


class KeyKind(StrEnum):
    ITEM = "SGTIN"
    LOGISTIC_UNIT = "SSCC"
    LOT = "LGTIN"
    PLACE = "SGLN"
    PARTY = "PGLN"


@dataclass(frozen=True, slots=True)
class Key:
    """digits: GTIN-14, SSCC-18 or GLN-13. prefix: the company prefix, which an URN shows and a Digital Link does not.

    serial: of an item, the lot of a lot, the extension of a place; empty where there is none.
    """

    kind: KeyKind
    digits: str
    serial: str = ""
    prefix: str | None = None

    def owner(self, known: AbstractSet[str]) -> str | None:
        """The enterprise that the key belongs to. Where the prefix does not show: the one that is known, of those that it may be;
        None when there is none, or more than one."""
        if self.prefix is not None:
            return self.prefix
        found = [prefix for prefix in self.prefixes if prefix in known]
        return found[0] if len(found) == 1 else None

    @property
    def prefixes(self) -> tuple[str, ...]:
        digits = self.digits if self.kind in (KeyKind.PLACE, KeyKind.PARTY) else self.digits[1:]
        return (self.prefix,) if self.prefix is not None else tuple(digits[:length] for length in _LENGTHS)

    def record(self, owner: str) -> str:
        """The ID of the record that the key names."""
        if self.kind is KeyKind.PARTY:
            return enterprise_id(owner)
        if self.kind is KeyKind.PLACE:
            return self.site(owner)
        if self.kind is KeyKind.LOT:
            return record_id(Kind.PRODUCTION_BATCH, owner, self.number)
        return record_id(Kind.PACKAGE, owner, self.number)

    def lots(self, owner: str, lot: str) -> set[str]:
        """The batches that what the key names may be of, by its lot: of its own GTIN, and of the item's that this is a grouping of. A
        logistic unit shows no GTIN."""
        if self.kind is KeyKind.LOGISTIC_UNIT:
            return {lot_alone(Key(KeyKind.LOT, self.digits, lot).record(owner))}
        base = f"0{self.digits[1:-1]}"
        items = (self.digits, f"{base}{gs1_standard_check_digit(base)}")
        return {Key(KeyKind.LOT, digits, lot).record(owner) for digits in items}

    def site(self, owner: str) -> str:
        """Of a place or a party: GLNs name both."""
        return record_id(Kind.SITE, owner, self.number)

    @property
    def number(self) -> str:
        return gtin_number(self.digits, self.serial) if self.serial else self.digits

    @property
    def link(self) -> str:
        """The canonical Digital Link URI."""
        ai, qualifier = _AIS[self.kind]
        serial = f"/{qualifier}/{quote(self.serial, safe=_PLAIN_IN_LINK)}" if self.serial else ""
        return f"https://id.gs1.org/{ai}/{self.digits}{serial}"


_AIS = {
    KeyKind.ITEM: ("01", "21"),
    KeyKind.LOT: ("01", "10"),
    KeyKind.LOGISTIC_UNIT: ("00", ""),
    KeyKind.PLACE: ("414", "254"),
    KeyKind.PARTY: ("417", ""),
}
_PLAIN_IN_LINK = "';="


@lru_cache(maxsize=65_536)
def canonical(text: str) -> str:
    """One spelling of a key: the Digital Link URI at id.gs1.org; any other URI is its own."""
    # loads a JSON-LD processor, with what fetches from the network: the outward service, which spells no keys, goes without
    from epcis_event_hash_generator.dl_normaliser import normaliser

    return normaliser(text) or text


def _link(text: str) -> re.Match[str] | None:
    """The parts of a key of the kinds above, in any spelling."""
    return _LINK.fullmatch(canonical(text))


@lru_cache(maxsize=65_536)
def read_key(text: str) -> Key | str:
    """The key, or why there is no record that the text could name."""
    if right := _malformed_link(text):
        return f"is not a key; right is {right}"
    link = _link(text)
    if link is None:
        return "is no SGTIN, SSCC, LGTIN, SGLN or PGLN"
    digits, qualifier, value = link["digits"], link["qualifier"], unquote(link["value"] or "")
    match link["ai"], qualifier:
        case "01", "21":
            kind = KeyKind.ITEM
        case "01", "10":
            kind = KeyKind.LOT
        case "01", _:
            return "is a GTIN without a serial number or lot: a product, and no thing"
        case "00", _:
            kind = KeyKind.LOGISTIC_UNIT
        case "414", _:
            kind = KeyKind.PLACE
        case _:
            kind = KeyKind.PARTY
    urn = _URN.fullmatch(text)
    parts = _PARTS.fullmatch(urn["rest"]) if urn else None
    return Key(kind, digits, "" if kind is KeyKind.PLACE and value == "0" else value, parts["prefix"] if parts else None)


def malformed_urn(text: str) -> str | None:
    """What would be right instead of an EPC URN that is none; None for any that is one, and for other URIs."""
    if not text.startswith("urn:epc:"):
        return None
    found = _URN.fullmatch(text)
    if found is None:
        return "an EPC URN: urn:epc:id:<scheme>:…, urn:epc:class:<scheme>:… or urn:epc:idpat:<scheme>:…"
    digits = _DIGITS.get(found["scheme"])
    if digits is None:
        return None
    parts = _PARTS.fullmatch(found["rest"])
    if parts is None or len(parts["prefix"] + parts["reference"]) != digits:
        return f"a company prefix of 6 to 12 digits and a reference, {digits} digits together, with a dot between them"
    if found["scheme"] in _SERIAL_IN and found["form"] != "idpat" and parts["more"] is None:
        return f"{_SERIAL_IN[found['scheme']]} after them, with a dot before it"
    return None


_SERIAL_IN = {"sgtin": "a serial number", "lgtin": "a lot"}


def malformed_key(text: str) -> str | None:
    """What would be right instead of what is meant to be a key, as an EPC URN or a Digital Link, and is none. Other URIs may be keys."""
    return malformed_urn(text) or _malformed_link(text)


def _malformed_link(text: str) -> str | None:
    link, fragment, _ = text.partition("#")
    if fragment and text.startswith("http") and _LINK.match(canonical(link)):
        return "a Digital Link without a fragment: what follows # is no part of a key"
    if _EMPTY.fullmatch(text):
        return "a Digital Link with a serial number, lot or extension at its end, or without its AI"
    found = _link(text)
    if found is None:
        return None
    digits, wanted = found["digits"], _LINK_DIGITS[found["ai"]]
    if len(digits) != wanted:
        return f"a key with {wanted} digits after its AI {found['ai']}, rather than {len(digits)}"
    if (right := gs1_standard_check_digit(digits[:-1])) != int(digits[-1]):
        return f"a key whose check digit is {right} rather than {digits[-1]}"
    return None


def class_alone(text: str) -> bool:
    """Whether it is the key of a product or a lot, rather than of one thing."""
    found = _link(text)
    return found is not None and found["ai"] == "01" and found["qualifier"] != "21"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A key as it is written: a pure identity or class URI of the EPC Tag Data Standard, and a GS1 Digital Link URI."""

    epc_uri: str
    digital_link: str


_ITEM_OR_LOT = re.compile(r"(?P<digits>\d{14})\.(?P<serial>.+)", re.ASCII)
_UNIT = re.compile(r"(?P<digits>\d{18})(?P<serial>)", re.ASCII)
_PLACE = re.compile(r"(?P<digits>\d{13})(?:\.(?P<serial>.+))?", re.ASCII)
_WRITTEN = re.compile(r"_([0-9A-F]{2})")
_SERIAL = re.compile(r"[A-Za-z0-9!\"%&'()*+,\-./:;<=>?_]{0,20}")
"""The characters of AI 10, 21 and 254 (GS1 General Specifications, figure 7.11-1)."""
_PLAIN_IN_URN = "!'()*+,:;="
_FORMS: dict[Kind, tuple[tuple[re.Pattern[str], KeyKind], ...]] = {
    Kind.PACKAGE: ((_ITEM_OR_LOT, KeyKind.ITEM), (_UNIT, KeyKind.LOGISTIC_UNIT)),
    Kind.PRODUCTION_BATCH: ((_ITEM_OR_LOT, KeyKind.LOT),),
    Kind.INGREDIENT_LOT: ((_ITEM_OR_LOT, KeyKind.LOT),),
    Kind.SITE: ((_PLACE, KeyKind.PLACE),),
    Kind.FARM: ((_PLACE, KeyKind.PLACE),),
}


def key_in(kind: Kind, number: str, prefixes: Iterable[str]) -> Spelled | None:
    """The key that a record's number is of; None where it is of none. prefixes: the codes of enterprises that may have given it out: a
    number of other digits looks like a key by chance."""
    for form, of in _FORMS.get(kind, ()):
        if found := form.fullmatch(number):
            serial = _WRITTEN.sub(lambda one: chr(int(one[1], 16)), found["serial"] or "")
            key = Key(of, found["digits"], serial)
            right = key.number == number and _SERIAL.fullmatch(serial) and not (of is KeyKind.PLACE and serial == "0")
            if right and gs1_standard_check_digit(key.digits[:-1]) == int(key.digits[-1]):
                return next((_spelled(key, code) for code in prefixes if _COMPANY.fullmatch(code) and code in key.prefixes), None)
    return None


def _spelled(key: Key, prefix: str) -> Spelled:
    digits, length = key.digits, len(prefix)
    serial = quote(key.serial, safe=_PLAIN_IN_URN)
    match key.kind:
        case KeyKind.ITEM | KeyKind.LOT:
            form = "id:sgtin" if key.kind is KeyKind.ITEM else "class:lgtin"
            urn = f"{form}:{prefix}.{digits[0]}{digits[1 + length : 13]}.{serial}"
        case KeyKind.LOGISTIC_UNIT:
            urn = f"id:sscc:{prefix}.{digits[0]}{digits[1 + length : 17]}"
        case _:
            urn = f"id:sgln:{prefix}.{digits[length:12]}.{serial or '0'}"
    return Spelled(f"urn:epc:{urn}", key.link)


def lot_alone(batch: str) -> str:
    """The name of a batch without its GTIN, under which a lot is kept that an event tells of a thing without one."""
    kind, owner, number = batch.split("/", 2)
    return f"{kind}/{owner}/.{number.partition('.')[2]}"
