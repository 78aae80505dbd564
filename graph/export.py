"""All that an enterprise has told, page by page, as it is sent again: records, and what went into packages and came out."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.identifiers import Kind, owner_of
from graph.model.kinds import AggregationAction, PackageLevel
from graph.model.records.archived import sent
from graph.model.records.base import Record
from graph.model.records.batch import Batch
from graph.model.records.contact_person import ContactPerson
from graph.model.records.enterprise import Enterprise
from graph.model.records.farm import Farm
from graph.model.records.formula import Formula
from graph.model.records.ingredient_lot import IngredientLot
from graph.model.records.milk_delivery import MilkDelivery
from graph.model.records.package import Package
from graph.model.records.product import Product
from graph.model.records.research_record import ResearchRecord
from graph.model.records.sale import Sale
from graph.model.records.shipment import Receipt, Shipment
from graph.model.records.site import Site
from graph.model.records.told import NOT_TOLD
from graph.model.texts import instant_text
from graph.model.times import STILL
from graph.portions import portions
from graph.statements import Statement, statement

_LABELS: dict[type[Record], str] = {
    Enterprise: "Enterprise",
    Farm: "Farm",
    MilkDelivery: "MilkDelivery",
    IngredientLot: "IngredientLot",
    Product: "Product",
    Package: "Package",
    Site: "Site",
    Shipment: "Shipment",
    Receipt: "Receipt",
    Sale: "Sale",
    Formula: "Formula",
    ResearchRecord: "ResearchRecord",
    ContactPerson: "ContactPerson",
}
_PAGES = {model: statement("export/page", label=label) for model, label in _LABELS.items()}
_BATCHES = statement("export/batches")
_STARTS = statement("export/starts")
_STAYS = statement("export/stays")
_CONTAINED = statement("export/contained")
_FOR_OTHERS = statement("export/packed_for_others")
PAGE = 1_000
_CALLS = 20
"""Calls of the log in one page: each may name 5,000 packages."""
_BATCH = f"{Kind.PRODUCTION_BATCH.value}/"
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """owner: the code of the enterprise whose records they are; nothing comes out unless the scope has it."""

    graph: Graph
    scope: Scope
    owner: str

    async def records(self, model: type[Record]) -> AsyncGenerator[list[Fields]]:
        """A record comes after those of its own kind that it refers to."""
        if issubclass(model, Batch):
            async for page in self._batches():
                yield page
            return
        for level in reversed(PackageLevel) if model is Package else (None,):
            async for nodes in self._pages(_PAGES[model], level.value if level else None):
                yield [_sent(model, node) for node in nodes]

    async def _pages(self, read: Statement, level: str | None) -> AsyncGenerator[list[Mapping[str, Any]]]:
        after = ""
        while True:
            [row] = await self.graph.read(read, self.scope, owner=self.owner, after=after, level=level, limit=PAGE)
            nodes: list[Mapping[str, Any]] = row[0]
            yield nodes
            if len(nodes) < PAGE:
                return
            after = nodes[-1]["id"]

    async def _batches(self) -> AsyncGenerator[list[Fields]]:
        """One that a later batch went into comes without that input first, and whole at the end."""
        late = False
        async for nodes in self._batch_pages():
            following = await self._following(nodes)
            late = late or bool(following)
            yield [self._without(_batch(node), following.get(node["id"], ())) for node in nodes]
        if late:
            async for nodes in self._batch_pages():
                following = await self._following(nodes)
                yield [_batch(node) for node in nodes if node["id"] in following]

    async def _batch_pages(self) -> AsyncGenerator[list[Mapping[str, Any]]]:
        start, after = -(2**53), ""
        while True:
            given: dict[str, Any] = {"from": start, "after": after, "limit": PAGE}
            [row] = await self.graph.read(_BATCHES, self.scope, owner=self.owner, **given)
            nodes: list[Mapping[str, Any]] = row[0]
            yield nodes
            if len(nodes) < PAGE:
                return
            start, after = nodes[-1]["startedAt"], nodes[-1]["id"]

    async def _following(self, nodes: list[Mapping[str, Any]]) -> dict[str, set[str]]:
        """By batch, those of its own sources that may come after it."""
        own = f"{_BATCH}{self.owner}/"
        used = {node["id"]: {source for source in _sources(node) if source.startswith(own)} for node in nodes}
        starts: dict[str, int] = {}
        for part in portions(sorted({source for sources in used.values() for source in sources})):
            [row] = await self.graph.read(_STARTS, self.scope, owner=self.owner, ids=part)
            starts.update(row[0])
        began = {node["id"]: node["startedAt"] for node in nodes}
        found = {
            batch: {source for source in sources if starts.get(source, began[batch] - 1) >= began[batch]} for batch, sources in used.items()
        }
        return {batch: sources for batch, sources in found.items() if sources}

    @staticmethod
    def _without(record: Fields, sources: Collection[str]) -> Fields:
        if not sources:
            return record
        kept = [use for use in record["inputs"] if use["source"] not in sources]
        return record | {"inputs": kept} if kept else {name: value for name, value in record.items() if name != "inputs"}

    async def aggregations(self) -> AsyncGenerator[list[Fields]]:
        """As they were told, those of one package in the order of their times. A REMOVE that ends no stay is not among them."""
        async for nodes in self._pages(_PAGES[Package], None):
            stays = await self._stays([node["id"] for node in nodes])
            yield _told(stays)
            async for page in self._of_others([node["id"] for node in nodes]):
                yield page
        after = ""
        while True:
            [row] = await self.graph.read(_FOR_OTHERS, self.scope, owner=self.owner, after=after, limit=_CALLS)
            calls: list[tuple[str, list[str]]] = row[0]
            async for page in self._of_others(sorted({parent for _, parents in calls for parent in parents})):
                yield page
            if len(calls) < _CALLS:
                return
            after = calls[-1][0]

    async def _of_others(self, parents: list[str]) -> AsyncGenerator[list[Fields]]:
        """The packages of others in these parents, each with the first of all parents that it was told to be in."""
        among = set(parents)
        children: set[str] = set()
        for part in portions(parents):
            [row] = await self.graph.read(_CONTAINED, self.scope, owner=self.owner, ids=part)
            children.update(row[0])
        for start in range(0, len(ordered := sorted(children)), PAGE):
            by_child: defaultdict[str, list[_Stay]] = defaultdict(list)
            for stay in await self._stays(ordered[start : start + PAGE]):
                by_child[stay.child].append(stay)
            yield _told([stay for stays in by_child.values() if min(stay.parent for stay in stays) in among for stay in stays])

    async def _stays(self, children: list[str]) -> "list[_Stay]":
        if not children:
            return []
        [row] = await self.graph.read(_STAYS, self.scope, owner=self.owner, ids=children)
        return [_Stay(*stay, owner=self.owner) for stay in row[0]]


class _Stay(NamedTuple):
    child: str
    parent: str
    start: int
    until: int
    commissioned: bool | None
    added: bool | None
    added_by: str | None
    removed_by: str | None
    owner: str

    @property
    def by_add(self) -> bool:
        """Whether the owner told that it begins."""
        return (not self.commissioned or bool(self.added)) and (self.added_by or owner_of(self.parent)) == self.owner

    @property
    def by_remove(self) -> bool:
        return self.until != STILL and (self.removed_by or owner_of(self.parent)) == self.owner


def _sent(model: type[Record], node: Mapping[str, Any]) -> Fields:
    """A shipment that was taken back says so: its list of packages is empty."""
    record = sent(model, node)
    return {**record, "packages": record.get("packages", [])} if model is Shipment else record


def _batch(node: Mapping[str, Any]) -> Fields:
    """A mass that was not told is left out."""
    record = sent(Batch, node)
    uses: list[Fields] = record.get("inputs", [])
    for use in uses:
        if use["quantityKg"] == NOT_TOLD:
            del use["quantityKg"]
    return record


def _sources(node: Mapping[str, Any]) -> list[str]:
    return [orjson.loads(use)["source"] for use in node.get("inputs") or ()]


def _told(stays: list[_Stay]) -> list[Fields]:
    """Children that went into a parent, or came out, at one time are one aggregation."""
    events: defaultdict[tuple[int, bool, str], list[str]] = defaultdict(list)
    for stay in stays:
        if stay.by_add:
            events[stay.start, True, stay.parent].append(stay.child)
        if stay.by_remove:
            events[stay.until, False, stay.parent].append(stay.child)
    return [
        {
            "parent": parent,
            "children": sorted(children),
            "action": (AggregationAction.ADD if adds else AggregationAction.REMOVE).value,
            "at": instant_text(at),
        }
        for (at, adds, parent), children in sorted(events.items())
    ]
