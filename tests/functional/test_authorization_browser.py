"""A login in a real browser: the page, its policy, the way back to the app."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from auth.server.clients import Clients
from tests.functional.authorizing import PASSWORD, Authorizing, fresh_verifier, question
from tests.functional.browser import PHONE, chromium, watched
from tests.functional.served import served


async def back(_: Request) -> Response:
    return PlainTextResponse("welcome back")


def test_a_person_logs_in(oauth: Authorizing) -> None:
    with chromium() as browser, served(Starlette(routes=[Route("/back", back)])) as app, watched(browser, **PHONE) as seen:
        Clients(oauth.store).add_app("in-a-browser", (f"{app}/back",), with_secret=False)
        verifier, page = fresh_verifier(), seen.page
        page.goto(f"{oauth.url}/oauth/authorize?{urlencode(question(verifier, client_id='in-a-browser', redirect_uri=f'{app}/back'))}")
        expect(page.get_by_role("heading", name="登录")).to_be_visible()
        page.get_by_label("姓名（登录名）").fill("han.meimei")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录并同意").click()
        expect(page.get_by_role("alert")).to_contain_text("姓名或密码不正确")
        page.get_by_label("姓名（登录名）").fill("han.meimei")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录并同意").click()
        expect(page.get_by_text("welcome back")).to_be_visible()
        came = dict(parse_qsl(urlsplit(page.url).query))
        assert (came["state"], came["iss"]) == ("xyz", oauth.url)
        assert page.context.cookies(f"{oauth.url}/oauth/authorize") == [], "the cookie ends with the login"
        exchanged = oauth.exchange(came["code"], verifier, "in-a-browser", redirect_uri=f"{app}/back")
        assert oauth.status(exchanged.json()["access_token"]) == 200
        assert [complaint for complaint in seen.complaints if "401" not in complaint] == []
        assert page.evaluate("document.cookie") == ""
