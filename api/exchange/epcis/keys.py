"""GS1 keys in events: as EPC URNs (EPC Tag Data Standard) and as GS1 Digital Link URIs."""

import re

_DIGITS = {
    **dict.fromkeys(("sgtin", "lgtin", "itip", "upui"), 13),
    **dict.fromkeys(("sgln", "pgln", "grai", "gdti"), 12),
    **dict.fromkeys(("sscc", "gsrn", "gsrnp"), 17),
}
"""Of the schemes whose company prefix and reference have so many digits together."""
_URN = re.compile(r"urn:epc:(?P<form>id|class|idpat):(?P<scheme>[a-z]+):(?P<rest>.+)")
_PARTS = re.compile(r"(?P<prefix>\d{6,12})\.(?P<reference>\d*)(?P<more>\..+)?", re.ASCII)


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
