"""`milkline export`: all that an enterprise has told, as a file that `milkline import` takes."""

import sys
from collections.abc import AsyncGenerator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from api.cannot_serve import CannotServe
from api.cli import Data, Engine, clearly, err, run_command, settings_of
from api.exchange.epcis.documents import Syntax, document
from api.exchange.records.export import ExportFormat, Page, file_of, records_of
from api.exchange.records.files import with_files
from api.exchange.records.kinds import FILED, KINDS, RecordKind, kind_named
from api.files import FileStore
from api.opened import opened
from api.output_file import output_file
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.events.history import all_events
from graph.events.stored import StoredEvent
from graph.export import Export
from graph.model.identifiers import check_enterprise_code
from graph.model.problems import Problem


def export_command(
    enterprise: Annotated[str, typer.Option("--enterprise", help="Code of the enterprise whose records are exported.")],
    export_format: Annotated[
        ExportFormat,
        typer.Option("--format", help="ndjson, csv with a row of headings for each kind, xlsx, annex-c; of events: epcis-json, epcis-xml."),
    ],
    data: Data = None,
    engine: Engine = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; without one to the standard output.")] = None,
    files: Annotated[bool, typer.Option("--files", help="With the files that records name; of ndjson alone.")] = False,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Kind of record; may be repeated. Without one, all of them.")] = None,
) -> None:
    """Write what an enterprise has told, while no service runs over the folder: in an empty system it records the same again."""
    settings = settings_of(data=data, engine=engine)
    code = clearly(lambda: check_enterprise_code(enterprise))
    kinds = clearly(lambda: kinds_named(kind or []))
    if export_format.events and kind:
        raise CannotServe("--kind: found a kind of record; right is none with a format of events")
    if files and export_format is not ExportFormat.NDJSON:
        raise CannotServe(f"found --files with --format {export_format}; right is ndjson, which alone holds files")
    count = untold = 0

    async def counted(export: Export) -> AsyncGenerator[tuple[RecordKind, Page]]:
        nonlocal count
        async for kind, page in records_of(export, kinds):
            count += len(page)
            yield kind, page

    async def captured(graph: Graph) -> AsyncGenerator[list[StoredEvent]]:
        nonlocal count
        async for page in all_events(graph, Scope.of(code), code):
            count += sum(not event.again for event in page)
            yield page

    async def run() -> None:
        nonlocal untold
        async with opened(settings, there=True) as graph:
            with output_file(output) if output else nullcontext(sys.stdout.buffer) as file:
                if export_format.events:
                    pieces = document(captured(graph), Syntax(export_format.value))
                else:
                    pages = counted(Export(graph, Scope.of(code), code))
                    pieces = file_of(with_files(pages, FileStore(settings.files_folder)) if files else pages, export_format)
                async for piece in pieces:
                    file.write(piece)
                file.flush()
            if export_format.events and not count:
                async for _, page in records_of(Export(graph, Scope.of(code), code), list(KINDS.values())):
                    untold += len(page)

    run_command(run)
    err.print(f"{count:,} {'events' if export_format.events else 'records'} of {code}")
    if export_format.events:
        err.print(
            f"{untold:,} records of {code} came by no event and are not in it; --format ndjson has them"
            if untold
            else "records that came by no event are not in it; --format ndjson has all"
        )


def kinds_named(names: list[str]) -> list[RecordKind]:
    """In the order of import; all of them for none. CannotServe for one that there is not."""
    found = [kind_named(name) for name in names]
    for one in found:
        if isinstance(one, Problem):
            raise CannotServe(one.message)
    return [kind for kind in FILED.values() if kind in (found or KINDS.values())]
