"""One attempt to deliver a letter over HTTP: to the address that was looked up, following nothing, within a time."""

import asyncio
import math
import re
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx2

from api.delivery.addresses import Network, NotAllowed, reached_at
from api.delivery.names import Names, NotLookedUp
from graph.delivery.letters import Outcome

_REFUSED = frozenset({400, 413, 415, 422})
"""The letter itself is refused: the same bytes again would be, too."""
_LONGEST_WAIT_S = 6 * 3600
_SECONDS = re.compile("[0-9]{1,10}")
_TOLD_FROM_S = 1.0
"""A look-up that took so long is told beside an answer that did not come."""


@dataclass(frozen=True, slots=True)
class Sent:
    """took: ms. wait: seconds that the receiver asked for."""

    outcome: Outcome
    took: int
    status: int | None
    detail: str | None
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """seconds: for one attempt, from looking up the name to the answer's head."""

    seconds: float
    networks: Sequence[Network]
    tls: ssl.SSLContext
    names: Names

    async def send(self, enterprise: str, address: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        """enterprise: whose letter it is."""
        began, until = time.monotonic(), asyncio.get_running_loop().time() + self.seconds
        looked_up = 0.0
        parts = urlsplit(address)
        host = parts.hostname or ""

        def sent(outcome: Outcome, status: int | None, detail: str | None, wait: int = 0) -> Sent:
            return Sent(outcome, int((time.monotonic() - began) * 1000), status, detail, wait)

        try:
            ips = await self.names.addresses(host, enterprise, self.seconds)
            looked_up = time.monotonic() - began
            async with asyncio.timeout_at(until):
                status, after = await self._post(address, reached_at(ips, parts.scheme, self.networks), body, headers)
        except TimeoutError:
            before = f", of which looking up the name {host} took {looked_up:.1f} s" if looked_up >= _TOLD_FROM_S else ""
            return sent(Outcome.FAILED, None, f"found no answer within {self.seconds:g} s{before}")
        except (NotAllowed, NotLookedUp) as error:
            return sent(Outcome.FAILED, None, str(error))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            return sent(Outcome.FAILED, None, f"cannot be reached: {type(error).__name__}: {str(error)[:200]}")
        if 200 <= status < 300:
            return sent(Outcome.ARRIVED, status, None)
        if 300 <= status < 400:
            return sent(Outcome.FAILED, status, f"found HTTP {status}; letters are not sent on: right is the address that takes them")
        if status in _REFUSED:
            return sent(Outcome.GIVEN_UP, status, f"found HTTP {status}: the letter itself is refused")
        return sent(Outcome.FAILED, status, f"found HTTP {status}; right is one of 200 to 299", _asked_for(after))

    async def _post(self, address: str, ip: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        """The status, and the header Retry-After."""
        url = httpx2.URL(address)
        given = {**headers, "Host": url.netloc.decode("ascii"), "User-Agent": "Milkline", "Accept-Encoding": "identity"}
        # a proxy of the environment would look the name up anew
        async with (
            httpx2.AsyncClient(verify=self.tls, trust_env=False, timeout=self.seconds, follow_redirects=False) as client,
            client.stream("POST", url.copy_with(host=ip), content=body, headers=given, extensions={"sni_hostname": url.host}) as answer,
        ):
            # what it says beside its status is not read: nobody here has a use for it
            return answer.status_code, answer.headers.get("retry-after", "")


def _asked_for(after: str) -> int:
    """Seconds of a Retry-After (RFC 9110, 10.2.3), six hours at the most; 0 for what is no number and no date."""
    if _SECONDS.fullmatch(after):
        return min(int(after), _LONGEST_WAIT_S)
    try:
        at = parsedate_to_datetime(after)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max(math.ceil(at.timestamp() - time.time()), 0), _LONGEST_WAIT_S)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0
