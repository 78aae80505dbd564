"""Captured documents are worked through beside the calls that brought them: a job each, which says how far it is, and how it ended."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, Any

import orjson

from api.exchange.epcis.reading import read_events
from api.exchange.epcis.recording import EventOutcome, Recorder
from api.exchange.importing import import_items, refusals
from api.exchange.items import DocumentRefused
from api.exchange.outcomes import as_told
from api.http.request import HttpError
from api.shares import Shares
from auth.actor import Actor
from graph.capture import CaptureRefused, Options, Status
from graph.engine.driver import Graph
from graph.engine.errors import EngineError
from graph.events.jobs import CaptureJob, keep_job
from graph.model.texts import instant_text
from graph.model.times import now_ms
from graph.model.ulid import new_ulid

AT_ONCE_S = 5.0
"""A call waits so long for its document, most of which are done by then."""
ALIVE_EVERY_S = 5.0
LOST_AFTER_S = 60.0
"""A job that says nothing for so long is one of a service that ended."""
_AT_A_TIME, _OF_ONE = 4, 2
"""Documents that are worked on at a time: of all, and of one enterprise, so that who sends many leaves room for others."""
_TOLD = 1_000
"""Refused events, and as many with notes, and as many that were recorded, that a job tells of."""
_RECORDS = 20_000
"""IDs of records that it tells of at the most."""
_AGAIN = "what is recorded stays; right is to send the same document again, of which each event is kept once"
_log = logging.getLogger(__name__)
Check = Callable[[Actor], Awaitable[None]]
"""Of an actor whose enterprise may be suspended."""


def problem(status: int, kind: str, detail: str, **more: Any) -> dict[str, Any]:
    """kind: of the standard's exceptions."""
    return {"type": f"epcisException:{kind}", "title": kind, "status": status, "detail": detail, **more}


def told(job: CaptureJob, now: int) -> dict[str, Any]:
    """As EPCIS has it. now: ms. A job that was lost with its service failed: nobody works on it any more."""
    errors: list[dict[str, Any]] = orjson.loads(job.errors)
    if _is_lost(job, now):
        detail = f"the service ended while it worked on the document: {job.captured} events were recorded, or more; {_AGAIN}"
        errors.append(problem(500, "ImplementationException", detail))
    return _state(job, now) | {"errors": errors, "notes": orjson.loads(job.notes), "records": orjson.loads(job.records)}


def told_in_short(job: CaptureJob, now: int) -> dict[str, Any]:
    """As one of many: where its errors are told, instead of them."""
    state = _state(job, now)
    return state | ({"errors": []} if state["success"] else {"errorFile": f"/capture/{state['captureID']}"})


def _is_lost(job: CaptureJob, now: int) -> bool:
    return job.finished_at is None and now - job.alive_at > LOST_AFTER_S * 1000


def _state(job: CaptureJob, now: int) -> dict[str, Any]:
    lost = _is_lost(job, now)
    ended = job.alive_at if lost else job.finished_at
    return {
        "captureID": job.id.rpartition("/")[2],
        "createdAt": instant_text(job.created_at),
        **({"finishedAt": instant_text(ended)} if ended is not None else {}),
        "running": ended is None,
        "success": job.success and not lost,
        "captureErrorBehaviour": job.behaviour,
        "captured": job.captured,
        "unchanged": job.unchanged,
        "refused": job.refused,
        "noted": job.noted,
        "recorded": job.recorded,
    }


@dataclass(slots=True)
class _Work:
    """One document, and what has become of it so far."""

    job: CaptureJob
    actor: Actor
    body: IO[bytes]
    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    refused: list[EventOutcome] = field(default_factory=list[EventOutcome])
    noted: list[EventOutcome] = field(default_factory=list[EventOutcome])
    with_notes: int = 0
    recorded: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    with_records: int = 0
    records: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def take(self, outcome: EventOutcome) -> None:
        """What is refused is told of however much was noted before."""
        self.counts[outcome.status] += 1
        self.with_notes += bool(outcome.notes)
        told = self.refused if outcome.problems else self.noted
        if (outcome.problems or outcome.notes) and len(told) < _TOLD:
            told.append(outcome)
        if outcome.records:
            self.with_records += 1
            told_of = outcome.records[: _RECORDS - self.records] if len(self.recorded) < _TOLD else ()
            if told_of:
                self.records += len(told_of)
                named = {"event": outcome.index, "status": outcome.status.value, **outcome.named}
                left_out = {"leftOut": more} if (more := len(outcome.records) - len(told_of)) else {}
                self.recorded.append(named | {"records": list(told_of)} | left_out)

    def state(self, *, ended: bool) -> CaptureJob:
        now = now_ms()
        refused = self.counts[Status.REJECTED]
        errors = [*self.errors, *(as_told(one) | problem(400, "ValidationException", _sentence(one)) for one in self.refused)]
        return replace(
            self.job,
            alive_at=now,
            finished_at=now if ended else None,
            success=not errors and not refused,
            captured=self.counts[Status.CREATED],
            unchanged=self.counts[Status.UNCHANGED],
            refused=refused,
            noted=self.with_notes,
            errors=orjson.dumps(errors).decode(),
            recorded=self.with_records,
            records=orjson.dumps(self.recorded).decode(),
            notes=orjson.dumps([as_told(one) for one in self.noted]).decode(),
        )


