"""The authorization server's own tokens, as the service checks them: by its keys, and unless they were revoked."""

import asyncio
import time
from dataclasses import dataclass

import anyio.to_thread
import structlog
from joserfc.jwk import ECKey

from auth.actor import Actor
from auth.claims import ClaimMap
from auth.memory import Memory
from auth.refusals import InvalidToken, IssuerUnavailable
from auth.server.grants import Grants
from auth.server.signing import SigningKeys
from auth.server.store import Store, StoreError
from auth.signed import OWN_ALGORITHM, OWN_AUDIENCE, Checks, expiry, fits

log = structlog.get_logger(__name__)
_LOOKED_AFTER_S = 1.0
_LEEWAY_S = 5


def own_checks(issuer: str) -> Checks:
    """The processes that share a store may run on machines whose clocks differ a little."""
    return Checks(issuer, OWN_AUDIENCE, frozenset({OWN_ALGORITHM}), _LEEWAY_S)


@dataclass(frozen=True, slots=True)
class _Seen:
    keys: list[ECKey]
    kids: frozenset[str]
    revoked: frozenset[str]


class OwnIssuer:
    """What other processes rotate or revoke is noticed within a second."""

    def __init__(self, issuer: str, store: Store) -> None:
        self._checks = own_checks(issuer)
        self._store = store
        self._claims = ClaimMap()
        self._memory = Memory()
        self._seen: _Seen | None = None
        self._looked_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    @property
    def name(self) -> str:
        return self._checks.issuer

    def look_again(self) -> None:
        """Something was revoked in this very process: it counts at once."""
        self._looked_at = float("-inf")

    async def actor(self, token: str) -> Actor:
        """Who the token speaks for; InvalidToken for a bad one, IssuerUnavailable while the store cannot be read."""
        seen = await self._current()
        known = self._memory.actor(token)
        if known is not None:
            return known
        header = self._checks.header(token)
        claims = self._checks.claims(token, header, [key for key in seen.keys if fits(key, header)])
        if claims.get("jti") in seen.revoked or claims.get("grant") in seen.revoked:
            raise InvalidToken("it was revoked")
        return self._memory.keep(token, expiry(claims), self._claims.actor(claims))

    async def _current(self) -> _Seen:
        async with self._one_at_a_time:
            if self._seen is None or time.monotonic() - self._looked_at >= _LOOKED_AFTER_S:
                self._looked_at = time.monotonic()
                try:
                    seen = await anyio.to_thread.run_sync(self._look)
                except StoreError as error:
                    # a token that was revoked must not count for want of the list
                    self.look_again()
                    log.error("the authorization server's store cannot be read", reason=str(error))
                    raise IssuerUnavailable(self.name) from error
                if self._seen is None or (seen.kids, seen.revoked) != (self._seen.kids, self._seen.revoked):
                    self._memory.forget()
                self._seen = seen
            return self._seen

    def _look(self) -> _Seen:
        keys = SigningKeys(self._store).verifying()
        return _Seen(keys, frozenset(str(key.kid) for key in keys), Grants(self._store).revoked())
