"""The look-up behind the page: the same operation that a consumer app sends."""

from typing import cast

import structlog
from graphql import GraphQLSchema, parse

from api.door.limits import RateLimited
from api.http.execution import run
from api.web.fields import LABELS
from api.web.pages import LookUpRefused, TraceAnswer

log = structlog.get_logger(__name__)
_FILES = {"packagingArtwork", "integrityCertificate", "productInspectionReport", "mainIngredientCertificates"}
_FIELDS = " ".join(f"{name} {{ name url sha256 }}" if name in _FILES else name for name in LABELS)
_OPERATION = parse(
    'query($code: String!) { resolve(code: $code, channel: "web") {'
    f" code verdict message queryCount firstQueriedAt product {{ {_FIELDS} }} }} }}"
)


async def look_up_page(schema: GraphQLSchema, context: object, code: str) -> TraceAnswer:
    """LookUpRefused 503 when there is no answer now, 429 when there have been too many."""
    result = await run(schema, _OPERATION, context, {"code": code})
    refusal = next((error.original_error for error in result.errors or () if isinstance(error.original_error, RateLimited)), None)
    if refusal is not None:
        raise LookUpRefused(429, refusal.retry_after_s)
    if result.errors:
        log.error("look-up failed", errors=[repr(error) for error in result.errors])
    # a field that failed is null: the verdict is told without it, since it may be what keeps a can from being opened
    if result.data is None:
        raise LookUpRefused(503)
    return cast("TraceAnswer", result.data["resolve"])
