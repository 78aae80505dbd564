"""Bearer tokens: signed JWTs (RFC 9068 in spirit). Each is verified once and remembered until it expires."""

import time
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from auth.actor import Actor, Role

ALGORITHM = "ES256"
ISSUER = "milkline"
AUDIENCE = "milkline-api"
_REMEMBERED = 10_000
_TOKEN_LENGTH = 8_192


class InvalidToken(Exception):
    """The token is not one of ours, or no longer. All reasons look the same from outside; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__("the bearer token is not valid")
        self.reason = reason


@dataclass(slots=True)
class Tokens:
    """Mints and verifies with one key."""

    key: ECKey
    _verified: dict[str, tuple[float, Actor]] = field(default_factory=dict[str, tuple[float, Actor]])
    _claims: jwt.JWTClaimsRegistry = field(
        default_factory=lambda: jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
        )
    )

    def mint(self, role: Role, enterprise: str | None, subject: str, seconds: int) -> str:
        """A token for `seconds` from now. An ENTERPRISE token names its enterprise code; others none."""
        if (role is Role.ENTERPRISE) != (enterprise is not None):
            raise ValueError("a token of the role ENTERPRISE names an enterprise code, and no other does")
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + seconds, "role": role.value}
        if enterprise is not None:
            claims["enterprise"] = enterprise
        return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt"}, claims, self.key)

    def actor(self, token: str) -> Actor:
        """Who the token speaks for; InvalidToken unless its signature, issuer, audience and time are right."""
        known = self._verified.get(token)
        if known is not None and known[0] > time.time():
            return known[1]
        expires, actor = self._verify(token)
        if len(self._verified) >= _REMEMBERED:
            self._verified.clear()
        self._verified[token] = (expires, actor)
        return actor

    def _verify(self, token: str) -> tuple[float, Actor]:
        if len(token) > _TOKEN_LENGTH:
            raise InvalidToken("too long")
        try:
            claims = jwt.decode(token, self.key, algorithms=[ALGORITHM]).claims
            self._claims.validate(claims)
            role, enterprise = Role(claims["role"]), claims.get("enterprise")
            if (role is Role.ENTERPRISE) != isinstance(enterprise, str):
                raise InvalidToken("role and enterprise do not go together")
            return float(claims["exp"]), Actor(str(claims["sub"]), role, enterprise)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise InvalidToken(f"{type(error).__name__}: {error}") from error
