"""Trace codes as people and scanners give them: `<enterprise code>.<number>`, a record ID, a GS1 element string,
a GS1 Digital Link, an EPC URN, or the address of a look-up page (QB/T 4971-2018 5.1, 5.3)."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import biip
from biip.checksums import gs1_standard_check_digit
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message

from graph.model.identifiers import Kind, MalformedId, check_enterprise_code, check_number, parse_id, record_id, shown

LONGEST = 2_000
_PREFIX_LENGTHS = range(12, 3, -1)
_EPC = re.compile(
    r"urn:epc:id:(?:sgtin:(?P<prefix>\d{6,12})\.\d+\.(?P<serial>.+)|sscc:(?P<sscc_prefix>\d{6,12})\.(?P<extension>\d)(?P<reference>\d+))",
    re.ASCII,
)
_RAW = re.compile(r"01\d{14}|00\d", re.ASCII)
"""How a GS1 element string begins that a scanner gives without brackets and symbology."""
_UNREADABLE = (biip.ParseError, ValueError, LookupError)
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


def read_code(text: str, enterprise: str | None = None) -> list[Candidate]:
    """What the code may mean, likeliest first. The number of a GS1 key does not say where the company prefix ends,
    so such a code has a candidate for each length of prefix; `enterprise` settles it. `MalformedCode` when there is none."""
    if len(text) > LONGEST:
        raise MalformedCode(f"found {len(text)} characters; {_RIGHT}")
    code = unicodedata.normalize("NFC", text.strip())
    try:
        owner = check_enterprise_code(enterprise.strip().upper()) if enterprise else None
        found = _candidates(code, owner)
    except MalformedId as error:
        raise MalformedCode(str(error)) from error
    if owner is not None:
        found = [candidate for candidate in found if candidate.enterprise == owner]
    if not found:
        raise MalformedCode(f"found {shown(code)}; {_RIGHT}")
    return list(dict.fromkeys(found))


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
        return [Candidate(epc["prefix"], check_number(unquote(epc["serial"])))]
    digits = f"{epc['extension']}{epc['sscc_prefix']}{epc['reference']}"
    if len(digits) != 17:
        raise MalformedCode(f"found {shown(epc.group())}; an SSCC has 17 digits before its check digit")
    return [Candidate(epc["sscc_prefix"], f"{digits}{gs1_standard_check_digit(digits)}")]


def _from_address(address: str, owner: str | None) -> list[Candidate]:
    try:
        elements = GS1DigitalLinkURI.parse(address).element_strings
    except _UNREADABLE:
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
    except _UNREADABLE as error:
        raise MalformedCode(f"found {shown(code)}, which is no GS1 element string: {error}") from error
    return _from_elements(message.element_strings, owner) if message else []


def _from_elements(elements: GS1ElementStrings, owner: str | None) -> list[Candidate]:
    gtin, serial, sscc = (elements.get(ai=ai) for ai in ("01", "21", "00"))
    for element in (gtin, sscc):
        if element is not None and (problem := element.gtin_error or element.sscc_error):
            raise MalformedCode(f"found {shown(element.value)}: {problem}")
    if gtin is not None and serial is not None:
        return _by_prefix(gtin.value[1:], check_number(serial.value), owner)
    if sscc is not None:
        return _by_prefix(sscc.value[1:], sscc.value, owner)
    if gtin is not None:
        raise MalformedCode(f"found the GTIN {gtin.value} without a serial number (21); a GTIN alone names a product, not a package")
    return []


def _by_prefix(digits: str, number: str, owner: str | None) -> list[Candidate]:
    if not (digits.isascii() and digits.isdecimal()):
        raise MalformedCode(f"found {shown(digits)}; a GS1 key is of the digits 0 to 9")
    if owner is not None:
        return [Candidate(owner, number)]
    return [Candidate(digits[:length], number) for length in _PREFIX_LENGTHS]
