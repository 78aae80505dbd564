"""The service as its users meet it: `milkline serve` in a process of its own, spoken to over HTTP."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.to_thread
import httpx2

from tests import prepared
from tests.engines import Server

_READY = re.compile(r"ready (https?://\S+)")
_START_WITHIN_S = 300.0
UNLIMITED = ("MILKLINE_LOOK_UPS_PER_CLIENT", "MILKLINE_MISSES_PER_CLIENT", "MILKLINE_LOOK_UPS_PER_ENTERPRISE")
COMMAND = (sys.executable, "-m", "seed")


def milkline(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, within: float = 600.0
) -> subprocess.CompletedProcess[str]:
    """One run of the command to its end. An import into an empty folder finds what a first start makes."""
    if arguments[0] == "import" and "--data" in arguments:
        prepared.fill(Path(arguments[arguments.index("--data") + 1]))
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=within,
        env={**os.environ, **prepared.environment(), **(environment or {})},
    )


def token(data: Path, role: str, enterprise: str | None = None) -> str:
    more = ("--enterprise", enterprise) if enterprise else ()
    ended = milkline("token", "--data", data, "--role", role, *more)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@dataclass(slots=True)
class Service:
    """A running `milkline serve`. post: one GraphQL operation by an actor: a role, or an enterprise's code."""

    url: str
    data: Path
    process: subprocess.Popen[str]
    log: Path
    _tokens: dict[str, str] = field(default_factory=dict[str, str])
    _client: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=120.0))

    def token(self, actor: str) -> str | None:
        if actor == "PUBLIC":
            return None
        if actor not in self._tokens:
            is_role = actor in {"CONSUMER", "REGULATOR", "PLATFORM"}
            self._tokens[actor] = mint(self.data, actor) if is_role else mint(self.data, "ENTERPRISE", actor)
        return self._tokens[actor]

    def headers(self, actor: str) -> dict[str, str]:
        given = self.token(actor)
        return {"Authorization": f"Bearer {given}"} if given else {}

    async def post(self, actor: str, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The whole response body. From a thread, since examples of a property may each have an event loop of their own."""
        body = {"query": query, "variables": dict(variables or {})}
        headers = self.headers(actor)

        def send() -> dict[str, Any]:
            return self._client.post(f"{self.url}/graphql", json=body, headers=headers).json()

        return await anyio.to_thread.run_sync(send)

    async def post_with(
        self, client: httpx2.AsyncClient, actor: str, query: str, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = {"query": query, "variables": dict(variables or {})}
        response = await client.post(f"{self.url}/graphql", json=body, headers=self.headers(actor))
        return response.json()


def mint(data: Path, role: str, enterprise: str | None = None) -> str:
    """As `milkline token` does, without a process for each of many."""
    from auth.actor import Role
    from auth.keys import load_keys
    from auth.tokens import Tokens

    return Tokens(load_keys(data).signing).mint(Role(role), enterprise, f"test:{role}", 3600)


@contextmanager
def serving(
    data: Path, server: Server | None = None, environment: Mapping[str, str] | None = None, port: int = 0, *, first: bool = False
) -> Iterator[Service]:
    """`milkline serve` over the data folder, on its own embedded engine or on a server; stopped at the end.

    first: in an empty folder it makes for itself what the first start has to make, and Java gets no options of the tests.
    """
    more: list[str] = []
    # many tests look up from one address: those that are about the limits set them
    added = dict.fromkeys(UNLIMITED, "0") | dict(environment or {})
    if server is None and not first:
        prepared.fill(data)
        added = prepared.environment() | added
    if server is not None:
        more = ["--engine", server.uri]
        added |= {
            "MILKLINE_ENGINE_USER": server.user,
            "MILKLINE_ENGINE_PASSWORD": server.password,
            "MILKLINE_ENGINE_DATABASE": server.database,
        }
    with tempfile.NamedTemporaryFile("w", suffix=".log", delete=False) as log:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--data", str(data), "--port", str(port), *more],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **added},
        )
    try:
        yield Service(_address(process, Path(log.name)), data, process, Path(log.name))
    except BaseException:
        sys.stderr.write(Path(log.name).read_text("utf-8", "replace"))  # pytest shows it beside the failure
        raise
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        Path(log.name).unlink(missing_ok=True)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    deadline = time.monotonic() + _START_WITHIN_S
    assert process.stdout is not None
    for line in process.stdout:
        if found := _READY.match(line):
            return found[1]
        if time.monotonic() > deadline:
            break
    raise AssertionError(f"the service did not become ready: {log.read_text()[-2000:]}")
