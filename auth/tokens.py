"""Development tokens: JWTs signed with the key of the data folder, for who can read that folder."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.jwk import ECKey

from auth.actor import Actor, Duty, Role
from auth.claims import ClaimMap
from auth.classes import ProductClass
from auth.memory import Memory
from auth.region import Division
from auth.signed import OWN_ALGORITHM, OWN_AUDIENCE, Checks, expiry

ISSUER = "milkline"
_CHECKS = Checks(ISSUER, OWN_AUDIENCE, frozenset({OWN_ALGORITHM}))
_CLAIMS = ClaimMap()


@dataclass(slots=True)
class Tokens:
    """Mints and verifies with one key."""

    key: ECKey
    _memory: Memory = field(default_factory=Memory)

    @property
    def name(self) -> str:
        return ISSUER

    def mint(
        self,
        role: Role,
        enterprise: str | None,
        subject: str,
        seconds: int,
        duties: Collection[Duty] = (),
        region: str | None = None,
        product_class: ProductClass | None = None,
    ) -> str:
        """A token for `seconds` from now. An ENTERPRISE token names its enterprise code, others none; it has all duties where none is
        named. ValueError for what does not go together."""
        if role is Role.ENTERPRISE and enterprise is None:
            raise ValueError("found the role ENTERPRISE without an enterprise; right is the code of the enterprise that the token acts for")
        if role is not Role.ENTERPRISE and enterprise is not None:
            raise ValueError(f"found the enterprise {enterprise} with the role {role}; an enterprise is for the role ENTERPRISE")
        if duties and role is not Role.ENTERPRISE:
            raise ValueError(f"found a duty with the role {role}; duties are for the role ENTERPRISE")
        if region is not None and role is not Role.REGULATOR:
            raise ValueError(f"found a region with the role {role}; a region is for the role REGULATOR")
        if product_class is not None and role is not Role.REGULATOR:
            raise ValueError(f"found a product class with the role {role}; a product class is for the role REGULATOR")
        if region is not None:
            Division.of(region)
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": OWN_AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + seconds,
            "role": role.value,
        }
        if enterprise is not None:
            claims |= {"enterprise": enterprise, "duties": sorted(duty.value for duty in duties or Duty)}
        if region is not None:
            claims["region"] = region
        if product_class is not None:
            claims["product_class"] = product_class.value
        return jwt.encode({"alg": OWN_ALGORITHM, "typ": "at+jwt"}, claims, self.key)

    async def actor(self, token: str) -> Actor:
        """Who the token speaks for; InvalidToken unless its signature, issuer, audience and time are right."""
        known = self._memory.actor(token)
        if known is not None:
            return known
        claims = _CHECKS.claims(token, _CHECKS.header(token), [self.key])
        return self._memory.keep(token, expiry(claims), _CLAIMS.actor(claims))
