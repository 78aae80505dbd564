"""Trace codes as people and scanners give them: `<enterprise code>.<number>`, a record ID, a GS1 element string,
a GS1 Digital Link, an EPC URN, or the address of a look-up page (QB/T 4971-2018 5.1, 5.3)."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import biip
from biip.checksums import gs1_standard_check_digit
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message

from graph.model.identifiers import NUMBER_LENGTH, Kind, MalformedId, check_enterprise_code, check_number, parse_id, record_id, shown

LONGEST = 2_000
_PREFIX_LENGTHS = range(12, 3, -1)
_EPC = re.compile(
    r"urn:epc:id:(?:sgtin:(?P<prefix>\d{6,12})\.(?P<item>\d+)\.(?P<serial>.+)|sscc:(?P<sscc_prefix>\d{6,12})\.(?P<extension>\d)(?P<reference>\d+))",
    re.ASCII,
)
_RAW = re.compile(r"01\d{14}|00\d", re.ASCII)
"""How a GS1 element string begins that a scanner gives without brackets and symbology."""
_FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: " ", 0x3002: "."}
"""From what Chinese input methods type to ASCII: full-width characters, the ideographic space and full stop, and nothing else, since
what other compatibility forms stand for may be another's code."""
UNREADABLE = (biip.ParseError, ValueError, LookupError)
"""What biip, and urllib within it, raise for a text that they cannot read."""
_RIGHT = "a trace code is <enterprise code>.<number>, a GS1 element string such as (01)…(21)…, or the address in a printed code"


class MalformedCode(ValueError):
    """The text is no code; the message says what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A package that a code may mean."""

    enterprise: str
    number: str

    @property
    def package_id(self) -> str:
        return record_id(Kind.PACKAGE, self.enterprise, self.number)

    @property
    def code(self) -> str:
        return f"{self.enterprise}.{self.number}"


def gtin_number(gtin: str, serial: str) -> str:
    """The number of a package or batch that is known by its GTIN-14 and its serial number or lot: `<gtin>.<serial>`.

    What a record's number cannot have is written as `_` and two hexadecimal digits, a serial that gets too long by its digest. So
    different keys have different numbers: serial numbers are unique within their GTIN only.
    """
    written = "".join(one if one.isascii() and (one.isalnum() or one in "-.") else f"_{ord(one):02X}" for one in serial)
    number = f"{gtin}.{written}"
    return number if len(number) <= NUMBER_LENGTH else f"{gtin}._x{hashlib.sha256(serial.encode()).hexdigest()[:40]}"


def read_code(text: str, enterprise: str | None = None) -> list[Candidate]:
    """What the code may mean, likeliest first. The number of a GS1 key does not say where the company prefix ends,
    so such a code has a candidate for each length of prefix; `enterprise` settles it. `MalformedCode` when there is none."""
    if len(text) > LONGEST:
        raise MalformedCode(f"found {len(text)} characters; {_RIGHT}")
    code = plain(text)
    try:
        owner = check_enterprise_code(enterprise.strip().translate(_FULL_WIDTH).upper()) if enterprise else None
    except MalformedId as error:
        raise MalformedCode(str(error)) from error
    found: list[Candidate] = []
    problem: ValueError | None = None
    for spelled in spellings(code):
        try:
            found += _candidates(spelled, owner)
        except (MalformedCode, MalformedId) as error:
            problem = problem or error
    if problem is not None and not found:
        raise MalformedCode(str(problem)) from problem
    if owner is not None:
        found = [candidate for candidate in found if candidate.enterprise == owner]
    if not found:
        raise MalformedCode(f"found {shown(code)}; {_RIGHT}")
    return list(dict.fromkeys(found))


def plain(text: str) -> str:
    """A code without the space around it."""
    return unicodedata.normalize("NFC", text.strip())


def spellings(code: str) -> tuple[str, ...]:
    """The code as it stands first, since a number may be of full-width characters itself, and then with ASCII in their place. With a
    full-width bracket none begins but an element string."""
    ascii_code = code.translate(_FULL_WIDTH)
    return (ascii_code,) if code.startswith("（") else tuple(dict.fromkeys((code, ascii_code)))


def _candidates(code: str, owner: str | None) -> list[Candidate]:
    if code.startswith(f"{Kind.PACKAGE.value}/"):
        record = parse_id(code)
        return [Candidate(record.enterprise, record.number or "")]
    if epc := _EPC.fullmatch(code):
        return _from_epc(epc)
    if "://" in code:
        return _from_address(code, owner)
    if code.startswith(("(", "]")) or "\x1d" in code:
        return _from_gs1(code, owner)
    return _from_either(code, owner) if _RAW.match(code) else _as_printed(code, owner)


