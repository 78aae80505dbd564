"""What browsers are told: the headers that every answer carries, and which other sites' pages may ask."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.request import PREFLIGHT, REASON
from api.listed import parts_of
from api.settings import Settings

_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    # pages have a policy of their own; nothing else is a document
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    b"x-frame-options": b"DENY",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
}
_HTTPS = _ALWAYS | {b"strict-transport-security": b"max-age=31536000"}


def cross_origin(settings: Settings) -> list[Middleware]:
    """Pages of the origins that the settings name may ask; without any, browsers let no other site read an answer."""
    origins = parts_of(settings.cors_origins)
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", PREFLIGHT, REASON],
            expose_headers=["Retry-After", "WWW-Authenticate"],
        )
    ]


class SafeHeaders:
    """Around the whole application, so that its own error answers are covered too. What an answer sets itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = _HTTPS if scope.get("scheme") == "https" else _ALWAYS

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                headers += [(name, value) for name, value in wanted.items() if name not in present]
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, safely)
