"""What another enterprise has received in a shipment stays in it (docs/decisions/0018): when a shipment is amended to leave at another
time, or a package to have been in another, or in none, what left with it is compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from auth.scope import Scope
from graph.capture.arrivals import Sent, Word, read_receipts, received
from graph.capture.contents import contents
from graph.capture.holders import held
from graph.capture.package_facts import read_stays
from graph.capture.stays import Stay
from graph.capture.work import Work
from graph.engine.errors import Conflict
from graph.model.texts import instant_text
from graph.neighbours import Carriage
from graph.pace import Pace
from graph.portions import portions
from graph.statements import statement

_CARRIAGES = statement("neighbours/carriages")
_CLAIM_SHIPMENTS = statement("capture/claim_shipments")
_CLAIM_PACKAGES = statement("capture/claim_packages")

StaysOf: TypeAlias = Mapping[str, Sequence[Stay]]
"""By package."""


class Amended(NamedTuple):
    """A shipment as it was told and as it is told now, and the recipient's word on what came of it."""

    before: Sent
    now: Sent
    word: Word


class LeftBehind(NamedTuple):
    """package: the first that would not have left with the shipment. listed: what it was in that is listed, or itself."""

    package: str
    listed: str
    word: Word


async def left_behind(work: Work[Any], amended: Sequence[Amended]) -> dict[str, LeftBehind]:
    """By shipment, of those that carried more at the former departure than they would at the new one."""
    asked = [one for one in amended if one.before.departed_at != one.now.departed_at]
    loads = [(one.before.packages, one.before.departed_at) for one in asked]
    loads += [(one.now.packages, one.now.departed_at) for one in asked]
    loads += [(one.word.missing, one.before.departed_at) for one in asked]
    carried = await contents(work, loads)
    found: dict[str, LeftBehind] = {}
    for place, one in enumerate(asked):
        before, now, missed = carried[place :: len(asked)]
        package = min(before.keys() - now.keys() - missed.keys(), default=None)
        if package is not None:
            found[one.now.id] = LeftBehind(package, before[package], one.word)
    return found


async def settle_loads(work: Work[Any], amended: Sequence[Amended]) -> None:
    """The same, once the shipments are written: `Conflict` when a package was put elsewhere meanwhile."""
    asked = [one for one in amended if one.before.departed_at != one.now.departed_at]
    carried = await contents(work, [(one.before.packages, one.before.departed_at) for one in asked])
    await work.run_rows(_CLAIM_PACKAGES, [{"id": package} for package in sorted(set[str]().union(*carried))])
    if await left_behind(work, asked):
        raise Conflict("a package was put elsewhere while a shipment of it was amended")


class TakenOut(NamedTuple):
    """gone: when the package was in a parent, and would not have been. shipment: by which it left in that, and came by the recipient's
    word; None where the recorder has neither sent nor got it."""

    gone: Stay
    shipment: Carriage | None
    word: Word

    def message(self, found: str) -> str:
        parent, sent = self.gone.parent, self.shipment
        if sent is None:
            return (
                f"{found}, and {parent} left with it in a shipment that another enterprise has received; right is what leaves it in there"
            )
        left = f"{parent} left with it in {sent.shipment} at {instant_text(sent.at)}"
        return f"{found}, and {left}, which {self.word.came}; right is what leaves it in there then; {self.word.otherwise}"


@dataclass(frozen=True, slots=True)
class Ways:
    """What packages were in, and the shipments that list them, by whoever had them; of packages and of all that they ever were in."""

    stays: dict[str, Sequence[Stay]] = field(default_factory=dict[str, Sequence[Stay]])
    listed: dict[str, Sequence[Carriage]] = field(default_factory=dict[str, Sequence[Carriage]])

    async def read(self, work: Work[Any], packages: Iterable[str]) -> None:
        waiting = set(packages) - self.listed.keys()
        while waiting:
            self.listed.update(dict.fromkeys(waiting, ()))
            for portion in portions(sorted(waiting)):
                self.stays.update((await read_stays(work, portion)).of)
                listed = {row[0]: list(map(Carriage._make, row[1])) for row in await work.run(_CARRIAGES, ids=portion)}
                had = await held(work, ((package, one.sender) for package, carriages in listed.items() for one in carriages))
                for package, carriages in listed.items():
                    self.listed[package] = [one for one in carriages if (package, one.sender) in had]
            waiting = {stay.parent for package in waiting for stay in self.stays.get(package, ())} - self.listed.keys()

    def amended(self, stays: StaysOf) -> "Ways":
        return Ways({**self.stays, **stays}, self.listed)

    def carried(self, package: str, start: int, until: int, within: frozenset[str] = frozenset()) -> Iterator[Carriage]:
        """The shipments that left with it between these times, listed or in another."""
        yield from (carriage for carriage in self.listed.get(package, ()) if start <= carriage.at < until)
        for stay in self.stays.get(package, ()):
            if stay.parent not in within and max(start, stay.start) < min(until, stay.until):
                yield from self.carried(stay.parent, max(start, stay.start), min(until, stay.until), within | {package})

    def around(self, package: str, at: int) -> set[str]:
        """The package, and what it was in at a time."""
        found, waiting = {package}, [package]
        while waiting:
            above = {stay.parent for stay in self.stays.get(waiting.pop(), ()) if stay.covers(at)} - found
            found |= above
            waiting += above
        return found