def _as_printed(code: str, owner: str | None) -> list[Candidate]:
    head, dot, number = code.partition(".")
    if dot:
        return [Candidate(check_enterprise_code(head.upper()), check_number(number))]
    return [Candidate(owner, check_number(code))] if owner else []


def _from_either(code: str, owner: str | None) -> list[Candidate]:
    """Of a text that may be a GS1 element string, or an enterprise code or number that begins like one. The likelier comes first:
    a dot is rare in a serial number."""
    found: list[Candidate] = []
    problem: ValueError | None = None
    for read in (_as_printed, _from_gs1) if "." in code else (_from_gs1, _as_printed):
        try:
            found += read(code, owner)
        except (MalformedCode, MalformedId) as error:
            problem = error
    if problem is not None and not found:
        raise problem
    return found


def _from_epc(epc: re.Match[str]) -> list[Candidate]:
    if epc["serial"] is not None:
        item = epc["item"]
        digits = f"{item[:1]}{epc['prefix']}{item[1:]}"
        gtin = f"{digits}{gs1_standard_check_digit(digits)}"
        return _of_item([epc["prefix"]], gtin, unquote(epc["serial"]))
    digits = f"{epc['extension']}{epc['sscc_prefix']}{epc['reference']}"
    if len(digits) != 17:
        raise MalformedCode(f"found {shown(epc.group())}; an SSCC has 17 digits before its check digit")
    return [Candidate(epc["sscc_prefix"], f"{digits}{gs1_standard_check_digit(digits)}")]


def _from_address(address: str, owner: str | None) -> list[Candidate]:
    try:
        elements = GS1DigitalLinkURI.parse(address).element_strings
    except UNREADABLE:
        pass
    else:
        return _from_elements(elements, owner)
    # a look-up page: the code is the last part of its path, or its parameter `code`
    try:
        parts = urlsplit(address)
        given = parse_qs(parts.query).get("code", [""])[0]
    except ValueError as error:
        raise MalformedCode(f"found {shown(address)}; {_RIGHT}") from error
    last = given or unquote(parts.path.rpartition("/")[2])
    return [] if "://" in last or not last else _candidates(last, owner)


def _from_gs1(code: str, owner: str | None) -> list[Candidate]:
    try:
        message = GS1Message.parse_hri(code) if code.startswith("(") else biip.parse(code).gs1_message
    except UNREADABLE as error:
        raise MalformedCode(f"found {shown(code)}, which is no GS1 element string: {error}") from error
    return _from_elements(message.element_strings, owner) if message else []


def _from_elements(elements: GS1ElementStrings, owner: str | None) -> list[Candidate]:
    gtin, serial, sscc, lot = (elements.get(ai=ai) for ai in ("01", "21", "00", "10"))
    for element in (gtin, sscc):
        if element is not None and (problem := element.gtin_error or element.sscc_error):
            raise MalformedCode(f"found {shown(element.value)}: {problem}")
    if gtin is not None and serial is not None:
        return _of_item(_prefixes(gtin.value[1:], owner), gtin.value, serial.value)
    if sscc is not None:
        return [Candidate(prefix, sscc.value) for prefix in _prefixes(sscc.value[1:], owner)]
    if gtin is None:
        return []
    if lot is not None:
        found = f"found the GTIN {gtin.value} with the lot (10) {shown(lot.value)} and without a serial number (21)"
        raise MalformedCode(f"{found}: a lot, and no package; right is the serial number of a package beside the GTIN")
    right = "right is beside it (21), the serial number of a package, or (10), the lot of a batch or of an ingredient"
    raise MalformedCode(f"found the GTIN {gtin.value} alone, which names a product; {right}")


def _prefixes(digits: str, owner: str | None) -> list[str]:
    if not (digits.isascii() and digits.isdecimal()):
        raise MalformedCode(f"found {shown(digits)}; a GS1 key is of the digits 0 to 9")
    return [owner] if owner is not None else [digits[:length] for length in _PREFIX_LENGTHS]


def _of_item(prefixes: list[str], gtin: str, serial: str) -> list[Candidate]:
    """Enterprises number their packages by serial number alone, or as documents are recorded: by GTIN and serial number."""
    try:
        alone = [check_number(serial)]
    except MalformedId:
        if not serial.isascii():
            raise
        alone = []
    numbers = [*alone, gtin_number(gtin, serial)]
    return [Candidate(prefix, number) for prefix in prefixes for number in numbers]
