"""The static files and templates of the pages, and how long a browser may keep them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parent
STATIC = WEB / "static"

# Stated here, since what the host's own table says of a suffix differs from one machine to the next.
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@cache
def asset_path(name: str) -> str:
    """The path of a static file below the application's root, with a digest that changes when the file does.

    `name` is relative to `static/`. `FileNotFoundError` when there is none.
    """
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            versioned = b"v=" in scope.get("query_string", b"")
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
            response.headers["X-Content-Type-Options"] = "nosniff"
            media_type = _MEDIA_TYPES.get(Path(path).suffix)
            if media_type:
                response.headers["Content-Type"] = media_type
        return response


def static_mount() -> Mount:
    """`/static`: what the pages load. Named with its digest a file is kept for a year, otherwise checked on each use."""
    return Mount("/static", _Assets(directory=STATIC), name="static")


def template_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cast("dict[str, Any]", environment.globals)["asset"] = asset_path  # pyright: ignore[reportUnknownMemberType]  # untyped by jinja2
    return environment


TEMPLATES = template_environment()
