"""`milkline template`: empty tables to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from api.cannot_serve import CannotServe
from api.cli import clearly
from api.exchange.records.kinds import FILED, kind_named
from api.exchange.spreadsheets.templates import template_csv, template_xlsx
from graph.model.problems import Problem


def template_command(
    output: Annotated[Path, typer.Option("--output", "-o", dir_okay=False, help="File to write: .xlsx or .csv.")],
    kind: Annotated[str | None, typer.Option("--kind", help=f"Kind of the records: {', '.join(FILED)}. Without it all, in .xlsx.")] = None,
) -> None:
    """Write an empty table of records to fill in, for `milkline import`."""
    clearly(lambda: output.write_bytes(_content(output, kind)))


def _content(output: Path, kind: str | None) -> bytes:
    known = None if kind is None else kind_named(kind)
    if isinstance(known, Problem):
        raise CannotServe(f"--kind: {known.message}")
    match output.suffix.lower():
        case ".xlsx":
            return template_xlsx([known]) if known else template_xlsx()
        case ".csv" if known:
            return template_csv(known)
        case ".csv":
            raise CannotServe("found --output .csv without --kind; right is both, since a CSV file has one table, or .xlsx")
        case suffix:
            raise CannotServe(f"found --output {suffix or 'without a suffix'!r}; right is .xlsx or .csv")
