"""The `milkline` command: what it prints, and in which words it says what went wrong with the machine."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx2
import pytest

from auth.actor import Actor, Duty
from auth.keys import load_keys
from auth.tokens import Tokens
from tests.engines import Server
from tests.service import COMMAND, Service, milkline, serving


def refused(*arguments: str | Path, environment: dict[str, str] | None = None, code: int = 1) -> str:
    """What the command says of a mistake or a lack: one sentence, nothing on the output, no traceback."""
    ended = milkline(*arguments, environment=environment, within=60)
    assert ended.returncode == code, ended
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    [sentence] = ended.stderr.strip().splitlines()
    assert sentence.startswith("milkline: "), sentence
    return sentence


# --- serve ---


def test_serve_prints_one_line(tmp_path: Path) -> None:
    with serving(tmp_path, first=True) as service:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", service.url)
        assert httpx2.get(f"{service.url}/health").json() == {"status": "ok"}
        service.process.send_signal(signal.SIGTERM)
        assert service.process.stdout is not None
        assert service.process.stdout.read() == ""
        assert service.process.wait(60) == 0


def test_busy_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} of 127.0.0.1" in refused("serve", "--data", tmp_path, "--port", str(port))
    assert list(tmp_path.iterdir()) == [], "the port is taken before anything is made"


def test_address_that_is_not_ours(tmp_path: Path) -> None:
    for host in ("192.0.2.1", "999.1.1.1"):
        sentence = refused("serve", "--data", tmp_path, "--port", "0", "--host", host)
        assert sentence == f"milkline: found the host '{host}', which is no address of this machine; name another with --host"


def test_folder_that_another_process_uses(arcadedb_service: Service) -> None:
    sentence = refused("serve", "--data", arcadedb_service.data, "--port", "0")
    assert sentence == f"milkline: the data folder {arcadedb_service.data} is in use by process {arcadedb_service.process.pid}"


@pytest.mark.parametrize("engine", ["bolt://127.0.0.1:1", "http://127.0.0.1:1", "nonsense"])
def test_engine_that_is_not_there(tmp_path: Path, engine: str) -> None:
    sentence = refused("serve", "--data", tmp_path, "--port", "0", "--engine", engine)
    assert engine in sentence
    assert not sentence.endswith(":")


def test_engine_that_is_given_no_password(tmp_path: Path, arcadedb_server: Server) -> None:
    command = ("serve", "--data", tmp_path, "--port", "0", "--engine", arcadedb_server.uri)
    said = f"milkline: the engine at {arcadedb_server.uri} refused the user name or password"
    assert refused(*command) == f"{said}; MILKLINE_ENGINE_PASSWORD is empty"
    assert refused(*command, environment={"MILKLINE_ENGINE_PASSWORD": "wrong"}) == said


def test_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    assert str(tmp_path / "data") in refused("serve", "--data", tmp_path / "data", "--port", "0")


def test_setting_that_makes_no_sense(tmp_path: Path) -> None:
    sentence = refused("serve", "--data", tmp_path, "--port", "0", environment={"MILKLINE_QUERY_DEPTH": "deep"})
    assert "MILKLINE_QUERY_DEPTH" in sentence
    for name, value, said in (
        ("TOLERANCE_MINUTES", "1e99", "right is less than or equal to 10080"),
        ("PAGE_SIZE", "x", "right is a whole number"),
        ("PRODUCTION", "perhaps", "right is true or false"),
        ("PUBLIC_URL", "foo", "right is an http or https address such as https://trace.example.cn"),
    ):
        sentence = refused("serve", "--data", tmp_path, "--port", "0", environment={f"MILKLINE_{name}": value})
        assert sentence == f"milkline: found '{value}' as MILKLINE_{name}; {said}"
    assert "'lots'" in refused("serve", "--data", tmp_path, "--port", "0", environment={"MILKLINE_ENGINE_HEAP": "lots"})


# --- disks ---


@contextmanager
def small_disk(folder: Path, size: str, options: str = "") -> Iterator[Path]:
    """A file system of its own in memory; skips the test where none can be mounted."""
    folder.mkdir()
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("only root on Linux can mount the small disk that this test fills")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_disk_that_cannot_be_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m", ",ro") as disk:
        assert str(disk) in refused("serve", "--data", disk / "data", "--port", "0")


def test_disk_that_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        (disk / "rest").write_bytes(b"x" * 60_000)
        sentence = refused("serve", "--port", "0", "--data", disk / "data")
        assert str(disk) in sentence
        assert "No space left" in sentence or "full" in sentence


def test_disk_that_is_too_small_for_the_engine(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "200k") as disk:
        sentence = refused("serve", "--data", disk, "--port", "0")
        assert f"the disk that holds {disk} is full" in sentence


# --- token ---


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A data folder with keys, as a service leaves it."""
    load_keys(tmp_path)
    return tmp_path


