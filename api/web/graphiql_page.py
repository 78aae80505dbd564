"""GraphiQL, served from this project's own bundle (`graphiql/`, built into `static/graphiql/`)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.web.assets import TEMPLATES
from api.web.headers import GRAPHIQL_HEADERS


class Question(TypedDict):
    """A tab that GraphiQL opens with. `token` goes into the tab's headers: for demonstrations, where it opens made-up data only."""

    title: str
    query: str
    variables: Mapping[str, Any]
    token: NotRequired[str]


def _no_questions() -> Sequence[Question]:
    return ()


def graphiql_routes(endpoint: str = "/graphql", questions: Callable[[], Sequence[Question]] = _no_questions) -> list[Route]:
    """`/graphiql`. `endpoint` is a path below the application's root; `questions` is asked at each load, since tokens run out.

    The page also needs `assets.static_mount()`.
    """

    async def graphiql(request: Request) -> Response:
        root = request.scope.get("root_path", "")
        config = {"endpoint": root + endpoint, "questions": list(questions())}
        html = TEMPLATES.get_template("graphiql.html").render(root=root, config=config)
        return HTMLResponse(html, headers={**GRAPHIQL_HEADERS, "Cache-Control": "no-store"})

    return [Route("/graphiql", graphiql, name="graphiql")]
