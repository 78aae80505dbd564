"""What was acknowledged is there after kill -9, whole; what was not is there whole or not at all; sent again, it all comes out the same."""

import asyncio
import hashlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest

from graph.engine.driver import Graph
from tests.capturing import ask
from tests.engines import Server
from tests.service import Service, serving

RECORDS = 300
"""In one call."""
CALLS = 6
CASES = 20
QUERY = "mutation($records: [%s!]!) { answer: %s(records: $records) { outcomes { status problems { message } } } }"
MILK = QUERY % ("MilkDeliveryInput", "recordMilkDeliveries")
PACKAGES = QUERY % ("PackageInput", "commissionPackages")
KINDS = {"Enterprises": "Enterprise", "Farms": "Farm", "Batches": "Batch"}
Ending = Literal["stored", "unavailable", "cut off"]


@dataclass(frozen=True, slots=True)
class Call:
    """One mutation, and the IDs of its records."""

    query: str
    records: Sequence[Mapping[str, Any]]
    ids: frozenset[str]


def milk_call(maker: str, call: int) -> Call:
    at = "2026-03-14T09:00:00+08:00"
    records = [
        {"number": f"M{call}-{number:04d}", "farm": f"farm/{maker}/F1", "quantityKg": f"{12_000 + number}.5", "arrivedAt": at}
        for number in range(RECORDS)
    ]
    return Call(MILK, records, frozenset(f"milk/{maker}/{record['number']}" for record in records))


def packages_call(maker: str, call: int) -> Call:
    at = "2026-03-14T12:00:00+08:00"
    records: list[dict[str, Any]] = [{"number": f"C{call}-{case:02d}", "level": "CASE", "packedAt": at} for case in range(CASES)]
    records += [
        {
            "number": f"I{call}-{item:04d}",
            "level": "ITEM",
            "batch": f"batch/{maker}/B1",
            "packedAt": at,
            "parent": f"C{call}-{item % CASES:02d}",
        }
        for item in range(RECORDS - CASES)
    ]
    return Call(PACKAGES, records, frozenset(f"package/{maker}/{record['number']}" for record in records))


def calls_of(maker: str) -> list[Call]:
    return [(milk_call if call % 2 else packages_call)(maker, call) for call in range(CALLS)]


async def prepare(service: Service, maker: str) -> None:
    """The enterprise with its farm and its batch."""
    moment = "2026-03-14T08:00:00+08:00"
    batch = {"number": "B1", "productionDate": "2026-03-14", "startedAt": moment, "endedAt": moment}
    records = {
        "Enterprises": ("PLATFORM", {"code": maker, "name": "Made for this"}),
        "Farms": (maker, {"number": "F1", "name": "Green Hill", "address": "1 Pasture Road"}),
        "Batches": (maker, batch),
    }
    for plural, (actor, record) in records.items():
        query = f"mutation($records: [{KINDS[plural]}Input!]!) {{ record{plural}(records: $records) {{ outcomes {{ status }} }} }}"
        answer = await service.post(actor, query, {"records": [record]})
        assert answer["data"][f"record{plural}"]["outcomes"] == [{"status": "CREATED"}], answer


async def send(service: Service, maker: str, calls: Sequence[Call], answered: asyncio.Semaphore | None = None) -> list[Ending]:
    """All calls at once; the semaphore is released for each that was stored."""

    async def one(client: httpx2.AsyncClient, call: Call) -> Ending:
        try:
            answer = await service.post_with(client, maker, call.query, {"records": call.records})
        except httpx2.TransportError:
            return "cut off"
        if "errors" in answer:
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["ENGINE_UNAVAILABLE"], answer
            return "unavailable"
        outcomes = answer["data"]["answer"]["outcomes"]
        assert len(outcomes) == RECORDS
        assert len({outcome["status"] for outcome in outcomes} & {"CREATED", "UNCHANGED"}) == 1, outcomes[0]
        assert {outcome["status"] for outcome in outcomes} <= {"CREATED", "UNCHANGED"}, outcomes[0]
        if answered is not None:
            answered.release()
        return "stored"

    async with httpx2.AsyncClient(timeout=60) as client:
        return await asyncio.gather(*(one(client, call) for call in calls))


async def present(graph: Graph, maker: str) -> set[str]:
    rows = await ask(graph, "MATCH (n) WHERE n.owner = $maker AND n.version IS NOT NULL RETURN n.id", maker=maker)
    return {row[0] for row in rows}


async def state(graph: Graph, maker: str) -> str:
    """A digest of everything of an enterprise, its audit entries included, but for when it was recorded; the same for equal makers."""
    nodes = await ask(graph, "MATCH (n) WHERE n.owner = $maker RETURN labels(n), properties(n)", maker=maker)
    edges = await ask(graph, "MATCH (a)-[e]->(b) WHERE a.owner = $maker RETURN a.id, type(e), properties(e), b.id", maker=maker)
    audit = await ask(
        graph, "MATCH (n:AuditEntry) WHERE n.enterprise = $maker RETURN n.action, n.actor, n.role, n.records, n.statuses", maker=maker
    )
    # a digest of content has the maker's code in it, and so differs from maker to maker
    left_out = {"recordedAt", "auditId", "digest"}
    kept = [[labels, {name: value for name, value in properties.items() if name not in left_out}] for labels, properties in nodes]
    lines = sorted(json.dumps(part, sort_keys=True).replace(maker, "MAKER") for part in [*kept, *edges, *audit])
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def engine_pids(data: Path) -> list[int]:
    """The running engines over a data folder."""
    mark = f"-Darcadedb.server.rootPath={data.absolute() / 'engine'}"
    shown = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in shown.splitlines() if mark in line.split()]


