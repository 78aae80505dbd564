"""Lists of the REST binding, page by page (EPCIS 2.0, 8.2.2): so many a page, and a Link to the next one, which the last page lacks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from api.exchange.epcis.queries import FROM_A_LINK, MOST_PER_PAGE, PAGING, BadParameter, page_token, per_page, place_of_token
from graph.model.identifiers import shown

T = TypeVar("T")


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


@dataclass(frozen=True, slots=True)
class Page:
    """after: the key of the last entry of the page before."""

    limit: int
    after: str | None


def page_of(request: Request, most: int = MOST_PER_PAGE) -> Page:
    """Of a list that is asked for nothing but its pages. Raises `BadParameter`."""
    given = request.query_params
    for name in given:
        if name not in PAGING:
            raise BadParameter(f"found the parameter {shown(name)}; right is one of {', '.join(PAGING)}")
        if len(given.getlist(name)) > 1:
            raise BadParameter(f"found {name} twice; right is once")
    token = given.get("nextPageToken")
    after = None if token is None else place_of_token(token)
    if not isinstance(after, str | None):
        raise BadParameter(f"found nextPageToken={shown(token or '')}; {FROM_A_LINK}")
    return Page(per_page(given.get("perPage"), most), after)


def linked(request: Request, token: str) -> dict[str, str]:
    """The header that names the next page."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
    return {"Link": f'<{request.url.path}?{urlencode([*given, ("nextPageToken", token)])}>; rel="next"'}


def sliced(request: Request, page: Page, found: Sequence[T], key: Callable[[T], str]) -> tuple[Sequence[T], dict[str, str]]:
    """The page, and its headers. found: from where the page begins, one more than it holds where there are more."""
    told = found[: page.limit]
    return told, linked(request, page_token(key(told[-1]))) if len(found) > page.limit else {}


def by_name(request: Request, listed: Iterable[N]) -> tuple[Sequence[N], dict[str, str]]:
    """The page that is asked for of all that there are, in the order of their names, and its headers. Raises `BadParameter`."""
    page = page_of(request)
    found = sorted((one for one in listed if one.name > (page.after or "")), key=lambda one: one.name)
    return sliced(request, page, found, lambda one: one.name)
