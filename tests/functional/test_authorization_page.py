"""The login page of the authorization server: where it sends people, what it takes, what it gives away."""

from pathlib import Path
from urllib.parse import urlsplit

import anyio
import httpx2
import pytest

from api.app import create_app
from api.settings import Settings
from auth.keys import load_keys
from auth.server.clients import Clients
from auth.server.people import People
from auth.server.store import Store
from tests.functional.authorizing import BACK, PASSWORD, Authorizing, came_back, fresh_verifier, question

# --- where people are sent ---


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        f"{BACK}/more",
        f"{BACK}?a=b",
        f"{BACK}#a",
        BACK.upper(),
        BACK.replace("127.0.0.1", "127.0.0.1.evil.example"),
        BACK.replace("//", "//user@"),
        f"{BACK}\r\nSet-Cookie: a=b",
        "https://stranger.example/back",
        "javascript:alert(1)",
        "//evil.example",
        "https://例.example/",
        "",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(oauth: Authorizing, address: str) -> None:
    asked = question(fresh_verifier(), redirect_uri=address)
    for answer in (oauth.page(asked), oauth.page(asked | {"response_type": "token"}), oauth.page(asked | {"scope": "nonsense"})):
        assert (answer.status_code, answer.headers.get("location")) == (400, None)
        assert "不要在这里输入密码" in answer.text
        assert "evil" not in answer.text and 'type="password"' not in answer.text
    forged = oauth.submit(oauth.page(question(fresh_verifier())), {"name": "han.meimei", "password": PASSWORD, "redirect_uri": address})
    assert (forged.status_code, forged.headers.get("location")) == (400, None)


def test_mistakes_go_back_to_the_app(oauth: Authorizing) -> None:
    wrong = {"invalid_scope": {"scope": "nonsense"}, "unsupported_response_type": {"response_type": "token"}}
    for expected, more in wrong.items():
        answer = oauth.page(question(fresh_verifier(), **more))
        assert answer.headers["location"].startswith(f"{BACK}?")
        assert came_back(answer)["error"] == expected
    refused = oauth.submit(oauth.page(question(fresh_verifier())), {"decision": "refuse"})
    came = came_back(refused)
    assert (refused.status_code, came["error"], came["state"], came["iss"]) == (303, "access_denied", "xyz", oauth.url)
    assert oauth.page(question(fresh_verifier(), client_id="nobody")).status_code == 400


# --- the page ---


def test_the_page_is_plain_and_safe(oauth: Authorizing) -> None:
    page = oauth.page(question(fresh_verifier(), state='"><script>alert(1)</script>'))
    assert page.status_code == 200
    assert "登录并同意" in page.text and "<script" not in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'none'" in policy and "frame-ancestors 'none'" in policy
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(BACK))
    assert f"form-action 'self' {origin}" in policy, "or the browser would not go back to the app"
    assert page.headers["cache-control"] == "no-store"
    cookie = page.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/oauth/authorize" in cookie
    assert "Secure" not in cookie, "this service is reached over http"
    api = httpx2.post(f"{oauth.url}/graphql", json={"query": "{ viewer { role } }"})
    assert "set-cookie" not in api.headers


def test_forms_from_elsewhere_are_not_taken(oauth: Authorizing) -> None:
    login = {"name": "han.meimei", "password": PASSWORD}
    page, other = oauth.page(question(fresh_verifier())), oauth.page(question(fresh_verifier()))
    forged = [
        oauth.submit(page, login, Cookie=""),
        oauth.submit(page, login, Cookie=other.headers["set-cookie"].partition(";")[0]),
        oauth.submit(page, login | {"proof": ""}),
        oauth.submit(page, login | {"proof": "é"}),
        oauth.submit(page, login | {"until": "9999999999"}),
        oauth.submit(page, login | {"until": "9" * 5_000}),
        oauth.submit(page, login | {"until": "²"}),
        oauth.submit(page, login | {"state": "another"}),
        oauth.submit(page, login | {"client_id": "web"}),
        oauth.submit(page, login, **{"Sec-Fetch-Site": "cross-site"}),
    ]
    assert [answer.status_code for answer in forged] == [403] * len(forged)
    assert all("location" not in answer.headers for answer in forged)
    assert oauth.submit(page, login).status_code == 303


def test_wrong_passwords_and_unknown_people_look_the_same(oauth: Authorizing) -> None:
    page = oauth.page(question(fresh_verifier()))
    answers = [
        oauth.submit(page, {"name": name, "password": password})
        for name, password in (("li.lei", "wrong"), ("nobody", PASSWORD), ("", ""), ("li.lei", "x" * 2_000), ("' OR 1=1 --", PASSWORD))
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert len({answer.text.partition('name="until"')[0] for answer in answers}) == 1
    assert "password" not in str(oauth.service.log.read_text())


def test_guessing_is_slowed(oauth: Authorizing) -> None:
    People(oauth.store).add("guessed", PASSWORD, People(oauth.store).listed()[0].access)
    page = oauth.page(question(fresh_verifier()))
    for _ in range(5):
        assert oauth.submit(page, {"name": "guessed", "password": "wrong"}).status_code == 401
    assert oauth.submit(page, {"name": "guessed", "password": PASSWORD}).status_code == 401, "for a minute"


def test_on_https_the_cookie_is_for_https(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data": tmp_path, "authorization_server": True, "authorization_issuer": "https://id.example"})
    Clients(Store.within(tmp_path)).add_app("app", (BACK,), with_secret=False)
    app = create_app(settings, load_keys(tmp_path), lambda: pytest.fail("no graph is needed"))

    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://behind-a-proxy") as client:
            return await client.get("/oauth/authorize", params=question(fresh_verifier()))

    page = anyio.run(ask)
    assert page.status_code == 200
    cookie = page.headers["set-cookie"]
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie
