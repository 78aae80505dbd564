"""What the REST binding of EPCIS 2.0 has here, as OPTIONS tells it (8.2.9), and what a client may wish of an answer."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0", "GS1-Vendor-Version": "1.0.0"}
BEHAVIOURS = ("rollback", "proceed")
_IN = {"GS1-EPCIS-Min": "1.2.0", "GS1-EPCIS-Max": "2.0.0", "GS1-CBV-Min": "1.2.0", "GS1-CBV-Max": "2.0.0"}
_OUT = {
    **dict.fromkeys(("GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max"), "2.0.0"),
    "GS1-EPC-Format": "Never_Translates",
    "GS1-CBV-XML-Format": "Always_Web_URI",
}
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "GS1-EPC-Format": ("No_Preference", "Never_Translates"),
    "GS1-CBV-XML-Format": ("No_Preference", "Always_Web_URI"),
}


def discovery_routes(body_bytes: int) -> list[Route]:
    """OPTIONS, for everybody. body_bytes: of a captured document at the most."""
    capturing = _IN | {"GS1-Capture-Error-Behaviour": ", ".join(BEHAVIOURS), "GS1-EPCIS-Capture-File-Size-Limit": str(body_bytes)}
    reading = {"Allow": "GET, HEAD, OPTIONS"}
    writing, removing = {"Allow": "GET, HEAD, OPTIONS, POST"}, {"Allow": "DELETE, GET, HEAD, OPTIONS"}
    told = {
        "/capture": writing | capturing,
        "/capture/{id}": reading,
        "/events": reading | _OUT,
        "/events/{id:path}": reading | _OUT,
        "/queries": writing,
        "/queries/{name}": removing,
        "/queries/{name}/events": reading | _OUT,
        "/queries/{name}/subscriptions": writing,
        "/queries/{name}/subscriptions/{id}": removing,
    }
    return [_route(path, VERSIONS | headers) for path, headers in told.items()]


def _route(path: str, headers: Mapping[str, str]) -> Route:
    async def options(_: Request) -> Response:
        return Response(status_code=204, headers=headers)

    return Route(path, options, methods=["OPTIONS"])


def unmet(request: Request) -> str | None:
    """What a client wants of an answer that it is not given here; None when there is nothing."""
    for name in ("GS1-EPCIS", "GS1-CBV"):
        least, most = _version(request, f"{name}-Min", (0,)), _version(request, f"{name}-Max", (999,))
        if least is None or most is None or not least <= (2, 0, 0)[: len(least)] or not (2, 0, 0)[: len(most)] <= most:
            given = ", ".join(f"{one}: {request.headers[one][:40]!r}" for one in (f"{name}-Min", f"{name}-Max") if one in request.headers)
            return f"found {given}; answers are of 2.0.0"
    for name, formats in _FORMATS.items():
        found = request.headers.get(name, formats[0])
        if found not in formats:
            return f"found {name}: {found[:40]!r}; right is {' or '.join(formats)}"
    return None


def _version(request: Request, name: str, absent: tuple[int, ...]) -> tuple[int, ...] | None:
    """None for what is no version."""
    given = request.headers.get(name)
    if given is None:
        return absent
    parts = given.strip().split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts) else None
