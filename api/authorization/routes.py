"""The endpoints: discovery (RFC 8414), keys, tokens, revocation, introspection, and the login page."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.authorization.login import LoginPage
from api.authorization.requests import BadForm, Workers, answered, asked, fields_of, refused, unavailable
from auth.server.access import SCOPES
from auth.server.issuer import OwnIssuer
from auth.server.oauth import Answer, Asked, OAuthServer
from auth.server.store import StoreError

AUTHORIZE, TOKEN, REVOKE, INTROSPECT, KEYS = "/oauth/authorize", "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/jwks"
WELL_KNOWN = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
_WITH_SECRET = ["client_secret_basic", "client_secret_post"]
_PUBLIC = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}


def authorization_routes(server: OAuthServer, own: OwnIssuer, key: bytes) -> list[Route]:
    """key: a secret of this installation, for the login form."""
    workers = Workers()
    page = LoginPage(server, workers, key, AUTHORIZE)

    async def discovery(_: Request) -> Response:
        return JSONResponse(metadata(server.issuer), headers=_PUBLIC)

    async def keys(_: Request) -> Response:
        try:
            listed = await workers.run(server.minting.keys.verifying)
        except StoreError as error:
            return unavailable(error)
        return JSONResponse({"keys": [each.as_dict(private=False) for each in listed]}, headers=_PUBLIC)

    def endpoint(work: Callable[[Asked], Answer]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                given = asked(request, server.issuer, await fields_of(request))
            except BadForm as error:
                return refused(str(error))
            try:
                done = await workers.run(lambda: work(given))
            except StoreError as error:
                return unavailable(error)
            # a token, a code or a refresh token may have ended just now
            own.look_again()
            return answered(done)

        return answer

    return [
        *(Route(path, discovery, methods=["GET"]) for path in WELL_KNOWN),
        Route(KEYS, keys, methods=["GET"]),
        Route(AUTHORIZE, page.answer, methods=["GET", "POST"]),
        Route(TOKEN, endpoint(server.token), methods=["POST"]),
        Route(REVOKE, endpoint(lambda given: server.endpoint("revocation", given)), methods=["POST"]),
        Route(INTROSPECT, endpoint(lambda given: server.endpoint("introspection", given)), methods=["POST"]),
    ]


def metadata(issuer: str) -> dict[str, object]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}{AUTHORIZE}",
        "token_endpoint": f"{issuer}{TOKEN}",
        "revocation_endpoint": f"{issuer}{REVOKE}",
        "introspection_endpoint": f"{issuer}{INTROSPECT}",
        "jwks_uri": f"{issuer}{KEYS}",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [*_WITH_SECRET, "none"],
        "revocation_endpoint_auth_methods_supported": [*_WITH_SECRET, "none"],
        "introspection_endpoint_auth_methods_supported": _WITH_SECRET,
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["zh-CN"],
    }
