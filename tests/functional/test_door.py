"""How often codes may be looked up: by client, by what it misses, by enterprise; in GraphQL and on the page."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.app import create_app
from api.settings import Settings
from auth.keys import load_keys
from graph.engine.driver import Graph
from tests.component.reading import OTHER, OWN, link, properties, put
from tests.engines import Server, wipe
from tests.functional.served import served
from tests.service import mint

pytestmark = pytest.mark.anyio
QUERY = "query($code: String!) { resolve(code: $code) { verdict } }"


@pytest.fixture
async def there(arcadedb_server: Server) -> Server:
    """With one can of one of two enterprises."""
    async with arcadedb_server.graph() as graph:
        await wipe(graph)
        await put(graph, *(properties(f"enterprise/{code}") for code in (OWN, OTHER)))
        await put(graph, properties(f"batch/{OWN}/door"), properties(f"package/{OWN}/door"))
        await link(graph, "PACKED_INTO", [(f"batch/{OWN}/door", f"package/{OWN}/door")], at=1)
    return arcadedb_server


@contextmanager
def service(server: Server, data: Path, **limits: Any) -> Generator[str]:
    @asynccontextmanager
    async def connect() -> AsyncGenerator[Graph]:
        async with server.graph() as graph:
            yield graph

    settings = Settings.model_validate({"data": data, **limits})
    with served(create_app(settings, load_keys(data), connect)) as base:
        yield base


def look_up(base: str, code: str, client: str = "192.0.2.1", token: str | None = None) -> httpx2.Response:
    """The test's server believes what a proxy on this machine says of the client."""
    headers = {"X-Forwarded-For": client} | ({"Authorization": f"Bearer {token}"} if token else {})
    return httpx2.post(f"{base}/graphql", json={"query": QUERY, "variables": {"code": code}}, headers=headers)


def verdict(answer: httpx2.Response) -> str:
    """Or the code of the error."""
    body = answer.json()
    return body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]["resolve"]["verdict"]


async def test_a_client_has_so_many_look_ups_a_minute(there: Server, tmp_path: Path) -> None:
    code = f"{OWN}.door"
    with service(there, tmp_path, look_ups_per_client=3) as base, service(there, tmp_path, look_ups_per_client=3) as twin:
        assert [verdict(look_up(where, code)) for where in (base, twin, base)] == ["AUTHENTIC"] * 3
        refused = look_up(twin, code)
        wait = int(refused.headers["retry-after"])
        assert (refused.status_code, 1 <= wait <= 20, refused.json()["data"]) == (429, True, None)
        [error] = refused.json()["errors"]
        assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": wait}
        assert error["message"] == f"found more than 3 look-ups a minute from this client; one more is free in {wait} s"
        # the same for codes that there are, that there are not, and that are none
        assert {look_up(base, other).status_code for other in (code, f"{OWN}.none", "NOBODY.1", "?")} == {429}
        page = httpx2.get(f"{base}/trace/{code}", headers={"X-Forwarded-For": "192.0.2.1"})
        assert (page.status_code, "查询过于频繁" in page.text, int(page.headers["retry-after"]) >= 1) == (429, True, True)
        assert verdict(look_up(base, code, "192.0.2.2")) == "AUTHENTIC"
        assert httpx2.get(f"{base}/", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200


async def test_aliases_are_look_ups_too(there: Server, tmp_path: Path) -> None:
    with service(there, tmp_path, look_ups_per_client=10) as base:
        aliases = " ".join(f'a{number}: resolve(code: "{OWN}.door") {{ verdict }}' for number in range(11))
        answer = httpx2.post(f"{base}/graphql", json={"query": f"{{ {aliases} }}"})
        assert (answer.status_code, verdict(answer)) == (429, "RATE_LIMITED")


async def test_a_client_of_ipv6_is_a_whole_subscriber(there: Server, tmp_path: Path) -> None:
    with service(there, tmp_path, look_ups_per_client=2) as base:
        answers = [look_up(base, f"{OWN}.door", f"2001:db8:1:2::{number}") for number in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert look_up(base, f"{OWN}.door", "2001:db8:1:3::1").status_code == 200


async def test_who_guesses_is_refused_before_long(there: Server, tmp_path: Path) -> None:
    """And then for codes that there are, too: the refusal tells nothing."""
    with service(there, tmp_path, misses_per_client=5) as base:
        guesses = [verdict(look_up(base, f"{OWN}.guess{number}")) for number in range(7)]
        assert guesses == ["UNKNOWN_CODE"] * 5 + ["RATE_LIMITED"] * 2
        assert verdict(look_up(base, f"{OWN}.door")) == "RATE_LIMITED"
        assert [verdict(look_up(base, f"{OWN}.door", "192.0.2.2")) for _ in range(20)] == ["AUTHENTIC"] * 20


async def test_an_enterprises_codes_have_a_limit_over_all_clients(there: Server, tmp_path: Path) -> None:
    with service(there, tmp_path, look_ups_per_enterprise=4) as base:
        codes = [f"{OWN}.door", f"{OWN}.none", f"{OWN}.door", f"{OWN}.none", f"{OWN}.door", f"{OWN}.none"]
        found = [verdict(look_up(base, code, f"192.0.2.{number}")) for number, code in enumerate(codes)]
        assert found == ["AUTHENTIC", "UNKNOWN_CODE", "AUTHENTIC", "UNKNOWN_CODE", "RATE_LIMITED", "RATE_LIMITED"]
        assert verdict(look_up(base, f"{OTHER}.none", "192.0.2.9")) == "UNKNOWN_CODE"
        unknown = [verdict(look_up(base, f"NOBODY{number}.1", f"198.51.100.{number}")) for number in range(5)]
        assert unknown == ["UNKNOWN_ENTERPRISE"] * 4 + ["RATE_LIMITED"]


async def test_named_callers_have_more_and_each_its_own(there: Server, tmp_path: Path) -> None:
    with service(there, tmp_path, look_ups_per_client=1) as base:
        mine, theirs, consumer = mint(tmp_path, "ENTERPRISE", OWN), mint(tmp_path, "ENTERPRISE", OTHER), mint(tmp_path, "CONSUMER")
        assert [look_up(base, f"{OWN}.door", token=mine).status_code for _ in range(11)] == [200] * 10 + [429]
        assert look_up(base, f"{OWN}.door", token=theirs).status_code == 200
        assert [look_up(base, f"{OWN}.door", token=consumer).status_code for _ in range(2)] == [200, 429]
