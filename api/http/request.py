"""A GraphQL request out of an HTTP request: method, media types, body and parameters."""

import re
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote

import anyio.to_thread
import orjson
from starlette.requests import Request

from api.errors import ApiError, ErrorCode
from api.http.surrogates import without_halves

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
PREFLIGHT = "GraphQL-Require-Preflight"
"""A header that browsers ask for first: no page of a site that is not welcome can have it sent."""
REASON = "Milkline-Reason"
"""A header that says why a regulator reads, percent-encoded; or `reason` in the request's `extensions`."""
REASON_LENGTH = 500
_MENDED_BYTES = 4_194_304
_VALUES = 1_000_000
"""In one body: many millions of empty lists in a few bytes each would keep everybody else waiting while they are read."""
_BROKEN_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_OTHER_SITES = frozenset({"cross-site", "same-site"})


class HttpError(Exception):
    """A request that is refused before GraphQL sees it."""

    def __init__(self, status: int, code: ErrorCode, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = ApiError(code, message)
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    query: str
    variables: dict[str, Any]
    operation_name: str | None
    may_mutate: bool
    reason: str | None
    """Why records are read, as the client says, for the access log."""


def accepted(request: Request) -> str:
    """The media type to answer in: the first of the two that the client takes; HttpError 406 when it takes neither."""
    header = request.headers.get("accept", "")
    if not header.strip():
        return JSON
    ranges = sorted(media_ranges(header), key=lambda each: -each[1])
    for media_type, quality in ranges:
        if quality > 0:
            if media_type == GRAPHQL_RESPONSE:
                return GRAPHQL_RESPONSE
            if media_type in {JSON, "application/*", "*/*"}:
                return JSON
    raise HttpError(406, ErrorCode.NOT_ACCEPTABLE, f"found Accept: {header[:200]}; answers are {GRAPHQL_RESPONSE} or {JSON}")


def media_ranges(header: str) -> list[tuple[str, float]]:
    """The media types of an Accept header, each with its quality."""
    found: list[tuple[str, float]] = []
    for part in header.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        found.append((media_type, quality))
    return found


async def read_request(request: Request, body_bytes: int, *, guarded: bool) -> GraphQLRequest:
    """guarded: whether every GET needs the header that browsers ask for first, not only one that a page of another site caused."""
    reason = _header(request)
    if request.method == "GET":
        elsewhere = request.headers.get("sec-fetch-site")
        if (guarded or elsewhere in _OTHER_SITES) and not request.headers.get(PREFLIGHT):
            raise _malformed(f"found a GET request without the header {PREFLIGHT}; right is a value of 1, or a POST request")
        return _from_query_string(request, reason)
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != JSON:
        raise HttpError(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"found Content-Type: {media_type[:100] or 'none'}; a request is {JSON}")
    charset = parameters.partition("charset=")[2].strip().strip('"').lower()
    if charset not in {"", "utf-8", "utf8"}:
        raise HttpError(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"found charset={charset[:40]}; a request is UTF-8")
    body = await read_body(request, body_bytes)
    parsed = await _parsed(body)
    if not isinstance(parsed, dict):
        raise _malformed(
            f"found {'null' if parsed is None else _json_type(parsed)} as body; right is one JSON object with `query`; "
            "several operations go in several requests"
        )
    return _checked(cast("dict[str, Any]", parsed), reason, may_mutate=True)


async def _parsed(body: bytes) -> object:
    if (values := body.count(b",")) > _VALUES:
        found = f"found {values} commas in a body"
        raise HttpError(
            413, ErrorCode.BODY_TOO_LARGE, f"{found}; the limit is {_VALUES}, 200 values for each of 5,000 records: send fewer at once"
        )
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        wrong = error
    if len(body) <= _MENDED_BYTES:
        mended = await anyio.to_thread.run_sync(without_halves, body)
        try:
            return orjson.loads(mended)
        except orjson.JSONDecodeError as error:
            wrong = error
    raise _malformed(f"the body is no JSON: {wrong}") from wrong


async def read_body(request: Request, limit: int) -> bytes:
    """The body; HttpError 413 as soon as it is longer than the limit, whatever its header says."""
    message = f"a body has {limit} bytes at the most"
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise HttpError(413, ErrorCode.BODY_TOO_LARGE, f"found {declared} bytes; {message}")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise HttpError(413, ErrorCode.BODY_TOO_LARGE, f"found more than {limit} bytes; {message}")
        chunks.append(chunk)
    return b"".join(chunks)


def _from_query_string(request: Request, reason: str | None) -> GraphQLRequest:
    parameters: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in parameters:
            try:
                parameters[name] = orjson.loads(parameters[name] or "null")
            except orjson.JSONDecodeError as error:
                raise _malformed(f"the parameter `{name}` is no JSON: {error}") from error
    return _checked(parameters, reason, may_mutate=False)


def _checked(parameters: dict[str, Any], reason: str | None, *, may_mutate: bool) -> GraphQLRequest:
    query, variables = parameters.get("query"), parameters.get("variables")
    operation_name, extensions = parameters.get("operationName"), parameters.get("extensions")
    if not isinstance(query, str) or not query:
        raise _malformed(f"found {_json_type(query)} as `query`; right is the text of an operation")
    if variables is not None and not isinstance(variables, dict):
        raise _malformed(f"found {_json_type(variables)} as `variables`; right is an object")
    if operation_name is not None and not isinstance(operation_name, str):
        raise _malformed(f"found {_json_type(operation_name)} as `operationName`; right is a string")
    if extensions is not None and not isinstance(extensions, dict):
        raise _malformed(f"found {_json_type(extensions)} as `extensions`; right is an object")
    said = cast("dict[str, Any]", extensions or {}).get("reason", reason)
    return GraphQLRequest(query, cast("dict[str, Any]", variables or {}), operation_name or None, may_mutate, _reason(said))


def reason_of(request: Request) -> str | None:
    return _reason(_header(request))


def _header(request: Request) -> str | None:
    """The reason as its header says it, percent-encoded."""
    said = request.headers.get(REASON)
    if said is None:
        return None
    try:
        if said.isascii() and not _BROKEN_PERCENT.search(said):
            return unquote(said, errors="strict")
    except UnicodeDecodeError:
        pass
    right = "right is UTF-8, percent-encoded: %E6%8A%95%E8%AF%89 for 投诉, %25 for a percent sign"
    raise HttpError(400, ErrorCode.BAD_REASON, f"found the header {REASON} {said[:80]!r}; {right}")


def _reason(said: object) -> str | None:
    """Why records are read, for the access log; HttpError 400 for one that says nothing."""
    if said is None:
        return None
    told = plain_reason(said) if isinstance(said, str) else None
    if told is None:
        found = f"{said[:80]!r} ({len(said)} characters)" if isinstance(said, str) else _json_type(said)
        right = f"right is a text of 1 to {REASON_LENGTH} characters that says why the records are read"
        raise HttpError(400, ErrorCode.BAD_REASON, f"found {found} as the reason; {right}")
    return told


def plain_reason(said: str) -> str | None:
    """As it is kept; None for one that says nothing, is too long, or has characters that are not seen. Who types Chinese types U+3000."""
    told = said.replace("\u3000", " ")
    return told.strip() if told.strip() and len(told) <= REASON_LENGTH and told.isprintable() else None


def _malformed(message: str) -> HttpError:
    return HttpError(400, ErrorCode.MALFORMED_REQUEST, message)


def _json_type(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case str():
            return "an empty string" if not value else "a string"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case list():
            return "an array"
        case _:
            return "an object"
