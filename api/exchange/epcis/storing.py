"""Custody that events come to is stored: records in the order in which they need each other, and what the graph has to be asked for them.

What of it cannot be stored is a note, and untold.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from api.exchange.epcis.custody import Arrival, Custody, Elsewhere, Moved, Row
from api.exchange.epcis.said import some
from auth.actor import Actor
from graph.capture import (
    Options,
    Outcome,
    Status,
    capture_aggregations,
    capture_implied_batches,
    capture_sales,
    capture_told_batches,
    capture_told_packages,
    capture_told_receipts,
    capture_told_shipments,
    capture_told_sites,
)
from graph.custody_facts import (
    Moment,
    children_at,
    contents_of,
    destinations_of,
    emptied,
    items_of,
    origins_at,
    packages_recorded,
    received,
    shipments_by,
    yields_of,
)
from graph.engine.driver import Graph
from graph.model.gs1_keys import canonical
from graph.model.identifiers import owner_of
from graph.model.records.told import NOT_TOLD, is_unstated
from graph.model.texts import instant_text
from graph.model.times import STILL

Capture: TypeAlias = Callable[[Graph, Actor, Sequence[Mapping[str, object]], Options], Awaitable[list[Outcome]]]
_BEGINNINGS = (capture_implied_batches, capture_told_batches, capture_told_packages)
_ABOUT_THEMSELVES = (*_BEGINNINGS, capture_aggregations)
"""What these record has the ID of a package or a batch."""
_ROWS = 5_000
"""In one call."""
_ITEMS_WAITED_FOR = 1_000
"""Of one use, when their batch may be told later."""


@dataclass(frozen=True, slots=True)
class Storing:
    """By the rights of the actor. Raises as `Recorder`."""

    graph: Graph
    actor: Actor
    options: Options

    async def store(self, custody: Custody) -> None:
        await self._send(custody, capture_told_sites, custody.sites)
        await self._weigh(custody)
        await self._leave_out_known(custody)
        implied = {batch: row for batch, row in custody.batches.items() if row.implied}
        await self._send(custody, capture_implied_batches, implied)
        await self._send(custody, capture_told_batches, {batch: row for batch, row in custody.batches.items() if not row.implied})
        await self._send(custody, capture_told_packages, custody.packages)
        await self._move(custody)
        await self._use(custody)
        await self._send(custody, capture_told_shipments, custody.shipments)
        await self._arrive(custody)
        await self._look_inside(custody)
        await self._look_elsewhere(custody)
        await self._send(custody, capture_sales, {str(place): row for place, row in enumerate(custody.sales)})

    async def _leave_out_known(self, custody: Custody) -> None:
        """An item that is recorded already has its batch: none is recorded of which only this event is known."""
        implied = {item: str(row.content["batch"]) for item, row in custody.packages.items() if row.implied and "batch" in row.content}
        for item in await packages_recorded(self.graph, self.actor.scope, implied):
            del custody.packages[item]
        needed = {row.content.get("batch") for row in custody.packages.values()}
        for batch in {batch for batch in implied.values() if is_unstated(batch) and batch not in needed}:
            custody.batches.pop(batch, None)

    async def _weigh(self, custody: Custody) -> None:
        """A batch has the yield that was told first; another word on it is a note, since events that were kept are told again."""
        if not custody.yields:
            return
        stored = await yields_of(self.graph, self.actor.scope, custody.yields)
        for batch, told in custody.yields.items():
            known = stored.get(batch) or next(iter(told.values()))
            custody.batches[batch].content["yieldKg"] = known
            for index, mass in told.items():
                if mass != known:
                    found = f"not recorded: found {mass} kg made of {batch}, and {known} kg as told before"
                    custody.note(index, "outputQuantityList", f"{found}; right is one yield of a batch, as its record may amend it")

    async def _send(self, custody: Custody, capture: Capture, rows: Mapping[str, Row]) -> None:
        ordered = sorted(rows.values(), key=lambda row: not row.implied)
        for portion in _portions(ordered):
            outcomes = await capture(self.graph, self.actor, [row.content for row in portion], self.options)
            for row, outcome in zip(portion, outcomes, strict=True):
                if not outcome.problems:
                    custody.kept(row, outcome.id, new=outcome.status is Status.CREATED)
                    if outcome.status is not Status.UNCHANGED:
                        custody.news.update(row.went, [outcome.id] if capture in _ABOUT_THEMSELVES else ())
                for index in row.told_by if outcome.problems else ():
                    came = [outcome.id] if capture in _BEGINNINGS else ()
                    custody.lost(index, went=row.went, came=came, until_told=capture is capture_aggregations)
                    for problem in outcome.problems:
                        more = "; it waits for what is still to be told" if capture is capture_aggregations else ""
                        custody.note(index, problem.path, f"not recorded: {outcome.id}: {problem.message}{more}")

    async def _move(self, custody: Custody) -> None:
        """In the order of times; what empties a parent is asked of the graph when all before it is recorded."""
        waiting: list[Moved] = []
        emptyings = dict.fromkeys(await self._emptyings(custody.moved))
        for move in sorted((*custody.moved, *emptyings), key=lambda move: (move.at, move.adds)):
            if move.children is None:
                await self._moved(custody, waiting)
                waiting = []
                children = tuple(await children_at(self.graph, self.actor.scope, move.parent, move.at))
                if not children and move in emptyings:
                    continue
                if not children:
                    custody.note(move.index, "childEPCs", _nothing_in(move, self.actor.enterprise))
                    custody.wait(move.index, [move.parent])
                    continue
                move = replace(move, children=children)  # noqa: PLW2901
            waiting.append(move)
        await self._moved(custody, waiting)

    async def _emptyings(self, moves: Sequence[Moved]) -> list[Moved]:
        """Of parents into which something went, when they were emptied by what was captured before, and told of later times."""
        first: dict[str, Moved] = {}
        for move in moves:
            name = canonical(move.key)
            if move.adds and (name not in first or move.at < first[name].at):
                first[name] = move
        told = {(move.parent, move.at) for move in moves if move.children is None}
        times = await emptied(self.graph, self.actor.scope, first) if first else []
        late = [replace(first[name], children=None, adds=False, at=at) for name, at in times if at > first[name].at]
        return [move for move in late if (move.parent, move.at) not in told]

    async def _moved(self, custody: Custody, moves: Sequence[Moved]) -> None:
        rows = {
            str(place): Row(
                {
                    "parent": move.parent,
                    "children": list(move.children or ()),
                    "action": "ADD" if move.adds else "REMOVE",
                    "at": instant_text(move.at),
                },
                [move.index],
            )
            for place, move in enumerate(moves)
        }
        await self._send(custody, capture_aggregations, rows)

    async def _use(self, custody: Custody) -> None:
        """Packages that went into batches stand for what they were packed from."""
        moments = sorted({(use.package, use.at) for use in custody.uses})
        if not moments:
            return
        untold = set[str]().union(*(one.came for one in custody.untold.values()))
        origins = await origins_at(self.graph, self.actor.scope, moments, untold)
        items = await items_of(self.graph, filter(is_unstated, chain.from_iterable(one.batches for one in origins.values())))
        rows: dict[str, Row] = {}
        for use in custody.uses:
            found = origins[use.package, use.at]
            sources = [batch for batch in found.batches if batch != use.batch]
            custody.wait(use.index, found.containers)
            if sources and found.untold:
                message = f"kept; of {some(found.untold)} more went into {use.batch} than is recorded; right is what is in it, by EPCs"
                custody.note(use.index, "inputEPCList", message)
                custody.lost(use.index, went=[use.package], came=[use.batch])
            if not sources:
                own = owner_of(use.package) == self.actor.enterprise
                once = "that is told" if own else "a shipment has brought it to you"
                message = f"kept; the batch of {use.package} is not known; it is recorded once {once}"
                custody.note(use.index, "inputEPCList", message)
                custody.lost(use.index, went=[use.package], came=[use.batch], until_told=True)
                continue
            if provisional := [source for source in sources if is_unstated(source)]:
                of_these = sorted(chain.from_iterable(items.get(source, ()) for source in provisional))
                custody.wait(use.index, [use.package, *of_these[:_ITEMS_WAITED_FOR]])
            known = custody.batches[use.batch].content
            row = rows.setdefault(use.batch, Row(known | {"inputs": []}, []))
            row.told_by.append(use.index)
            for source in sources:
                entry = {"source": source, "quantityKg": NOT_TOLD, "at": instant_text(use.at)}
                if entry not in row.content["inputs"]:
                    row.content["inputs"].append(entry)
        await self._send(custody, capture_told_batches, rows)

    async def _arrive(self, custody: Custody) -> None:
        came = await self._came(custody.arrivals)
        named = [one.shipment for one in custody.arrivals if one.shipment]
        bound = await destinations_of(self.graph, self.actor.scope, [*(shipment for shipment, _ in came.values()), *named])
        before = await received(
            self.graph, self.actor.scope, [key for one in custody.arrivals if one.anywhere for key in one.keys.values()]
        )
        rows: dict[str, Row] = {}
        for one in sorted(custody.arrivals, key=lambda one: one.at):
            ways = {package: way for package in one.packages if (way := came.get((package, one.at)))}
            found = {package: shipment for package, (shipment, _) in ways.items()}
            waits = one.shipment if one.shipment not in bound else None
            missing = [package for package in one.packages if package not in found]
            if missing or waits:
                by = f"{one.shipment} is recorded without" if one.shipment else "no shipment is known by which"
                by = f"{one.shipment} has not come, by which came" if waits else by
                right = "it is recorded once there is one that has it"
                missing = list(one.packages) if waits else missing
                custody.note(one.index, "epcList", f"kept; {by} {some(missing)}{'' if one.shipment else ' came'}; {right}")
                custody.lost(one.index, went=missing, until_told=True)
            elsewhere = [package for package, shipment in found.items() if not waits and not one.fits(shipment, bound.get(shipment))]
            if elsewhere:
                by = f"{found[elsewhere[0]]} of {owner_of(found[elsewhere[0]])} was bound for {bound.get(found[elsewhere[0]])}"
                told = f"{some(elsewhere)} came to {one.site} from {one.sender or 'somebody'}, and by {by}"
                custody.note(one.index, "bizLocation", f"kept; found that {told}; it is recorded once there is one to where it came")
                custody.lost(one.index, went=elsewhere, until_told=True)
            latest = one.at - self.options.tolerance_ms
            again = [
                package
                for package, (_, departed) in ways.items()
                if one.anywhere and any(departed <= at < latest for at in before.get(one.keys[package], ()))
            ]
            if again:
                told = f"{some(again)} had come by {found[again[0]]} before, and where it came now is not told"
                custody.note(one.index, "bizLocation", f"kept; found that {told}; right is the place")
                custody.lost(one.index, went=again, until_told=True)
            taken = {shipment for package, shipment in found.items() if package not in elsewhere and package not in again}
            for shipment in sorted({waits} if waits else taken or ({one.shipment} if one.shipment else set[str]())):
                row = rows.setdefault(shipment, Row({"shipment": shipment, "receivedAt": instant_text(one.at)}, []))
                row.told_by.append(one.index)
                row.way.update(one.packages)
        await self._send(custody, capture_told_receipts, rows)

    async def _came(self, told: Sequence[Arrival | Elsewhere]) -> dict[Moment, tuple[str, int]]:
        """The shipment by which each package can have come by the time that is told, with the tolerance, and when that left."""
        tolerance = self.options.tolerance_ms
        moments = sorted({(package, one.at + tolerance) for one in told for package in one.packages})
        if not moments:
            return {}
        by_moment: dict[Moment, list[Arrival | Elsewhere]] = {}
        for one in told:
            for package in one.packages:
                by_moment.setdefault((package, one.at + tolerance), []).append(one)
        came = await shipments_by(
            self.graph, self.actor.scope, moments, lambda moment, shipment, end: any(one.fits(shipment, end) for one in by_moment[moment])
        )
        return {(package, at - tolerance): way for (package, at), way in came.items()}

    async def _look_inside(self, custody: Custody) -> None:
        """Whether what events say of what is in packages is known by records of custody; what is not, is untold."""
        now = [(record, STILL - 1) for record in custody.of_lot]
        held = await contents_of(self.graph, self.actor.scope, [*now, *((one.parent, one.at) for one in custody.inside)])
        for record, at in now:
            if (record, at) not in held:
                index, batches = custody.of_lot[record]
                found = f"kept; the lot of {record} is that of the items in it, and found none"
                custody.note(index, "ilmd", f"{found}; right is that these are commissioned, and packed into it")
                custody.lost(index, went=batches, came=[record], until_told=True)
        for one in custody.inside:
            custody.lost(one.index, went=set(one.children) - held.get((one.parent, one.at), set()), until_told=True)

    async def _look_elsewhere(self, custody: Custody) -> None:
        """Likewise of where packages are."""
        came = await self._came(custody.elsewhere)
        bound = await destinations_of(self.graph, self.actor.scope, [shipment for shipment, _ in came.values()])
        for one in custody.elsewhere:
            ways = {package: came.get((package, one.at), ("", 0))[0] for package in one.packages}
            there = {package: shipment for package, shipment in ways.items() if one.fits(shipment, bound.get(shipment))}
            custody.lost(one.index, went=ways.keys() - there.keys(), until_told=True)
            for package, shipment in there.items():
                custody.rest(one.index, package, shipment)


def _nothing_in(move: Moved, enterprise: str | None) -> str:
    """Of what is another's and did not come, nothing is told but that."""
    found = f"kept; found nothing in {move.parent} at {instant_text(move.at)} to take out"
    return found if owner_of(move.parent) == enterprise else f"{found}; it is recorded once a shipment has brought it to you"


def _portions(rows: Sequence[Row]) -> list[list[Row]]:
    """As many as a call takes, by the entries of their lists too."""
    portions: list[list[Row]] = []
    listed = 0
    for row in rows:
        entries = sum(len(row.content.get(name, ())) for name in ("children", "packages", "inputs"))
        if not portions or len(portions[-1]) >= _ROWS or listed + entries > 50_000:
            portions.append([])
            listed = 0
        portions[-1].append(row)
        listed += entries
    return portions
