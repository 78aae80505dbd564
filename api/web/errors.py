"""What answers a request that no route takes, or that a page could not: a page to a browser, JSON to the rest."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.errors import ApiError, ErrorCode
from api.http.request import JSON
from api.http.responses import refuse
from api.web.pages import error_response

_CODES = {404: ErrorCode.NOT_FOUND, 405: ErrorCode.METHOD_NOT_ALLOWED}


async def http_error(request: Request, error: Exception) -> Response:
    """For Starlette's exception handlers: 404 and 405 of the router."""
    if not isinstance(error, HTTPException):
        raise error
    if "text/html" in request.headers.get("accept", ""):
        response: Response = error_response(request, error.status_code)
        response.headers.update(error.headers or {})
        return response
    # the router keeps the methods in a set: no order of its own
    allowed = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
    message = f"found {request.method} {request.url.path}; right is {allowed or _addresses(request)}"
    return refuse(ApiError(_CODES.get(error.status_code, ErrorCode.MALFORMED_REQUEST), message), JSON, error.status_code, error.headers)


def _addresses(request: Request) -> str:
    """How the addresses begin that this service has."""
    begun = {f"/{route.path.split('/')[1]}" for route in request.app.routes if isinstance(route, Route)}
    return ", ".join(sorted(one for one in begun if one[1:].isalnum() or one[1:].isidentifier()))
