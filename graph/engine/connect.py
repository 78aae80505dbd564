"""One way to a `Graph`: an engine of one's own over a data folder, or a server elsewhere."""

# pyright: reportUnknownMemberType=false
# (the driver's settings are untyped keyword arguments)

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.engine.driver import Dialect, Graph, first_line, open_driver
from graph.engine.embedded import EmbeddedEngine
from graph.engine.errors import EngineRefused, EngineUnavailable
from graph.engine.tls import Tls

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


@asynccontextmanager
async def connect(
    data: Path,
    *,
    uri: str | None = None,
    user: str = "neo4j",
    password: str = "",
    database: str | None = None,
    statement_timeout_s: float = 30.0,
    tls: Tls | None = None,
    heap: str = "2g",
    java_options: Sequence[str] = (),
    on_wait: Callable[[float], None] | None = None,
) -> AsyncGenerator[Graph]:
    """A graph that answers. With a uri (`neo4j://`, `bolt+s://`, …) that server's, else the embedded engine's in `data`.

    user "" means without authentication; database None is the server's default; tls is for such a server. The embedded
    engine lives as long as the block; `graph.engine` is it, with `died` and `obituary()`. Raises `EngineUnavailable`.
    """
    if uri is None:
        async with (
            EmbeddedEngine(data, heap=heap, java_options=java_options, statement_timeout_s=statement_timeout_s, on_wait=on_wait) as engine,
            embedded_graph(engine, statement_timeout_s) as graph,
        ):
            await graph.verify()
            yield graph
        return
    if uri.partition("://")[0] not in SCHEMES:
        raise EngineUnavailable(
            f"found the engine address {uri!r}; it starts with one of: {' '.join(f'{scheme}://' for scheme in SCHEMES)}"
        )
    if tls and tls.ca and uri.partition("://")[0].endswith("+ssc"):
        raise EngineUnavailable(f"found the engine address {uri!r}, which believes any certificate, and a file of authorities; right is +s")
    auth = (user, password) if user else None
    dialect = await _dialect(uri, auth, tls)
    async with Graph(uri, auth, database, statement_timeout_s=statement_timeout_s, dialect=dialect, tls=tls) as graph:
        await graph.verify()
        yield graph


def embedded_graph(engine: EmbeddedEngine, statement_timeout_s: float = 30.0) -> Graph:
    """The graph of an engine that has been started."""
    return Graph(
        engine.uri,
        (engine.user, engine.password),
        engine.database,
        statement_timeout_s=statement_timeout_s,
        dialect="arcadedb",
        engine=engine,
    )


async def _dialect(uri: str, auth: tuple[str, str] | None, tls: Tls | None) -> Dialect:
    """Which engine is there, by the name that it gives itself: ArcadeDB says `Neo4j/5.26.0 compatible (ArcadeDB …)`."""
    try:
        async with open_driver(uri, auth, connections=1, tls=tls) as driver:
            agent = (await driver.get_server_info()).agent
    except AuthError as error:
        raise EngineRefused(f"the engine at {uri} refused the user name or password") from error
    except (DriverError, Neo4jError, OSError, ValueError) as error:
        raise EngineUnavailable(f"the engine at {uri} cannot be reached: {first_line(error)}") from error
    return "arcadedb" if "ArcadeDB" in agent else "neo4j"
