"""Results and errors as JSON, with the status that the media type asks for. What went wrong inside stays inside: the log has it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
import structlog
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response

from api.errors import ApiError, ErrorCode
from api.http.request import GRAPHQL_RESPONSE, JSON, HttpError
from graph.engine.errors import Conflict, EngineError, EngineUnavailable, StatementTimeout

log = structlog.get_logger(__name__)
_MESSAGE_LENGTH = 1_000
Handler = Callable[[Request], Awaitable[Response]]


def respond(body: Mapping[str, Any], media_type: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    return Response(content, status, dict(headers or {}), f"{media_type}; charset=utf-8")


def refuse(error: ApiError, media_type: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An answer without data: the request was not executed."""
    return respond({"errors": [{"message": error.message, "extensions": error.extensions}]}, media_type, status, headers)


def refusing(handler: Handler) -> Handler:
    """The handler of a route that is no GraphQL, with what it raises as an answer."""

    async def wrapped(request: Request) -> Response:
        try:
            return await handler(request)
        except HttpError as error:
            return refuse(error.error, JSON, error.status, error.headers)
        except EngineError:
            error = ApiError(ErrorCode.ENGINE_UNAVAILABLE, "the database cannot be reached just now; send the same call again")
            return refuse(error, JSON, 503)

    return wrapped


def refuse_operation(code: ErrorCode, errors: Sequence[GraphQLError], media_type: str) -> Response:
    """The operation cannot be executed. By the older media type such an answer is still a 200."""
    status = 400 if media_type == GRAPHQL_RESPONSE else 200
    return respond({"errors": [_formatted(error, code) for error in errors]}, media_type, status)


def execution_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [_execution_error(error) for error in errors]


def _execution_error(error: GraphQLError) -> dict[str, Any]:
    cause = _cause(error)
    match cause:
        case ApiError():
            formatted = _formatted(error, cause.code)
            formatted["extensions"] |= cause.extensions
            return formatted
        case EngineUnavailable():
            log.error("engine unavailable", error=str(cause))
            return _formatted(error, ErrorCode.ENGINE_UNAVAILABLE, "the database cannot be reached just now; send the same call again")
        case Conflict():
            return _formatted(error, ErrorCode.ENGINE_UNAVAILABLE, "other writers were first each time; send the same call again")
        case StatementTimeout():
            return _formatted(error, ErrorCode.TIME_LIMIT, "a statement took longer than a statement may; ask for less at once")
        case None if error.path is None:
            # variables that do not fit their types: nothing was executed
            return _formatted(error, ErrorCode.VALIDATION_FAILED)
        case _:
            request_id = secrets.token_hex(8)
            log.error("internal error", request_id=request_id, path=error.path, exc_info=cause or error)
            formatted = _formatted(error, ErrorCode.INTERNAL, "a fault of the server; its log has it under this requestId")
            formatted["extensions"]["requestId"] = request_id
            return formatted


def _cause(error: GraphQLError) -> Exception | None:
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _formatted(error: GraphQLError, code: ErrorCode, message: str | None = None) -> dict[str, Any]:
    text = message or error.message
    if len(text) > _MESSAGE_LENGTH:
        text = f"{text[:_MESSAGE_LENGTH]}…"
    formatted: dict[str, Any] = {"message": text}
    if error.locations:
        formatted["locations"] = [{"line": location.line, "column": location.column} for location in error.locations]
    if error.path:
        formatted["path"] = error.path
    return formatted | {"extensions": {"code": code.value}}
