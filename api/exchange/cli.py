"""`milkline import`: a document of another system, read and recorded from the command line."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from api.cannot_serve import CannotServe
from api.cli import Data, Engine, clearly, err, run_command, settings_of
from api.exchange.formats import Document, Format, Wanted, document_of
from api.exchange.importing import Recorder, import_items, refusals
from api.exchange.items import DocumentRefused, Item
from api.exchange.outcomes import ItemOutcome
from api.exchange.packed import UnpackedLimits
from api.exchange.progress import Progress, ProgressFile
from api.exchange.records.kinds import FILED, kind_named
from api.exchange.records.lines import ENCODINGS
from api.exchange.reports import Report
from api.exchange.spreadsheets.reader import left_out_told
from api.exchange.spreadsheets.writer import write_workbook
from api.files import FileStore
from api.opened import opened
from api.recording import options_of
from api.settings import Settings
from auth.actor import Actor, Duty, Role
from graph.capture import Options, Status
from graph.engine.driver import Graph
from graph.model.identifiers import check_enterprise_code
from graph.model.problems import Problem

_out = Console(highlight=False, soft_wrap=True)
_SHOWN = 20
"""Refused items and notes on the terminal; the report has all of them."""
_KEPT_EVERY_S = 1.0
_KINDS = ", ".join(FILED)


@dataclass(slots=True)
class _Shown:
    """What has been said on the terminal, and how far the import is."""

    progress: Progress = field(default_factory=Progress)
    said: int = 0

    def take(self, outcome: ItemOutcome) -> None:
        self.progress.take(outcome.index, outcome.status, noted=bool(outcome.notes))
        for said in (*outcome.problems, *outcome.notes):
            self.said += 1
            if self.said <= _SHOWN:
                mark = "refused" if outcome.problems else "note"
                path = f"{said.path}: " if said.path else ""
                err.print(f"{_placed(outcome)}: {mark}: {path}{said.message}", markup=False)

    def summary(self, document: Document) -> str:
        new, changed, known, refused = (self.progress.of(status) for status in Status)
        if document.format is Format.EPCIS:
            recorded = f"{new + changed:,} events recorded, {known:,} known before, {refused:,} refused"
            return (
                f"{recorded}; {self.progress.noted:,} kept, but not recorded as custody, or not all of what they say"
                if self.progress.noted
                else recorded
            )
        return (
            f"{new:,} records created, {changed:,} amended, {known:,} known before, {refused:,} refused{left_out_told(document.left_out)}"
        )


def import_command(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="Records in NDJSON, CSV, XLSX or XML of annex C, or EPCIS 2.0 or 1.2; also packed.",
        ),
    ],
    enterprise: Annotated[str, typer.Option("--enterprise", help="Code of the enterprise that records it: its GS1 company prefix.")],
    data: Data = None,
    engine: Engine = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help=f"Kind of the records, where the file does not say: {', '.join(FILED)}.")
    ] = None,
    document_format: Annotated[Format | None, typer.Option("--format", help="Format, where neither name nor content tells.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="utf-8 or gb18030, where the content does not tell.")] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", help="File for what was refused: mended, it can be imported. For tables also .xlsx. For events, with notes."
        ),
    ] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Record nothing when an event or a record is wrong in itself.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the import of this file was stopped.")] = False,
    records_stay: Annotated[
        bool,
        typer.Option("--records-stay", help="Of events: they add nothing to what is recorded. For an export, after its records."),
    ] = False,
) -> None:
    """Record a document of another system, while no service runs over the folder. Exit code 1 when something was refused."""
    settings = settings_of(data=data, engine=engine)
    code = clearly(lambda: check_enterprise_code(enterprise))
    wanted = clearly(lambda: _wanted(file.name, document_format, kind, encoding))
    clearly(lambda: _check_apart(file, report))
    shown, found = _Shown(), list[Document]()

    async def run() -> None:
        with _bar() as bar:
            # the engine takes seconds to start, and a large file some more until its first records are stored
            task = bar.add_task(f"{file.name}: opening the database", total=file.stat().st_size)
            async with opened(settings) as graph:
                await record(graph, bar, task)

    async def record(graph: Graph, bar: Bar, task: TaskID) -> None:
        with file.open("rb") as content:
            bar.update(task, description=f"{file.name}: reading")
            kept = await asyncio.to_thread(ProgressFile.of, settings.data / "imports", code, content)
            stopped = kept.read() or Progress()
            shown.progress = stopped if resume else Progress(began=stopped.began)
            limits = UnpackedLimits(settings.unpacked_bytes, settings.unpacked_ratio)
            try:
                document = document_of(content, wanted, limits, lambda done: bar.update(task, completed=done))
                found.append(document)
                if records_stay and document.format is not Format.EPCIS:
                    raise CannotServe(f"found --records-stay with {document.format}; right is a document of events, after the records")
                began = shown.progress.began if records_stay else None
                recorder = document.recorder(graph, *_callers(settings, code, began))
                with _reported(report, document, kept, shown.progress) as (add, position):
                    outcomes = _outcomes(document, recorder, shown.progress.done, add, rollback=rollback)
                    await _followed(outcomes, shown, kept, position)
            except DocumentRefused as refused:
                raise CannotServe(f"{file}: {refused.code}: {refused}; what came before it is recorded") from refused
            kept.forget()

    try:
        run_command(run)
    finally:
        if shown.said > _SHOWN:
            err.print(f"and {shown.said - _SHOWN:,} more; --report FILE keeps all of them")
        if found:
            _out.print(shown.summary(found[0]))
    if shown.progress.of(Status.REJECTED):
        raise typer.Exit(1)


def _placed(outcome: ItemOutcome) -> str:
    """Which one it is, where it stands, and what it would be, as far as that can be told."""
    sheet, kind, name = (outcome.named.get(one) for one in ("sheet", "kind", "id"))
    row = "row" if sheet else "line"
    parts = (f"{outcome.called} {outcome.index}", sheet and f"sheet {sheet}", outcome.line and f"{row} {outcome.line}", name or kind)
    return ", ".join(str(part) for part in parts if part)


def _wanted(name: str, document_format: Format | None, kind: str | None, encoding: str | None) -> Wanted:
    known = None if kind is None else kind_named(kind)
    if isinstance(known, Problem):
        raise CannotServe(f"--kind: {known.message}")
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise CannotServe(f"--encoding: found {encoding!r}; right is utf-8 or gb18030")
    return Wanted(name, document_format, known, ENCODINGS[encoding.lower()] if encoding else None)


def _callers(settings: Settings, code: str, stay_before: int | None) -> tuple[Actor, Options, FileStore, Actor]:
    """The enterprise records its own; itself it is recorded by the platform, as whose operator the command runs."""
    files = FileStore(settings.files_folder, settings.file_bytes)
    actor = Actor(f"import:{code}", Role.ENTERPRISE, code, frozenset(Duty))
    options = replace(options_of(settings, files, actor), stay_before=stay_before)
    return actor, options, files, Actor(f"import:{code}", Role.PLATFORM)


async def _followed(outcomes: AsyncGenerator[ItemOutcome], shown: _Shown, kept: ProgressFile, position: Callable[[], int]) -> None:
    last = time.monotonic()
    try:
        async for outcome in outcomes:
            shown.take(outcome)
            if time.monotonic() - last >= _KEPT_EVERY_S:
                last = time.monotonic()
                shown.progress.report = position()
                kept.keep(shown.progress)
    except BaseException:
        shown.progress.report = position()
        kept.keep(shown.progress)
        raise


def _check_apart(file: Path, report: Path | None) -> None:
    """The report is written while the file is read."""
    if report is not None and report.exists() and report.samefile(file):
        raise CannotServe(f"found --report {report}, which is the file itself; right is another file, or what was refused before is lost")


@contextmanager
def _reported(
    path: Path | None, document: Document, kept: ProgressFile, progress: Progress
) -> Generator[tuple[Callable[[Item[Any], ItemOutcome], None] | None, Callable[[], int]]]:
    """What takes each outcome for the report, and how long the report is by now. One that goes on keeps what is about the items done.

    A workbook is made at the end, of a table that is kept beside the progress.
    """
    if path is None:
        yield None, lambda: 0
        return
    book = path.suffix.lower() == ".xlsx"
    if book and document.format not in (Format.CSV, Format.XLSX):
        raise CannotServe(f"found --report {path.name} of a file in {document.format}; right is a file of the same form, without .xlsx")
    written = kept.report if book else path
    written.parent.mkdir(parents=True, exist_ok=True)
    with written.open("r+b" if progress.report and written.exists() else "w+b") as file:
        file.truncate(progress.report)
        file.seek(0, 2)
        report: Report = document.report(file)

        def position() -> int:
            file.flush()
            return file.tell()

        try:
            yield report.add, position
        finally:
            if book:
                with path.open("wb") as out:
                    write_workbook(file, out)


async def _outcomes(
    document: Document,
    recorder: Recorder[Any, ItemOutcome],
    done: int,
    add: Callable[[Item[Any], ItemOutcome], None] | None,
    *,
    rollback: bool,
) -> AsyncGenerator[ItemOutcome]:
    if rollback:
        refused = False
        async for outcome in refusals(document.items(), recorder, add):
            refused = True
            yield outcome
        if refused:
            return
    async for outcome in import_items((item for item in document.items() if item.index >= done), recorder, add):
        yield outcome


def _bar() -> Bar:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    return Bar(*columns, console=err, transient=True, disable=not err.is_terminal)
