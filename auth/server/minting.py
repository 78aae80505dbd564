"""Tokens as the flows hand them out."""

import time
from dataclasses import dataclass
from typing import Any

from auth.server import secrets
from auth.server.access import Access
from auth.server.clients import Client
from auth.server.grants import Grant, Grants
from auth.server.people import Person
from auth.server.signing import SigningKeys
from auth.signed import OWN_AUDIENCE


@dataclass(frozen=True, slots=True)
class Grantee:
    """A person, and under which grant an app acts for them."""

    person: Person
    grant: Grant


@dataclass(frozen=True, slots=True)
class Minting:
    issuer: str
    keys: SigningKeys
    grants: Grants
    access_seconds: int

    def token(
        self,
        *,
        grant_type: str,
        client: Client,
        user: Grantee | None = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """The answer of the token endpoint, as authlib asks for it. A machine's token has no refresh token."""
        del grant_type, expires_in
        if user is None:
            assert client.access is not None  # noqa: S101  # only machines come here without a person
            access, subject, grant_id = client.access, f"client:{client.client_id}", client.grant_id
        else:
            access, subject, grant_id = user.person.access, f"person:{user.person.name}", user.grant.grant_id
        granted = access.narrowed(scope)
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": self._access_token(client, subject, access, granted, grant_id),
            "expires_in": self.access_seconds,
            "scope": granted,
        }
        if user is not None and include_refresh_token:
            answer["refresh_token"] = self.grants.refresh_token(grant_id, user.grant.expires_at)
        return answer

    def _access_token(self, client: Client, subject: str, access: Access, scope: str, grant_id: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": OWN_AUDIENCE,
            "sub": subject,
            "client_id": client.client_id,
            "iat": now,
            "exp": now + self.access_seconds,
            "jti": secrets.fresh(),
            "grant": grant_id,
            "scope": scope,
        }
        return self.keys.sign(claims | access.claims(scope))
