"""What became of the documents that events were captured in."""

from dataclasses import asdict, dataclass

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.events.wanted import LAST
from graph.statements import statement

_JOB = statement("event/job")
_JOBS = statement("event/jobs")
_PUT_JOB = statement("capture/put_job")


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """id: a ULID after the owner; times in ms; errors, notes, records: JSON texts, errors of what EPCIS calls exceptions.

    alive_at: when it was last known to be worked on; it is not through while it has no finished_at.
    """

    id: str
    owner: str
    created_at: int
    behaviour: str
    alive_at: int = 0
    finished_at: int | None = None
    success: bool = True
    captured: int = 0
    unchanged: int = 0
    refused: int = 0
    noted: int = 0
    errors: str = "[]"
    notes: str = "[]"
    recorded: int = 0
    records: str = "[]"


async def keep_job(graph: Graph, scope: Scope, job: CaptureJob) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(_PUT_JOB, scope, job=asdict(job))

    await graph.write(work)


async def job_by_id(graph: Graph, scope: Scope, job: str) -> CaptureJob | None:
    """None for one that there is not, and for another's."""
    rows = await graph.read(_JOB, scope, id=job)
    return CaptureJob(**rows[0][0]) if rows else None


async def jobs_page(graph: Graph, scope: Scope, limit: int, before: str | None = None) -> list[CaptureJob]:
    """Those of the scope's enterprise, the newest first, without what is told of events. before: the ULID of one; they are older."""
    first = f"capture/{scope.enterprise}/"
    [row] = await graph.read(_JOBS, scope, first=first, before=first + (before or LAST), limit=limit)
    return [CaptureJob(**one) for one in row[0]]
