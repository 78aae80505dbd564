"""The one place where everything is put together."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from api.access_log import AccessLog
from api.authorization.routes import authorization_routes
from api.context import Context
from api.delivery.published import letter_schema_routes
from api.documents import file_routes
from api.door.limits import Door
from api.door.step import InSteps
from api.exchange.annex_c.published import schema_routes
from api.exchange.capture_jobs import CaptureJobs
from api.exchange.capture_routes import capture_routes
from api.exchange.event_routes import event_routes
from api.exchange.export_route import export_routes
from api.exchange.fsma204.route import fsma204_routes
from api.exchange.import_route import Place, import_routes
from api.exchange.query_routes import query_routes
from api.exchange.spreadsheets.published import template_routes
from api.files import FileStore
from api.http.caller import address_of
from api.http.draining import Draining
from api.http.endpoint import GraphQLEndpoint
from api.http.health import health_route
from api.http.operation import Operations
from api.http.safety import SafeHeaders, cross_origin
from api.identity import identity_of
from api.resolvers.loaders import Loaders
from api.resolvers.root import GRAPHQL_SCHEMA
from api.settings import Settings
from api.standing import check_standing
from api.web.assets import static_mount
from api.web.errors import http_error
from api.web.graphiql_page import Question, graphiql_routes
from api.web.look_up import look_up_page
from api.web.pages import TraceAnswer
from api.web.pages import routes as page_routes
from auth.actor import Actor
from auth.hidden import HiddenNames
from auth.keys import Keys
from auth.sealing import Sealing
from graph.capture import Options
from graph.engine.driver import Graph
from graph.lookup import LookUps, Suspicion
from graph.regions import bounded
from graph.suspensions import Suspensions

Connect = Callable[[], AbstractAsyncContextManager[Graph]]


def create_app(settings: Settings, keys: Keys, connect: Connect, questions: Callable[[], Sequence[Question]] = tuple) -> ASGIApp:
    """The service. `connect` opens the graph, migrated, for as long as the service runs."""
    identity = identity_of(settings, keys)
    hidden = HiddenNames(keys.hidden_names)
    sealing = Sealing(keys.sealing)
    files = FileStore(settings.files_folder, settings.file_bytes)
    graphs: list[tuple[Graph, LookUps]] = []

    door = Door.of(settings)
    suspensions = Suspensions(settings.suspension_seconds)

    async def check(caller: Actor) -> None:
        await check_standing(suspensions, graphs[0][0], caller)

    captures = CaptureJobs(lambda: graphs[0][0], check)

    async def context(caller: Actor, request: Request) -> Context:
        graph, look_ups = graphs[0]
        await check_standing(suspensions, graph, caller)
        actor = await bounded(graph, caller)
        visitor, address = door.visitor(actor, request), address_of(request)
        return Context(actor, graph, settings, hidden, Loaders(graph, actor), files, look_ups, visitor, address, sealing)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with identity.kept_fresh(), connect() as graph:
            suspicion = Suspicion(settings.suspicious_queries, settings.suspicious_places)
            graphs.append((graph, LookUps(graph, suspicion, settings.limits)))
            async with captures.kept():
                yield
            graphs.clear()

    async def look_up(code: str, request: Request) -> TraceAnswer:
        return await look_up_page(GRAPHQL_SCHEMA, await context(Actor.ANONYMOUS, request), code)

    operations, trace = Operations(GRAPHQL_SCHEMA, settings), AccessLog(settings.reason_required)
    endpoint = GraphQLEndpoint(GRAPHQL_SCHEMA, settings, identity.bearers, context, operations, trace)
    recording = Options(tolerance_ms=int(settings.tolerance_minutes * 60_000))
    routes: list[Any] = [
        Route("/graphql", endpoint.__call__, methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
        health_route(lambda: graphs[0][0] if graphs else None),
        *capture_routes(lambda: graphs[0][0], identity.bearers, check, captures, recording, settings.body_bytes),
        *event_routes(lambda: graphs[0][0], identity.bearers, check, reason_required=settings.reason_required),
        *query_routes(lambda: graphs[0][0], identity.bearers, check, sealing, settings),
        *schema_routes(),
        *letter_schema_routes(),
        *template_routes(),
        *export_routes(lambda: graphs[0][0], identity.bearers, check, files, reason_required=settings.reason_required),
        *fsma204_routes(identity.bearers, check, context),
        *import_routes(Place(lambda: graphs[0][0], identity.bearers, check, files, settings)),
        *file_routes(files, identity.bearers, check, settings.file_bytes),
        *page_routes(look_up, settings),
        static_mount(),
    ]
    if identity.server and identity.own:
        routes += authorization_routes(identity.server, identity.own, keys.hidden_names)
    if settings.graphiql:
        routes += graphiql_routes(questions=questions)
    site = Starlette(routes=routes, middleware=cross_origin(settings), lifespan=lifespan, exception_handlers={HTTPException: http_error})
    stepping = InSteps(site, settings.look_up_step_ms / 1_000)
    return SafeHeaders(Draining(stepping, 4 * max(settings.body_bytes, settings.file_bytes)))
