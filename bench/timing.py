"""`python -m bench.timing`: whether the time of an answer tells a code that there is from one that there is not.

Both are asked in turns, each pair in random order, over one connection, for fields that all verdicts have. What is compared are medians,
and how often the known one of a pair was slower: half of the pairs, if there is nothing to tell; z is by how many standard deviations
it is off.
"""

import asyncio
import random
import statistics
import time
from datetime import date
from typing import Annotated

import orjson
import typer

from bench.client import Connection
from bench.processes import engine, service
from graph.statements import inline
from seed.load import load
from seed.settings import SeedSettings

_QUERY = "query($code: String!) { resolve(code: $code) { verdict message queryCount firstQueriedAt } }"
_FOUND = inline("bench/found", "MATCH (i:Package {level: 'ITEM'})-[:SOLD_AT]->() RETURN i.id AS id LIMIT $most")
_WARM_UP = 100


async def timed(connection: Connection, code: str) -> float:
    body = orjson.dumps({"query": _QUERY, "variables": {"code": code}})
    began = time.perf_counter()
    await connection.post(body)
    return (time.perf_counter() - began) * 1e3


async def run(named: str, pairs: int, steps: list[int]) -> None:
    async with engine(named) as (server, graph):
        await load(graph, SeedSettings(5_000, date(2026, 3, 1)))
        ids = [row["id"].split("/") for row in await graph.read(_FOUND, None, most=pairs)]
        known = [f"{owner}.{number}" for _, owner, number in ids]
        others = {
            "unknown code": [f"{owner}.{number[:-4]}{random.randrange(10**6)}" for _, owner, number in ids],
            "unknown enterprise": [f"ZZ{random.randrange(10**6)}.{number}" for _, _, number in ids],
        }
        for step in steps:
            with service(server, {"MILKLINE_LOOK_UP_STEP_MS": str(step)}) as running:
                connection = await Connection.open(f"{running.url}/graphql")
                for name, unknown in others.items():
                    show(f"in steps of {step} ms, {name}", await compared(connection, known, unknown, pairs))
                connection.close()


async def compared(connection: Connection, known: list[str], unknown: list[str], pairs: int) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for turn in range(pairs + _WARM_UP):
        asked = [known[turn % len(known)], unknown[turn % len(unknown)]]
        if random.random() < 0.5:
            first = await timed(connection, asked[0])
            pair = (first, await timed(connection, asked[1]))
        else:
            second = await timed(connection, asked[1])
            pair = (await timed(connection, asked[0]), second)
        if turn >= _WARM_UP:
            found.append(pair)
    return found


def show(name: str, found: list[tuple[float, float]]) -> None:
    one, other = (statistics.median(each) for each in zip(*found, strict=True))
    slower = sum(known > unknown for known, unknown in found)
    z = (slower - len(found) / 2) / (len(found) / 4) ** 0.5
    typer.echo(f"{name}: {other:.3f} ms, known {one:.3f} ms, known slower in {slower} of {len(found)} pairs (z = {z:+.1f})")


def main(
    named: Annotated[str, typer.Option("--engine", help="arcadedb, neo4j, or the URI of a server.")] = "arcadedb",
    pairs: Annotated[int, typer.Option("--pairs", min=100, help="Look-ups of each kind.")] = 2_000,
    steps: Annotated[list[int] | None, typer.Option("--step", min=0, help="MILKLINE_LOOK_UP_STEP_MS; may be repeated.")] = None,
) -> None:
    """Measure whether the time of an answer tells known codes from unknown ones."""
    asyncio.run(run(named, pairs, steps or [0, 25]))


if __name__ == "__main__":
    typer.run(main)
