"""`milkline fsma204`: the sortable spreadsheet of what an enterprise knows of a lot or a recall."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from api.cannot_serve import CannotServe
from api.cli import Data, Engine, clearly, err, run_command, settings_of
from api.errors import ApiError
from api.exchange.fsma204.events import Events
from api.exchange.fsma204.tracing import Asking, Traced, trace
from api.exchange.fsma204.workbook import write
from api.opened import opened
from api.output_file import output_file
from api.resolvers.lineage import chosen
from api.resolvers.loaders import Loaders
from auth.actor import Actor, Duty, Role
from auth.hidden import HiddenNames
from auth.policy import lineage_scope
from graph.lineage.answer import View
from graph.model.identifiers import check_enterprise_code


def fsma204_command(
    seeds: Annotated[
        list[str], typer.Argument(metavar="ID…", help="Records to start from: IDs, GS1 keys, or codes of packages in any form.")
    ],
    enterprise: Annotated[str, typer.Option("--enterprise", help="Code of the enterprise that asks: what it may know is told.")],
    output: Annotated[Path, typer.Option("--output", "-o", dir_okay=False, help="File to write: .xlsx.")],
    data: Data = None,
    engine: Engine = None,
    radius: Annotated[
        int | None, typer.Option("--radius", min=0, help="For a recall: how many rings of shared inputs come with it; 0 for none.")
    ] = None,
) -> None:
    """Write the FDA's sortable spreadsheet (FSMA 204) of where records came from and went, while no service runs over the folder."""
    settings = settings_of(data=data, engine=engine)
    code = clearly(lambda: check_enterprise_code(enterprise))
    if radius is not None and radius > settings.recall_radius:
        clearly(lambda: _refuse(f"found --radius {radius}; a radius is 0 to {settings.recall_radius}"))
    actor, names = Actor(f"fsma204:{code}", Role.ENTERPRISE, code, frozenset(Duty)), HiddenNames(secrets.token_bytes(32))
    told: list[Traced] = []

    async def run() -> None:
        async with opened(settings, there=True) as graph:
            loaders = Loaders(graph, actor)
            try:
                asked = await chosen(loaders, seeds, settings.lineage_seeds)
            except ApiError as refused:
                raise CannotServe(refused.message) from refused
            view = View(lineage_scope(actor), lambda record: names.of(actor, record))
            traced = await trace(Asking(loaders, view, settings.limits, radius), asked)
            told.append(traced)
            with output_file(output) as out:
                await write(Events(loaders, traced).rows(), traced, radius, out)

    run_command(run)
    for traced in told:
        err.print(f"{len(traced.records):,} records; " + ("the answer is complete" if traced.complete else "the answer is not complete"))


def _refuse(message: str) -> None:
    raise CannotServe(message)
