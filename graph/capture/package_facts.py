"""What commissioning and aggregating ask the graph about packages."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from graph.capture.stays import Namer, Stay, Taken
from graph.capture.work import ROWS, Work
from graph.engine.errors import Conflict
from graph.model.identifiers import owner_of
from graph.statements import statement

_FACTS = statement("capture/package_facts")
_STAYS = statement("capture/stays")
_BEGIN = statement("capture/begin_stays")
_TOUCH = statement("capture/touch")
KEEP_ENDS = statement("capture/keep_ends")
"""For stays that go, or are about to end earlier."""


@dataclass(frozen=True, slots=True)
class Facts:
    """level: None for one that has not come. touched: how often its stays were changed; a change is written if it still holds."""

    level: str | None
    touched: int


async def read_facts(work: Work[Any], ids: Iterable[str]) -> dict[str, Facts]:
    """Of those that there are. Read before the stays: who changes these counts one up, and the write then fails."""
    asked = sorted(ids)
    if not asked:
        return {}
    [row] = await work.run(_FACTS, ids=asked)
    return {package: Facts(level, touched) for package, _, level, touched in row[0]}


@dataclass(frozen=True, slots=True)
class Stays:
    """By package. taken: REMOVEs whose stays were taken back, or end earlier."""

    of: Mapping[str, Sequence[Stay]]
    taken: Mapping[str, Sequence[Taken]]


async def read_stays(work: Work[Any], ids: Iterable[str]) -> Stays:
    stays: dict[str, list[Stay]] = {}
    taken: dict[str, list[Taken]] = {}
    if asked := sorted(ids):
        [row] = await work.run(_STAYS, ids=asked)
        for child, parent, start, until, commissioned, added, out in row[0]:
            if out is not None:
                taken.setdefault(child, []).append((parent, out))
            else:
                stays.setdefault(child, []).append(Stay(parent, start, until, bool(commissioned), bool(added)))
    return Stays(stays, taken)


async def touch(work: Work[Any], touched: Mapping[str, int]) -> None:
    """Claims packages whose stays or contents change. `Conflict` when another writer was first since their facts were read."""
    rows = [{"id": package, "touched": touched[package]} for package in sorted(touched)]
    if await work.run_rows(_TOUCH, rows) != len(rows):
        raise Conflict("packages were put into or taken out of others by another writer")


async def begin_stays(work: Work[Any], stays: Sequence[tuple[str, Stay]], held: AbstractSet[str] = frozenset()) -> None:
    """New stays, each with its child; both packages are there, and claimed. held: the parents of others that the recorder holds."""
    for start in range(0, len(stays), ROWS):
        begun: dict[str, list[dict[str, Any]]] = {}
        for child, stay in stays[start : start + ROWS]:
            begun.setdefault(stay.parent, []).append(
                {"id": child, "from": stay.start, "until": stay.until, "commissioned": stay.commissioned, "added": stay.added or None}
            )
        rows = [{"parent": parent, "children": children} for parent, children in begun.items()]
        await work.run_rows(_BEGIN, rows, held=sorted(held))


def namer(owner: str, held: AbstractSet[str] = frozenset()) -> Namer:
    """What a package is called in a message to `owner`, who holds those of others."""
    return lambda package: package if owner_of(package) == owner or package in held else "a package of another enterprise"


def level_problem(level: str, parent: str, above: str) -> str:
    return f"found level {level} in {parent} of level {above}; right is a lower level in a higher one (ITEM < INNER < CASE < PALLET)"