class CaptureJobs:
    """graph: as it is while the service runs. check: raises when the actor may not go on."""

    def __init__(self, graph: Callable[[], Graph], check: Check) -> None:
        self._graph = graph
        self._check = check
        self._running = set[asyncio.Task[None]]()
        self._shares = Shares(_AT_A_TIME, _OF_ONE)

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """As long as the service runs. What is not through at its end says so."""
        try:
            yield
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def begin(self, actor: Actor, options: Options, body: IO[bytes], *, rollback: bool) -> CaptureJob:
        """The job, once it is kept and there is time for it; `body` is closed at its end. EngineError."""
        now = now_ms()
        owner, behaviour = actor.enterprise or "", "rollback" if rollback else "proceed"
        job = CaptureJob(id=f"capture/{owner}/{new_ulid()}", owner=owner, created_at=now, alive_at=now, behaviour=behaviour)
        with ExitStack() as held:
            held.callback(body.close)
            held.callback(await self._shares.take(owner))
            await keep_job(self._graph(), actor.scope, job)
            kept = held.pop_all()
        task = asyncio.create_task(self._work(_Work(job, actor, body), options))
        self._running.add(task)
        task.add_done_callback(partial(self._ended, kept))
        await asyncio.wait({task}, timeout=AT_ONCE_S)
        return job

    def _ended(self, kept: ExitStack, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        kept.close()

    async def _work(self, work: _Work, options: Options) -> None:
        alive = asyncio.create_task(self._alive(work))
        try:
            await _capture(self._graph(), work, options, lambda: self._check(work.actor))
        except DocumentRefused as refused:
            work.errors.append(problem(400, "ValidationException", str(refused), code=refused.code.value))
        except (HttpError, CaptureRefused) as refused:
            work.errors.append(problem(403, "SecurityException", f"{refused}; what is recorded stays"))
        except EngineError:
            work.errors.append(problem(503, "ImplementationException", f"the database could not be reached; {_AGAIN}"))
        except asyncio.CancelledError:
            work.errors.append(problem(503, "ImplementationException", f"the service ended while it worked on the document; {_AGAIN}"))
            raise
        except Exception:
            _log.exception("capture job %s", work.job.id)
            work.errors.append(problem(500, "ImplementationException", f"the service failed; {_AGAIN}"))
        finally:
            alive.cancel()
            with suppress(asyncio.CancelledError):
                await alive
            await self._keep(work, ended=True)

    async def _alive(self, work: _Work) -> None:
        while True:
            await asyncio.sleep(ALIVE_EVERY_S)
            await self._keep(work, ended=False)

    async def _keep(self, work: _Work, *, ended: bool) -> None:
        """A job that cannot be kept is found to be lost."""
        try:
            await keep_job(self._graph(), work.actor.scope, work.state(ended=ended))
        except EngineError:
            _log.warning("capture job %s cannot be kept: the database cannot be reached", work.job.id)


async def _capture(graph: Graph, work: _Work, options: Options, check: Callable[[], Awaitable[None]]) -> None:
    recorder = Recorder(graph, work.actor, options)
    if work.job.behaviour == "rollback":
        async for outcome in refusals(read_events(work.body), recorder):
            work.take(outcome)
        if work.counts[Status.REJECTED]:
            return
    work.body.seek(0)
    async for outcome in import_items(read_events(work.body), recorder, check=check):
        work.take(outcome)


def _sentence(outcome: EventOutcome) -> str:
    more = f" (and {len(outcome.problems) - 1} more)" if len(outcome.problems) > 1 else ""
    first = next(iter(outcome.problems))
    return f"event {outcome.index}: {first.path}: {first.message}{more}"
