"""Settings of an OpenID provider: what is taken, what is refused, in which words."""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from api.settings import Settings
from auth.actor import Duty, Role
from auth.oidc.addresses import check_address

ISSUER = {"oidc_issuer": "https://login.example/realms/dairy", "oidc_audience": "milkline"}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MILKLINE_{name.upper()}", raising=False)
    yield


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "ISSUER": "http://[::1]:4000/",
        "AUDIENCE": "milkline",
        "ALGORITHMS": "ES256, PS256",
        "ROLES": '{"检查员": "REGULATOR"}',
        "DUTIES": '{"lab": "quality"}',
        "DUTIES_CLAIM": "",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"MILKLINE_OIDC_{name}", value)
    settings = Settings()  # pyright: ignore[reportCallIssue]  # fields have defaults by Annotated
    assert (settings.oidc_issuer, settings.oidc_algorithms) == ("http://[::1]:4000/", ("ES256", "PS256"))
    assert (settings.oidc_roles, settings.oidc_duties) == ({"检查员": Role.REGULATOR}, {"lab": Duty.QUALITY})
    assert settings.oidc_duties_claim == ""
    assert not settings.takes_development_tokens


def test_development_tokens_are_taken_where_there_is_no_provider() -> None:
    assert Settings.model_validate({}).takes_development_tokens
    assert not Settings.model_validate(ISSUER).takes_development_tokens
    assert Settings.model_validate({**ISSUER, "development_tokens": True}).takes_development_tokens
    assert not Settings.model_validate({"development_tokens": False}).takes_development_tokens


def test_keys_may_not_come_by_a_worse_way_than_discovery() -> None:
    assert check_address("http://127.0.0.1:1/jwks", like="http://127.0.0.1:1")
    assert check_address("https://keys.example/jwks", like="https://login.example")
    for address in ("http://keys.example/jwks", "http://127.0.0.1:1/jwks", "file:///etc/passwd", "ftp://keys.example", "", "https://"):
        with pytest.raises(ValueError, match="right is"):
            check_address(address, like="https://login.example")


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [
        ({"oidc_issuer": "https://login.example"}, "oidc_audience", "audience of the tokens"),
        ({"oidc_issuer": "http://login.example"}, "oidc_issuer", "http:// is for 127.0.0.1"),
        ({"oidc_issuer": "http://127.0.0.1.evil.example"}, "oidc_issuer", "http:// is for 127.0.0.1"),
        ({"oidc_issuer": "http://localhost.evil.example"}, "oidc_issuer", "http:// is for 127.0.0.1"),
        ({"oidc_issuer": "login.example"}, "oidc_issuer", "https://host"),
        ({"oidc_issuer": "https://login.example/?a=b"}, "oidc_issuer", "no query"),
        ({"oidc_issuer": "https://user:word@login.example"}, "oidc_issuer", "without a user"),
        ({"oidc_issuer": "file:///etc/passwd"}, "oidc_issuer", "https://host"),
        ({"oidc_algorithms": "none"}, "oidc_algorithms", "found none; right are some of ES256"),
        ({"oidc_algorithms": "RS256,HS256"}, "oidc_algorithms", "found HS256"),
        ({"oidc_algorithms": ""}, "oidc_algorithms", "right are some of"),
        ({"oidc_roles": "inspectors=REGULATOR"}, "oidc_roles", "JSON"),
        ({"oidc_roles": '["REGULATOR"]'}, "oidc_roles", "JSON object"),
        ({"oidc_roles": '{"inspectors": "KING"}'}, "oidc_roles", "found 'KING' for 'inspectors'; right is one of PUBLIC"),
        ({"oidc_roles": '{"inspectors": ["REGULATOR"]}'}, "oidc_roles", "right is one of PUBLIC"),
        ({"oidc_duties": '{"lab": "QA"}'}, "oidc_duties", "right is one of production"),
        ({"authorization_issuer": "http://milkline.example"}, "authorization_issuer", "http:// is for"),
        ({"authorization_issuer": "https://milkline.example/base"}, "authorization_issuer", "without a path"),
        ({"authorization_access_seconds": "7200"}, "authorization_access_seconds", "3600"),
        ({"oidc_leeway_seconds": "3600"}, "oidc_leeway_seconds", "300"),
        ({"oidc_role_claim": ""}, "oidc_role_claim", "1 character"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, str], named: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"oidc_audience": "milkline", **given} if named != "oidc_audience" else given)
    [error] = refused.value.errors()
    assert error["loc"] == (named,)
    assert said in error["msg"]
