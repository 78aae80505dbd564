"""Where letters may go: not to this machine, nor into its network, unless the operator has named that network."""

import ipaddress
import re
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_NOT_PUBLIC = (ipaddress.ip_network("fec0::/10"), ipaddress.ip_network("3fff::/20"))
"""Sites of old, and examples, which Python counts among the public ones."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LONGEST = 2_000
_PRINTED = re.compile(r"[!-~]+")
_SCHEMES = {"https", "http"}


class NotAllowed(Exception):
    """The address leads where letters do not go; the message says why, and nothing of what is there."""


def networks_of(setting: str) -> tuple[Network, ...]:
    """Of a list with commas, which has been checked."""
    return tuple(ipaddress.ip_network(part) for part in setting.split(",") if part)


def checked_address(text: str, networks: Sequence[Network]) -> str:
    """The address as it is; ValueError for one that cannot be, or that names where letters do not go. Names are not looked up here."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("right is an address such as https://platform.example.cn/receive") from error
    if len(text) > _LONGEST or not _PRINTED.fullmatch(text) or parts.scheme not in _SCHEMES or not parts.hostname or port == 0:
        raise ValueError("right is an address such as https://platform.example.cn/receive")
    if parts.username is not None or parts.password is not None or parts.fragment or "#" in text:
        raise ValueError("right is one without a user, a password or a fragment")
    if parts.scheme == "http" and not networks:
        raise ValueError("right is https://…; http is for networks that the operator has named")
    try:
        ip = ipaddress.ip_address(parts.hostname)
    except ValueError:
        if parts.hostname.rpartition(".")[2].isdigit():
            raise ValueError("right is a host name, or an IP address in its usual form") from None
        return text
    if not is_allowed(ip, parts.scheme, networks):
        raise ValueError("right is an address in the open net, by https, or in a network that the operator has named")
    return text


def is_allowed(ip: Ip, scheme: str, networks: Sequence[Network]) -> bool:
    """Plain http leaves for named networks alone: what is told is not to be read on the way (QB/T 4971-2018 9.4)."""
    meant = _meant(ip)
    if any(meant in network for network in networks):
        return True
    public = meant.is_global and not (meant.is_multicast or meant.is_reserved or any(meant in network for network in _NOT_PUBLIC))
    return scheme == "https" and public


def _meant(ip: Ip) -> Ip:
    """The IPv4 address in one of IPv6 that leads there."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def reached_at(ips: Sequence[str], scheme: str, networks: Sequence[Network]) -> str:
    """Of the IP addresses of a host the one to connect to. `NotAllowed` where there is none, or letters do not go to one of them."""
    if not ips or not all(is_allowed(ipaddress.ip_address(one.partition("%")[0]), scheme, networks) for one in ips):
        raise NotAllowed(
            "the host has an address that letters do not go to; right is one in the open net, or in MILKLINE_DELIVERY_NETWORKS"
        )
    return ips[0]
