"""Settings that are addresses, or lists with commas. Each check gives the text back in its one form, or raises ValueError."""

import ipaddress
import re
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?")

_PRINTED = re.compile(r"[!-~]+")


def parts_of(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def origins(text: str) -> str:
    """As a browser sends them: scheme, host and port, without a path."""
    found = [part.lower().rstrip("/") for part in parts_of(text)]
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin; one is https://host or https://host:port, and each is named")
    return ",".join(found)


def web_address(text: str) -> str:
    """Of a site, and a path in it maybe: what is printed is this and a path behind it."""
    if not text:
        return text
    try:
        found = urlsplit(text.strip())
        fits = found.scheme in {"http", "https"} and found.hostname and found.port != 0 and not found.query and not found.fragment
    except ValueError:
        fits = False
    if not fits or not _PRINTED.fullmatch(text.strip()):
        raise ValueError("right is an http or https address such as https://trace.example.cn")
    return text.strip()


def networks(text: str) -> str:
    """Addresses, or networks such as 10.0.0.0/8."""
    found = parts_of(text)
    for network in found:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ValueError(f"{network!r} is no address and no network; one is 192.0.2.7 or 10.0.0.0/8") from error
    return ",".join(found)
