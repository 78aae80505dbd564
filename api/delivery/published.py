"""Where the schemas of letters are published: for everybody, as they are in the package."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.delivery.letter_schemas import FOLDER, file_name
from graph.delivery.recipients import Content, Form

_MEDIA_TYPES = {Form.XML: "application/xml", Form.JSON: "application/schema+json"}


def letter_schema_routes() -> list[Route]:
    return [_route(content, form) for content in Content for form in Form]


def _route(content: Content, form: Form) -> Route:
    name = file_name(content, form)

    async def schema(_: Request) -> Response:
        return FileResponse(FOLDER / name, media_type=_MEDIA_TYPES[form], headers={"Cache-Control": "public, max-age=3600"})

    return Route(f"/schemas/{name}", schema, methods=["GET"])
