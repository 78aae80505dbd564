"""Names of hosts, looked up on threads of their own: one that takes long keeps no other enterprise waiting."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TypeAlias

from api.shares import Shares

LookUp: TypeAlias = Callable[[str], Sequence[str]]
"""The IP addresses of a name, for which it may block. OSError or ValueError where there is none."""
_AT_A_TIME, _OF_ONE = 64, 4
"""Look-ups that go on side by side, of all and of one enterprise. Those count that nobody waits for any more: a resolver cannot be
told to stop."""


class NotLookedUp(Exception):
    """There is no address for the name, or not in time; the message says which, and names it."""


def look_up(host: str) -> list[str]:
    """By the resolver of the system."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


class Names:
    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._shares = Shares(_AT_A_TIME, _OF_ONE)

    async def addresses(self, host: str, enterprise: str, seconds: float) -> list[str]:
        """Each once; an IP address is its own. enterprise: for which it is looked up. Raises `NotLookedUp`."""
        with suppress(ValueError):
            return [str(ipaddress.ip_address(host))]
        until = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(until):
                give_back = await self._shares.take(enterprise)
        except TimeoutError:
            waited = f"the name {host} could not be looked up within {seconds:g} s, since look-ups of other names still went on"
            raise NotLookedUp(f"{waited}; {_NOT_ASKED}") from None
        try:
            async with asyncio.timeout_at(until):
                return list(dict.fromkeys(await self._found(host, give_back)))
        except TimeoutError:
            raise NotLookedUp(f"looking up the name {host} took longer than {seconds:g} s; {_NOT_ASKED}") from None
        except (OSError, ValueError) as error:
            said = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise NotLookedUp(f"found no address of the name {host}: {said[:200]}; {_NOT_ASKED}") from error

    def _found(self, host: str, give_back: Callable[[], None]) -> "asyncio.Future[Sequence[str]]":
        """The place is given back when the thread is through, whoever waits for it."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Sequence[str]] = loop.create_future()

        def ended(tell: Callable[[], None]) -> None:
            give_back()
            if not found.done():
                tell()

        def work() -> None:
            try:
                tell = partial(found.set_result, self._look_up(host))
            except Exception as error:
                tell = partial(found.set_exception, error)
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(ended, tell)

        try:
            # a daemon, and of no pool: the process ends without it
            Thread(target=work, name="name", daemon=True).start()
        except BaseException:
            give_back()
            raise
        return found


_NOT_ASKED = "the receiver was not asked"
