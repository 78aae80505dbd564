"""The embedded engine's process: its folder, its life, its death, and what it refuses."""

import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from graph.engine import embedded
from graph.engine.connect import connect, embedded_graph
from graph.engine.driver import Graph, Transaction
from graph.engine.embedded import EmbeddedEngine
from graph.engine.errors import EngineError, EngineUnavailable, StatementTimeout
from graph.statements import inline
from tests.prepared import java_options

NUMBERS = inline("tests/numbers", "MATCH (n:Sale) RETURN n.id AS id ORDER BY id")
CREATE = inline("tests/create", "UNWIND $ids AS id CREATE (n:Sale {id: id})")
RUNNING = inline("tests/running", "SHOW TRANSACTIONS YIELD currentQuery")
ENDLESS = inline(
    "tests/endless", "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b = -1 RETURN count(*) AS none"
)

STARTER = """
import sys, time
from pathlib import Path
from graph.engine import embedded
if sys.argv[2] == "untied":
    embedded._libc = None
engine = embedded.EmbeddedEngine(Path(sys.argv[1]), heap="256m")
engine.start_blocking()
print(engine.pid, flush=True)
time.sleep(600)
"""


def engine_of(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder, heap="256m", java_options=java_options(), statement_timeout_s=5.0)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until_gone(pid: int, within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def started_elsewhere(folder: Path, how: str) -> tuple[subprocess.Popen[str], int]:
    """Another process that has the engine of the folder running, and the engine's pid."""
    parent = subprocess.Popen([sys.executable, "-c", STARTER, str(folder), how], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, int(parent.stdout.readline())


async def create(graph: Graph, ids: list[int]) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(CREATE, None, ids=ids)

    await graph.write(work)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[EmbeddedEngine]:
    async with engine_of(tmp_path) as running:
        yield running


async def test_the_folder_is_kept_private(engine: EmbeddedEngine) -> None:
    password = engine.folder / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert len(engine.password) >= 32
    assert stat.S_IMODE(engine.folder.stat().st_mode) == 0o700


def test_loopback_only(tmp_path: Path) -> None:
    """Every listening socket of the process is on 127.0.0.1, and there are two."""
    engine = engine_of(tmp_path)
    engine.start_blocking()
    try:
        process = Path(f"/proc/{engine.pid}")
        sockets = {str(file.readlink()) for file in (process / "fd").iterdir() if file.is_symlink()}
        listening: list[str] = []
        for table in ("tcp", "tcp6"):
            for line in (process / "net" / table).read_text().splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == "0A" and f"socket:[{rest[5]}]" in sockets:
                    listening.append(local.split(":")[0])
        assert len(listening) == 2
        assert set(listening) <= {"0100007F", "0000000000000000FFFF00000100007F"}
        assert engine.password not in (process / "cmdline").read_text()
    finally:
        engine.stop_blocking()


async def test_no_console_and_no_agent_endpoint(engine: EmbeddedEngine) -> None:
    async with httpx2.AsyncClient(base_url=engine.http_url, auth=(engine.user, engine.password)) as client:
        assert (await client.get("/")).status_code == 404
        assert (await client.post("/api/v1/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})).status_code == 404
        assert (await client.get("/api/v1/databases")).status_code == 200
    async with httpx2.AsyncClient(base_url=engine.http_url) as stranger:
        assert (await stranger.get("/api/v1/databases")).status_code in (401, 403)


@pytest.mark.parametrize("source", ["'file:///etc/hostname'", "'/etc/hostname'", "'http://127.0.0.1:1/'", "'https://127.0.0.1:1/'"])
async def test_files_and_addresses_cannot_be_read(engine: EmbeddedEngine, source: str) -> None:
    load = inline("tests/load", f"LOAD CSV FROM {source} AS line RETURN line")
    async with embedded_graph(engine) as graph:
        with pytest.raises(TypeError, match="writes"):
            await graph.read(load, None)
        with pytest.raises(EngineError):
            await graph.administer(load)
    assert "disabled" in engine.log_path.read_text()


async def test_the_engine_itself_ends_a_statement(engine: EmbeddedEngine) -> None:
    began = time.monotonic()
    async with embedded_graph(engine, statement_timeout_s=60.0) as graph:
        with pytest.raises(StatementTimeout):
            await graph.read(ENDLESS, None)
    assert 4 < time.monotonic() - began < 20


async def test_many_slow_statements_leave_room_for_a_quick_one(tmp_path: Path) -> None:
    async with (
        EmbeddedEngine(tmp_path, heap="256m", java_options=java_options(), statement_timeout_s=60.0) as engine,
        embedded_graph(engine, 60.0) as graph,
    ):
        slow = [asyncio.create_task(graph.read(ENDLESS, None)) for _ in range(12)]
        running = 0
        while running < len(slow):
            running = sum("range(1, 100000)" in row[0] for row in await graph.administer(RUNNING))
            assert not any(reading.done() for reading in slow)
        assert await graph.read(NUMBERS, None) == []
        assert not any(reading.done() for reading in slow)
        for reading in slow:
            reading.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def test_a_second_opener_is_told_who_has_the_folder(engine: EmbeddedEngine) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        await engine_of(engine.data).start()
    assert str(caught.value) == f"the data folder {engine.data} is in use by process {os.getpid()}"
    async with embedded_graph(engine) as graph:
        await graph.verify()


async def test_stopped_and_started_again(tmp_path: Path) -> None:
    password = ""
    for round_ in range(3):
        async with connect(tmp_path, heap="256m") as graph:
            assert [row["id"] for row in await graph.read(NUMBERS, None)] == list(range(round_))
            await create(graph, [round_])
            assert isinstance(graph.engine, EmbeddedEngine)
            assert password in ("", graph.engine.password)
            password = graph.engine.password
            pid = graph.engine.pid
        assert pid is not None
        assert not alive(pid)
        assert not (tmp_path / "engine" / "pid").exists()


async def test_a_lost_password_is_replaced(tmp_path: Path) -> None:
    async with connect(tmp_path, heap="256m") as graph:
        await create(graph, [1])
    (tmp_path / "engine" / "password").unlink()
    async with connect(tmp_path, heap="256m") as graph:
        assert [row["id"] for row in await graph.read(NUMBERS, None)] == [1]


async def test_acknowledged_writes_survive_kill_9(tmp_path: Path) -> None:
    acknowledged: list[int] = []
    for round_ in range(3):
        engine = engine_of(tmp_path)
        await engine.start()
        async with embedded_graph(engine) as graph:
            assert {row["id"] for row in await graph.read(NUMBERS, None)} >= set(acknowledged)

            async def writer(graph: Graph, first: int) -> None:
                for number in range(first, first + 10_000, 5):
                    await create(graph, list(range(number, number + 5)))
                    acknowledged.extend(range(number, number + 5))

            writers = [asyncio.create_task(writer(graph, (4 * round_ + number) * 10_000)) for number in range(4)]
            await asyncio.sleep(0.6)
            assert engine.pid is not None
            os.kill(engine.pid, signal.SIGKILL)
            failed = await asyncio.gather(*writers, return_exceptions=True)
            assert all(isinstance(error, EngineUnavailable) for error in failed)
        await engine.stop()
    assert len(acknowledged) > 100
    async with connect(tmp_path, heap="256m") as graph:
        kept = {row["id"] for row in await graph.read(NUMBERS, None)}
        assert kept >= set(acknowledged)
        # a transaction is there as a whole or not at all
        assert all({number - number % 5 + place for place in range(5)} <= kept for number in kept)


async def test_a_killed_engine_is_told_in_one_sentence(engine: EmbeddedEngine) -> None:
    async with embedded_graph(engine) as graph:
        await graph.verify()
        assert engine.obituary() is None
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGKILL)
        await asyncio.wait_for(engine.died.wait(), 5)
        with pytest.raises(EngineUnavailable) as caught:
            await graph.read(NUMBERS, None)
    said = str(caught.value)
    assert said == engine.obituary()
    assert said == f"the graph engine was ended by SIGKILL (log: {engine.log_path})"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("java.lang.OutOfMemoryError: Java heap space", "its heap of 256m is too small"),
        ("java.io.IOException: No space left on device", "the disk that holds {data} is full"),
    ],
)
async def test_the_cause_of_death_is_told(engine: EmbeddedEngine, line: str, why: str) -> None:
    with engine.log_path.open("a") as log:
        log.write(f"{line}\n\tat com.example\n")
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    await asyncio.wait_for(engine.died.wait(), 5)
    expected = f"the graph engine was ended by SIGKILL; {why.format(data=engine.data)} (log: {engine.log_path})"
    assert engine.obituary() == expected


async def test_a_full_disk_is_told(engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is not really full; that a full one refuses writes and loses none was tried by hand on a small one."""
    usage = shutil.disk_usage(engine.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=0))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    async with embedded_graph(engine) as graph:
        with pytest.raises(EngineUnavailable) as caught:
            await graph.administer(inline("tests/wrong", "CREATE"))
    assert str(caught.value) == f"the disk that holds {engine.data} is full"


async def test_a_start_that_fails_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "databases").write_text("in the way")
    began = time.monotonic()
    with pytest.raises(EngineUnavailable, match=r"^the graph engine ") as caught:
        await engine_of(tmp_path).start()
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("heap", ["2 GB", "", "0g", "g", "64m", "-2g"])
def test_a_heap_size_is_checked(tmp_path: Path, heap: str) -> None:
    with pytest.raises(EngineError) as caught:
        EmbeddedEngine(tmp_path, heap=heap)
    assert str(caught.value) == f"found {heap!r}; a heap size is a number followed by m or g, at least 128m, such as 2g"


def test_options_for_java_are_checked(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        EmbeddedEngine(tmp_path, java_options=["-XX:+UseSerialGC", "Xmx9g"])
    assert str(caught.value) == "found 'Xmx9g' among the options for Java; an option starts with -, such as -XX:+UseSerialGC"


def test_options_for_java_prevail(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, heap="256m", java_options=["-XX:-UseG1GC", "-XX:+UseSerialGC", "-XX:+PrintFlagsFinal"])
    engine.start_blocking()
    engine.stop_blocking()
    flags = {line.split()[1]: line.split()[3] for line in engine.log_path.read_text().splitlines() if " = " in line and "{" in line}
    assert (flags["UseG1GC"], flags["UseSerialGC"]) == ("false", "true")


def test_the_engine_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent, pid = started_elsewhere(tmp_path, "tied")
    parent.kill()
    parent.wait()
    until_gone(pid)


def test_an_engine_left_behind_is_found_and_ended(tmp_path: Path) -> None:
    parent, pid = started_elsewhere(tmp_path, "untied")
    parent.kill()
    parent.wait()
    time.sleep(0.5)
    assert alive(pid)
    engine = engine_of(tmp_path)
    engine.start_blocking()
    try:
        assert not alive(pid)
        assert engine.pid not in (pid, None)
    finally:
        engine.stop_blocking()


def test_a_pid_file_that_names_another_process_harms_nobody(tmp_path: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    folder = tmp_path / "engine"
    folder.mkdir()
    (folder / "pid").write_text(f'{{"pid": {bystander.pid}}}')
    engine = engine_of(tmp_path)
    engine.start_blocking()
    engine.stop_blocking()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_ports_taken_in_between_are_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free_ports = embedded._free_ports  # pyright: ignore[reportPrivateUsage]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = iter([[taken.getsockname()[1], *free_ports(1)], [*free_ports(1), taken.getsockname()[1]], free_ports(2)])
        monkeypatch.setattr(embedded, "_free_ports", lambda _count: next(given))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
        engine = engine_of(tmp_path)
        engine.start_blocking()
        engine.stop_blocking()
    assert next(given, None) is None


async def test_waiting_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    async with EmbeddedEngine(tmp_path, heap="256m", on_wait=told.append):
        pass
    assert told == sorted(told)
    assert all(seconds >= 1.0 for seconds in told)


async def test_stop_without_start(tmp_path: Path) -> None:
    await engine_of(tmp_path).stop()


async def test_connect_finds_out_which_engine_is_there(server: object, tmp_path: Path) -> None:
    from tests.engines import Server

    assert isinstance(server, Server)
    async with connect(tmp_path, uri=server.uri, user=server.user, password=server.password, database=server.database) as graph:
        assert graph.dialect == server.dialect
        assert graph.engine is None
    with pytest.raises(EngineUnavailable, match="refused the user name or password"):
        async with connect(tmp_path, uri=server.uri, user=server.user, password="no"):
            pass


@pytest.mark.parametrize("uri", ["bolt://127.0.0.1:1", "neo4j://127.0.0.1:1", "bolt+s://127.0.0.1:1"])
async def test_connect_to_nothing(tmp_path: Path, uri: str) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        async with connect(tmp_path, uri=uri):
            pass
    assert str(caught.value).startswith(f"the engine at {uri} cannot be reached: ")
    assert "\n" not in str(caught.value)


async def test_an_address_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        async with connect(tmp_path, uri="http://127.0.0.1"):
            pass
    said = (
        "found the engine address 'http://127.0.0.1'; it starts with one of: neo4j:// neo4j+s:// neo4j+ssc:// bolt:// bolt+s:// bolt+ssc://"
    )
    assert str(caught.value) == said
