"""What has been read of the graph for one question. Each record's edges are read once, in one statement a hop and kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from auth.scope import Scope
from graph.engine.driver import Graph, Row
from graph.engine.errors import StatementTimeout
from graph.lineage.gaps import Deadline, OutOfTime
from graph.model.gs1_keys import lot_alone
from graph.model.identifiers import Kind, by_kind
from graph.model.records.epcis_event import is_event
from graph.portions import portions
from graph.statements import Statement, statement

SUPPLIED = "SUPPLIED"
CONSUMED_BY = "CONSUMED_BY"
PACKED_INTO = "PACKED_INTO"
CONTAINS = "CONTAINS"
SHIPPED_IN = "SHIPPED_IN"
DELIVERED_TO = "DELIVERED_TO"
QUERIED_AS = "QUERIED_AS"
MISSING_FROM = "MISSING_FROM"
SOLD_AT = "SOLD_AT"
DISCARDED = "DISCARDED"
"""To a captured event by which a package was destroyed."""
UNTOLD_TO, UNTOLD_FROM = "UNTOLD_TO", "UNTOLD_FROM"
"""To a captured event that says where a record went, or from one that says where it came from, and of which no record of custody tells."""


class Link(NamedTuple):
    """One custody edge as seen from one of its ends. at: None for an edge without a time. quantity: kg, as text."""

    other: str
    at: int | None
    kind: str
    quantity: str | None


class Load(NamedTuple):
    """A shipment: when it left and arrived (ms), where to, which packages it lists and which of them went missing."""

    departed_at: int
    received_at: int | None
    destination: str | None


# the statements are loaded when they are first used: the outward service, which walks backward alone, has no others
_DOWN = {
    Kind.FARM: SUPPLIED,
    Kind.ENTERPRISE: SUPPLIED,
    Kind.MILK_DELIVERY: CONSUMED_BY,
    Kind.INGREDIENT_LOT: CONSUMED_BY,
    Kind.PRODUCTION_BATCH: CONSUMED_BY,
}
_UP = {Kind.MILK_DELIVERY: SUPPLIED, Kind.INGREDIENT_LOT: SUPPLIED, Kind.PRODUCTION_BATCH: CONSUMED_BY}

Links = dict[str, Sequence[Link]]


@dataclass(slots=True)
class Custody:
    """down, up: the edges of each record read so far. missing: records that are referred to and have not come. opened: packages that
    stand for what was in them. untold: by captured event, the records of which it says more than is recorded."""

    graph: Graph
    scope: Scope
    deadline: Deadline
    down: Links = field(default_factory=dict[str, Sequence[Link]])
    up: Links = field(default_factory=dict[str, Sequence[Link]])
    missing: set[str] = field(default_factory=set[str])
    opened: set[str] = field(default_factory=set[str])
    untold: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    async def rows(self, read: Statement, ids: Iterable[str], **more: Any) -> list[Row]:
        """The rows of a statement that takes $ids, in portions; OutOfTime past the deadline."""
        found: list[Row] = []
        for portion in portions(ids):
            try:
                found += await self.graph.read(read, self.scope, within=self.deadline.left(), ids=portion, **more)
            except StatementTimeout as error:
                raise OutOfTime from error
        return found

    async def read_down(self, ids: Iterable[str]) -> None:
        for kind, wanted in _by_kind(ids, self.down).items():
            edge = _DOWN[kind]
            more = f"{edge}|{UNTOLD_TO}" if kind is Kind.PRODUCTION_BATCH else edge
            read = statement("lineage/downstream", label=kind.label, edge=more)
            lots: Mapping[str, list[str]] = _by_lot(wanted) if kind is Kind.PRODUCTION_BATCH else {}
            for record, links in await self.rows(read, [*wanted, *(lots.keys() - set(wanted))]):
                for batch in lots.get(record, ()):
                    self._recorded(batch, links)
                if record in self.down:
                    self.down[record] = [Link(other, at, edge, quantity) for other, at, quantity in self._recorded(record, links)]

    async def read_up(self, ids: Iterable[str]) -> None:
        for kind, wanted in _by_kind(ids, self.up).items():
            if kind not in _UP:
                continue
            edge = _UP[kind]
            more = f"{edge}|{UNTOLD_FROM}" if kind is Kind.PRODUCTION_BATCH else edge
            read = statement("lineage/upstream", label=kind.label, edge=more)
            for record, links in await self.rows(read, wanted):
                recorded = self._recorded(record, links)
                self.up[record] = [Link(other, at, edge, quantity) for other, at, quantity, _ in recorded]
                self.missing.update(link[0] for link in recorded if link[3])

    async def packed(self, items: Iterable[str]) -> list[Row]:
        """(batch, whether it has not come, items packed from it, when each was). What was in an opened package may have come untold."""
        packed: list[Row] = []
        for row in await self.rows(statement("lineage/batches_of_items"), {*items, *self.opened}):
            if is_event(row[0]):
                self.untold[row[0]].update(row[2])
            else:
                packed.append(row)
        return packed

    def _recorded(self, record: str, links: Sequence[Any]) -> Sequence[Any]:
        """Without events, which are noted."""
        recorded: list[Any] = []
        for link in links:
            if is_event(link[0]):
                self.untold[link[0]].add(record)
            else:
                recorded.append(link)
        return recorded

    async def present(self, ids: Iterable[str], *, any_owner: bool) -> dict[str, tuple[bool, str | None]]:
        """Of the IDs that are known, whether the record has come, and a package's level."""
        found: dict[str, tuple[bool, str | None]] = {}
        for kind, wanted in by_kind(dict.fromkeys(ids)).items():
            for row in await self.rows(statement("lineage/present", label=kind.label), wanted, any=any_owner):
                found[row[0]] = (row[1], row[2])
        return found


def _by_lot(batches: Iterable[str]) -> Mapping[str, list[str]]:
    """By the name of the lot alone, by which events tell of logistic units in which nothing is known to be."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for batch in batches:
        if "." in batch:
            named[lot_alone(batch)].append(batch)
    return named


def _by_kind(ids: Iterable[str], known: Links) -> dict[Kind, list[str]]:
    """The IDs not read yet, by kind; each is marked as read, so that one without edges is not asked for again."""
    unread = [record for record in dict.fromkeys(ids) if record not in known]
    known.update(dict.fromkeys(unread, ()))
    return by_kind(unread)
