"""A service with its own authorization server, with clients and people in it, and a browser's part of a login."""

import base64
import hashlib
import html
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2

from auth.actor import Duty, Role
from auth.server.access import Access
from auth.server.clients import Clients
from auth.server.people import People
from auth.server.store import Store
from tests.service import Service, serving

BACK = "http://127.0.0.1:9/back"
OTHER_BACK = "https://other.example/back"
PASSWORD = "correct horse battery"
Fields = dict[str, str]


@dataclass(slots=True)
class Authorizing:
    """secrets: of the clients that have one, by their ID."""

    service: Service
    store: Store
    secrets: dict[str, str]

    @property
    def url(self) -> str:
        return self.service.url

    # --- programs ---

    def token(self, fields: Fields, client: str | None = None, secret: str | None = None) -> httpx2.Response:
        """The token endpoint; a client that has a secret shows it in the header."""
        known = secret or (self.secrets.get(client) if client else None)
        auth = (client, known) if client and known else None
        form = fields if auth or client is None else fields | {"client_id": client}
        return httpx2.post(f"{self.url}/oauth/token", data=form, auth=auth, timeout=30)

    def machine_token(self, client: str = "erp", **more: str) -> str:
        answer = self.token({"grant_type": "client_credentials", **more}, client)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def status(self, token: str) -> int:
        """Of a question to the API with the token."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.post(f"{self.url}/graphql", json={"query": "{ viewer { role } }"}, headers=headers, timeout=30).status_code

    # --- people ---

    def page(self, parameters: Fields) -> httpx2.Response:
        return httpx2.get(f"{self.url}/oauth/authorize", params=parameters, timeout=30)

    def submit(self, page: httpx2.Response, more: Fields, **headers: str) -> httpx2.Response:
        """The form of the page, filled in; its cookie goes with it."""
        kept = {"Cookie": page.headers.get("set-cookie", "").partition(";")[0]}
        form = hidden(page) | {"decision": "allow"} | more
        return httpx2.post(f"{self.url}/oauth/authorize", data=form, headers=kept | headers, timeout=60)

    def code(self, verifier: str, person: str = "han.meimei", **more: str) -> str:
        back = self.submit(self.page(question(verifier, **more)), {"name": person, "password": PASSWORD})
        assert back.status_code == 303, back.text
        return came_back(back)["code"]

    def exchange(self, code: str, verifier: str, client: str = "app", **more: str) -> httpx2.Response:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier} | more
        return self.token(fields, client)

    def logged_in(self) -> tuple[str, str]:
        """An access token and a refresh token."""
        verifier = fresh_verifier()
        answer = self.exchange(self.code(verifier), verifier).json()
        return answer["access_token"], answer["refresh_token"]

    def refresh(self, token: str, client: str = "app", **more: str) -> httpx2.Response:
        return self.token({"grant_type": "refresh_token", "refresh_token": token, **more}, client)


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def fresh_verifier() -> str:
    return secrets.token_urlsafe(48)


def question(verifier: str, **more: str) -> Fields:
    """The parameters of an authorization request; an empty one is left out."""
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    usual = {"response_type": "code", "client_id": "app", "redirect_uri": BACK, "state": "xyz"}
    given = usual | {"code_challenge": challenge, "code_challenge_method": "S256"} | more
    return {name: value for name, value in given.items() if value}


def hidden(page: httpx2.Response) -> Fields:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in found}


def came_back(response: httpx2.Response) -> Fields:
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


@contextmanager
def authorizing(data: Path) -> Iterator[Authorizing]:
    store = Store.within(data)
    clients, people = Clients(store), People(store)
    quality = Access(Role.ENTERPRISE, "6904321", frozenset({Duty.QUALITY, Duty.WAREHOUSE}))
    kept = {
        "erp": clients.add_machine("erp", Access(Role.ENTERPRISE, "6904321", frozenset({Duty.SYNC, Duty.PRODUCTION}))),
        "other": clients.add_machine("other", Access(Role.ENTERPRISE, "6907654", frozenset({Duty.SYNC}))),
        "platform": clients.add_machine("platform", Access(Role.PLATFORM)),
        "web": clients.add_app("web", (BACK,), with_secret=True) or "",
    }
    clients.add_app("app", (BACK, OTHER_BACK), with_secret=False)
    clients.add_app("stranger", ("https://stranger.example/back",), with_secret=False)
    people.add("han.meimei", PASSWORD, quality)
    people.add("li.lei", PASSWORD, Access(Role.REGULATOR, region="230000"))
    with serving(data, environment={"MILKLINE_AUTHORIZATION_SERVER": "true"}) as service:
        yield Authorizing(service, store, kept)
