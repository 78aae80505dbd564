"""Files over HTTP: POST /files keeps one, GET /files/<sha256> gives it back to who may know of it."""

from collections.abc import Awaitable, Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from api.errors import ApiError, ErrorCode
from api.files import MEDIA_TYPES, UPLOADERS, FileStore
from api.http.caller import actor_of
from api.http.request import JSON, HttpError, read_body
from api.http.responses import refuse, refusing
from api.public_files import FILE_HEADERS
from auth.actor import Actor, Role
from auth.bearer import Bearers

_OWN = {"Cache-Control": "private, no-store", "Vary": "Authorization"}


def file_routes(store: FileStore, bearers: Bearers, check: Callable[[Actor], Awaitable[None]], file_bytes: int) -> list[Route]:
    async def upload(request: Request) -> Response:
        actor = await actor_of(request, bearers)
        _check_may_upload(actor)
        await check(actor)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            right = ", ".join(sorted(MEDIA_TYPES))
            raise HttpError(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"found Content-Type: {media_type or 'none'}; a file is one of {right}")
        content = await read_body(request, file_bytes)
        if not content:
            raise HttpError(400, ErrorCode.MALFORMED_REQUEST, "found an empty body; the body is the file's content")
        stored = await anyio.to_thread.run_sync(store.put, media_type, content, actor)
        return JSONResponse(
            {"sha256": stored.sha256, "size": stored.size, "mediaType": stored.media_type, "url": f"/files/{stored.sha256}"}, 201
        )

    async def download(request: Request) -> Response:
        actor = await actor_of(request, bearers)
        await check(actor)
        found = await anyio.to_thread.run_sync(store.find, request.path_params["sha256"], actor)
        if found is None:
            return refuse(ApiError(ErrorCode.NOT_FOUND, "no file has this digest; it is the sha256 of the content"), JSON, 404)
        headers = FILE_HEADERS | ({} if found.public else _OWN)
        return FileResponse(store.path(found.sha256), media_type=found.media_type, headers=headers)

    return [
        Route("/files", refusing(upload), methods=["POST"]),
        Route("/files/{sha256}", refusing(download), methods=["GET"]),
    ]


def _check_may_upload(actor: Actor) -> None:
    if actor.role is Role.PUBLIC:
        raise HttpError(401, ErrorCode.UNAUTHENTICATED, "found no token; files are kept for enterprises", {"WWW-Authenticate": "Bearer"})
    if actor.role not in UPLOADERS:
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found the role {actor.role}; files are kept for enterprises")