Parted: TypeAlias = tuple[str, Stay, Carriage]
"""A package, when it is in a parent no more, and a shipment that left with it in that meanwhile."""


class Parting(NamedTuple):
    """received: by package whose stays change, where it would not have left with a shipment that another enterprise has received.
    shipments: all that one of them would not have left with."""

    received: Mapping[str, Sequence[TakenOut]]
    shipments: AbstractSet[str]


async def taken_out(work: Work[Any], before: StaysOf, after: StaysOf) -> Parting:
    """Of packages that come out of what has not left since, nothing is asked but what it left with."""
    was = Ways()
    lost = await parted(work, was, before, after)
    arrived = await _received(work, {one for _, _, one in lost})
    found: dict[str, list[TakenOut]] = {}
    for package, stay, one in sorted(lost, key=lambda entry: entry[2]):
        word = arrived.get(one.shipment)
        if word is not None and was.around(package, one.at).isdisjoint(word.missing):
            party = work.owner in (one.sender, one.receiver)
            found.setdefault(package, []).append(TakenOut(stay, one if party else None, word))
    return Parting(found, {one.shipment for _, _, one in lost})


async def parted(work: Work[Any], was: Ways, before: StaysOf, after: StaysOf) -> list[Parted]:
    """was: is filled with what packages were in until now."""
    gone = [(package, stay) for package, stays in after.items() for stay in _gone(before.get(package, ()), stays)]
    await was.read(work, {stay.parent for _, stay in gone})
    loads: dict[Stay, frozenset[Carriage]] = {}
    for stay in {stay for _, stay in gone}:
        loads[stay] = frozenset(one for one in was.carried(stay.parent, stay.start, stay.until) if one.receiver != one.sender)
    gone = [(package, stay) for package, stay in gone if loads[stay]]
    if not gone:
        return []
    await was.read(work, {*(package for package, _ in gone), *(stay.parent for stays in after.values() for stay in stays)})
    now, pace, found = was.amended(after), Pace(), list[Parted]()
    for package, stay in gone:
        await pace.step()
        found += [(package, stay, one) for one in loads[stay] if one not in now.carried(package, one.at, one.at + 1)]
    return found


def _gone(before: Iterable[Stay], after: Sequence[Stay]) -> Iterator[Stay]:
    """What of the stays is in none with the same parent any more."""
    for stay in before:
        start = stay.start
        for other in sorted((one for one in after if one.parent == stay.parent and one.meets(stay)), key=lambda one: one.start):
            if start < other.start:
                yield Stay(stay.parent, start, other.start)
            start = max(start, other.until)
        if start < stay.until:
            yield Stay(stay.parent, start, stay.until)


async def _received(work: Work[Any], carriages: Iterable[Carriage]) -> dict[str, Word]:
    """By shipment, of those that have come by their recipients' receipts; claimed, so that there is no other one until all is written. What
    was handed on is not asked about: of what came out of its parent before, it says nothing, and may be told before that is."""
    sent = [Sent(one.shipment, one.at, one.destination) for one in sorted(set(carriages), key=lambda one: one.shipment)]
    rows: list[dict[str, Any]] = [{"id": one.id, "at": one.departed_at, "destination": one.destination} for one in sent]
    if await work.run_rows(_CLAIM_SHIPMENTS, rows) != len(rows):
        raise Conflict("a shipment was amended while what it carries was")
    receipts = await read_receipts(work, sent, Scope.ALL)
    arrived = ((one.id, received(one, receipts.get(one.id, {}), work.options.tolerance_ms)) for one in sent)
    return {shipment: word for shipment, word in arrived if word is not None}
