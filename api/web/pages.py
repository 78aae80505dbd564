"""The public look-up page, 婴幼儿配方乳粉追溯查询: plain HTML from the server, no scripts."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias, TypedDict
from urllib.parse import quote

import segno
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.web.assets import TEMPLATES
from api.web.fields import groups
from api.web.headers import LOOK_UP_HEADERS
from api.web.verdicts import OF_CONTAINER, WORDINGS, Wording
from graph.model.times import CHINA

# The longest GS1 Digital Link in use is far shorter; what is longer is not looked up at all.
CODE_LENGTH = 300


class TraceAnswer(TypedDict):
    """What `look_up` answers: a Resolution of the schema. `product` holds the public fields by name, or is None.

    A field's value is text, a date, a file `{name, url, sha256}`, or a list of these. `firstQueriedAt` is an instant or its ISO text.
    """

    code: str
    verdict: str
    message: str
    queryCount: int
    firstQueriedAt: datetime | str | None
    product: Mapping[str, Any] | None


class PageSettings(Protocol):
    @property
    def public_url(self) -> str:
        """Where the public reaches this site, `https://trace.example.cn`; empty: wherever the request came to."""
        ...


class LookUpRefused(Exception):
    """`look_up` raises it when it cannot answer now: too many look-ups, or the store is not there.

    `status` is the HTTP status, 429 or 503; `retry_after_s` in seconds, when it is known.
    """

    def __init__(self, status: int, retry_after_s: int | None = None) -> None:
        super().__init__(status, retry_after_s)
        self.status = status
        self.retry_after_s = retry_after_s


LookUp: TypeAlias = Callable[[str, Request], Awaitable[TraceAnswer]]

_ERRORS = {
    404: ("没有这个页面", "网址可能输入有误，或页面已经移走。您可以在上方输入追溯码查询。"),
    405: ("不支持这种访问方式", "请从首页输入追溯码查询。"),
    429: ("查询过于频繁", "为防止恶意查询，短时间内的查询次数有限制。请稍等片刻再试。"),
    500: ("系统出了点问题", "这不是您的操作造成的。请稍后再试。"),
    503: ("查询服务暂时不可用", "系统正在维护或恢复中，请过几分钟再试。这不代表产品有问题。"),
}


def routes(look_up: LookUp, settings: PageSettings) -> list[Route]:
    """`/`, `/trace?code=…` and `/trace/<code>`. The pages also need `assets.static_mount()`."""

    async def home(request: Request) -> Response:
        return _page(request, "home.html", code="")

    async def trace(request: Request) -> Response:
        # A look-up is counted and may turn a code suspicious: only one that somebody asked for is made.
        if request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", "") or _embedded(request):
            return Response(status_code=200 if request.method == "HEAD" else 503, headers=LOOK_UP_HEADERS, media_type="text/html")
        code = request.path_params.get("code", request.query_params.get("code", "")).strip()
        if not code:
            return _page(request, "home.html", status=400, code="", problem="请先输入包装上的追溯码，再点击查询。")
        if len(code) > CODE_LENGTH:
            return _result(request, _too_long(code), settings)
        try:
            answer = await look_up(code, request)
        except LookUpRefused as refused:
            return error_response(request, refused.status, retry_after_s=refused.retry_after_s)
        return _result(request, answer, settings)

    return [
        Route("/", home, name="home"),
        Route("/trace", trace, name="trace_form"),
        Route("/trace/{code:path}", trace, name="trace"),
    ]


def _embedded(request: Request) -> bool:
    """Whether a page, perhaps of another site, loads this as an image, a frame or the like, and nobody reads it."""
    return request.headers.get("sec-fetch-dest", "document") != "document"


def error_response(request: Request, status: int, *, retry_after_s: int | None = None) -> HTMLResponse:
    """A page for a browser that met an HTTP error; says nothing of what went wrong inside."""
    headline, meaning = _ERRORS.get(status, _ERRORS[500 if status >= 500 else 404])
    response = _page(request, "error.html", status=status, code="", headline=headline, meaning=meaning)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def beijing_time(value: datetime | str | None) -> str | None:
    """An instant as people in China read it, to the minute. An instant without an offset is taken as UTC."""
    if value is None:
        return None
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _result(request: Request, answer: TraceAnswer, settings: PageSettings) -> HTMLResponse:
    product = answer["product"]
    link = _own_link(request, answer["code"], settings)
    malformed = answer["verdict"] == "MALFORMED"
    return _page(
        request,
        "result.html",
        status=400 if malformed else 200,
        code=answer["code"],
        verdict=answer["verdict"],
        wording=_wording(answer["verdict"], product),
        message=answer["message"],
        query_count=answer["queryCount"],
        first_queried=beijing_time(answer["firstQueriedAt"]),
        product=product,
        groups=() if product is None else groups(product),
        link=link,
        qr=None if product is None else _qr(link),
    )


def _wording(verdict: str, product: Mapping[str, Any] | None) -> Wording:
    # an item in circulation has a batch
    of_container = verdict == "AUTHENTIC" and product is not None and not product.get("batchNumber")
    return OF_CONTAINER if of_container else WORDINGS[verdict]


def _too_long(code: str) -> TraceAnswer:
    message = f"输入了 {len(code)} 个字符，最多 {CODE_LENGTH} 个。"
    return {
        "code": code[:CODE_LENGTH],
        "verdict": "MALFORMED",
        "message": message,
        "queryCount": 0,
        "firstQueriedAt": None,
        "product": None,
    }


def _own_link(request: Request, code: str, settings: PageSettings) -> str:
    base = (settings.public_url or str(request.base_url)).rstrip("/")
    return f"{base}/trace/{quote(code, safe='')}"


def _qr(link: str) -> str:
    """The link as an inline SVG without style attributes, which the page's policy would drop."""
    return segno.make(link, micro=False, error="m").svg_inline(scale=4, border=4, dark="#10222f", light="#ffffff", omitsize=True)


def _page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    values = {"problem": None, "root": request.scope.get("root_path", ""), "limit": CODE_LENGTH} | values
    html = TEMPLATES.get_template(template).render(values)
    return HTMLResponse(html, status_code=status, headers={**LOOK_UP_HEADERS, "Cache-Control": "no-store"})
