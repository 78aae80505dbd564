"""`service` is a running `milkline serve`, once on each engine for the whole run."""

from collections.abc import Iterator

import pytest

from tests.engines import Server
from tests.service import Service, serving


@pytest.fixture(scope="session")
def arcadedb_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Over an embedded engine of its own, as `milkline serve` comes."""
    with serving(tmp_path_factory.mktemp("served")) as service:
        yield service


@pytest.fixture(scope="session")
def neo4j_service(tmp_path_factory: pytest.TempPathFactory, neo4j_server: Server) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("served"), neo4j_server) as service:
        yield service


@pytest.fixture(scope="session", params=["arcadedb", "neo4j"])
def service(request: pytest.FixtureRequest) -> Service:
    return request.getfixturevalue(f"{request.param}_service")
