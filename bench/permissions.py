"""`python -m bench.permissions`: what permissions and the access log cost, beside the same service without them.

Both services run on one engine and are asked the same in turns, a tenth of a second each, so that whatever else the machine does meets
both. A ratio is of medians of the rounds' ratios: of latency, which has the engine's work in it, and of the service's CPU time.
"""

import asyncio
import itertools
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from unittest.mock import patch

import orjson
import typer

from bench.client import Measured, Target, ask
from bench.processes import engine, service
from bench.questions import look_ups
from graph.engine.driver import Graph
from graph.statements import inline
from seed.load import load
from seed.settings import SeedSettings
from tests import service as running
from tests.engines import Server
from tests.service import Service

_CANS = inline("bench/cans", "MATCH (i:Package {level: 'ITEM'})-[:SOLD_AT]->() WHERE i.owner = $owner RETURN i.id AS id LIMIT 200")
_OWNER = inline("bench/owner", "MATCH (i:Package {level: 'ITEM'})-[:SOLD_AT]->() RETURN i.owner AS owner LIMIT 1")
_BY_ID = """query($id: ID!) { node(id: $id) { id ... on Package { code level packedAt parent { id level }
  batch { number productionDate yieldKg product { name netContentGrams } } } } }"""
_ROUND_S = 0.1


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    actor: str
    bodies: Callable[[], bytes]


async def cases(graph: Graph) -> list[Case]:
    owner = (await graph.read(_OWNER, None))[0]["owner"]
    cans = [row["id"] for row in await graph.read(_CANS, None, owner=owner)]
    by_id = [orjson.dumps({"query": _BY_ID, "variables": {"id": can}}) for can in cans]
    return [
        Case("look-up of a code", "PUBLIC", look_ups(cans)),
        Case("a can of one's own by ID", owner, itertools.cycle(by_id).__next__),
        Case("a can by ID, by a regulator: with the access log", "REGULATOR", itertools.cycle(by_id).__next__),
    ]


@contextmanager
def all_seeing(server: Server) -> Iterator[Service]:
    with patch.object(running, "COMMAND", (*running.COMMAND[:-1], "bench.all_seeing")), service(server) as started:
        yield started


async def run(named: str, items: int, rounds: int) -> None:
    async with engine(named) as (server, graph):
        await load(graph, SeedSettings(items, date(2026, 3, 1)))
        with service(server) as ours, all_seeing(server) as theirs:
            for case in await cases(graph):
                await compare(case, _target(ours, case.actor), _target(theirs, case.actor), rounds)


def _target(one: Service, actor: str) -> Target:
    return Target(f"{one.url}/graphql", one.process.pid, one.token(actor))


async def compare(case: Case, ours: Target, theirs: Target, rounds: int) -> None:
    for target in (ours, theirs):
        await ask(target, case.bodies, 1, 1.0)
    latency: list[float] = []
    medians: list[tuple[float, float]] = []
    cpu = [Measured(), Measured()]
    for turn in range(rounds):
        pair = [ours, theirs] if turn % 2 else [theirs, ours]
        measured = [await ask(target, case.bodies, 1, _ROUND_S) for target in pair]
        mine, other = measured if turn % 2 else measured[::-1]
        cpu[0].add(mine)
        cpu[1].add(other)
        medians.append((statistics.median(mine.latencies), statistics.median(other.latencies)))
        latency.append(medians[-1][0] / medians[-1][1])
    per_answer = [each.cpu / len(each.latencies) * 1e3 for each in cpu]
    with_them, without = (statistics.median(each) * 1e3 for each in zip(*medians, strict=True))
    typer.echo(
        f"{case.name}: {with_them:.2f} ms, without {without:.2f} ms, ratio {statistics.median(latency):.3f}; "
        f"CPU {per_answer[0]:.2f} ms, without {per_answer[1]:.2f} ms, ratio {per_answer[0] / per_answer[1]:.3f}"
    )


def main(
    named: Annotated[str, typer.Option("--engine", help="arcadedb, neo4j, or the URI of a server.")] = "arcadedb",
    items: Annotated[int, typer.Option("--items", min=600, help="Cans in the graph.")] = 5_000,
    rounds: Annotated[int, typer.Option("--rounds", min=20, help="Turns of each service.")] = 200,
) -> None:
    """Measure what permissions and the access log cost."""
    asyncio.run(run(named, items, rounds))


if __name__ == "__main__":
    typer.run(main)