def test_token_for_a_folder_that_no_service_has_used(tmp_path: Path) -> None:
    """It may be started there next; the token itself is all of stdout."""
    made = milkline("token", "--data", tmp_path / "new", "--role", "REGULATOR")
    assert made.returncode == 0
    assert anyio.run(Tokens(load_keys(tmp_path / "new").signing).actor, made.stdout.strip()).role.value == "REGULATOR"
    assert made.stderr == f"milkline: {tmp_path / 'new' / 'keys'} had no keys, and has now: for a service over this folder alone\n"
    assert milkline("token", "--data", tmp_path / "new", "--role", "REGULATOR").stderr == ""


@pytest.mark.usefixtures("keys")
def test_token_prints_the_token_alone(tmp_path: Path) -> None:
    for role, enterprise in (("REGULATOR", None), ("PLATFORM", None), ("CONSUMER", None), ("ENTERPRISE", "6901234")):
        ended = milkline(
            "token", "--data", tmp_path, "--role", role, *(("--enterprise", enterprise) if enterprise else ()), "--days", "0.5"
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        [token] = ended.stdout.splitlines()
        actor = anyio.run(Tokens(load_keys(tmp_path).signing).actor, token)
        assert (actor.role.value, actor.enterprise) == (role, enterprise)
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {
        "signing.pem": 0o600,
        "hidden-names.key": 0o600,
        "sealing.key": 0o600,
    }


@pytest.mark.usefixtures("keys")
def test_token_with_duties_or_a_region(tmp_path: Path) -> None:
    def minted(*arguments: str) -> Actor:
        ended = milkline("token", "--data", tmp_path, *arguments)
        assert ended.returncode == 0, ended.stderr
        return anyio.run(Tokens(load_keys(tmp_path).signing).actor, ended.stdout.strip())

    staff = ("--role", "ENTERPRISE", "--enterprise", "6901234")
    assert minted(*staff).duties == frozenset(Duty)
    assert minted(*staff, "--duty", "quality", "--duty", "sync").duties == {Duty.QUALITY, Duty.SYNC}
    assert minted("--role", "REGULATOR", "--region", "230000").region == "230000"
    both = minted("--role", "REGULATOR", "--region", "230000", "--product-class", "MEDICAL")
    assert (both.region, both.product_class) == ("230000", "MEDICAL")


@pytest.mark.usefixtures("keys")
def test_token_where_it_would_be_refused(tmp_path: Path) -> None:
    environment = {"MILKLINE_OIDC_ISSUER": "https://login.example", "MILKLINE_OIDC_AUDIENCE": "milkline"}
    command = ("token", "--data", tmp_path, "--role", "REGULATOR")
    assert "MILKLINE_DEVELOPMENT_TOKENS" in refused(*command, environment=environment)
    assert milkline(*command, environment=environment | {"MILKLINE_DEVELOPMENT_TOKENS": "true"}).returncode == 0
    assert "MILKLINE_OIDC_AUDIENCE" in refused(*command, environment={"MILKLINE_OIDC_ISSUER": "https://login.example"})


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--role", "REGULATOR", "--duty", "quality"), "ENTERPRISE"),
        (("--role", "PLATFORM", "--region", "230000"), "REGULATOR"),
        (("--role", "PLATFORM", "--product-class", "INFANT"), "REGULATOR"),
        (("--role", "ENTERPRISE"), "ENTERPRISE"),
        (("--role", "REGULATOR", "--enterprise", "6901234"), "found the enterprise 6901234 with the role REGULATOR"),
        (("--role", "ENTERPRISE", "--enterprise", "no such code"), "no such code"),
        (("--role", "ENTERPRISE", "--enterprise", ""), "enterprise code"),
    ],
)
def test_token_that_cannot_be(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused("token", "--data", tmp_path, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [("token", "--role", "KING"), ("token",), ("serve", "--port", "70000"), ("nonsense",), ("token", "--role", "CONSUMER", "--days", "0")],
)
def test_misuse_is_explained(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = milkline(*arguments, environment={"MILKLINE_DATA": str(tmp_path)})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Usage:" in ended.stderr and "Traceback" not in ended.stderr


def test_token_for_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("no folder")
    assert str(tmp_path / "README.md") in refused("token", "--data", tmp_path / "README.md", "--role", "REGULATOR")


def test_signing_key_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "signing.pem").write_text("nonsense")
    assert "signing.pem" in refused("token", "--data", tmp_path, "--role", "REGULATOR")


# --- demo and seed ---


def test_fresh_leaves_a_folder_alone_that_another_process_uses(arcadedb_service: Service) -> None:
    data = arcadedb_service.data
    (data / "demo.json").write_text("{}")
    try:
        before = sorted(data.rglob("*"))
        sentence = refused("demo", "--fresh", "--data", data, "--port", "0")
        assert sentence == f"milkline: the data folder {data} is in use by process {arcadedb_service.process.pid}"
        assert sorted(data.rglob("*")) == before
    finally:
        (data / "demo.json").unlink()
    assert httpx2.get(f"{arcadedb_service.url}/health").json() == {"status": "ok"}


@contextmanager
def demo(data: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A demo that is ready, and the lines that it printed until then."""
    process = subprocess.Popen(
        [*COMMAND, "demo", "--data", str(data), "--port", "0", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        said: list[str] = []
        while not said or not said[-1].startswith("ready "):
            said.append(process.stdout.readline())
            assert said[-1], process.communicate()[1]
        yield process, said
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def engine_of(data: Path) -> int:
    return json.loads((data / "engine" / "pid").read_text())["pid"]


def test_demo_of_a_folder_that_holds_one(tmp_path: Path) -> None:
    with demo(tmp_path, "--items", "600") as (process, said):
        assert any(line.startswith("seeded ") for line in said)
        os.kill(engine_of(tmp_path), signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 1
        assert errors == f"milkline: the graph engine was ended by SIGKILL (log: {tmp_path / 'engine' / 'engine.log'})\n"
    with demo(tmp_path, "--items", "700") as (process, said):
        assert re.fullmatch(r".* holds 600 cans until [\d-]+, seed 4971 already: --items 700 is for a new demo, or with --fresh\n", said[0])
    sentence = refused("seed", "--data", tmp_path, "--items", "601", "--until", "2026-11-21")
    assert sentence.startswith("milkline: found records in the graph that are not those of 601 cans until 2026-11-21, seed 4971; right is ")
    (tmp_path / "files" / "note").write_text("of the demo before")
    with demo(tmp_path, "--items", "601", "--fresh") as (process, said):
        assert "seeded" in said[0] and " with 601 cans " in said[0]
        assert not (tmp_path / "files" / "note").exists()


def test_demo_whose_output_nobody_reads_ends_quietly(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "demo", "--data", str(tmp_path), "--port", "0", "--items", "600"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 1
    assert not (tmp_path / "engine" / "pid").exists(), "its engine was stopped in order"


def test_help_names_every_command() -> None:
    said = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    assert {"serve", "token", "seed", "demo"} <= set(re.findall(r"^\W*(\w+) ", said, flags=re.MULTILINE))
