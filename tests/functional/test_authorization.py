"""The project's own authorization server: its flows, and what is tried against them."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from auth.actor import Duty, Role
from auth.server.access import Access
from auth.server.clients import Clients
from auth.server.people import People
from auth.server.signing import SigningKeys
from tests.functional.authorizing import BACK, OTHER_BACK, PASSWORD, Authorizing, came_back, error, fresh_verifier, question
from tests.functional.node import prepared, run_node
from tests.service import Service, milkline

SOURCES = Path(__file__).parents[1] / "node"


# --- the flows ---


def test_every_flow_by_a_strict_client(oauth: Authorizing) -> None:
    told = {
        "issuer": oauth.url,
        "api": f"{oauth.url}/graphql",
        "audience": "milkline-api",
        "machine": {"id": "erp", "secret": oauth.secrets["erp"]},
        "app": {"id": "app", "redirectUri": BACK},
        "person": {"name": "han.meimei", "password": PASSWORD},
        "scope": "quality sales",
    }
    came = run_node(prepared(SOURCES), "oauth.mjs", json.dumps(told))
    assert came["byMachine"] == {"role": "ENTERPRISE", "duties": ["PRODUCTION", "SYNC"], "region": None}
    assert (came["ownScope"], came["ownRefresh"], came["ownClaims"]["sub"]) == ("production sync", None, "client:erp")
    assert came["asked"]["active"] and came["asked"]["client_id"] == "erp"
    assert came["machineAfter"] == 401, "revoked"
    assert came["backStatus"] == 303
    assert came["byPerson"] == came["byRefreshed"] == {"role": "ENTERPRISE", "duties": ["QUALITY"], "region": None}
    assert (came["loginClaims"]["sub"], came["loginClaims"]["scope"]) == ("person:han.meimei", "quality")
    assert came["rotated"]
    assert came["personAfter"] == 401, "a revoked refresh token takes the access tokens with it"


def test_discovery_at_both_addresses(oauth: Authorizing) -> None:
    found = [httpx2.get(f"{oauth.url}/.well-known/{name}").json() for name in ("oauth-authorization-server", "openid-configuration")]
    assert found[0] == found[1]
    assert (found[0]["issuer"], found[0]["code_challenge_methods_supported"]) == (oauth.url, ["S256"])
    keys = httpx2.get(found[0]["jwks_uri"]).json()["keys"]
    assert keys and all("d" not in key and key["alg"] == "ES256" and key["kid"] for key in keys)


def test_it_is_off_unless_asked_for(arcadedb_service: Service) -> None:
    for path in ("/oauth/authorize", "/.well-known/oauth-authorization-server", "/oauth/jwks"):
        assert httpx2.get(f"{arcadedb_service.url}{path}").status_code == 404
    assert httpx2.post(f"{arcadedb_service.url}/oauth/token").status_code == 404
    assert not (arcadedb_service.data / "keys" / "authorization.sqlite").exists()


def test_an_app_with_a_secret(oauth: Authorizing) -> None:
    verifier = fresh_verifier()
    code = oauth.code(verifier, client_id="web")
    assert error(oauth.token(exchange_fields(code, verifier), "web", "wrong")) == (401, "invalid_client")
    no_secret = oauth.token(exchange_fields(code, verifier) | {"client_id": "web"})
    assert error(no_secret) == (401, "invalid_client")
    assert oauth.exchange(code, verifier, "web").status_code == 200


def exchange_fields(code: str, verifier: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}


# --- secrets and scopes ---


def test_wrong_secrets_and_unknown_clients_look_the_same(oauth: Authorizing) -> None:
    fields = {"grant_type": "client_credentials"}
    wrong = [
        oauth.token(fields, "erp", "wrong"),
        oauth.token(fields, "nobody", "wrong"),
        oauth.token(fields, "erp", oauth.secrets["other"]),
        oauth.token(fields, "app", "wrong"),
        oauth.token(fields | {"client_id": "erp", "client_secret": "wrong"}),
        oauth.token(fields | {"client_id": "erp"}),
        oauth.token(fields),
    ]
    assert {error(answer) for answer in wrong} == {(401, "invalid_client")}
    assert len({answer.text for answer in wrong}) == 1
    twice = {"client_id": "erp", "client_secret": oauth.secrets["erp"]}
    assert error(oauth.token(fields | twice, "erp")) == (400, "invalid_request")


def test_scopes(oauth: Authorizing) -> None:
    answer = oauth.token({"grant_type": "client_credentials", "scope": "sync"}, "erp").json()
    assert answer["scope"] == "sync"
    for scope in ("quality", "admin sync", "nonsense", 'a"b'):
        assert error(oauth.token({"grant_type": "client_credentials", "scope": scope}, "erp")) == (400, "invalid_scope"), scope
    assert oauth.token({"grant_type": "client_credentials"}, "platform").json()["scope"] == ""
    access, refresh = oauth.logged_in()
    assert oauth.status(access) == 200
    assert error(oauth.refresh(refresh, scope="quality sync")) == (400, "invalid_scope")
    assert oauth.refresh(refresh, scope="quality").json()["scope"] == "quality"


@pytest.mark.parametrize("scope", ["research", "research sales", " "])
def test_a_scope_that_the_person_has_nothing_of_gives_nothing(oauth: Authorizing, scope: str) -> None:
    page = oauth.page(question(fresh_verifier(), scope=scope))
    back = came_back(oauth.submit(page, {"name": "han.meimei", "password": PASSWORD}))
    assert (back.get("code"), back["error"], back["state"]) == (None, "invalid_scope", "xyz")


def test_a_scope_that_the_person_has_some_of_gives_that(oauth: Authorizing) -> None:
    verifier = fresh_verifier()
    answer = oauth.exchange(oauth.code(verifier, scope="research quality"), verifier).json()
    assert answer["scope"] == "quality"
    assert oauth.refresh(answer["refresh_token"]).json()["scope"] == "quality"


def test_who_has_other_duties_by_now_gets_none_by_an_old_login(oauth: Authorizing) -> None:
    verifier = fresh_verifier()
    answer = oauth.exchange(oauth.code(verifier, scope="quality"), verifier).json()
    research = Access(Role.ENTERPRISE, "6904321", frozenset({Duty.RESEARCH}))
    with oauth.store.transaction() as connection:
        [before] = connection.execute("SELECT access FROM people WHERE name = 'han.meimei'").fetchone()
        connection.execute("UPDATE people SET access = ? WHERE name = 'han.meimei'", (research.to_json(),))
    try:
        assert oauth.refresh(answer["refresh_token"]).json()["scope"] == ""
    finally:
        with oauth.store.transaction() as connection:
            connection.execute("UPDATE people SET access = ? WHERE name = 'han.meimei'", (before,))


@pytest.mark.parametrize("grant", ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "", "é"])
def test_other_flows_are_not_there(oauth: Authorizing, grant: str) -> None:
    assert oauth.token({"grant_type": grant, "username": "han.meimei", "password": PASSWORD}, "erp").status_code == 400


def test_flows_belong_to_kinds_of_clients(oauth: Authorizing) -> None:
    assert error(oauth.token({"grant_type": "client_credentials"}, "web")) == (400, "unauthorized_client")
    assert error(oauth.refresh("x", "erp")) == (400, "unauthorized_client")
    page = oauth.page(question(fresh_verifier(), client_id="erp"))
    assert (page.status_code, page.headers.get("location")) == (400, None)


def test_requests_that_are_none(oauth: Authorizing) -> None:
    url = f"{oauth.url}/oauth/token"
    twice = httpx2.post(url, content="grant_type=client_credentials&grant_type=x", headers=FORM)
    assert error(twice) == (400, "invalid_request")
    assert error(httpx2.post(url, json={"grant_type": "client_credentials"})) == (400, "invalid_request")
    assert error(httpx2.post(url, content=b"\xff\xfe", headers=FORM)) == (400, "invalid_request")
    assert error(httpx2.post(url, content="a=" + "x" * 20_000, headers=FORM)) == (400, "invalid_request")
    assert error(httpx2.post(url, content="&".join(f"a{number}=1" for number in range(60)), headers=FORM)) == (400, "invalid_request")
    assert httpx2.get(url).status_code == 405
    for header in ("Basic", "Basic !!!", "Basic /w==", "Bearer x"):
        fields = {"grant_type": "client_credentials"}
        assert httpx2.post(url, data=fields, headers={"Authorization": header}).status_code in {400, 401}
    answer = oauth.token({"grant_type": "client_credentials"}, "erp")
    assert answer.headers["cache-control"] == "no-store"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


# --- codes ---


def test_a_code_that_is_used_again_ends_what_came_of_it(oauth: Authorizing) -> None:
    verifier = fresh_verifier()
    code = oauth.code(verifier)
    first = oauth.exchange(code, verifier).json()
    assert oauth.status(first["access_token"]) == 200
    assert error(oauth.exchange(code, verifier)) == (400, "invalid_grant")
    assert oauth.status(first["access_token"]) == 401
    assert error(oauth.refresh(first["refresh_token"])) == (400, "invalid_grant")


def test_a_code_that_is_used_at_the_same_moment(oauth: Authorizing) -> None:
    verifier = fresh_verifier()
    code = oauth.code(verifier)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: oauth.exchange(code, verifier), range(8)))
    given = [answer.json()["access_token"] for answer in answers if answer.status_code == 200]
    assert len(given) <= 1
    assert [oauth.status(token) for token in given] == [401] * len(given)


def test_a_verifier_that_is_wrong(oauth: Authorizing) -> None:
    verifier = fresh_verifier()
    code = oauth.code(verifier)
    assert error(oauth.exchange(code, fresh_verifier())) == (400, "invalid_grant")
    fields = exchange_fields(code, verifier)
    del fields["code_verifier"]
    assert error(oauth.token(fields, "app")) == (400, "invalid_request")
    assert error(oauth.exchange(code, "short")) == (400, "invalid_request")
    challenge = question(verifier)["code_challenge"]
    assert error(oauth.exchange(code, challenge)) == (400, "invalid_grant"), "the challenge is not the verifier"
    assert oauth.exchange(code, verifier).status_code == 200


def test_a_code_of_another_client_or_address(oauth: Authorizing) -> None:
    verifier = fresh_verifier()
    code = oauth.code(verifier)
    assert error(oauth.exchange(code, verifier, "stranger")) == (400, "invalid_grant")
    assert error(oauth.exchange(code, verifier, "web")) == (400, "invalid_grant")
    assert error(oauth.exchange(code, verifier, redirect_uri=OTHER_BACK)) == (400, "invalid_grant")
    assert error(oauth.exchange(code, verifier, redirect_uri="")) == (400, "invalid_grant")
    assert error(oauth.exchange("nonsense", verifier)) == (400, "invalid_grant")
    assert oauth.exchange(code, verifier).status_code == 200


@pytest.mark.parametrize(
    "method", [{"code_challenge_method": "plain"}, {"code_challenge_method": ""}, {"code_challenge": ""}, {"code_challenge": "short"}]
)
def test_pkce_is_asked_of_everybody_and_plain_is_none(oauth: Authorizing, method: dict[str, str]) -> None:
    for client in ("app", "web"):
        asked = question(fresh_verifier(), client_id=client) | method
        answer = oauth.page({name: value for name, value in asked.items() if value})
        assert answer.status_code == 303
        came = came_back(answer)
        assert (came["error"], came["state"], came["iss"]) == ("invalid_request", "xyz", oauth.url)
        assert "code" not in came


# --- refresh tokens ---


def test_a_refresh_token_that_is_used_again_ends_all(oauth: Authorizing) -> None:
    access, refresh = oauth.logged_in()
    second = oauth.refresh(refresh).json()
    assert oauth.status(second["access_token"]) == 200
    assert error(oauth.refresh(refresh)) == (400, "invalid_grant")
    assert error(oauth.refresh(second["refresh_token"])) == (400, "invalid_grant")
    assert (oauth.status(access), oauth.status(second["access_token"])) == (401, 401)


def test_a_refresh_token_of_another_client(oauth: Authorizing) -> None:
    _, refresh = oauth.logged_in()
    assert error(oauth.refresh(refresh, "stranger")) == (400, "invalid_grant")
    assert error(oauth.refresh(refresh, "web")) == (400, "invalid_grant")
    assert error(oauth.refresh("nonsense")) == (400, "invalid_grant")
    assert oauth.status(refresh) == 401, "it is no access token"
    assert oauth.refresh(refresh).status_code == 200


# --- revocation and introspection ---


def test_revocation(oauth: Authorizing) -> None:
    token, kept = oauth.machine_token(), oauth.machine_token()
    url = f"{oauth.url}/oauth/revoke"
    other = httpx2.post(url, data={"token": token}, auth=("other", oauth.secrets["other"]))
    unknown = httpx2.post(url, data={"token": "nonsense"}, auth=("other", oauth.secrets["other"]))
    assert (other.status_code, other.text) == (unknown.status_code, unknown.text), "another's token is as good as none"
    assert oauth.status(token) == 200
    assert httpx2.post(url, data={"token": token}, auth=("erp", "wrong")).status_code == 401
    assert httpx2.post(url, data={"token": token}, auth=("erp", oauth.secrets["erp"])).status_code == 200
    assert (oauth.status(token), oauth.status(kept)) == (401, 200)


def test_introspection(oauth: Authorizing) -> None:
    def asked(token: str, client: str, secret: str | None = None) -> httpx2.Response:
        return httpx2.post(f"{oauth.url}/oauth/introspect", data={"token": token}, auth=(client, secret or oauth.secrets[client]))

    token = oauth.machine_token()
    _, refresh = oauth.logged_in()
    assert asked(token, "erp").json()["scope"] == "production sync"
    assert asked(token, "other").json() == {"active": False}
    assert asked(token, "platform").json()["sub"] == "client:erp"
    assert asked(refresh, "platform").json()["sub"] == "person:han.meimei"
    assert "grant" not in asked(token, "erp").json()
    assert asked(f"{token}x", "erp").json() == {"active": False}
    assert asked(token, "erp", "wrong").status_code == 401
    assert httpx2.post(f"{oauth.url}/oauth/introspect", data={"token": token, "client_id": "app"}).status_code == 401


# --- what the operator does meanwhile ---


def test_keys_rotate_while_it_runs(oauth: Authorizing) -> None:
    before = oauth.machine_token()
    kid = milkline("keys", "rotate", "--data", oauth.service.data).stdout.strip()
    after = oauth.machine_token()
    assert (oauth.status(before), oauth.status(after)) == (200, 200)
    listed = [key["kid"] for key in httpx2.get(f"{oauth.url}/oauth/jwks").json()["keys"]]
    assert kid == listed[0] and len(listed) >= 2
    with oauth.store.transaction() as connection:
        connection.execute("UPDATE signing_keys SET verifies_until = 1 WHERE verifies_until IS NOT NULL")
    time.sleep(1.2)
    assert (oauth.status(before), oauth.status(after)) == (401, 200)
    SigningKeys(oauth.store).rotate()
    assert oauth.status(after) == 200


def test_who_is_removed_is_out(oauth: Authorizing) -> None:
    people, clients = People(oauth.store), Clients(oauth.store)
    people.add("leaving", PASSWORD, people.listed()[0].access)
    verifier = fresh_verifier()
    login = oauth.exchange(oauth.code(verifier, "leaving"), verifier).json()
    secret = clients.add_machine("leaving", people.listed()[0].access)
    token = oauth.token({"grant_type": "client_credentials"}, "leaving", secret).json()["access_token"]
    assert (oauth.status(login["access_token"]), oauth.status(token)) == (200, 200)
    assert milkline("person", "remove", "leaving", "--data", oauth.service.data).returncode == 0
    assert milkline("client", "remove", "leaving", "--data", oauth.service.data).returncode == 0
    time.sleep(1.2)
    assert (oauth.status(login["access_token"]), oauth.status(token)) == (401, 401)
    assert error(oauth.refresh(login["refresh_token"])) == (400, "invalid_grant")
    assert error(oauth.token({"grant_type": "client_credentials"}, "leaving", secret)) == (401, "invalid_client")


def test_no_secret_is_kept_as_it_is(oauth: Authorizing) -> None:
    _, refresh = oauth.logged_in()
    kept = oauth.store.path.read_bytes()
    assert oauth.store.path.stat().st_mode & 0o777 == 0o600
    for secret in (PASSWORD, refresh, *oauth.secrets.values()):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept
