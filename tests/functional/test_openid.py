"""Tokens of a real OpenID provider: which are taken, as whom, and how the service does when the provider changes, hangs or is away."""

import base64
import hmac
import json
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey

from api.app import create_app
from api.settings import Settings
from auth.actor import Role
from auth.keys import load_keys
from auth.tokens import Tokens
from graph.engine.driver import Graph
from tests.engines import Server
from tests.functional.openid import AUDIENCE, Provider, provider, signing_key
from tests.functional.served import served

VIEWER = "{ viewer { role duties region productClass permissions } }"
Serving = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="module")
def openid() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def serving(arcadedb_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Serving:
    """Starts a service with settings of its own, beside the provider's issuer and audience."""

    @asynccontextmanager
    async def connect() -> AsyncGenerator[Graph]:
        async with arcadedb_server.graph() as graph:
            yield graph

    @contextmanager
    def start(openid: Provider, **settings: object) -> Iterator[str]:
        usual = {"data": tmp_path_factory.mktemp("openid"), "oidc_issuer": openid.issuer, "oidc_audience": AUDIENCE}
        given = Settings.model_validate(usual | settings)
        with served(create_app(given, load_keys(given.data), connect)) as base:
            yield base

    return start


@pytest.fixture(scope="module")
def service(serving: Serving, openid: Provider) -> Iterator[str]:
    with serving(openid) as base:
        yield base


def ask(base: str, token: str | None, **parameters: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return httpx2.post(f"{base}/graphql", params=parameters, json={"query": VIEWER}, headers=headers, timeout=30)


def viewer(base: str, token: str) -> dict[str, Any]:
    answer = ask(base, token)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["viewer"]


def refused(answer: httpx2.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.text, answer.headers.get("www-authenticate", "")


# --- who is let in ---


def test_tokens_of_the_provider_say_who_asks(service: str, openid: Provider) -> None:
    inspector = viewer(service, openid.token("inspector"))
    assert (inspector["role"], inspector["duties"], inspector["region"]) == ("REGULATOR", [], "230000")
    enterprise = viewer(service, openid.token("qinghe"))
    assert (enterprise["role"], enterprise["duties"], enterprise["region"]) == ("ENTERPRISE", ["QUALITY", "SYNC"], None)
    assert "record:own" in enterprise["permissions"]
    assert viewer(service, openid.token("platform"))["role"] == "PLATFORM"
    bound = viewer(service, openid.signed({"product_class": "MEDICAL"}))
    assert (bound["productClass"], bound["permissions"]) == ("MEDICAL", ["resolve", "read:class", "lineage:class"])


def test_another_algorithm(serving: Serving) -> None:
    with provider("ES256") as elliptic, serving(elliptic) as base:
        assert viewer(base, elliptic.token("inspector"))["role"] == "REGULATOR"
    with provider("PS256") as other, serving(other, oidc_algorithms="ES256 RS256") as base:
        assert ask(base, other.token("inspector")).status_code == 401


def test_claims_by_other_names(serving: Serving, openid: Provider) -> None:
    names = {"oidc_role_claim": "realm_access.roles", "oidc_enterprise_claim": "https://claims.example/org", "oidc_duties_claim": "scope"}
    values = {"oidc_roles": '{"dairy": "ENTERPRISE", "sheriff": "REGULATOR"}', "oidc_duties": '{"lab": "quality", "it": "sync"}'}
    with serving(openid, **names, **values) as base:
        claims = {"role": None, "realm_access": {"roles": ["offline", "dairy"]}, "https://claims.example/org": ["6904321"]}
        assert viewer(base, openid.signed(claims | {"scope": "openid lab it"}))["duties"] == ["QUALITY", "SYNC"]
        assert viewer(base, openid.signed({"realm_access": {"roles": ["sheriff"]}}))["role"] == "REGULATOR"
        for roles in (["dairy", "sheriff"], ["ENTERPRISE"], [], "offline", None, {"dairy": True}):
            assert ask(base, openid.signed(claims | {"realm_access": {"roles": roles}})).status_code == 401
        for code in ("", "6904321/x", ["6904321", "6907654"], 6904321, None):
            assert ask(base, openid.signed(claims | {"https://claims.example/org": code})).status_code == 401


@pytest.mark.parametrize(("allowed", "status"), [(None, 401), (False, 401), (True, 200)])
def test_development_tokens_are_refused_unless_allowed(
    serving: Serving, openid: Provider, tmp_path: Path, allowed: bool | None, status: int
) -> None:
    own = Tokens(load_keys(tmp_path).signing).mint(Role.REGULATOR, None, "developer", 60)
    with serving(openid, data=tmp_path, development_tokens=allowed) as base:
        assert ask(base, own).status_code == status
        assert ask(base, openid.token("inspector")).status_code == 200


# --- who is not ---


def bad_tokens(openid: Provider) -> dict[str, str]:
    now = int(time.time())
    good = openid.signed()
    head, body, signature = good.split(".")
    assert isinstance(openid.key, RSAKey)

    def coded_bytes(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    def coded(text: str) -> str:
        return coded_bytes(text.encode())

    def plain(value: dict[str, Any]) -> str:
        return coded(json.dumps(value))

    by_hash = f"{plain({'alg': 'HS256', 'kid': 'first'})}.{body}"
    deep = f'{{"alg": "RS256", "kid": "first", "x": {"[" * 1_000}{"]" * 1_000}}}'
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    stranger = signing_key("first")
    swapped = {"kid": "first", "jwk": stranger.as_dict(private=False)}
    return {
        "expired": openid.signed({"exp": now - 31}),
        "without an expiry": openid.signed({"exp": None}),
        "expiry that is no number": openid.signed({"exp": "never"}),
        "not yet valid": openid.signed({"nbf": now + 60}),
        "issued in the future": openid.signed({"iat": now + 60}),
        "another audience": openid.token("inspector", "https://other.example"),
        "another audience, signed": openid.signed({"aud": ["a", "b"]}),
        "an audience that begins so": openid.signed({"aud": f"{AUDIENCE}.evil.example"}),
        "without an audience": openid.signed({"aud": None}),
        "another issuer": openid.signed({"iss": "https://other.example"}),
        "the issuer with a slash": openid.signed({"iss": f"{openid.issuer}/"}),
        "without an issuer": openid.signed({"iss": None}),
        "forged": f"{head}.{plain(claims | {'role': 'PLATFORM'})}.{signature}",
        "alg none": f"{plain({'alg': 'none', 'kid': 'first'})}.{body}.",
        "alg None": f"{plain({'alg': 'None', 'kid': 'first'})}.{body}.{signature}",
        "HS256 with the public key": f"{by_hash}.{coded_bytes(hmac.digest(openid.key.as_pem(private=False), by_hash.encode(), 'sha256'))}",
        "a key swapped": openid.signed(key=stranger),
        "a key swapped and sent along": openid.signed(header=swapped, key=stranger),
        "a key by address": openid.signed(header={"jku": "https://evil.example/jwks"}, key=stranger),
        "unknown kid": openid.signed(header={"kid": "second"}, key=stranger),
        "a kid that is a path": openid.signed(header={"kid": "../../dev/null"}, key=stranger),
        "no kid, a stranger's key": openid.signed(header={"kid": None}, key=stranger),
        "another algorithm than the key's": openid.signed(header={"alg": "PS256"}, key=RSAKey.import_key(openid.key.as_pem(private=True))),
        "a key of another kind": openid.signed(header={"alg": "ES256"}, key=ECKey.generate_key("P-256", {"kid": "first"})),
        "an ID token's type": openid.signed(header={"typ": "logout+jwt"}),
        "half a token": good[: len(good) // 2],
        "without a signature": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "five parts": f"{head}.{body}.{signature}.a.b",
        "nothing that is a token": "nonsense",
        "dots": "..",
        "too long": f"{good}{'x' * 20_000}",
        "nested": f"{coded('[' * 3_000)}.{body}.{signature}",
        "nested as deep as can be read": f"{coded(deep)}.{body}.{signature}",
        "header that is a list": f"{coded('[]')}.{body}.{signature}",
        "role that is none": openid.token("nobody"),
        "region that is none": openid.signed({"region": ["230000"]}),
        "region of nothing": openid.signed({"region": ""}),
        "a class of product that is none": openid.signed({"product_class": "BEER"}),
        "several classes of product": openid.signed({"product_class": ["INFANT", "MEDICAL"]}),
        "subject with a line break": openid.signed({"sub": "a\nb"}),
        "without a subject": openid.signed({"sub": None}),
        "a critical header": openid.signed(header={"crit": ["kid"]}),
    }


def test_bad_tokens_are_refused_in_the_same_words(service: str, openid: Provider, capfd: pytest.CaptureFixture[str]) -> None:
    assert ask(service, openid.signed()).status_code == 200, "or the others are refused for another reason"
    assert ask(service, openid.signed({"exp": int(time.time()) - 10})).status_code == 200, "clocks may differ a little"
    bad = bad_tokens(openid)
    answers = {name: refused(ask(service, token)) for name, token in bad.items()}
    logged = "".join(capfd.readouterr())
    assert "token refused" in logged and "it has expired" in logged, "the operator is told the reason"
    assert [name for name, token in bad.items() if len(token) > 10 and token in logged] == [], "and never a token"
    answers["in the address"] = refused(ask(service, None, access_token=openid.signed()))
    answers["in the address too"] = refused(ask(service, openid.signed(), access_token=openid.signed()))
    answers["of milkline token"] = refused(ask(service, Tokens(ECKey.generate_key("P-256")).mint(Role.REGULATOR, None, "stray", 60)))
    twice = [("Authorization", f"Bearer {openid.signed()}")] * 2
    answers["twice"] = refused(httpx2.post(f"{service}/graphql", json={"query": VIEWER}, headers=twice))
    answers["for a file"] = refused(httpx2.post(f"{service}/files", params={"access_token": openid.signed()}, content=b"x"))
    wrong = {name: answer for name, answer in answers.items() if answer != answers["expired"]}
    assert wrong == {}
    status, text, challenge = answers["expired"]
    assert (status, json.loads(text)["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert challenge == 'Bearer realm="milkline"'


# --- the provider changes, hangs, is away ---


@pytest.fixture
def own_provider() -> Iterator[Provider]:
    with provider() as running:
        yield running


def test_keys_that_change(serving: Serving, own_provider: Provider) -> None:
    with serving(own_provider, oidc_refetch_seconds=1) as base:
        before = own_provider.token("inspector")
        assert ask(base, before).status_code == 200
        own_provider.restart_with(signing_key("second"))
        assert ask(base, before).status_code == 200, "until the keys are fetched again the old one is good"
        time.sleep(1.1)
        assert viewer(base, own_provider.token("inspector"))["role"] == "REGULATOR"
        assert ask(base, before).status_code == 401, "a key that is no longer published is good for nothing, remembered or not"


def test_keys_are_fetched_in_time(serving: Serving, own_provider: Provider) -> None:
    with serving(own_provider, oidc_keys_seconds=1) as base:
        before = own_provider.token("inspector")
        assert ask(base, before).status_code == 200
        own_provider.restart_with(signing_key("second"))
        assert soon(lambda: ask(base, before).status_code == 401)
        assert ask(base, own_provider.token("inspector")).status_code == 200


def test_forged_keys_do_not_hammer_the_provider(serving: Serving, own_provider: Provider) -> None:
    forged = [own_provider.signed(header={"kid": f"forged-{number}"}) for number in range(60)]
    with serving(own_provider, oidc_refetch_seconds=600) as base:
        assert ask(base, own_provider.signed()).status_code == 200
        asked = own_provider.asked()
        with ThreadPoolExecutor(12) as threads:
            assert {answer.status_code for answer in threads.map(lambda token: ask(base, token), forged)} == {401}
        assert own_provider.asked() <= asked + 1


def test_a_provider_that_is_away_is_not_needed(serving: Serving, own_provider: Provider) -> None:
    with serving(own_provider, oidc_keys_seconds=1, oidc_refetch_seconds=1, oidc_fetch_seconds=1) as base:
        assert ask(base, own_provider.signed()).status_code == 200
        own_provider.stop()
        time.sleep(2.5)
        assert ask(base, own_provider.signed({"jti": "new"})).status_code == 200
        assert ask(base, own_provider.signed(header={"kid": "unknown"})).status_code == 401


def test_a_provider_that_comes_late(serving: Serving) -> None:
    late = Provider(signing_key("first"))
    try:
        with serving(late) as base:
            answer = ask(base, late.signed())
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["errors"][0]["extensions"]["code"] == "IDENTITY_UNAVAILABLE"
            assert ask(base, late.signed(header={"alg": "RS256", "typ": "JWT"})[:-9] + "AAAAAAAAA").status_code == 503
            assert ask(base, None).json()["data"]["viewer"]["role"] == "PUBLIC"
            late.start()
            assert soon(lambda: ask(base, late.token("inspector")).status_code == 200)
    finally:
        late.stop()


def test_a_provider_that_hangs_holds_up_nobody_else(serving: Serving, own_provider: Provider) -> None:
    with serving(own_provider, oidc_refetch_seconds=1, oidc_fetch_seconds=4) as base:
        good, unknown = own_provider.token("inspector"), own_provider.signed(header={"kid": "unknown"})
        assert ask(base, good).status_code == 200
        time.sleep(1.1)
        with own_provider.hanging(), ThreadPoolExecutor(1) as threads:
            began = time.monotonic()
            waiting = threads.submit(ask, base, unknown)
            time.sleep(0.2)
            for _ in range(10):
                assert ask(base, good).status_code == 200
            assert not waiting.done()
            assert waiting.result().status_code == 401
            assert time.monotonic() - began > 3.5


def test_an_issuer_that_calls_itself_otherwise(serving: Serving, openid: Provider, capfd: pytest.CaptureFixture[str]) -> None:
    named = openid.issuer.replace("127.0.0.1", "localhost")
    with serving(openid, oidc_issuer=named) as base:
        assert ask(base, openid.signed({"iss": named})).status_code == 503
        assert ask(base, openid.signed()).status_code == 401
    said = capfd.readouterr()
    assert f"found the issuer '{openid.issuer}'" in said.out + said.err


def soon(true: Callable[[], bool], within: float = 15.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False
