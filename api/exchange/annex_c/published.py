"""Where the schema of annex C is published: for everybody, as it is in the package."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.exchange.annex_c.xsd import PUBLISHED

PATH = "/schemas/annex-c.xsd"


async def _schema(_: Request) -> Response:
    return FileResponse(PUBLISHED, media_type="application/xml", headers={"Cache-Control": "public, max-age=3600"})


def schema_routes() -> list[Route]:
    return [Route(PATH, _schema, methods=["GET"])]
