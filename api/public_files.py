"""GET /files/<sha256>?code=<code>: a file behind the public fields of a package, for whoever holds its code (QB/T 4971-2018 6.7)."""

from collections.abc import Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from api.door.limits import RateLimited, Visitor
from api.errors import ApiError, ErrorCode
from api.files import FileStore
from api.http.request import JSON
from api.http.responses import refuse
from api.web.pages import CODE_LENGTH
from graph.engine.errors import EngineError
from graph.lookup import LookUps

FILE_HEADERS = {
    # a file is somebody else's content: it is shown as what it says it is, runs nothing, and is named by its digest for ever
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=31536000, immutable",
}


def public_file_route(store: FileStore, look_ups: LookUps, visitor_of: Callable[[Request], Visitor]) -> Route:
    """Limited like look-ups, since it tells whether a code is known; counted as none. Whatever is not there gets one answer."""

    async def download(request: Request) -> Response:
        sha256, code = request.path_params["sha256"], request.query_params.get("code", "")[: CODE_LENGTH + 1]
        visitor = visitor_of(request)
        try:
            visitor.enter()
            found = await look_ups.files(code, visitor.admit)
            visitor.leave(missed=found is None)
        except RateLimited as error:
            return refuse(error, JSON, 429, {"Retry-After": str(error.retry_after_s)})
        except EngineError:
            return refuse(ApiError(ErrorCode.ENGINE_UNAVAILABLE, "files cannot be looked up just now; ask again later"), JSON, 503)
        stored = await anyio.to_thread.run_sync(store.kept, sha256) if found and sha256 in found else None
        if stored is None:
            right = "right is the address of a file as the look-up of a code gives it"
            return refuse(ApiError(ErrorCode.NOT_FOUND, f"found no such file of a product with this code; {right}"), JSON, 404)
        return FileResponse(store.path(stored.sha256), media_type=stored.media_type, headers=FILE_HEADERS)

    return Route("/files/{sha256}", download, methods=["GET"])
