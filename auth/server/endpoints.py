"""Revocation (RFC 7009) and introspection (RFC 7662)."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from auth.actor import Role
from auth.refusals import InvalidToken
from auth.server.clients import Client
from auth.server.issuer import own_checks
from auth.signed import fits

if TYPE_CHECKING:
    from auth.server.oauth import OAuthServer


@dataclass(frozen=True, slots=True)
class Shown:
    """A token that is good. claims: of an access token; jti: "" for a refresh token."""

    client_id: str
    grant_id: str
    jti: str
    claims: dict[str, Any]

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client_id

    def is_expired(self) -> bool:
        return bool(self.claims["exp"] <= time.time())

    def is_revoked(self) -> bool:
        """False: one that was revoked is not shown at all."""
        return False


def shown(server: "OAuthServer", token: str) -> Shown | None:
    """What the token is; None for one that is not good, of whichever kind it would be."""
    checks = own_checks(server.issuer)
    try:
        header = checks.header(token)
        claims = checks.claims(token, header, [key for key in server.minting.keys.verifying() if fits(key, header)])
    except InvalidToken:
        grant = server.grants.of_refresh_token(token)
        if grant is None:
            return None
        claims = {"sub": f"person:{grant.person}", "scope": grant.scope, "exp": grant.expires_at, "client_id": grant.client_id}
        return Shown(grant.client_id, grant.grant_id, "", claims)
    if {claims["jti"], claims["grant"]} & server.grants.revoked():
        return None
    return Shown(claims["client_id"], claims["grant"], claims["jti"], claims)


class Revocation(RevocationEndpoint):
    """An access token ends alone; a refresh token takes with it all that came of the grant."""

    CLIENT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post", "none"]
    server: "OAuthServer"

    def authenticate_token(self, request: OAuth2Request, client: Client) -> Shown | None:
        """Another client's token is as good as none: the answer is the same."""
        self.check_params(request, client)
        found = shown(self.server, request.form["token"])
        return found if found and found.check_client(client) else None

    def revoke_token(self, token: Shown, request: OAuth2Request) -> None:
        del request
        if token.jti:
            self.server.grants.revoke_token(token.jti, int(token.claims["exp"]))
        else:
            self.server.grants.revoke(token.grant_id)


class Introspection(IntrospectionEndpoint):
    """A client may ask about its own tokens; a machine of the platform about all."""

    CLIENT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post"]
    server: "OAuthServer"

    def query_token(self, token_string: str, token_type_hint: str | None) -> Shown | None:
        del token_type_hint
        return shown(self.server, token_string)

    def check_permission(self, token: Shown, client: Client, request: OAuth2Request) -> bool:
        del request
        return token.check_client(client) or (client.access is not None and client.access.role is Role.PLATFORM)

    def introspect_token(self, token: Shown) -> dict[str, Any]:
        kind = {"token_type": "Bearer"} if token.jti else {}
        return {"active": True, **kind, **{name: value for name, value in token.claims.items() if name != "grant"}}
