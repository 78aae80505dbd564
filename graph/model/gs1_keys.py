"""GS1 keys as EPC URNs (EPC Tag Data Standard) and as GS1 Digital Link URIs, and the records that they name."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

from biip.checksums import gs1_standard_check_digit
from epcis_event_hash_generator.dl_normaliser import normaliser

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

    def site(self, owner: str) -> str:
        """Of a place or a party: GLNs name both."""
        return record_id(Kind.SITE, owner, self.number)

    @property
    def number(self) -> str:
        return gtin_number(self.digits, self.serial) if self.serial else self.digits


@lru_cache(maxsize=65_536)
def canonical(text: str) -> str:
    """One spelling of a key: the Digital Link URI at id.gs1.org; any other URI is its own."""
    return normaliser(text) or text


@lru_cache(maxsize=65_536)
def read_key(text: str) -> Key | str:
    """The key, or why there is no record that the text could name."""
    link = _LINK.fullmatch(canonical(text))
    if link is None:
        return "is no SGTIN, SSCC, LGTIN, SGLN or PGLN"
    digits, qualifier, value = link["digits"], link["qualifier"], unquote(link["value"] or "")
    if gs1_standard_check_digit(digits[:-1]) != int(digits[-1]):
        return f"has the check digit {digits[-1]}, and {gs1_standard_check_digit(digits[:-1])} would be right"
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
    return None
