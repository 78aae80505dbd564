"""Capture jobs: how they end, and that they say so."""

import io
import threading
import time
from dataclasses import replace
from functools import partial
from typing import Any

import anyio
import pytest

from api.errors import ErrorCode
from api.exchange import capture_jobs
from api.exchange.capture_jobs import CaptureJobs, told
from api.http.request import HttpError
from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph.capture import Options
from graph.engine.driver import Graph
from graph.events.jobs import CaptureJob, job_by_id, jobs_page, keep_job
from tests.component.test_epcis_custody import (
    BUYER,
    MAKER,
    PALLET,
    PALLET_ID,
    STORE,
    at,
    can,
    can_id,
    commissioned,
    lot_id,
    packed,
    shipped,
)
from tests.epcis import document, event


def large(count: int) -> io.BytesIO:
    return io.BytesIO(document(*[event(epcList=[can(number)], bizStep="inspecting") for number in range(count)]).encode())


def test_a_job_that_was_lost_with_its_service_failed() -> None:
    job = CaptureJob(id="capture/6901234/01", owner="6901234", created_at=1_000, alive_at=2_000, behaviour="proceed", captured=500)
    running = told(job, 2_000)
    assert (running["running"], running["success"], "finishedAt" in running) == (True, True, False)
    lost = told(job, 2_001 + int(capture_jobs.LOST_AFTER_S * 1000))
    assert (lost["running"], lost["success"], lost["finishedAt"]) == (False, False, "1970-01-01T00:00:02Z")
    assert lost["errors"][0]["type"] == "epcisException:ImplementationException"
    assert "send the same document again" in lost["errors"][0]["detail"]
    done = told(replace(job, finished_at=3_000), 10**12)
    assert (done["running"], done["success"], done["errors"]) == (False, True, [])


async def captured(
    graph: Graph,
    check: Any,
    monkeypatch: pytest.MonkeyPatch,
    *,
    ending: bool = False,
    body: io.BytesIO | None = None,
    rollback: bool = False,
    actor: Actor = MAKER,
) -> dict[str, Any]:
    monkeypatch.setattr(capture_jobs, "AT_ONCE_S", 0.0)
    monkeypatch.setattr(capture_jobs, "ALIVE_EVERY_S", 0.05)
    jobs = CaptureJobs(lambda: graph, check)
    async with jobs.kept():
        job = await jobs.begin(actor, Options(), body or large(1_500), rollback=rollback)
        until = time.monotonic() + (0 if ending else 120)
        while time.monotonic() < until and (found := await job_by_id(graph, actor.scope, job.id)) and not found.finished_at:  # noqa: ASYNC110
            await anyio.sleep(0.05)
    found = await job_by_id(graph, actor.scope, job.id)
    assert found is not None
    return told(found, int(time.time() * 1000))


async def passes(_: Any) -> None: ...


