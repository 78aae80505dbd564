"""Which addresses a provider may have: https, or http on this very machine."""

import ipaddress
from urllib.parse import urlsplit


def check_issuer(text: str) -> str:
    """The issuer as it is; ValueError for one that cannot be."""
    parts = urlsplit(text)
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError("an issuer has no query and no fragment")
    check_address(text)
    return text


def check_own_issuer(text: str) -> str:
    """As `check_issuer`, for one that is served here, under the root."""
    if urlsplit(check_issuer(text)).path:
        raise ValueError("right is https://host, without a path")
    return text


def check_address(text: str, *, like: str | None = None) -> str:
    """The address as it is; ValueError for plain http that leaves this machine, or for http where `like` has https."""
    parts = urlsplit(text)
    if not parts.hostname or parts.username or parts.password:
        raise ValueError("right is https://host, without a user or a password")
    if parts.scheme == "https":
        return text
    if parts.scheme != "http" or not is_loopback(parts.hostname) or (like or "").startswith("https:"):
        raise ValueError("right is https://…; http:// is for 127.0.0.1, [::1] and localhost alone")
    return text


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine's own, for itself alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
