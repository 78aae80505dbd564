"""Fixtures for the whole suite: `graph` is an empty, migrated graph, once on each engine.

MILKLINE_TEST_ENGINES=arcadedb leaves Neo4j out.
"""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import randrange

import pytest
from hypothesis import settings

from graph.engine.driver import Graph
from graph.migrations import migrate
from tests import engines, prepared
from tests.engines import Server
from tests.reference.system import GraphQLSystem
from tests.service import Service, serving

ENGINES = os.environ.get("MILKLINE_TEST_ENGINES", "arcadedb,neo4j").split(",")


# The commands that tests run are compiled once, not by each process anew.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    os.environ["PYTHONPYCACHEPREFIX"] = str(prepared.CACHE / "python")


# The processes of a run have to agree on the names of its tests, where one comes from a set.
os.environ.setdefault("PYTHONHASHSEED", str(randrange(2**32)))

# How long an example takes is the machine's load.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for all tests, each with engines of its own: some 4 GB together. What is named runs in this one."""
    return 2 if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for the whole run, so that a graph can be shared between tests."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.getbasetemp()
    prepared.run_folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def arcadedb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with engines.arcadedb_server(tmp_path_factory.mktemp("arcadedb")) as server:
        yield server


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if "neo4j" not in ENGINES:
        pytest.skip("MILKLINE_TEST_ENGINES leaves Neo4j out")
    folder: Path = tmp_path_factory.mktemp("neo4j")
    try:
        with engines.neo4j_server(folder) as server:
            yield server
    except engines.Unavailable as lacking:
        pytest.skip(str(lacking))


@pytest.fixture(scope="session", params=ENGINES)
def server(request: pytest.FixtureRequest) -> Server:
    """A running engine; one process an engine for the whole run."""
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture(scope="session")
async def shared_graph(server: Server) -> AsyncIterator[Graph]:
    async with server.graph() as graph:
        await migrate(graph)
        yield graph


@pytest.fixture
async def graph(shared_graph: Graph) -> AsyncIterator[Graph]:
    """An empty, migrated graph; it is left empty too, for services that run over the same server."""
    await engines.wipe(shared_graph)
    yield shared_graph
    await engines.wipe(shared_graph)


@pytest.fixture
async def neo4j_graph(neo4j_server: Server) -> AsyncIterator[Graph]:
    """An empty, migrated graph on Neo4j alone: for what only it can tell, such as plans."""
    async with neo4j_server.graph() as graph:
        await migrate(graph)
        await engines.wipe(graph)
        yield graph


@pytest.fixture(scope="session")
def arcadedb_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Over an embedded engine of its own, as `milkline serve` comes."""
    with serving(tmp_path_factory.mktemp("served")) as service:
        yield service


@pytest.fixture(scope="session")
def neo4j_service(tmp_path_factory: pytest.TempPathFactory, neo4j_server: Server) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("served"), neo4j_server) as service:
        yield service


@pytest.fixture(scope="session", params=ENGINES)
def service(request: pytest.FixtureRequest) -> Service:
    return request.getfixturevalue(f"{request.param}_service")


@pytest.fixture
def lineage_system(service: Service) -> GraphQLSystem:
    """The reference's questions, asked of a running service. Its database is shared: each world takes codes of its own."""
    return GraphQLSystem(service.post)
