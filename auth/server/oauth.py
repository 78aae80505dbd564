"""The flows, by authlib: client credentials, authorization code with PKCE, refresh with rotation, revocation, introspection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Error, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.util import extract_basic_authorization

from auth.server.access import SCOPES
from auth.server.clients import Client, Clients
from auth.server.endpoints import Introspection, Revocation
from auth.server.flows import CodeFlow, MachineFlow, RefreshFlow, Sha256Challenge
from auth.server.grants import Grants
from auth.server.minting import Minting
from auth.server.people import People, Person
from auth.server.signing import SigningKeys
from auth.server.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; body: an object for JSON, or nothing."""

    status: int
    body: Mapping[str, Any] | None
    headers: Sequence[tuple[str, str]]

    @property
    def location(self) -> str | None:
        return next((value for name, value in self.headers if name.lower() == "location"), None)


class RefusedRequest(Exception):
    """An authorization request that nobody can be sent back from: the app or its address is not known."""


class Asked(OAuth2Request):
    """fields: parameters of the query or the form, each given once."""

    def __init__(self, method: str, address: str, headers: Mapping[str, str], fields: Mapping[str, str]) -> None:
        super().__init__(method, address, headers=headers)
        self.payload = _Fields(fields)
        self._fields = fields

    @property
    def args(self) -> Mapping[str, str]:
        return self._fields

    @property
    def form(self) -> Mapping[str, str]:
        return self._fields


class _Fields(OAuth2Payload):
    def __init__(self, fields: Mapping[str, str]) -> None:
        self._of = fields

    @property
    def data(self) -> Mapping[str, str]:
        return self._of

    @property
    def datalist(self) -> Mapping[str, list[str]]:
        return {name: [value] for name, value in self._of.items()}


class OAuthServer(AuthorizationServer):
    """issuer: the address it is known by. Every method blocks."""

    def __init__(self, issuer: str, store: Store, access_seconds: int, refresh_seconds: int) -> None:
        super().__init__(scopes_supported=SCOPES)
        self.issuer = issuer
        self.refresh_seconds = refresh_seconds
        self.clients = Clients(store)
        self.people = People(store)
        self.grants = Grants(store)
        self.minting = Minting(issuer, SigningKeys(store), self.grants, access_seconds)
        self.register_token_generator("default", self.minting.token)
        self.register_grant(MachineFlow)
        self.register_grant(CodeFlow, [Sha256Challenge(required=True)])
        self.register_grant(RefreshFlow)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)
        self.register_client_auth_method("client_secret_basic", self._by_header)
        self.register_client_auth_method("client_secret_post", self._by_form)
        self.register_client_auth_method("none", self._by_name)

    # --- what the API calls ---

    def token(self, request: Asked) -> Answer:
        return self._told(request, lambda: self.create_token_response(request))

    def endpoint(self, name: str, request: Asked) -> Answer:
        return self._told(request, lambda: self.create_endpoint_response(name, request))

    def check_authorization(self, request: Asked) -> Client | Answer:
        """The app that asks, or where to send its mistake. RefusedRequest where it may be sent nowhere."""
        try:
            grant = self.get_consent_grant(request)
        except OAuth2Error as error:
            if error.redirect_uri is None:
                raise RefusedRequest(error.description or error.error) from error
            return self._named(self.handle_error_response(request, error))
        except ValueError as error:
            raise RefusedRequest("a parameter has characters that none may have") from error
        return cast("Client", grant.request.client)

    def authorize(self, request: Asked, person: Person | None) -> Answer:
        """Sends the person back to the app, with a code, or with `access_denied` for None. RefusedRequest as above."""
        try:
            grant = self.get_consent_grant(request)
        except OAuth2Error as error:
            raise RefusedRequest(error.description or error.error) from error
        return self._named(self.create_authorization_response(request, person, grant))

    # --- what authlib calls ---

    def query_client(self, client_id: str) -> Client | None:
        return self.clients.find(client_id)

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        """Nothing: what has to be kept was kept when it was made."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Answer:
        if isinstance(body, list):
            body = dict(cast("list[tuple[str, str]]", body))
        return Answer(status, cast("dict[str, Any]", body) if isinstance(body, dict) else None, headers)

    # --- clients ---

    def _by_header(self, _: object, request: OAuth2Request) -> Client | None:
        client_id, secret = extract_basic_authorization(request.headers)
        if client_id is None or secret is None:
            return None
        if "client_secret" in request.form:
            raise InvalidRequestError("The secret was given twice.")
        return self.clients.authenticated(client_id, secret)

    def _by_form(self, _: object, request: OAuth2Request) -> Client | None:
        client_id, secret = request.form.get("client_id"), request.form.get("client_secret")
        if client_id is None or secret is None or "Authorization" in request.headers:
            return None
        return self.clients.authenticated(client_id, secret)

    def _by_name(self, _: object, request: OAuth2Request) -> Client | None:
        client_id = request.form.get("client_id")
        if client_id is None or "client_secret" in request.form or "Authorization" in request.headers:
            return None
        return self.clients.find(client_id)

    def _told(self, request: Asked, work: Any) -> Answer:
        try:
            return cast("Answer", work())
        except OAuth2Error as error:
            return cast("Answer", self.handle_error_response(request, error))
        except ValueError:
            # authlib refuses to repeat characters that an error may not have
            error = InvalidRequestError("A parameter has characters that none may have.")
            return cast("Answer", self.handle_error_response(request, error))

    def _named(self, answer: Answer) -> Answer:
        """With the issuer's name (RFC 9207), so that a client that knows several servers cannot be misled."""
        location = answer.location
        if location is None:
            return answer
        return Answer(303, None, [("Location", add_params_to_uri(location, [("iss", self.issuer)]))])
