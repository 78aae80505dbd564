"""ArcadeDB as a child process over one data folder, spoken to over Bolt on loopback."""

# pyright: reportUnknownMemberType=false
# (the driver's settings are untyped keyword arguments)

import asyncio
import ctypes
import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Self

import neo4j

from graph.engine.driver import HttpAccess
from graph.engine.errors import EngineError, EngineUnavailable
from graph.engine.folder import end_orphan, end_process, engine_folder, locked, password_file, password_of, pid_file

_log = logging.getLogger(__name__)

DATABASE = "milk"
USER = "root"
# Wire protocols and consoles that the engine would open or offer by itself, and that nothing here uses.
_UNUSED_JARS = ("arcadedb-mcp", "arcadedb-postgresw", "arcadedb-redisw", "arcadedb-console", "arcadedb-graphql")
# Meant for another Java than this one.
_FOREIGN_SETTINGS = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH", "JAVA_HOME")
_PORT_TRIES = 3
_LEAST_HEAP_MB = 128
_LEAST_FREE_BYTES = 1 << 20
_LOOPBACK = "127.0.0.1"
_PR_SET_PDEATHSIG = 1
_libc: ctypes.CDLL | None = ctypes.CDLL(None) if sys.platform == "linux" else None


class EmbeddedEngine:
    """`async with EmbeddedEngine(folder) as engine:` runs the engine over the folder, made if need be, and stops it.

    heap: the Java notation, such as 512m or 2g. java_options: further ones, after those of here, so that they prevail.
    statement_timeout_s: what ends a statement inside the engine.
    on_wait: called about once a second of waiting with the seconds waited. Not on Windows (locks, signals).
    Raises `EngineUnavailable`: another process has the folder, or the engine did not come up.
    """

    def __init__(
        self,
        data: Path,
        *,
        heap: str = "2g",
        java_options: Sequence[str] = (),
        statement_timeout_s: float = 60.0,
        start_within_s: float = 120.0,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        _check_heap(heap)
        _check_options(java_options)
        self.data = data.absolute()
        self.folder = engine_folder(self.data)
        self.heap = heap
        self._java_options = tuple(java_options)
        self.died = asyncio.Event()
        self._statement_timeout_s = statement_timeout_s
        self._start_within_s = start_within_s
        self._on_wait = on_wait
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._bolt = self._http = 0
        self._password = ""
        self._stopping = False

    # --- what a client needs ---

    @property
    def uri(self) -> str:
        return f"bolt://{_LOOPBACK}:{self._bolt}"

    @property
    def user(self) -> str:
        return USER

    @property
    def password(self) -> str:
        return self._password

    @property
    def database(self) -> str:
        return DATABASE

    @property
    def http_url(self) -> str:
        return f"http://{_LOOPBACK}:{self._http}"

    @property
    def http(self) -> HttpAccess:
        return HttpAccess(self.http_url, USER, self._password, DATABASE)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def log_path(self) -> Path:
        return self.folder / "engine.log"

    # --- life ---

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Returns once a statement has been answered."""
        try:
            for pause in self._starting():
                await asyncio.sleep(pause)
        except BaseException:
            await self.stop()
            raise
        self._watch = asyncio.create_task(self._watching())

    async def stop(self) -> None:
        """Writes what is in memory, then ends; killed after `STOP_WITHIN_S`. Without effect when it does not run."""
        if self._watch:
            self._watch.cancel()
            self._watch = None
        for pause in self._ending():
            await asyncio.sleep(pause)

    def start_blocking(self) -> None:
        """As `start`, without an event loop and without `died`: for tests and for commands that have no loop."""
        try:
            for pause in self._starting():
                time.sleep(pause)
        except BaseException:
            self.stop_blocking()
            raise

    def stop_blocking(self) -> None:
        for pause in self._ending():
            time.sleep(pause)

    def obituary(self) -> str | None:
        """One sentence once the engine has ended without being asked to, with the cause where its log tells one."""
        if self._stopping or self._process is None or (code := self._process.poll()) is None:
            return None
        if code < 0:  # what ended it is no matter of its last line
            return self._told(f"was ended by {signal.Signals(-code).name}", last_line=False)
        return self._told(f"ended with exit code {code}")

    def complaint(self) -> str | None:
        """One sentence about what keeps a running engine from writing. It conceals the cause of an error from its clients."""
        with suppress(OSError):
            if shutil.disk_usage(self.folder).free < _LEAST_FREE_BYTES:
                return f"the disk that holds {self.data} is full"
        return None

    def _told(self, what: str, *, last_line: bool = True) -> str:
        tail = _tail(self.log_path)
        if "No space left on device" in tail or self.complaint():
            why = f"the disk that holds {self.data} is full"
        elif "OutOfMemoryError" in tail:
            why = f"its heap of {self.heap} is too small"
        elif last_line:
            why = f"last line: {(tail.strip().splitlines() or ['(empty)'])[-1].strip()[:300]}"
        else:
            return f"the graph engine {what} (log: {self.log_path})"
        return f"the graph engine {what}; {why} (log: {self.log_path})"

    async def _watching(self) -> None:
        while self.obituary() is None:  # noqa: ASYNC110 (a process has no event to wait for, not on every platform)
            await asyncio.sleep(0.25)
        _log.info("%s", self.obituary())  # whoever waits for `died` says it
        self.died.set()

    # --- starting; a generator of pauses in seconds, so that one text serves with and without an event loop ---

    def _starting(self) -> Iterator[float]:
        try:
            yield from self._coming_up()
        except OSError as error:
            raise EngineUnavailable(f"the data folder {self.data} cannot be used: {error.strerror or error}") from error

    def _coming_up(self) -> Iterator[float]:
        if self._lock is not None:
            raise EngineError(f"the engine of {self.data} is started already")
        self._stopping = False
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = locked(self.folder, self.data)
        yield from end_orphan(self.folder)
        self._password = password_of(self.folder)
        began = time.monotonic()
        for attempt in range(_PORT_TRIES):
            self._spawn()
            if (yield from self._ready(began)):
                return
            # Somebody else took a port between our letting go of it and the engine's asking for it.
            _log.warning("a port for the graph engine was taken in between (try %d)", attempt + 1)
            yield from self._end_process()
        raise EngineUnavailable(f"found no free ports for the graph engine in {_PORT_TRIES} tries (log: {self.log_path})")

    def _spawn(self) -> None:
        self._bolt, self._http = _free_ports(2)
        environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN_SETTINGS}
        if self.log_path.exists():
            self.log_path.replace(self.folder / "engine.log.1")  # it may tell why the engine before ended
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 (the command is made here, of our own parts)
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the product, which stops the engine after its last request
                preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509
            )
        pid_file(self.folder).write_text(json.dumps({"pid": self._process.pid}), "utf-8")

    def _command(self) -> list[str]:
        found = find_spec("arcadedb_embedded")
        if found is None or found.origin is None:
            raise EngineUnavailable("the package arcadedb-embedded is not installed")
        package = Path(found.origin).parent
        jars = [jar for jar in sorted((package / "jars").glob("*.jar")) if not jar.name.startswith(_UNUSED_JARS)]
        settings: dict[str, Any] = {
            "server.rootPath": self.folder,
            "server.databaseDirectory": self.folder / "databases",
            "server.rootPasswordPath": password_file(self.folder),
            "server.mode": "production",  # no web console
            "server.defaultDatabases": f"{DATABASE}[{USER}]",
            "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "server.httpIncomingHost": _LOOPBACK,
            "server.httpIncomingPort": self._http,
            "server.httpWorkerThreads": 4,
            "bolt.host": _LOOPBACK,
            "bolt.port": self._bolt,
            "support.autoRegister": "false",
            "serverMetrics": "false",
            "polyglotEngineEnabled": "false",
            "opencypher.loadCsv.allowFileUrls": "false",
            "opencypher.loadCsv.allowRemoteUrls": "false",
            "queryMaxConcurrent": 64,  # the default, two a core, lets a few slow statements keep out every quick one
            "command.timeout": int(self._statement_timeout_s * 1000),
            "txWalFlush": 2,  # a commit is on the disk before it is acknowledged
            "bucketReuseSpaceMode": "low",  # records are hardly ever deleted; `high` scans everything when it opens
        }
        return [
            str(package / "jre" / "bin" / "java"),
            f"-Xmx{self.heap}",
            "-Xss512k",
            "-XX:+UseG1GC",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",  # an engine out of memory may answer wrongly; one that ended says so
            "-Djava.awt.headless=true",
            "-Dfile.encoding=UTF-8",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            *self._java_options,
            *(f"-Darcadedb.{name}={value}" for name, value in settings.items()),
            "-cp",
            os.pathsep.join(map(str, jars)),
            "com.arcadedb.server.ArcadeDBServer",
        ]

    def _ready(self, began: float) -> Iterator[float]:
        """Returns (as a generator) True once the database answers, False when a port was taken."""
        told = 0.0
        driver = neo4j.GraphDatabase.driver(
            self.uri, auth=(USER, self._password), connection_timeout=2.0, max_transaction_retry_time=0, telemetry_disabled=True
        )
        with driver:
            while True:
                waited = time.monotonic() - began
                # The engine reports a failed start in its log, and may then neither end nor answer.
                log = _tail(self.log_path)
                if "Unable to listen" in log or "BindException" in log:
                    return False
                if ended := self.obituary():
                    raise EngineUnavailable(ended)
                if 'Exception in thread "main"' in log:
                    raise EngineUnavailable(self._told("did not start"))
                if waited > self._start_within_s:
                    raise EngineUnavailable(f"the graph engine did not answer within {self._start_within_s:g} s (log: {self.log_path})")
                if self._on_wait and waited - told >= 1.0:
                    told = waited
                    self._on_wait(waited)
                # The port opens before the database is there: only an answer says that it is. To ask before its folder
                # exists would fill the engine's log with stack traces.
                if (self.folder / "databases" / DATABASE).exists() and _listens(self._bolt):
                    with suppress(neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError), driver.session(database=DATABASE) as session:
                        session.run("RETURN 1").consume()
                        return True
                yield 0.05

    # --- ending ---

    def _ending(self) -> Iterator[float]:
        self._stopping = True
        yield from self._end_process()
        if self._lock is not None:
            pid_file(self.folder).unlink(missing_ok=True)
            self._lock.close()  # lets go of the lock; the file stays, since removing it would race with the next opener
            self._lock = None

    def _end_process(self) -> Iterator[float]:
        if self._process is not None:
            yield from end_process(self._process.pid, lambda process=self._process: process.poll() is None)
            self._process.wait()
            self._process = None


def _check_heap(heap: str) -> None:
    found = re.fullmatch(r"([1-9]\d{0,6})([mMgG])", heap)
    if not found or int(found[1]) * (1024 if found[2] in "gG" else 1) < _LEAST_HEAP_MB:
        raise EngineError(f"found {heap!r}; a heap size is a number followed by m or g, at least {_LEAST_HEAP_MB}m, such as 2g")


def _check_options(options: Sequence[str]) -> None:
    for option in options:
        if not option.startswith("-"):
            raise EngineError(f"found {option!r} among the options for Java; an option starts with -, such as -XX:+UseSerialGC")


def dies_with(parent: int) -> Callable[[], None]:
    """For `preexec_fn`, on Linux: the child is asked to end when the thread that started it ends, even by SIGKILL."""

    def tie() -> None:  # between fork and exec: nothing but plain calls
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return tie


def _free_ports(count: int) -> list[int]:
    """Free TCP ports of the loopback interface, all different."""
    held = [socket.create_server((_LOOPBACK, 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((_LOOPBACK, port), timeout=1.0):
        return True
    return False


def _tail(path: Path, size: int = 16_384) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - size))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
