"""GET /health: whether the database answers, for who keeps the service running."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.engine.driver import Graph
from graph.engine.errors import EngineError


def health_route(graph: Callable[[], Graph | None]) -> Route:
    """graph: None until it is open."""

    async def health(_: Request) -> Response:
        asked = graph()
        try:
            if asked is not None:
                await asked.verify()
                return JSONResponse({"status": "ok"})
        except EngineError:
            pass
        return JSONResponse({"status": "unavailable"}, 503)

    return Route("/health", health, methods=["GET"])
