"""What MATCH_ parameters of queries name by an EPC pattern URI: all keys of a company, or of one of its items (EPCIS 2.0, 8.2.7)."""

import re
from collections.abc import Callable
from urllib.parse import quote

from biip.checksums import gs1_standard_check_digit

from graph.model.gs1_keys import Key, canonical
from graph.model.gs1_names import is_uri, key_in_elements

Matches = Callable[[str], bool]
"""Of a canonical URI."""
_PATTERN = re.compile(r"urn:epc:idpat:(?P<scheme>sgtin|lgtin|sscc):(?P<parts>[^:]+)", re.IGNORECASE)
_LINK = "https://id.gs1.org/"
RIGHT = (
    "a key as an EPC URN, a Digital Link or an element string, such as (01)06901234000016(21)A1, or a pattern: "
    "urn:epc:idpat:sgtin:<company prefix>.<item reference>.<serial>, "
    "likewise lgtin with a lot, or urn:epc:idpat:sscc:<company prefix>.<serial reference>, where what follows the last known part is *"
)


def is_pattern(text: str) -> bool:
    return text.lower().startswith("urn:epc:idpat:") or ("*" in text and not is_elements(text))


def is_elements(text: str) -> bool:
    """Whether it is meant as an element string, with brackets or as a scanner gives it."""
    return text.startswith(("(", "]")) or "\x1d" in text or (text[:2].isdecimal() and not is_uri(text))


def key_asked(text: str) -> str:
    """The canonical URI of a key in any spelling, as an element string too; any other text is its own."""
    key = key_in_elements(text) if is_elements(text) else None
    return key.link if isinstance(key, Key) else canonical(text)


def matcher(pattern: str) -> Matches | None:
    """None for what is no pattern of the schemes that are known. Keys of any spelling fit by their digits."""
    found = _PATTERN.fullmatch(pattern)
    if found is None:
        return None
    parts = found["parts"].split(".", 2)
    scheme = found["scheme"].lower()
    given = [part for part in parts if part != "*"]
    if len(parts) != (2 if scheme == "sscc" else 3) or parts[: len(given)] != given or not all(_digits(part) for part in given[:2]):
        return None
    return _sscc(given) if scheme == "sscc" else _item(given, "21" if scheme == "sgtin" else "10")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _sscc(given: list[str]) -> Matches | None:
    if len(given) == 2:
        whole = canonical("urn:epc:id:sscc:" + ".".join(given))
        return whole.__eq__
    found = re.compile(rf"{re.escape(_LINK)}00/\d{given[0] if given else ''}\d+")
    return lambda uri: found.fullmatch(uri) is not None


def _item(given: list[str], qualifier: str) -> Matches | None:
    if len(given) < 2:
        found = re.compile(rf"{re.escape(_LINK)}01/\d{given[0] if given else ''}\d+/{qualifier}/.+")
        return lambda uri: found.fullmatch(uri) is not None
    prefix, reference, *rest = given
    if len(prefix + reference) != 13:
        return None
    digits = reference[0] + prefix + reference[1:]
    head = f"{_LINK}01/{digits}{gs1_standard_check_digit(digits)}/{qualifier}/"
    if rest:
        ends = {head + rest[0], head + quote(rest[0], safe="")}
        return ends.__contains__
    return lambda uri: uri.startswith(head) and len(uri) > len(head)
