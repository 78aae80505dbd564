"""What the pages are made of: fields, wordings, headers, static files; and requests that must not count as look-ups."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from api.web import fields
from api.web.assets import WEB, asset_path, static_mount
from api.web.fields import Part, parts
from api.web.graphiql_page import graphiql_routes
from api.web.pages import CODE_LENGTH, TraceAnswer, beijing_time, error_response, routes
from api.web.verdicts import WORDINGS

VERDICTS = {
    "AUTHENTIC",
    "RECALLED",
    "EXPIRED",
    "SUSPICIOUS",
    "NOT_ACTIVATED",
    "VOIDED",
    "UNKNOWN_CODE",
    "UNKNOWN_ENTERPRISE",
    "MALFORMED",
}


@dataclass(frozen=True)
class Settings:
    public_url: str = ""


async def not_found(request: Request, _: Exception) -> Response:
    return error_response(request, 404)


class Site:
    def __init__(self, public_url: str = "") -> None:
        self.looked_up: list[str] = []
        self.app = Starlette(
            routes=[*routes(self.look_up, Settings(public_url)), *graphiql_routes(), static_mount()],
            exception_handlers={404: not_found},
        )
        self.client = TestClient(self.app)

    async def look_up(self, code: str, request: Request) -> TraceAnswer:
        self.looked_up.append(code)
        return {
            "code": "6901234.批/1",
            "verdict": "AUTHENTIC",
            "message": "",
            "queryCount": 1,
            "firstQueriedAt": None,
            "product": {"traceCode": "6901234.批/1"},
        }


def test_every_verdict_has_its_wording() -> None:
    assert WORDINGS.keys() == VERDICTS


def test_all_33_fields_are_in_one_group_each() -> None:
    with (WEB / "public_fields.csv").open(encoding="utf-8", newline="") as file:
        numbered = [row["field"] for row in csv.DictReader(file) if row["no"]]
    grouped = [row.field for group in fields.groups({}) for row in group.rows]
    assert len(numbered) == 33
    assert sorted(grouped) == sorted(numbered)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        ("400 g", (Part("400 g"),)),
        (date(2026, 3, 1), (Part("2026-03-01"),)),
        ("https://a.example.cn/x", (Part("https://a.example.cn/x", "https://a.example.cn/x"),)),
        ("see https://a.example.cn", (Part("see https://a.example.cn"),)),
        ("javascript:alert(1)", (Part("javascript:alert(1)"),)),
        ("http://[", (Part("http://["),)),
        ({"name": "n", "url": "/files/ab", "sha256": "ab"}, (Part("n", "/files/ab", "ab"),)),
        ({"name": "n", "url": "//evil.example", "sha256": "ab"}, (Part("n", None, "ab"),)),
        ({"name": "n", "url": "javascript:x", "sha256": "ab"}, (Part("n", None, "ab"),)),
        (["a", {"name": "n", "url": "/f", "sha256": None}], (Part("a"), Part("n", "/f"))),
    ],
)
def test_a_value_becomes_parts(value: object, expected: tuple[Part, ...]) -> None:
    assert parts(value) == expected


@pytest.mark.parametrize(
    "instant", ["2026-10-01T16:03:04Z", datetime(2026, 10, 1, 16, 3), datetime(2026, 10, 1, 18, 3, tzinfo=timezone(timedelta(hours=2)))]
)
def test_time_is_shown_as_in_beijing(instant: datetime | str) -> None:
    assert beijing_time(instant) == "2026年10月2日 00:03"


@pytest.mark.parametrize("path", ["/", "/trace/x", "/graphiql", "/nothing"])
def test_every_page_is_locked_down(path: str) -> None:
    headers = Site().client.get(path).headers
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy.get("script-src") == (None if path == "/graphiql" else "'none'")
    assert ("unsafe-inline" in headers["content-security-policy"]) == (path == "/graphiql")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_own_link_is_the_canonical_code_below_the_public_address() -> None:
    html = Site("https://trace.example.cn/").client.get("/trace?code=whatever").text
    assert "https://trace.example.cn/trace/6901234.%E6%89%B9%2F1<" in html


def test_own_link_leads_back_to_the_same_code() -> None:
    site = Site()
    site.client.get("/trace/6901234.%E6%89%B9%2F1")
    assert site.looked_up == ["6901234.批/1"]


def test_only_a_real_request_is_a_look_up() -> None:
    site = Site()
    assert site.client.head("/trace/6901234.A").status_code == 200
    assert site.client.get("/trace/6901234.A", headers={"sec-purpose": "prefetch;prerender"}).status_code == 503
    too_long = site.client.get("/trace", params={"code": "A" * (CODE_LENGTH + 1)})
    assert too_long.status_code == 400
    assert WORDINGS["MALFORMED"].headline in too_long.text
    assert site.looked_up == []


def test_static_files_have_types_and_lifetimes() -> None:
    client = Site().client
    kept = client.get(asset_path("graphiql/graphiql.js"))
    assert kept.headers["content-type"] == "text/javascript; charset=utf-8"
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["x-content-type-options"] == "nosniff"
    checked = client.get("/static/trace.css")
    assert checked.headers["content-type"] == "text/css; charset=utf-8"
    assert checked.headers["cache-control"] == "no-cache"
    assert client.get("/static/trace.css", headers={"if-none-match": checked.headers["etag"]}).status_code == 304
    assert client.get("/static/../pages.py").status_code == 404


def test_pages_name_paths_below_a_prefix() -> None:
    html = TestClient(Site().app, root_path="/milk").get("/").text
    assert 'action="/milk/trace"' in html
    assert 'href="/milk/static/trace.css?v=' in html


def test_templates_load_nothing_from_elsewhere() -> None:
    for template in Path(WEB / "templates").iterdir():
        assert "//" not in template.read_text("utf-8"), template.name
