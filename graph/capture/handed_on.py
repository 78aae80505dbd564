"""A recipient says by what it does with goods that they came: by a receipt, or as it puts them into packages of its own, sends them on,
or sells them (docs/decisions/0018)."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.capture.arrivals import Arrival, Sent, Word, received
from graph.capture.contents import contents
from graph.capture.holders import held
from graph.capture.work import ROWS, Work
from graph.model.identifiers import owner_of
from graph.statements import statement

_HANDED_ON = statement("capture/handed_on")


async def words(work: Work[Any], sent: Sequence[Sent], receipts: Mapping[str, Mapping[str, Arrival]]) -> dict[str, Word]:
    """By shipment, of those that have come to another enterprise by its word. receipts: by shipment and recorder. Where none counts,
    what its recipient did nothing with, nor with anything in it, is missing; of what the sender never had, nothing is asked."""
    tolerance = work.options.tolerance_ms
    found = {one.id: word for one in sent if (word := received(one, receipts.get(one.id, {}), tolerance)) is not None}
    unsaid = [one for one in sent if one.id not in found and owner_of(one.destination) != owner_of(one.id)]
    loads = await contents(work, [(one.packages, one.departed_at) for one in unsaid])
    had = await held(work, ((package, owner_of(one.id)) for one, load in zip(unsaid, loads, strict=True) for package in load))
    rows = [
        {"shipment": one.id, "id": package, "recipient": owner_of(one.destination), "since": one.departed_at - tolerance}
        for one, load in zip(unsaid, loads, strict=True)
        for package in load
        if (package, owner_of(one.id)) in had
    ]
    handed: dict[str, dict[str, int]] = {}
    for start in range(0, len(rows), ROWS):
        [row] = await work.run(_HANDED_ON, rows=rows[start : start + ROWS])
        for shipment, package, at in row[0]:
            handed.setdefault(shipment, {})[package] = at
    for one, load in zip(unsaid, loads, strict=True):
        if deeds := handed.get(one.id):
            got = {load[package] for package in deeds}
            missing = [package for package in one.packages if package not in got]
            found[one.id] = Word(one.id, owner_of(one.destination), missing, handed_on_at=min(deeds.values()))
    return found
