"""What the graph has to have before it is used: constraints, indexes, and changes of shape.

A migration is a module `m<number>_<name>.py` here with two coroutines: `apply(graph)`, idempotent, since two processes
may start at once and either may be cut off; and `holds(graph)`, an empty list or what is missing. Each one that has been
applied is a `(:Migration {number, name, appliedAt})`.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from graph.engine.driver import Graph
from graph.engine.errors import EngineError
from graph.model.times import now_ms
from graph.statements import statement

_MODULE = re.compile(r"m(\d{4})_(\w+)")
_APPLIED = statement("migrations/applied")
_RECORD = statement("migrations/record")


class MigrationFailed(EngineError):
    """A migration ran and what it is for is not there; the message names the first thing missing."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    apply: Callable[[Graph], Awaitable[None]]
    holds: Callable[[Graph], Awaitable[list[str]]]

    def __str__(self) -> str:
        return f"{self.number:04} {self.name}"


def migrations() -> list[Migration]:
    """Those of this release, in their order. Numbers count from 1 without a gap."""
    found: list[Migration] = []
    for info in iter_modules(__path__):
        if named := _MODULE.fullmatch(info.name):
            module = import_module(f"{__name__}.{info.name}")
            found.append(Migration(int(named[1]), named[2].replace("_", " "), module.apply, module.holds))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationFailed(f"the migrations are not numbered from 1 without a gap: {', '.join(map(str, found))}")
    return found


async def applied(graph: Graph) -> dict[int, str]:
    """The names of the migrations that the graph records, by number."""
    return {row["number"]: row["name"] for row in await graph.read(_APPLIED, None)}


async def migrate(graph: Graph) -> list[str]:
    """Applies, checks and records what is not recorded yet; the names of what this call applied, in order.

    Raises `MigrationFailed`, also for a graph that a later release has migrated further than this one knows.
    """
    known = migrations()
    done = await applied(graph)
    if ahead := sorted(done.keys() - {migration.number for migration in known}):
        names = ", ".join(f"{number:04} {done[number]}" for number in ahead)
        raise MigrationFailed(f"this graph was migrated by a later release: it has {names}; this release knows up to {len(known):04}")
    new = [migration for migration in known if migration.number not in done]
    for migration in new:
        await migration.apply(graph)
        await _check(migration, graph)
        await graph.administer(_RECORD, number=migration.number, name=migration.name, at=now_ms())
    return [str(migration) for migration in new]


async def missing(graph: Graph) -> list[str]:
    """What recorded migrations are for and the graph lacks, one line each; for the check of a running system."""
    done = await applied(graph)
    return [f"{migration}: {lack}" for migration in migrations() if migration.number in done for lack in await migration.holds(graph)]


async def _check(migration: Migration, graph: Graph) -> None:
    if lacks := await migration.holds(graph):
        more = f" and {len(lacks) - 1} more" if len(lacks) > 1 else ""
        raise MigrationFailed(f"migration {migration} was applied, and the graph lacks {lacks[0]}{more}")
