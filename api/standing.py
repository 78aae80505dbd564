"""Whether the enterprise of a caller stands: the token of one that is suspended opens nothing."""

from api.errors import ErrorCode
from api.http.request import HttpError
from auth.actor import Actor
from graph.engine.driver import Graph
from graph.suspensions import Suspensions


async def check_standing(suspensions: Suspensions, graph: Graph, actor: Actor) -> None:
    """HttpError 403 ENTERPRISE_SUSPENDED; EngineError where it cannot be told."""
    if actor.enterprise is not None and await suspensions.has(graph, actor.enterprise):
        message = f"the enterprise {actor.enterprise} of this token is suspended; ask the platform, which suspends and reinstates"
        raise HttpError(403, ErrorCode.ENTERPRISE_SUSPENDED, message)
