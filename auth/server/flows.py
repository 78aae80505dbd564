"""authlib's flows, with what this server asks beyond them."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge

from auth.server.clients import Client
from auth.server.grants import Grant
from auth.server.minting import Grantee
from auth.server.people import Person

if TYPE_CHECKING:
    from auth.server.oauth import OAuthServer


class MachineFlow(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post"]

    def validate_requested_scope(self) -> None:
        """A machine that asks for a duty that it has not is told so, not given less."""
        client, asked = cast("Client", self.request.client), (self.request.payload.scope or "").split()
        if client.access is not None and not set(asked) <= client.access.duties:
            raise InvalidScopeError


class Sha256Challenge(CodeChallenge):
    """PKCE is asked of every app, with or without a secret, and S256 is the one way."""

    def validate_code_challenge(self, grant: Any, redirect_uri: Any) -> None:
        given: Mapping[str, str] = grant.request.payload.data
        if not given.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        if given.get("code_challenge_method") != "S256":
            raise InvalidRequestError("The 'code_challenge_method' has to be S256.")
        super().validate_code_challenge(grant, redirect_uri)


class CodeFlow(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post", "none"]
    server: "OAuthServer"

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        person, given = cast("Person", request.user), request.payload
        ends = int(time.time()) + self.server.refresh_seconds
        scope = person.access.narrowed(given.scope)
        if person.access.scope and not scope:
            # less than was asked for is told in the answer; nothing of it would be a login for nothing
            raise InvalidScopeError(redirect_uri=given.redirect_uri)
        challenge = given.data["code_challenge"]
        self.server.grants.begin(code, str(given.client_id), person.name, scope, str(given.redirect_uri), challenge, ends)

    def query_authorization_code(self, code: str, client: Client) -> Grant | None:
        return self.server.grants.of_code(code, client.client_id)

    def authenticate_user(self, authorization_code: Grant) -> Grantee | None:
        """Uses the code: everything else about the request was right."""
        if not self.server.grants.use_code(authorization_code):
            raise InvalidGrantError("Invalid 'code' in request.")
        person = self.server.people.find(authorization_code.person)
        return Grantee(person, authorization_code) if person else None

    def delete_authorization_code(self, authorization_code: Grant) -> None:
        """Kept for a while, marked as used, so that a second use is noticed."""


class RefreshFlow(RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post", "none"]
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: "OAuthServer"

    def authenticate_refresh_token(self, refresh_token: str) -> Grant | None:
        return self.server.grants.of_refresh_token(refresh_token)

    def authenticate_user(self, refresh_token: Grant) -> Grantee | None:
        """Uses the refresh token; what the person may do is looked up anew."""
        person = self.server.people.find(refresh_token.person)
        if person is None or not self.server.grants.use_refresh_token(refresh_token):
            raise InvalidGrantError
        return Grantee(person, refresh_token)

    def revoke_old_credential(self, refresh_token: Grant) -> None:
        """It was used up before the new one was made."""
