"""The service as it stands in the open net."""

from collections.abc import Iterator

import pytest

from tests.functional.authorizing import Authorizing, authorizing
from tests.service import Service, serving

FRIEND = "https://app.example.cn"


@pytest.fixture(scope="session")
def production_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """With the settings of production, behind a proxy on this machine, and with one other site that may ask."""
    settings = {"MILKLINE_PRODUCTION": "true", "MILKLINE_CORS_ORIGINS": FRIEND, "MILKLINE_TRUSTED_PROXIES": "127.0.0.1"}
    with serving(tmp_path_factory.mktemp("production"), environment=settings) as service:
        yield service


@pytest.fixture(scope="session")
def oauth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorizing]:
    """With an authorization server of its own, and clients and people in it."""
    with authorizing(tmp_path_factory.mktemp("authorizing")) as running:
        yield running