async def test_a_job_ends_with_all_that_was_captured(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    job = await captured(graph, passes, monkeypatch)
    assert (job["running"], job["success"], job["captured"]) == (False, True, 1_500)


async def test_a_job_whose_service_ends_says_so(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    job = await captured(graph, passes, monkeypatch, ending=True)
    assert (job["running"], job["success"]) == (False, False)
    assert "the service ended" in job["errors"][0]["detail"]


async def test_a_job_of_an_enterprise_that_is_suspended_stops(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    async def suspended(_: Any) -> None:
        raise HttpError(403, ErrorCode.FORBIDDEN, "the enterprise is suspended")

    job = await captured(graph, suspended, monkeypatch)
    assert (job["running"], job["success"]) == (False, False)
    assert job["errors"][0]["type"] == "epcisException:SecurityException"
    assert job["captured"] < 1_500


@pytest.mark.parametrize("rollback", [False, True])
async def test_events_that_are_refused_are_told_of_however_many_have_notes(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, *, rollback: bool
) -> None:
    monkeypatch.setattr(capture_jobs, "_TOLD", 3)
    noted = [event(epcList=[can(number)], bizStep="inspecting") for number in range(5)]
    wrong = [event(epcList=[can(number)], bizStep="nonsense") for number in range(4)]
    job = await captured(graph, passes, monkeypatch, body=io.BytesIO(document(*noted, *wrong).encode()), rollback=rollback)
    assert (job["success"], job["captured"], job["refused"]) == (False, 0 if rollback else 5, 4)
    assert [error["event"] for error in job["errors"]] == [5, 6, 7]
    assert (len(job["notes"]), job["noted"]) == ((0, 0) if rollback else (3, 5))


async def test_a_job_tells_which_records_each_event_became(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/enterprise-sync.md: what is taken for granted and was there before is not among them."""
    events = [commissioned(1, 2), packed(1, 2), shipped(PALLET), event(epcList=[can(1)], bizStep="inspecting")]
    job = await captured(graph, passes, monkeypatch, body=io.BytesIO(document(*events).encode()))
    assert (job["success"], job["recorded"]) == (True, 3)
    first, second, third = job["records"]
    assert (first["event"], first["status"]) == (0, "CREATED")
    assert first["eventHash"].startswith("ni:///sha-256;")
    assert first["records"] == [lot_id("A1"), can_id(1), can_id(2)]
    assert (second["event"], second["records"]) == (1, [PALLET_ID])
    assert third["event"] == 2
    assert [one.split("/")[0] for one in third["records"]] == ["site", "shipment"]
    again = await captured(graph, passes, monkeypatch, body=io.BytesIO(document(*events).encode()))
    assert [(one["status"], one["records"][-1]) for one in again["records"]] == [
        ("UNCHANGED", can_id(2)),
        ("UNCHANGED", PALLET_ID),
        ("UNCHANGED", third["records"][-1]),
    ]
    arrived = event(bizStep="receiving", epcList=[PALLET], bizLocation={"id": STORE}, **at(12))
    received = await captured(graph, passes, monkeypatch, body=io.BytesIO(document(arrived).encode()), actor=BUYER)
    assert [one["records"] for one in received["records"]] == [[f"receipt/6909999/{third['records'][-1]}"]]


async def test_a_job_tells_of_so_many_records_and_how_many_more_there_are(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_jobs, "_RECORDS", 3)
    body = io.BytesIO(document(commissioned(1, 2, 3), commissioned(4, hour=9)).encode())
    job = await captured(graph, passes, monkeypatch, body=body)
    [told_of] = job["records"]
    assert (told_of["records"], told_of["leftOut"], job["recorded"]) == ([lot_id("A1"), can_id(1), can_id(2)], 1, 2)


async def test_jobs_come_page_by_page_and_none_of_others(graph: Graph) -> None:
    other = Actor("another", Role.ENTERPRISE, "6909999", frozenset(Duty))
    ids = [f"capture/{MAKER.enterprise}/{number:026d}" for number in range(5)]
    for one in ids:
        await keep_job(graph, MAKER.scope, CaptureJob(one, str(MAKER.enterprise), 1, "proceed", errors='["long"]'))
    hidden = CaptureJob(f"capture/6909999/{9:026d}", "6909999", 1, "proceed")
    await keep_job(graph, other.scope, hidden)
    first = await jobs_page(graph, MAKER.scope, 3)
    assert [one.id for one in first] == ids[:1:-1] and {one.errors for one in first} == {"[]"}
    rest = await jobs_page(graph, MAKER.scope, 3, first[-1].id.rpartition("/")[2])
    assert [one.id for one in rest] == ids[1::-1]
    assert await jobs_page(graph, other.scope, 3) == [hidden]
    assert await jobs_page(graph, Scope.NONE, 3) == []


class Slow(io.BytesIO):
    """A document whose reading, in a thread, waits."""

    def __init__(self, content: bytes, go_on: threading.Event) -> None:
        super().__init__(content)
        self._go_on = go_on

    def read(self, size: int | None = -1) -> bytes:
        if threading.current_thread() is not threading.main_thread():
            self._go_on.wait(60)
        return super().read(size)


async def test_who_sends_many_documents_leaves_room_for_others(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_jobs, "AT_ONCE_S", 60.0)
    jobs, go_on = CaptureJobs(lambda: graph, passes), threading.Event()
    async with jobs.kept(), anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(partial(jobs.begin, MAKER, Options(), Slow(large(1).getvalue(), go_on), rollback=False))
        try:
            await anyio.sleep(0.2)
            with anyio.fail_after(30):
                job = await jobs.begin(BUYER, Options(), large(1), rollback=False)
        finally:
            go_on.set()
        found = await job_by_id(graph, BUYER.scope, job.id)
        assert found is not None
        assert (found.success, found.captured) == (True, 1)
    assert [one.success for one in await jobs_page(graph, MAKER.scope, 10)] == [True] * 5
