"""The two engines for a whole test run: ArcadeDB from its package, Neo4j Community from Maven on a JDK."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import neo4j

from graph.engine.driver import Dialect, Engine, Graph
from graph.engine.embedded import EmbeddedEngine, dies_with
from graph.statements import inline
from tests.maven import Unavailable, jars
from tests.prepared import java_options

NEO4J_VERSION = "5.26.30"
POM = Path(__file__).parent / "neo4j" / "pom.xml"
_OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent", "java.lang")
_SETTINGS = """\
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
db.tx_log.preallocate=false
db.tx_log.rotation.size=32M
server.bolt.connection_keep_alive_for_requests=OFF
dbms.security.auth_minimum_password_length=1
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running engine, as a client needs it. engine: the embedded one's process."""

    dialect: Dialect
    uri: str
    user: str
    password: str
    database: str
    engine: Engine | None = None

    def graph(self, *, statement_timeout_s: float = 30.0) -> Graph:
        auth = (self.user, self.password)
        return Graph(self.uri, auth, self.database, dialect=self.dialect, statement_timeout_s=statement_timeout_s, engine=self.engine)


@contextmanager
def arcadedb_server(folder: Path, options: Sequence[str] | None = None) -> Iterator[Server]:
    """options: for Java, those of tests unless given."""
    engine = EmbeddedEngine(folder, heap="768m", java_options=java_options() if options is None else options, statement_timeout_s=30.0)
    engine.start_blocking()
    try:
        yield Server("arcadedb", engine.uri, engine.user, engine.password, engine.database, engine)
    finally:
        engine.stop_blocking()


@contextmanager
def neo4j_server(folder: Path) -> Iterator[Server]:
    """Raises `Unavailable` without a JDK or Maven."""
    java = shutil.which("java")
    if java is None:
        raise Unavailable("a Java runtime (17 or later), which runs Neo4j for the tests, is not installed")
    classpath = f"{jars(POM, f'neo4j-{NEO4J_VERSION}')}/*"
    (folder / "conf").mkdir(parents=True)
    password = secrets.token_hex(16)
    environment = {**os.environ, "NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}
    first = [java, "-cp", classpath, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password]
    subprocess.run(first, env=environment, check=True, capture_output=True)
    command = [
        java,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xms256m",
        "-Xmx1g",
        *(part for package in _OPENS for part in ("--add-opens", f"java.base/{package}=ALL-UNNAMED")),
        "-cp",
        classpath,
        "org.neo4j.server.CommunityEntryPoint",
        f"--home-dir={folder}",
        f"--config-dir={folder / 'conf'}",
    ]
    for tries in reversed(range(3)):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (folder / "conf" / "neo4j.conf").write_text(_SETTINGS.format(port=port), "utf-8")
        with (folder / "out.log").open("wb") as log:
            process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=dies_with(os.getpid())
            )
        try:
            server = Server("neo4j", f"bolt://127.0.0.1:{port}", "neo4j", password, "neo4j")
            if _answers(server, process, folder / "out.log", last=not tries):
                yield server
                return
        finally:
            process.kill()  # its data is thrown away, and an orderly stop takes ten seconds
            process.wait()


def _answers(server: Server, process: subprocess.Popen[bytes], log: Path, *, last: bool) -> bool:
    """Once it does; False where somebody took its port in between, unless this was the last try."""
    deadline = time.monotonic() + 180
    auth = (server.user, server.password)
    with neo4j.GraphDatabase.driver(server.uri, auth=auth, connection_timeout=2, max_transaction_retry_time=0) as driver:
        while True:
            ended = process.poll() is not None
            if ended and not last and "in use" in log.read_text("utf-8", "replace"):
                return False
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"Neo4j did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
            with suppress(neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError), driver.session(database=server.database) as session:
                session.run("RETURN 1").consume()
                return True
            time.sleep(0.1)


_WIPE = inline("tests/wipe", "MATCH (n) WHERE NOT n:Migration WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS gone")


async def wipe(graph: Graph) -> None:
    """Everything but what the migrations made and recorded."""
    while (await graph.administer(_WIPE))[0]["gone"]:
        pass
