"""Who ever had a package: its owner, and whoever a holder's shipment brought it to (docs/decisions/0005)."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from graph.capture.work import Work
from graph.model.identifiers import owner_of
from graph.neighbours import passages

Hold: TypeAlias = tuple[str, str]
"""A package, and an enterprise."""


async def held(work: Work[Any], asked: Iterable[Hold]) -> set[Hold]:
    """Those of which the enterprise ever had the package: whoever else lists or ships it says nothing of where it is."""
    found: set[Hold] = set()
    others: set[Hold] = set()
    for one in asked:
        (found if owner_of(one[0]) == one[1] else others).add(one)
    passed = await passages(work.rows, sorted({package for package, _ in others})) if others else {}
    return found.union(one for one in others if one[1] in passed[one[0]].receivers)
