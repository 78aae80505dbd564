"""What look-ups are held to: by client, by what a client misses, and by enterprise. Decided before it is known what a code is, so that a
refusal tells nothing of the code."""

import ipaddress
import math
from dataclasses import dataclass

from starlette.requests import Request

from api.door.buckets import Buckets, Rate
from api.door.step import LOOKED_UP
from api.errors import ApiError, ErrorCode
from api.settings import Settings
from auth.actor import Actor, Role

NAMED = 10
"""A caller with a token of an enterprise, an authority or the platform may look up this many times as much as an address."""
_MINUTE, _HOUR = 60.0, 3600.0


class RateLimited(ApiError):
    """Too many look-ups; after `retry_after_s` seconds one more is free."""

    def __init__(self, message: str, wait: float) -> None:
        self.retry_after_s = max(1, math.ceil(wait))
        super().__init__(ErrorCode.RATE_LIMITED, f"{message}; one more is free in {self.retry_after_s} s")

    @property
    def extensions(self) -> dict[str, object]:
        return {**super().extensions, "retryAfter": self.retry_after_s}


@dataclass(frozen=True, slots=True)
class Door:
    """None: no limit."""

    buckets: Buckets
    per_client: Rate | None
    missed: Rate | None
    per_enterprise: Rate | None

    @classmethod
    def of(cls, settings: Settings) -> "Door":
        return cls(
            Buckets(settings.limits_file or settings.data / "limits" / "look-ups.sqlite"),
            _rate(settings.look_ups_per_client, _MINUTE),
            _rate(settings.misses_per_client, _HOUR),
            _rate(settings.look_ups_per_enterprise, _MINUTE),
        )

    def visitor(self, actor: Actor, request: Request) -> "Visitor":
        if actor.role in {Role.PUBLIC, Role.CONSUMER}:
            return Visitor(self, f"client {_network(request)}", 1, request)
        return Visitor(self, f"actor {actor.enterprise or actor.subject}", NAMED, request)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks codes up. times: how much more than an address."""

    door: Door
    name: str
    times: int
    request: Request

    def enter(self) -> None:
        """Before each look-up; RateLimited when this client has made too many, or has missed too many."""
        setattr(self.request.state, LOOKED_UP, True)
        if rate := self._own(self.door.missed):
            wait = self.door.buckets.free_in(f"missed {self.name}", rate)
            if wait > 0:
                raise RateLimited(f"found more than {rate.count} codes an hour from this client that nobody knows", wait)
        if rate := self._own(self.door.per_client):
            wait = self.door.buckets.take(self.name, rate)
            if wait > 0:
                raise RateLimited(f"found more than {rate.count} look-ups a minute from this client", wait)

    def admit(self, enterprise: str | None) -> None:
        """Before a look-up of an enterprise's code is made, None for enterprises that there are not; RateLimited."""
        if rate := self.door.per_enterprise:
            wait = self.door.buckets.take(f"enterprise {enterprise or ''}", rate)
            if wait > 0:
                raise RateLimited(f"found more than {rate.count} look-ups a minute of codes of one enterprise", wait)

    def leave(self, *, missed: bool) -> None:
        """After each look-up; the same is done whether it found something or not, so that it takes as long."""
        if rate := self._own(self.door.missed):
            self.door.buckets.charge(f"missed {self.name}", rate, int(missed))

    def _own(self, rate: Rate | None) -> Rate | None:
        return rate and Rate(rate.count * self.times, rate.seconds)


def _rate(count: int, seconds: float) -> Rate | None:
    return Rate(count, seconds) if count else None


def _network(request: Request) -> str:
    """The client's address; of IPv6 the network of one subscriber (/64), who has all of it."""
    if request.client is None:
        return "unknown"
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return request.client.host
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)
