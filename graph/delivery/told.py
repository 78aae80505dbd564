"""What a letter tells of packages: the rows of the public look-up, for who may show them as its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import owner_of
from graph.model.times import STILL
from graph.portions import portions
from graph.statements import statement

_FIND = statement("lookup/find")


async def packages_told(graph: Graph, owner: str, records: Sequence[str]) -> list[Mapping[str, Any]]:
    """A row of lookup/find for each of the owner's packages that has been recorded, in the order asked."""
    own = [record for record in records if owner_of(record) == owner]
    found: dict[str, Mapping[str, Any]] = {}
    for ids in portions(own):
        candidates = [{"id": record, "enterprise": owner} for record in ids]
        for row in await graph.read(_FIND, Scope.of(owner), candidates=candidates, still=STILL):
            if row["known"]:
                found[row["id"]] = row.data()
    return [found[record] for record in own if record in found]
