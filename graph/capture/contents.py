"""What shipments carry."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from graph.capture.work import Work
from graph.pace import Pace
from graph.portions import portions
from graph.statements import statement

_CONTENTS = statement("capture/contents_at")
Moment: TypeAlias = tuple[str, int]
"""A package, and a time in ms."""


async def contents(work: Work[Any], loads: Sequence[tuple[Sequence[str], int]]) -> list[dict[str, str]]:
    """Of each load, with its time (ms): what it lists and all that was in that, at any depth, by what is listed that it was in."""
    inside: dict[Moment, list[str]] = {}
    waiting: set[Moment] = {(package, at) for packages, at in loads for package in packages}
    while waiting:
        inside.update((moment, []) for moment in waiting)
        children: list[tuple[str, int, str]] = []
        for portion in portions(sorted(waiting)):
            [row] = await work.run(_CONTENTS, rows=[{"id": package, "at": at} for package, at in portion])
            children += row[0]
        for package, at, child in children:
            inside[package, at].append(child)
        waiting = {(child, at) for _, at, child in children} - inside.keys()
    pace, found = Pace(), list[dict[str, str]]()
    for packages, at in loads:
        carried: dict[str, str] = {package: package for package in packages}
        further = list(packages)
        while further:
            await pace.step()
            package = further.pop()
            for child in inside[package, at]:
                if child not in carried:
                    carried[child] = carried[package]
                    further.append(child)
        found.append(carried)
    return found
