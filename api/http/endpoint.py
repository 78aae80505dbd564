"""The GraphQL endpoint: token, request, operation, execution, answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, get_operation_ast
from starlette.requests import Request
from starlette.responses import Response

from api.door.limits import RateLimited
from api.errors import ApiError, ErrorCode
from api.http.caller import actor_of
from api.http.compression import compressed
from api.http.execution import run
from api.http.operation import InvalidOperation, Operations
from api.http.request import GRAPHQL_RESPONSE, JSON, GraphQLRequest, HttpError, accepted, read_request
from api.http.responses import execution_errors, refuse, refuse_operation, respond
from api.settings import Settings
from auth.actor import Actor, Role
from auth.bearer import Bearers
from graph.engine.errors import EngineError

log = structlog.get_logger(__name__)
_METHODS = "GET, POST"


class Extended(Protocol):
    """A context: what its resolvers have to say beside their data."""

    @property
    def extensions(self) -> dict[str, Any]: ...


class Trace(Protocol):
    """What reading leaves behind."""

    def check(self, asked: GraphQLRequest, document: DocumentNode, context: Any) -> None:
        """HttpError for an operation that may not be executed for want of a reason."""
        ...

    async def leave(self, asked: GraphQLRequest, context: Any, request: Request) -> None:
        """Before the answer leaves; HttpError for one that may not leave any more, EngineError when it cannot be written."""
        ...


@dataclass(slots=True)
class GraphQLEndpoint:
    schema: GraphQLSchema
    settings: Settings
    bearers: Bearers
    context: Callable[[Actor, Request], Awaitable[Extended]]
    operations: Operations
    trace: Trace | None = None

    async def __call__(self, request: Request) -> Response:
        if request.method not in {"GET", "POST"}:
            error = ApiError(ErrorCode.METHOD_NOT_ALLOWED, f"found {request.method}; right is POST, or GET for queries")
            return refuse(error, JSON, 405, {"Allow": _METHODS})
        media_type = JSON
        try:
            media_type = accepted(request)
            actor = await actor_of(request, self.bearers)
            asked = await read_request(request, self._longest(actor), guarded=self.settings.guarded_get)
            return await self._answer(asked, await self.context(actor, request), media_type, request)
        except HttpError as error:
            return refuse(error.error, media_type, error.status, error.headers)
        except EngineError:
            log.exception("what the caller is bound to could not be read")
            error = ApiError(ErrorCode.ENGINE_UNAVAILABLE, "the database cannot be reached just now; send the same call again")
            return refuse(error, media_type, 503)

    def _longest(self, actor: Actor) -> int:
        """Bytes of a body. What is long holds everybody up while it is read: who records nothing sends nothing long."""
        settings = self.settings
        return settings.body_bytes if actor.role in (Role.ENTERPRISE, Role.PLATFORM) else min(settings.body_bytes, settings.query_bytes)

    async def _answer(self, asked: GraphQLRequest, context: Extended, media_type: str, request: Request) -> Response:
        try:
            document = self.operations.prepare(asked.query, asked.operation_name, asked.variables, may_mutate=asked.may_mutate)
        except InvalidOperation as error:
            return refuse_operation(error.code, error.errors, media_type)
        except ApiError as error:
            if error.code is ErrorCode.METHOD_NOT_ALLOWED:
                return refuse(error, media_type, 405, {"Allow": "POST"})
            return refuse(error, media_type, 400 if media_type == GRAPHQL_RESPONSE else 200)
        asked = _named(asked, document)
        if self.trace is not None:
            self.trace.check(asked, document, context)
        try:
            async with asyncio.timeout(self.settings.operation_seconds):
                executed = await run(
                    self.schema,
                    document,
                    context,
                    asked.variables,
                    asked.operation_name,
                    hide_suggestions=not self.settings.introspection,
                )
        except TimeoutError:
            limit = f"the operation took longer than the {self.settings.operation_seconds:g} s that one may"
            return refuse(ApiError(ErrorCode.TIME_LIMIT, f"{limit}; a recording call may be sent again, it is idempotent"), media_type, 200)
        except asyncio.CancelledError:
            # the service is being stopped, and will not wait any longer
            error = ApiError(ErrorCode.ENGINE_UNAVAILABLE, "the service is being stopped; send the same call again later")
            return refuse(error, media_type, 503)
        if self.trace is not None:
            try:
                await self.trace.leave(asked, context, request)
            except EngineError:
                log.exception("the access log could not be written")
                error = ApiError(ErrorCode.ENGINE_UNAVAILABLE, "the access log cannot be written just now; send the same call again")
                return refuse(error, media_type, 503)
        response = self._respond(executed, context, media_type)
        return response if executed.errors else await compressed(response, request.headers.get("accept-encoding", ""))

    def _respond(self, executed: ExecutionResult, context: Extended, media_type: str) -> Response:
        body: dict[str, Any] = {}
        if executed.errors:
            body["errors"] = execution_errors(executed.errors)
        not_executed = executed.data is None and bool(executed.errors) and all(error.path is None for error in executed.errors)
        if not not_executed:
            body["data"] = executed.data
        if context.extensions:
            body["extensions"] = context.extensions
        status = 400 if not_executed and media_type == GRAPHQL_RESPONSE else 200
        refusals = [error.original_error for error in executed.errors or () if isinstance(error.original_error, RateLimited)]
        if refusals:
            wait = max(refusal.retry_after_s for refusal in refusals)
            return respond(body, media_type, 429, {"Retry-After": str(wait)})
        return respond(body, media_type, status)


def _named(asked: GraphQLRequest, document: DocumentNode) -> GraphQLRequest:
    """With the name of the operation, which a client need not send where it is the only one."""
    operation = get_operation_ast(document, asked.operation_name)
    return asked if operation is None or operation.name is None else replace(asked, operation_name=operation.name.value)
