"""The outward look-up service (QB/T 4971-2018 9.4: 对外查询服务器与企业内部信息系统应分离).

The look-up page, `resolve` and health, in a process that has no other statement, none of the keys and nobody's tokens. Run by
`milkline look-up-service`, as `python -m api.outward`.
"""

import argparse
import asyncio
import logging
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.loops.auto import auto_loop_factory

from api.cannot_serve import CannotServe
from api.door.limits import Door
from api.door.step import InSteps
from api.files import FileStore
from api.given_settings import given_settings
from api.http.endpoint import GraphQLEndpoint
from api.http.health import health_route
from api.http.operation import Operations
from api.http.safety import SafeHeaders, cross_origin
from api.listening import bound_socket, engine_tls, run_server
from api.look_up_info import LookUpContext
from api.public_files import public_file_route
from api.resolvers.look_up_root import OUTWARD_SCHEMA
from api.settings import Settings
from api.web.assets import static_mount
from api.web.errors import http_error
from api.web.look_up import look_up_page
from api.web.pages import TraceAnswer
from api.web.pages import routes as page_routes
from auth.actor import Actor
from auth.bearer import Bearers
from graph.engine.connect import connect
from graph.engine.driver import Graph
from graph.engine.errors import EngineError
from graph.lookup import LookUps, Suspicion


class OutwardSettings(Settings):
    """Of a service that is there for the open net."""

    production: bool = True


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_outward_app(settings: Settings, graph: Graph) -> ASGIApp:
    """Everybody is PUBLIC here; a token is refused, as one of no issuer that is trusted."""
    look_ups = LookUps(graph, Suspicion(settings.suspicious_queries, settings.suspicious_places), settings.limits)
    door = Door.of(settings)

    async def context(_: Actor, request: Request) -> LookUpContext:
        return LookUpContext(look_ups, door.visitor(Actor.ANONYMOUS, request))

    async def look_up(code: str, request: Request) -> TraceAnswer:
        return await look_up_page(OUTWARD_SCHEMA, await context(Actor.ANONYMOUS, request), code)

    endpoint = GraphQLEndpoint(OUTWARD_SCHEMA, settings, Bearers(()), context, Operations(OUTWARD_SCHEMA, settings))
    routes = [
        Route("/graphql", endpoint.__call__, methods=_METHODS),
        health_route(lambda: graph),
        *page_routes(look_up, settings),
        public_file_route(FileStore(settings.files_folder), look_ups, lambda request: door.visitor(Actor.ANONYMOUS, request)),
        static_mount(),
    ]
    site = Starlette(routes=routes, middleware=cross_origin(settings), exception_handlers={HTTPException: http_error})
    return SafeHeaders(InSteps(site, settings.look_up_step_ms / 1_000))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[Graph]:
    """The graph as it is: the inward service makes its shape."""
    if settings.engine is None:
        raise CannotServe("found no MILKLINE_ENGINE; the look-up service asks a server that the inward service asks too, such as a Neo4j")
    async with connect(
        settings.data,
        uri=settings.engine,
        user=settings.engine_user,
        password=settings.engine_password,
        database=settings.engine_database,
        tls=engine_tls(settings),
        statement_timeout_s=settings.statement_seconds,
    ) as graph:
        yield graph


async def _serve(settings: Settings) -> None:
    async with _opened(settings) as graph:
        listening = bound_socket(settings.host, settings.port)
        app = create_outward_app(settings, graph)
        await run_server(app, settings, graph, listening, lambda address: print(f"ready {address}", flush=True))  # noqa: T201


def _settings(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="milkline look-up-service")
    for option in ("data", "engine", "host", "port"):
        parser.add_argument(f"--{option}")
    return given_settings(OutwardSettings, vars(parser.parse_args(arguments)))


def main() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            runner.run(_serve(_settings(sys.argv[1:])))
    except (CannotServe, EngineError, OSError, sqlite3.Error) as error:
        sys.exit(f"milkline: {error}")


if __name__ == "__main__":
    main()
