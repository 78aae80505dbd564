"""`milkline client`, `person` and `keys`: what they print, and what they refuse in one sentence."""

import subprocess
from pathlib import Path

import pytest

from auth.actor import Duty, Role
from auth.server.access import Access
from auth.server.clients import Clients
from auth.server.people import People
from auth.server.store import Store
from tests.functional.test_cli import refused
from tests.service import COMMAND, milkline

ALONE = "for a service over this folder alone"
MACHINE = ("client", "add", "erp", "--role", "ENTERPRISE", "--enterprise", "6904321")


def test_a_machine(tmp_path: Path) -> None:
    added = milkline(*MACHINE, "--duty", "sync", "--data", tmp_path)
    assert (added.returncode, added.stderr) == (0, f"milkline: {tmp_path}/keys had no clients and people, and keeps them now: {ALONE}\n")
    name, secret = (line.split() for line in added.stdout.splitlines())
    assert (name, secret[0]) == (["client_id", "erp"], "client_secret")
    client = Clients(Store.within(tmp_path)).authenticated("erp", secret[1])
    assert client is not None and client.access == Access(Role.ENTERPRISE, "6904321", frozenset({Duty.SYNC}))
    listed = milkline("client", "list", "--data", tmp_path)
    assert (listed.stdout, listed.stderr) == ("erp ENTERPRISE 6904321 sync\n", "")
    assert "already" in refused(*MACHINE, "--data", tmp_path)
    assert milkline("client", "remove", "erp", "--data", tmp_path).returncode == 0
    assert "no client 'erp'" in refused("client", "remove", "erp", "--data", tmp_path)
    assert (tmp_path / "keys" / "authorization.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_person(tmp_path: Path) -> None:
    command = [*COMMAND, "person", "add", "li.lei", "--role", "REGULATOR", "--password-stdin", "--data", str(tmp_path)]
    short = subprocess.run(command, input="short\n", capture_output=True, text=True, check=False)
    assert (short.returncode, "12 or more" in short.stderr) == (1, True)
    assert "short" not in short.stderr.replace("found a password of 5 characters", "")
    added = subprocess.run(command, input="a password of mine\n", capture_output=True, text=True, check=False)
    assert (added.returncode, added.stdout) == (0, "")
    assert People(Store.within(tmp_path)).authenticated("li.lei", "a password of mine") is not None
    assert milkline("person", "list", "--data", tmp_path).stdout == "li.lei REGULATOR\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x", "--role", "ENTERPRISE"), "ENTERPRISE"),
        (("x", "--role", "REGULATOR", "--duty", "sync"), "ENTERPRISE"),
        (("x", "--role", "PUBLIC"), "PUBLIC"),
        (("x",), "--redirect-uri"),
        (("x", "--role", "REGULATOR", "--redirect-uri", "https://app.example/back"), "either --role"),
        (("x", "--redirect-uri", "http://app.example/back"), "http:// is for 127.0.0.1"),
        (("x", "--redirect-uri", "https://app.example/back#a"), "no fragment"),
        (("x", "--redirect-uri", "https://app.example;script-src/back"), "plain characters"),
        (("x", "--redirect-uri", "com.example.app:/back"), "https://"),
        (("a name", "--role", "REGULATOR"), "a name is"),
        (("x", "--role", "ENTERPRISE", "--enterprise", "no code"), "enterprise code"),
    ],
)
def test_clients_that_cannot_be(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused("client", "add", *arguments, "--data", tmp_path)


def test_a_store_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "authorization.sqlite").write_text("nonsense" * 1_000)
    assert "authorization.sqlite" in refused("keys", "rotate", "--data", tmp_path)
    assert "authorization.sqlite" in refused("serve", "--data", tmp_path, "--port", "0", "--authorization-server")


def test_an_address_that_tokens_must_not_name(tmp_path: Path) -> None:
    sentence = refused("serve", "--data", tmp_path, "--port", "0", "--host", "0.0.0.0", "--authorization-server")  # noqa: S104
    assert "MILKLINE_AUTHORIZATION_ISSUER" in sentence and "http:// is for" in sentence
