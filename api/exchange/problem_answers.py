"""Answers of the EPCIS routes that are no events: JSON, and problem documents (RFC 7807) with the standard's exceptions."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.exchange.capture_jobs import problem
from api.exchange.discovery import VERSIONS
from api.exchange.epcis.queries import BadParameter
from api.http.caller import CHALLENGE
from api.http.request import HttpError
from graph.engine.errors import EngineError

Handler = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """kind: of the standard's exceptions."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind


def json_answer(
    content: Any, headers: dict[str, str] | None = None, status: int = 200, media_type: str = "application/ld+json"
) -> Response:
    return Response(orjson.dumps(content), status, {**VERSIONS, **(headers or {})}, media_type)


def answering(handler: Handler) -> Handler:
    async def wrapped(request: Request) -> Response:
        more = dict[str, str]()
        try:
            return await handler(request)
        except Refused as refused:
            status, kind, detail, headers = refused.status, refused.kind, str(refused), dict[str, str]()
        except BadParameter as error:
            status, kind, detail, headers = 400, "QueryParameterException", str(error), dict[str, str]()
        except HttpError as error:
            kind = "QueryParameterException" if error.status == 400 else "SecurityException"
            status, detail, headers = error.status, error.error.message, dict(error.headers or {})
            more["code"] = error.error.code.value
        except EngineError:
            status, kind, headers = 503, "ImplementationException", dict[str, str]()
            detail = "the database cannot be reached just now; send the same document again: what it has recorded stays as it is"
        if status == 401:
            headers = CHALLENGE | headers
        return json_answer(problem(status, kind, detail, **more), headers, status, "application/problem+json")

    return wrapped
