"""The login page 登录: plain HTML in Chinese, without scripts. Each authorization asks for the password: there is no session."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.authorization.requests import BadForm, Workers, answered, asked, fields_of
from api.web.assets import TEMPLATES
from api.web.headers import page_headers
from api.web.pages import error_response
from auth.server.clients import Client
from auth.server.oauth import Answer, OAuthServer, RefusedRequest
from auth.server.store import StoreError

log = structlog.get_logger(__name__)

COOKIE = "milkline_login"
_FORM_S = 600
_KEPT = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
_WRONG = "姓名或密码不正确，或连续输错次数过多。请核对后再试；多次输错后需等待一分钟。"
_STALE = "页面已过期，请再次登录。"
_UNKNOWN = "这个登录请求不正确：应用未登记，或返回地址与登记的不一致。请联系应用的提供者，不要在这里输入密码。"


class LoginPage:
    """path: its own. key: a secret of this installation."""

    def __init__(self, server: OAuthServer, workers: Workers, key: bytes, path: str) -> None:
        self._server = server
        self._workers = workers
        self._key = hmac.digest(key, b"the login form", hashlib.sha256)
        self._path = path
        self._cookie_is_secure = server.issuer.startswith("https:")

    async def answer(self, request: Request) -> Response:
        """The page, by GET and POST."""
        try:
            return await (self._submit(request) if request.method == "POST" else self._show(request))
        except StoreError as error:
            log.error("the authorization server's store cannot be used", reason=str(error))
            return error_response(request, 503, retry_after_s=1)

    async def _show(self, request: Request) -> Response:
        """The form for a good request; a mistake goes back to the app, or onto a page where there is no app to go back to."""
        try:
            given = await fields_of(request)
            checked = await self._check(request, given)
        except (BadForm, RefusedRequest):
            return self._page(None, {}, _UNKNOWN, status=400)
        return answered(checked) if isinstance(checked, Answer) else self._form(request, checked, given)

    async def _submit(self, request: Request) -> Response:
        """Logs in and goes back to the app with a code; or goes back without one."""
        try:
            form = await fields_of(request)
            given = {name: form[name] for name in _KEPT if name in form}
            checked = await self._check(request, given)
        except (BadForm, RefusedRequest):
            return self._page(None, {}, _UNKNOWN, status=400)
        if isinstance(checked, Answer):
            return answered(checked)
        if not self._is_ours(request, form, given):
            return self._form(request, checked, given, _STALE, status=403)
        if form.get("decision") == "refuse":
            return await self._back(request, given, None)
        person = await self._workers.run(lambda: self._server.people.authenticated(form.get("name", ""), form.get("password", "")))
        if person is None:
            log.info("login refused", client=checked.client_id)
            return self._form(request, checked, given, _WRONG, status=401)
        return await self._back(request, given, person.name)

    async def _check(self, request: Request, given: Mapping[str, str]) -> Client | Answer:
        question = asked(request, self._server.issuer, given)
        return await self._workers.run(lambda: self._server.check_authorization(question))

    async def _back(self, request: Request, given: Mapping[str, str], name: str | None) -> Response:
        question = asked(request, self._server.issuer, given)

        def work() -> Answer:
            return self._server.authorize(question, self._server.people.find(name) if name else None)

        response = answered(await self._workers.run(work))
        response.delete_cookie(COOKIE, self._path, secure=self._cookie_is_secure, httponly=True, samesite="lax")
        return response

    def _form(self, request: Request, client: Client, given: Mapping[str, str], problem: str | None = None, status: int = 200) -> Response:
        cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
        until = str(int(time.time()) + _FORM_S)
        hidden = {name: given[name] for name in _KEPT if name in given} | {"until": until, "proof": self._proof(cookie, until, given)}
        response = self._page(client, hidden, problem, status)
        response.set_cookie(COOKIE, cookie, max_age=_FORM_S, path=self._path, secure=self._cookie_is_secure, httponly=True, samesite="lax")
        return response

    def _page(self, client: Client | None, hidden: Mapping[str, str], problem: str | None, status: int) -> Response:
        # browsers hold the way back to the app against the policy too
        back = urlsplit(hidden.get("redirect_uri", ""))
        allowed = f"'self' {back.scheme}://{back.netloc}" if client and back.netloc else "'self'"
        html = TEMPLATES.get_template("login.html").render(
            root="", action=self._path, client=client.client_id if client else None, hidden=hidden, problem=problem
        )
        headers = {**page_headers(script_src="'none'", form_action=allowed), "Cache-Control": "no-store"}
        return HTMLResponse(html, status, headers)

    def _is_ours(self, request: Request, form: Mapping[str, str], given: Mapping[str, str]) -> bool:
        """Whether the form came from this page, in this browser, not long ago, for this very request."""
        cookie, until = request.cookies.get(COOKIE, ""), form.get("until", "")
        if not cookie or not until.isdecimal() or len(until) > 12 or int(until) < time.time():
            return False
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        return hmac.compare_digest(self._proof(cookie, until, given).encode(), form.get("proof", "").encode())

    def _proof(self, cookie: str, until: str, given: Mapping[str, str]) -> str:
        said = "\0".join([cookie, until, *(f"{name}={given.get(name, '')}" for name in _KEPT)])
        return hmac.digest(self._key, said.encode(), hashlib.sha256).hex()
