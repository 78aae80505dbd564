"""Checks of a signed token that hold for every issuer: form, algorithm, signature, issuer, audience, times."""

import base64
import binascii
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from auth.refusals import InvalidToken

# providers go on calling it so; what it means here is Ed25519
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

SigningKey = RSAKey | ECKey | OKPKey
TOKEN_LENGTH = 16_384
"""Characters of a token at the most."""
_TYPES = {"", "jwt", "at+jwt", "application/at+jwt"}
_KEYS_TRIED = 8
_FAR = 2**40
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "Ed25519": "Ed25519", "Ed448": "Ed448"}
ASYMMETRIC = ("ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
"""Algorithms whose verifying key is no secret; the only ones that may be allowed."""


@dataclass(frozen=True, slots=True)
class Header:
    algorithm: str
    kid: str | None


OWN_ALGORITHM = "ES256"
OWN_AUDIENCE = "milkline-api"
"""Of the tokens that are signed here: those for development, and the authorization server's."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What a token has to say. leeway_s: by how much clocks may differ."""

    issuer: str
    audience: str
    algorithms: frozenset[str]
    leeway_s: int = 0

    def header(self, token: str) -> Header:
        """The header, not verified yet; InvalidToken where no key could make the token good."""
        parts = parts_of(token)
        header = parts[0]
        algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "")
        if not isinstance(algorithm, str) or algorithm not in self.algorithms:
            raise InvalidToken("its algorithm is not allowed")
        if kid is not None and not isinstance(kid, str):
            raise InvalidToken("it is malformed")
        if not isinstance(kind, str) or kind.lower() not in _TYPES or "crit" in header:
            raise InvalidToken("it is another kind of token")
        return Header(algorithm, kid)

    def claims(self, token: str, header: Header, keys: Sequence[SigningKey]) -> dict[str, Any]:
        """The claims, verified by one of the keys, which fit the header; InvalidToken unless everything is right."""
        for key in keys[:_KEYS_TRIED]:
            try:
                claims = jwt.decode(token, key, algorithms=[header.algorithm], registry=_Registry(header.algorithm)).claims
            except (JoseError, ValueError, TypeError, RecursionError):
                continue
            return self._checked(claims)
        raise InvalidToken("no key of its issuer verifies its signature")

    def _checked(self, claims: dict[str, Any]) -> dict[str, Any]:
        try:
            jwt.JWTClaimsRegistry(leeway=self.leeway_s, exp={"essential": True}, sub={"essential": True}).validate(claims)
        except ExpiredTokenError as error:
            raise InvalidToken("it has expired") from error
        except JoseError as error:
            raise InvalidToken("its times or its subject are not right") from error
        if claims.get("iss") != self.issuer:
            raise InvalidToken("another issuer")
        audiences = claims.get("aud")
        if self.audience not in (cast("list[object]", audiences) if isinstance(audiences, list) else [audiences]):
            raise InvalidToken("another audience", f"{audiences!r}"[:200])
        return claims


class _Registry(JWSRegistry):
    """Header parameters that nobody asked about, such as a chain of certificates, are no reason to refuse."""

    max_header_length = TOKEN_LENGTH

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm], strict_check_header=False)


def expiry(claims: dict[str, Any]) -> float:
    """Of verified claims, in seconds of the epoch."""
    return float(min(claims["exp"], _FAR))


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims as the token says, nothing verified; InvalidToken where it is no signed JWT."""
    if len(token) > TOKEN_LENGTH:
        raise InvalidToken("it is too long")
    pieces = token.split(".")
    if len(pieces) != 3:
        raise InvalidToken("it is malformed")
    return _object(pieces[0]), _object(pieces[1])


def fits(key: SigningKey, header: Header) -> bool:
    """Whether the key may have signed under the header."""
    facts = key.as_dict(private=False)
    if header.kid is not None and facts.get("kid") != header.kid:
        return False
    if facts.get("use", "sig") != "sig" or "verify" not in facts.get("key_ops", ["verify"]):
        return False
    if facts.get("alg", header.algorithm) != header.algorithm:
        return False
    match key:
        case RSAKey():
            return header.algorithm[:2] in {"RS", "PS"}
        case ECKey():
            return _CURVES.get(header.algorithm) == key.curve_name
        case OKPKey():
            return header.algorithm == "EdDSA" or _CURVES.get(header.algorithm) == key.curve_name


def _object(piece: str) -> dict[str, Any]:
    try:
        parsed: object = orjson.loads(base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except (binascii.Error, ValueError) as error:
        raise InvalidToken("it is malformed") from error
    if not isinstance(parsed, dict):
        raise InvalidToken("it is malformed")
    return cast("dict[str, Any]", parsed)
