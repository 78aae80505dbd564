"""The look-up behind the page: the same operation that a consumer app sends."""

from typing import cast

import structlog
from graphql import parse

from api.context import Context
from api.http.execution import run
from api.resolvers.root import GRAPHQL_SCHEMA
from api.web.fields import LABELS
from api.web.pages import LookUpRefused, TraceAnswer

log = structlog.get_logger(__name__)
_FILES = {"packagingArtwork", "integrityCertificate", "productInspectionReport", "mainIngredientCertificates"}
_FIELDS = " ".join(f"{name} {{ name url sha256 }}" if name in _FILES else name for name in LABELS)
_OPERATION = parse(
    'query($code: String!) { resolve(code: $code, channel: "web") {'
    f" code verdict message queryCount firstQueriedAt product {{ {_FIELDS} }} }} }}"
)


async def look_up_page(context: Context, code: str) -> TraceAnswer:
    """LookUpRefused 503 when there is no answer now."""
    result = await run(GRAPHQL_SCHEMA, _OPERATION, context, {"code": code})
    if result.errors:
        log.error("look-up failed", errors=[repr(error) for error in result.errors])
    # a field that failed is null: the verdict is told without it, since it may be what keeps a can from being opened
    if result.data is None:
        raise LookUpRefused(503)
    return cast("TraceAnswer", result.data["resolve"])
