"""The engine, the service and the bare endpoint, each a process of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from api.opened import opened
from api.settings import Settings
from graph.engine.driver import Graph
from graph.migrations import migrate
from tests import engines
from tests.engines import Server
from tests.service import Service, serving


@asynccontextmanager
async def engine(named: str) -> AsyncGenerator[tuple[Server, Graph]]:
    """`arcadedb`, `neo4j`: one of our own, thrown away at the end. A URI: a server, with user and password as for the service."""
    async with AsyncExitStack() as opened_ones:
        if "://" in named:
            settings = Settings.model_validate({**_environment(), "engine": named})
            graph = await opened_ones.enter_async_context(opened(settings))
            yield Server(graph.dialect, named, settings.engine_user, settings.engine_password, settings.engine_database), graph
            return
        folder = Path(opened_ones.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        start = partial(engines.arcadedb_server, options=()) if named == "arcadedb" else engines.neo4j_server
        server = opened_ones.enter_context(start(folder / "engine"))
        graph = await opened_ones.enter_async_context(server.graph(statement_timeout_s=300))
        await migrate(graph)
        yield server, graph


def _environment() -> dict[str, str]:
    names = ("engine_user", "engine_password", "engine_database")
    return {name: os.environ[f"MILKLINE_{name.upper()}"] for name in names if f"MILKLINE_{name.upper()}" in os.environ}


@contextmanager
def service(server: Server, environment: Mapping[str, str] | None = None) -> Generator[Service]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, serving(Path(folder), server, environment) as running:
        yield running


@contextmanager
def bare(server: Server) -> Generator[tuple[str, int]]:
    """Its address and its process."""
    told = {"BENCH_URI": server.uri, "BENCH_USER": server.user, "BENCH_PASSWORD": server.password, "BENCH_DATABASE": server.database}
    command = [sys.executable, "-m", "bench.bare"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **told})  # noqa: S603
    try:
        assert process.stdout is not None  # noqa: S101
        yield process.stdout.readline().split()[1], process.pid
    finally:
        process.terminate()
        process.wait(30)
