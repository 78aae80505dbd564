"""TLS: spoken by the service, with certificates of clients if wanted, and spoken to the engine."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from graph.engine.connect import connect
from graph.engine.errors import EngineUnavailable
from graph.engine.tls import Tls
from tests.certificates import Authority, Pair
from tests.engines import Server
from tests.service import milkline, serving


@dataclass(frozen=True, slots=True)
class Certificates:
    ours: Authority
    others: Authority
    server: Pair
    client: Pair
    stranger: Pair


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    ours, others = Authority(folder, "ours"), Authority(folder, "others")
    return Certificates(ours, others, ours.sign("server"), ours.sign("client"), others.sign("stranger"))


def trusting(authority: Authority, shown: Pair | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority.path))
    if shown is not None:
        context.load_cert_chain(shown.cert, shown.key)
    return context


def test_the_service_over_https(certificates: Certificates, tmp_path: Path) -> None:
    given = {"MILKLINE_TLS_CERT": str(certificates.server.cert), "MILKLINE_TLS_KEY": str(certificates.server.key)}
    wanting = given | {"MILKLINE_TLS_CA": str(certificates.ours.path)}
    with serving(tmp_path, environment=wanting) as service:
        assert service.url.startswith("https://127.0.0.1:")
        answer = httpx2.get(f"{service.url}/health", verify=trusting(certificates.ours, certificates.client))
        assert (answer.status_code, answer.headers["strict-transport-security"]) == (200, "max-age=31536000")
        for refused in (trusting(certificates.ours), trusting(certificates.ours, certificates.stranger), trusting(certificates.others)):
            with pytest.raises(httpx2.TransportError):
                httpx2.get(f"{service.url}/health", verify=refused)
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{service.url.replace('https', 'http')}/health")
    with serving(tmp_path, environment=given) as service:
        assert httpx2.get(f"{service.url}/health", verify=trusting(certificates.ours)).status_code == 200


def test_what_cannot_be_served_is_said(certificates: Certificates, tmp_path: Path) -> None:
    def said(**given: Path) -> str:
        ended = milkline("serve", "--data", tmp_path, "--port", "0", environment={name: str(path) for name, path in given.items()})
        assert ended.returncode == 1
        return ended.stderr

    assert "cannot be used with its key" in said(MILKLINE_TLS_CERT=certificates.server.cert, MILKLINE_TLS_KEY=certificates.client.key)
    assert "none.pem: No such file" in said(MILKLINE_TLS_CERT=tmp_path / "none.pem", MILKLINE_TLS_KEY=certificates.client.key)
    assert "MILKLINE_TLS_CERT names it" in said(MILKLINE_TLS_KEY=certificates.client.key)
    assert "is no origin; one is https://host" in said(MILKLINE_CORS_ORIGINS=Path("*"))
    assert "is no address and no network" in said(MILKLINE_TRUSTED_PROXIES=Path("10.0.0.0/33"))


@asynccontextmanager
async def behind_tls(server: Server, certificates: Certificates) -> AsyncGenerator[str]:
    """An address that speaks TLS, wants a certificate of ours, and leads on to the engine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server.cert, certificates.server.key)
    context.load_verify_locations(certificates.ours.path)
    context.verify_mode = ssl.CERT_REQUIRED
    host, port = server.uri.removeprefix("bolt://").split(":")

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    async def lead_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(copy(reader, back), copy(there, writer))

    listening = await asyncio.start_server(lead_on, "127.0.0.1", 0, ssl=context)
    try:
        yield f"bolt://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


async def test_the_engine_over_tls(arcadedb_server: Server, certificates: Certificates, tmp_path: Path) -> None:
    server = arcadedb_server
    async with behind_tls(server, certificates) as uri:

        async def asked(uri: str, tls: Tls | None) -> None:
            async with connect(tmp_path, uri=uri, user=server.user, password=server.password, database=server.database, tls=tls):
                pass

        ours, shown = certificates.ours.path, certificates.client
        await asked(uri, Tls(ours, shown.cert, shown.key))
        await asked(uri.replace("bolt", "bolt+s"), Tls(ours, shown.cert, shown.key))
        await asked(uri.replace("bolt", "bolt+ssc"), Tls(None, shown.cert, shown.key))
        refused = [
            (uri, None),
            (uri, Tls(ours)),
            (uri, Tls(None, shown.cert, shown.key)),
            (uri, Tls(certificates.others.path, shown.cert, shown.key)),
            (uri, Tls(ours, certificates.stranger.cert, certificates.stranger.key)),
            (uri, Tls(tmp_path / "none.pem")),
            (uri.replace("bolt", "bolt+ssc"), Tls(ours, shown.cert, shown.key)),
        ]
        for address, tls in refused:
            with pytest.raises(EngineUnavailable):
                await asked(address, tls)
