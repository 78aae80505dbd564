"""`python -m bench`."""

import asyncio
import os
import platform
from datetime import date
from typing import Annotated

import orjson
import typer
from rich.console import Console

from bench.client import Connection, Measured, Target, ask
from bench.processes import bare, engine, service
from bench.questions import Question, questions, warm_up
from bench.report import Figures, Line, show
from seed.load import load
from seed.settings import SeedSettings

CLIENTS = (1, 8)
ROUNDS = 5
UNTIL = date(2026, 3, 1)
"""The last day of the seeded chain: always the same, so that a server that has been seeded can be measured again."""
_err = Console(stderr=True)


async def run(named: str, items: int, seconds: float, only: str) -> tuple[list[Line], str]:
    async with engine(named) as (server, graph):
        _err.print(f"seeding {items:,} cans on {graph.dialect}")
        await load(graph, SeedSettings(items, UNTIL))
        with service(server) as running, bare(server) as (address, pid):
            lines: list[Line] = []
            for question in await questions(graph):
                if only in question.name:
                    ours = Target(f"{running.url}/graphql", running.process.pid, running.token(question.actor))
                    lines += await compare(question, ours, Target(f"{address}/{question.path}", pid), seconds)
        title = f"{graph.dialect}, {items:,} cans, {os.cpu_count()} cores, Python {platform.python_version()}"
    return lines, title


async def compare(question: Question, ours: Target, theirs: Target, seconds: float) -> list[Line]:
    """Both are asked in turns, so that whatever else the machine does meets both."""
    first, second = await Connection.open(ours.url, ours.token), await Connection.open(theirs.url)
    for to_service, to_bare in warm_up(question):
        await first.post(to_service)
        await second.post(to_bare)
    lines: list[Line] = []
    for clients in CLIENTS:
        of_service, of_bare = Measured(), Measured()
        for _ in range(ROUNDS):
            of_service.add(await ask(ours, question.service, clients, seconds / ROUNDS))
            of_bare.add(await ask(theirs, question.bare, clients, seconds / ROUNDS))
        lines.append(Line(question.name, clients, Figures.of(of_service), Figures.of(of_bare), question.goal, question.units))
        _err.print(f"{question.name}, {clients} clients: {lines[-1].ratio:.2f}")
    return lines


def main(
    named: Annotated[str, typer.Option("--engine", help="arcadedb, neo4j, or the URI of a server.")] = "arcadedb",
    items: Annotated[int, typer.Option("--items", min=600, help="Cans in the graph.")] = 20_000,
    seconds: Annotated[float, typer.Option("--seconds", min=0.5, help="For each question, number of clients and endpoint.")] = 5.0,
    only: Annotated[str, typer.Option("--only", help="Only the questions with this in their name.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """Measure the service beside a bare endpoint that runs the same statements on the same engine."""
    lines, title = asyncio.run(run(named, items, seconds, only))
    if as_json:
        typer.echo(orjson.dumps([line.plain() for line in lines], option=orjson.OPT_INDENT_2))
    else:
        show(lines, title)


typer.run(main)
