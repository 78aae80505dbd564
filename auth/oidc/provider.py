"""An OpenID provider as an issuer of bearer tokens."""

from auth.actor import Actor
from auth.claims import ClaimMap
from auth.memory import Memory
from auth.oidc.keys import Patience, ProviderKeys
from auth.signed import Checks, expiry


class OpenIdProvider:
    """Verifies access tokens (JWTs) of one provider. `keys.keep_fresh()` has to run beside it for keys to be fetched in time."""

    def __init__(self, checks: Checks, claims: ClaimMap, patience: Patience) -> None:
        self._checks = checks
        self._claims = claims
        self._memory = Memory()
        self.keys = ProviderKeys(checks.issuer, patience, self._memory.forget)

    @property
    def name(self) -> str:
        return self._checks.issuer

    async def actor(self, token: str) -> Actor:
        """Who the token speaks for; InvalidToken for a bad one, IssuerUnavailable while no keys could be had."""
        known = self._memory.actor(token)
        if known is not None:
            return known
        header = self._checks.header(token)
        claims = self._checks.claims(token, header, await self.keys.fitting(header))
        return self._memory.keep(token, expiry(claims) + self._checks.leeway_s, self._claims.actor(claims))
