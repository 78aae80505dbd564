"""Runs the service until it is told to stop, or its engine dies."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from api.app import create_app
from api.cannot_serve import CannotServe
from api.delivery.deliverer import Deliverer
from api.listening import address_of, run_server
from api.settings import Settings
from api.web.graphiql_page import Question
from auth.keys import load_keys
from auth.oidc.addresses import check_own_issuer
from auth.sealing import Sealing
from graph.engine.driver import Graph


async def serve(
    settings: Settings,
    graph: Graph,
    listening: socket.socket,
    ready: Callable[[str], None],
    questions: Callable[[], Sequence[Question]] = tuple,
) -> None:
    """Serves on the socket; calls `ready` with the address once requests are answered. Returns when stopped by a signal;
    CannotServe when the engine died."""

    @asynccontextmanager
    async def same() -> AsyncGenerator[Graph]:
        yield graph

    borrowed: Callable[[], AbstractAsyncContextManager[Graph]] = same
    settings = _with_issuer(settings, listening)
    keys = load_keys(settings.data)
    app = create_app(settings, keys, borrowed, questions)
    async with _delivering(settings, graph, Sealing(keys.sealing)):
        await run_server(app, settings, graph, listening, ready)


@asynccontextmanager
async def _delivering(settings: Settings, graph: Graph, sealing: Sealing) -> AsyncGenerator[None]:
    if not settings.deliver:
        yield
        return
    delivering = asyncio.create_task(Deliverer(graph, settings, sealing).run())
    try:
        yield
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)


def _with_issuer(settings: Settings, listening: socket.socket) -> Settings:
    """With the address that the authorization server is known by. CannotServe where it has none that tokens may be sent to."""
    if not settings.authorization_server or settings.authorization_issuer:
        return settings
    found = settings.public_url.rstrip("/") or address_of(listening, secure=settings.tls_cert is not None)
    try:
        return settings.model_copy(update={"authorization_issuer": check_own_issuer(found)})
    except ValueError as error:
        raise CannotServe(f"found {found} as the issuer of tokens; {error}; MILKLINE_AUTHORIZATION_ISSUER names it") from error
