"""Where the templates are: for everybody, they hold nobody's data."""

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.exchange.records.kinds import FILED
from api.exchange.spreadsheets.templates import template_csv, template_xlsx

_ALL = "milkline"
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


async def _template(request: Request) -> Response:
    name, _, suffix = request.path_params["name"].rpartition(".")
    kind = FILED.get(name)
    if suffix not in _MEDIA_TYPES or (kind is None and (name, suffix) != (_ALL, "xlsx")):
        raise HTTPException(404)
    made = await anyio.to_thread.run_sync(_made, name, suffix)
    headers = {"Cache-Control": "public, max-age=3600", "Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return Response(made, media_type=_MEDIA_TYPES[suffix], headers=headers)


def _made(name: str, suffix: str) -> bytes:
    if name == _ALL:
        return template_xlsx()
    return template_csv(FILED[name]) if suffix == "csv" else template_xlsx([FILED[name]])


def template_routes() -> list[Route]:
    return [Route("/templates/{name}", _template, methods=["GET"])]
