"""`milkline import`: a document of another system, read and recorded from the command line."""

from collections.abc import AsyncGenerator, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from api.cli import Data, Engine, clearly, err, run_command, settings_of
from api.exchange.epcis.reading import read_events
from api.exchange.epcis.recording import EventOutcome, Recorder
from api.exchange.importing import check_items, import_items
from api.exchange.items import DocumentRefused
from api.exchange.outcomes import as_told
from api.listening import CannotServe
from api.serving import opened
from auth.actor import Actor, Duty, Role
from graph.capture import Options, Status
from graph.model.identifiers import check_enterprise_code

_out = Console(highlight=False, soft_wrap=True)
_SHOWN = 20
"""Refused events and notes on the terminal; the report has all of them."""


@dataclass(slots=True)
class _Count:
    created: int = 0
    unchanged: int = 0
    refused: int = 0
    noted: int = 0
    shown: int = 0

    def take(self, outcome: EventOutcome) -> None:
        self.created += outcome.status in (Status.CREATED, Status.UPDATED)
        self.unchanged += outcome.status is Status.UNCHANGED
        self.refused += outcome.status is Status.REJECTED
        self.noted += bool(outcome.notes)
        for said in (*outcome.problems, *outcome.notes):
            self.shown += 1
            if self.shown <= _SHOWN:
                line = f", line {outcome.line}" if outcome.line else ""
                mark = "refused" if outcome.problems else "note"
                err.print(f"event {outcome.index}{line}: {mark}: {said.path}: {said.message}", markup=False)


def import_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="EPCIS 2.0 in JSON-LD or XML, or 1.2 in XML.")],
    enterprise: Annotated[str, typer.Option("--enterprise", help="Code of the enterprise that records it: its GS1 company prefix.")],
    data: Data = None,
    engine: Engine = None,
    report: Annotated[Path | None, typer.Option("--report", help="File for what was refused and noted, an event a line, as JSON.")] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Record nothing when one event is refused.")] = False,
) -> None:
    """Record a document of another system, while no service runs over the folder. Exit code 1 when an event was refused."""
    settings = settings_of(data=data, engine=engine)
    code = clearly(lambda: check_enterprise_code(enterprise))
    actor = Actor(f"import:{code}", Role.ENTERPRISE, code, frozenset(Duty))
    count = _Count()

    async def run() -> None:
        async with opened(settings) as graph:
            recorder = Recorder(graph, actor, Options(tolerance_ms=int(settings.tolerance_minutes * 60_000)))
            with _bar() as bar, file.open("rb") as content, report.open("wb") if report else nullcontext() as lines:
                task = bar.add_task(file.name, total=file.stat().st_size)
                try:
                    async for outcome in _outcomes(content, recorder, rollback, lambda done: bar.update(task, completed=done)):
                        count.take(outcome)
                        if lines is not None and (outcome.problems or outcome.notes):
                            lines.write(orjson.dumps(as_told(outcome), option=orjson.OPT_APPEND_NEWLINE))
                except DocumentRefused as refused:
                    raise CannotServe(f"{file}: {refused.code}: {refused}") from refused

    try:
        run_command(run)
    finally:
        if count.shown > _SHOWN:
            err.print(f"and {count.shown - _SHOWN:,} more; --report FILE keeps all of them")
        recorded = f"{count.created:,} events recorded, {count.unchanged:,} known before, {count.refused:,} refused"
        _out.print(f"{recorded}, {count.noted:,} of which not all is custody")
    if count.refused:
        raise typer.Exit(1)


async def _outcomes(content: IO[bytes], recorder: Recorder, rollback: bool, told: Callable[[int], None]) -> AsyncGenerator[EventOutcome]:
    if rollback and (wrong := await check_items(read_events(content), recorder)):
        for outcome in wrong:
            yield outcome
        return
    content.seek(0)
    async for outcome in import_items(read_events(content, told), recorder):
        yield outcome


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