@contextmanager
def engine_graph(service: Service, server: Server | None) -> Iterator[Graph]:
    """The graph behind a service: of the server, or of the engine that the service started."""
    if server is not None:
        yield server.graph()
        return
    [pid] = engine_pids(service.data)
    command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    port = re.findall(r"-Darcadedb\.bolt\.port=(\d+)", command)[0]
    password = (service.data / "engine" / "password").read_text().strip()
    yield Graph(f"bolt://127.0.0.1:{port}", ("root", password), "milk", dialect="arcadedb")


async def undisturbed(service: Service, server: Server | None, maker: str) -> tuple[str, float]:
    """The state after all calls, and how long they took (s)."""
    calls = calls_of(maker)
    await prepare(service, maker)
    began = time.monotonic()
    assert await send(service, maker, calls) == ["stored"] * CALLS
    took = time.monotonic() - began
    with engine_graph(service, server) as graph:
        async with graph:
            assert await present(graph, maker) >= frozenset[str]().union(*(call.ids for call in calls))
            return await state(graph, maker), took


async def disturbed(service: Service, maker: str, stored: int, pause: float, victim: int) -> list[Ending]:
    """Kills a process in the middle of the calls: so many are stored, and others on their way for so long (s)."""
    await prepare(service, maker)
    answered = asyncio.Semaphore(0)
    sending = asyncio.create_task(send(service, maker, calls_of(maker), answered))
    for _ in range(stored):
        await asyncio.wait_for(answered.acquire(), 120)
    await asyncio.sleep(pause)
    os.kill(victim, signal.SIGKILL)
    return await sending


async def check_after(service: Service, server: Server | None, maker: str, endings: Sequence[Ending], expected: str) -> None:
    calls = calls_of(maker)
    with engine_graph(service, server) as graph:
        async with graph:
            there = await present(graph, maker)
            for call, ending in zip(calls, endings, strict=True):
                found = len(call.ids & there)
                assert found == RECORDS if ending == "stored" else found in {0, RECORDS}, (ending, found)
            assert await send(service, maker, calls) == ["stored"] * CALLS
            assert await state(graph, maker) == expected


@dataclass(slots=True)
class Rounds:
    """One kill after the other over the same data; each start finds what the kill before it left."""

    data: Path
    server: Server | None
    expected: str = ""
    took: float = 0.0
    before: tuple[str, list[Ending]] | None = None
    endings: list[Ending] = field(default_factory=list[Ending])

    @contextmanager
    def served(self) -> Iterator[Service]:
        with serving(self.data, self.server) as service:
            if self.server is None:
                # an engine that was left behind by a killed API is ended by this start
                assert len(engine_pids(self.data)) == 1
            yield service

    async def begin(self, maker: str) -> None:
        with self.served() as service:
            self.expected, self.took = await undisturbed(service, self.server, maker)

    async def kill(self, maker: str, stored: int, engine: bool = False) -> None:
        """A look at what the round before left, and the next kill once so many calls are stored, in the middle of the next."""
        with self.served() as service:
            await self.look(service)
            victim = engine_pids(self.data)[0] if engine else service.process.pid
            endings = await disturbed(service, maker, stored, self.took / CALLS / 2, victim)
            code = service.process.wait(30)
            if engine:
                check_last_words(service, endings, code)
            self.before = maker, endings
            self.endings += endings

    async def look(self, service: Service) -> None:
        if self.before is not None:
            await check_after(service, self.server, *self.before, self.expected)

    async def end(self) -> None:
        with self.served() as service:
            await self.look(service)
        assert "stored" in self.endings and self.endings.count("stored") < len(self.endings), "no kill came in the middle of recording"


def check_last_words(service: Service, endings: Sequence[Ending], code: int) -> None:
    """Of an API whose engine was killed: whoever had been heard is told, and the operator, in one sentence."""
    assert "cut off" not in endings
    assert code == 1
    said = service.log.read_text()
    assert "Traceback" not in said
    # beside it, an event for each caller who was told, and for each whose call was recorded, but not yet what may have waited for it
    others = ('"event": "engine unavailable"', '"event": "events wait on"')
    [sentence] = [line for line in said.splitlines() if not any(other in line for other in others)]
    assert re.fullmatch(r"milkline: the graph engine was ended by SIGKILL \(log: .*engine\.log\)", sentence)


async def test_engine_and_api_are_killed_in_the_middle_of_recording(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path, None)
    await rounds.begin("CRASH00")
    await rounds.kill("CRASH01", 1, engine=True)
    await rounds.kill("CRASH02", 2)
    await rounds.kill("CRASH03", 3, engine=True)
    await rounds.kill("CRASH04", 0)
    await rounds.kill("CRASH05", 2, engine=True)
    await rounds.end()
    assert engine_pids(tmp_path) == []


async def test_api_over_neo4j_is_killed_in_the_middle_of_recording(tmp_path: Path, neo4j_server: Server) -> None:
    rounds = Rounds(tmp_path, neo4j_server)
    await rounds.begin("CRASH10")
    await rounds.kill("CRASH11", 0)
    await rounds.kill("CRASH12", 2)
    await rounds.end()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_everything_in_order(tmp_path: Path, sign: signal.Signals) -> None:
    with serving(tmp_path) as service:
        await prepare(service, "ENDED01")
        sending = asyncio.create_task(send(service, "ENDED01", calls_of("ENDED01")))
        await asyncio.sleep(0.5)
        service.process.send_signal(sign)
        endings = await sending
        assert service.process.wait(60) == 0
        assert "Traceback" not in service.log.read_text()
        # what was under way is brought to its end first; what had not come in yet is not taken any more
        assert "stored" in endings and "unavailable" not in endings
    assert engine_pids(tmp_path) == []
