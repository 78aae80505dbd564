"""A socket, TLS and a server for an application of ours, until it is told to stop or its engine dies."""

import asyncio
import errno
import gc
import signal
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from api.cannot_serve import CannotServe
from api.settings import Settings
from graph.engine.driver import Graph
from graph.engine.tls import Tls

_NEW_OBJECTS = 20_000
"""After so many the collector looks for those that nobody uses; a lineage makes many that all are used."""


def engine_tls(settings: Settings) -> Tls | None:
    """How TLS is spoken to a Neo4j, None where the scheme of its address says all."""
    if settings.engine_ca is None and settings.engine_cert is None:
        return None
    return Tls(settings.engine_ca, settings.engine_cert, settings.engine_key)


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. CannotServe when the port is taken, or the host is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named because asyncio turns Nagle's algorithm off for none but named ones: it costs 40 ms an answer
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, UnicodeError) as error:
        listening.close()
        if isinstance(error, socket.gaierror | UnicodeError) or error.errno == errno.EADDRNOTAVAIL:
            raise CannotServe(f"found the host {host!r}, which is no address of this machine; name another with --host") from error
        raise CannotServe(
            f"port {port} of {host} cannot be had ({error.strerror or error}); name another with --port, or 0 for a free one"
        ) from error
    listening.setblocking(False)
    return listening


def address_of(listening: socket.socket, *, secure: bool = False) -> str:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{port}"


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How the application is served: TLS by the settings, and the client's address as a trusted proxy tells it. CannotServe when the
    certificate cannot be used; OSError for a file that cannot be read."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        lifespan="on",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        ssl_ca_certs=None if settings.tls_ca is None else str(settings.tls_ca),
        ssl_cert_reqs=ssl.CERT_NONE if settings.tls_ca is None else ssl.CERT_REQUIRED,
    )
    for path in (settings.tls_cert, settings.tls_key, settings.tls_ca):
        if path is not None:
            path.read_bytes()
    if settings.tls_cert is None and (settings.tls_key or settings.tls_ca):
        raise CannotServe("found MILKLINE_TLS_KEY or MILKLINE_TLS_CA and no certificate; MILKLINE_TLS_CERT names it")
    try:
        config.load()
    except ssl.SSLError as error:
        raise CannotServe(f"the certificate {settings.tls_cert} cannot be used with its key: {error.reason or error}") from error
    return config


async def run_server(app: ASGIApp, settings: Settings, graph: Graph, listening: socket.socket, ready: Callable[[str], None]) -> None:
    """Serves on the socket; calls `ready` with the address once requests are answered. Returns when stopped by a signal;
    CannotServe when the engine died."""
    config = server_config(app, settings)
    serving_address = address_of(listening, secure=config.is_ssl)
    server = _Announcing(config, lambda: ready(serving_address))
    _relieve_collector()
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    death = asyncio.create_task(_death(graph))
    await asyncio.wait({serving, death}, return_when=asyncio.FIRST_COMPLETED)
    if death.done() and not serving.done():
        server.should_exit = True
        await serving
        raise CannotServe(death.result())
    death.cancel()
    await serving
    if server.unheard:
        raise server.unheard


def _relieve_collector() -> None:
    """What has been loaded by now stays, so the garbage collector need not look through it again and again: a sixth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


class _Announcing(uvicorn.Server):
    """Says when it answers requests."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started
        self.unheard: BrokenPipeError | None = None
        """Nobody read what it said: it ends, in order."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            try:
                self._started()
            except BrokenPipeError as error:
                self.unheard, self.should_exit = error, True

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Ctrl-C and SIGTERM end the service in order; they are not raised again afterwards, when the engine is still to be stopped."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


async def _death(graph: Graph) -> str:
    """Waits for the end of an engine that is our child; never returns for one that is not."""
    engine = graph.engine
    await (asyncio.Event() if engine is None else engine.died).wait()
    told = engine.obituary() if engine else None
    return told or "the engine ended unexpectedly"
