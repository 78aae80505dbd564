"""`milkline serve` and `milkline deliver` tell a partner of all that was recorded, over TLS too, whatever is killed in between."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import Authority
from tests.conftest import ENGINES
from tests.engines import Server
from tests.receiver import Receiver, receiving
from tests.service import Service, milkline, serving

LOCAL = {
    "MILKLINE_DELIVERY_NETWORKS": "127.0.0.0/8",
    "MILKLINE_DELIVERY_SECONDS": "1",
    "MILKLINE_DELIVERY_BACKOFF_SECONDS": "0.1",
    "MILKLINE_DELIVERY_PAUSE_SECONDS": "0.1",
}
ADD = """mutation ($address: String!) { addPartner(partner: { name: "platform", address: $address }) { secret partner { id } } }"""
LOG = "{ transferLog { totalCount nodes { outcome status letter records } } }"
MOMENT = "2026-03-14T08:00:00+08:00"
CALLS, ITEMS = 12, 40


async def record(service: Service, kind: str, mutation: str, records: list[dict[str, Any]], actor: str = "MAKER1") -> None:
    query = f"mutation($records: [{kind}Input!]!) {{ {mutation}(records: $records) {{ outcomes {{ status problems {{ message }} }} }} }}"
    answer = await service.post(actor, query, {"records": records})
    assert "errors" not in answer, answer
    assert {one["status"] for one in answer["data"][mutation]["outcomes"]} <= {"CREATED", "UNCHANGED"}, answer


async def prepare(service: Service, address: str) -> str:
    """The secret of the partner."""
    await record(service, "Enterprise", "recordEnterprises", [{"code": "MAKER1", "name": "晨牧乳业"}], "PLATFORM")
    batch = {"number": "B1", "productionDate": "2026-03-14", "startedAt": MOMENT, "endedAt": MOMENT}
    await record(service, "Batch", "recordBatches", [batch])
    return (await service.post("MAKER1", ADD, {"address": address}))["data"]["addPartner"]["secret"]


async def pack(service: Service, call: int) -> None:
    items = [
        {"number": f"G{call}-{number:03d}", "level": "ITEM", "batch": "batch/MAKER1/B1", "packedAt": MOMENT} for number in range(ITEMS)
    ]
    await record(service, "Package", "commissionPackages", items)


def codes(calls: range) -> set[str]:
    return {f"MAKER1.G{call}-{number:03d}" for call in calls for number in range(ITEMS)}


def check(receiver: Receiver, secret: str) -> None:
    """Letters with one ID have the same bytes, and all are signed."""
    for one in receiver.received:
        one.verified(secret)
    assert len({one.id for one in receiver.received}) == len({(one.id, one.body) for one in receiver.received})


async def until_told(receiver: Receiver, wanted: set[str], within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while missing := wanted - set(receiver.codes):
        assert time.monotonic() < deadline, f"{len(missing)} were not told"
        await asyncio.sleep(0.1)


@pytest.fixture(params=ENGINES)
def elsewhere(request: pytest.FixtureRequest) -> Server | None:
    """A server on which the graph is, None for the embedded engine."""
    return request.getfixturevalue("neo4j_server") if request.param == "neo4j" else None


@pytest.mark.anyio
async def test_nothing_is_lost_when_the_service_is_killed(tmp_path: Path, elsewhere: Server | None) -> None:
    """Killed with the receiver failing, and again with a letter under way; what is told in the end is all, and each letter the same."""
    with receiving() as receiver:
        receiver.answers = [500, "hang"]
        with serving(tmp_path, elsewhere, environment=LOCAL) as service:
            secret = await prepare(service, f"{receiver.url}/take")
            for call in range(CALLS // 2):
                await pack(service, call)
            await asyncio.to_thread(receiver.wait, 2)
            service.process.send_signal(signal.SIGKILL)
            service.process.wait(30)
        first = receiver.received[0].id
        with serving(tmp_path, elsewhere, environment=LOCAL) as service:
            for call in range(CALLS // 2, CALLS):
                await pack(service, call)
            service.process.send_signal(signal.SIGKILL)
            service.process.wait(30)
        with serving(tmp_path, elsewhere, environment=LOCAL) as service:
            await until_told(receiver, codes(range(CALLS)))
            # an attempt is written down after its answer
            arrived = set[str]()
            async with asyncio.timeout(30):
                while arrived < {one.id for one in receiver.received}:
                    log = (await service.post("MAKER1", LOG))["data"]["transferLog"]
                    arrived = {one["letter"] for one in log["nodes"] if one["outcome"] == "ARRIVED"}
        check(receiver, secret)
        assert [one.id for one in receiver.received].count(first) >= 2


@pytest.mark.anyio
async def test_delivered_by_a_command_of_its_own(tmp_path: Path) -> None:
    with receiving() as receiver:
        with serving(tmp_path, environment=LOCAL | {"MILKLINE_DELIVER": "false"}) as service:
            secret = await prepare(service, f"{receiver.url}/take")
            await pack(service, 0)
            await asyncio.sleep(1)
        assert receiver.received == []
        ended = milkline("deliver", "--data", tmp_path, "--once", environment=LOCAL)
        assert ended.returncode == 0, ended.stderr
        assert set(receiver.codes) == codes(range(1))
        check(receiver, secret)


@pytest.mark.anyio
async def test_a_certificate_has_to_be_right(tmp_path: Path) -> None:
    ours, others = Authority(tmp_path / "certificates", "ours"), Authority(tmp_path / "certificates", "others")
    shown = others.sign("server")
    with receiving(ssl_certfile=shown.cert, ssl_keyfile=shown.key) as receiver:
        with serving(tmp_path / "data", environment=LOCAL | {"MILKLINE_DELIVER": "false"}) as service:
            secret = await prepare(service, f"https://localhost:{receiver.url.rpartition(':')[2]}/take")
            await pack(service, 0)
        few = LOCAL | {"MILKLINE_DELIVERY_BACKOFF_SECONDS": "60"}
        ended = milkline("deliver", "--data", tmp_path / "data", "--once", environment=few | {"MILKLINE_DELIVERY_CA": str(ours.path)})
        assert ended.returncode == 0, ended.stderr
        assert receiver.received == []
        with serving(tmp_path / "data", environment=few | {"MILKLINE_DELIVERY_CA": str(others.path)}) as service:
            [entry] = (await service.post("MAKER1", LOG))["data"]["transferLog"]["nodes"]
            assert (entry["outcome"], entry["status"]) == ("FAILED", None)
            query = "mutation ($id: ID!) { pausePartner(id: $id) { id } resumePartner(id: $id) { id } }"
            partner = (await service.post("MAKER1", "{ partners { nodes { id } } }"))["data"]["partners"]["nodes"][0]["id"]
            await service.post("MAKER1", query, {"id": partner})
            assert receiver.received == [], "it waits as long as it was told to"
    check(receiver, secret)
