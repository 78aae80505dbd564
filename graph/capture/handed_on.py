"""A recipient says by what it does with goods that they came: by a receipt, or as it puts them into packages of its own, sends them on,
or sells them (docs/decisions/0018)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from graph.capture.arrivals import Arrival, Sent, Word, received
from graph.capture.contents import contents
from graph.capture.holders import held
from graph.capture.work import ROWS, Work
from graph.model.identifiers import owner_of
from graph.statements import statement

_HANDED_ON = statement("capture/handed_on")


async def words(
    work: Work[Any],
    sent: Sequence[Sent],
    receipts: Mapping[str, Mapping[str, Arrival]],
    above: Mapping[str, Mapping[str, Collection[str]]] | None = None,
) -> dict[str, Word]:
    """By shipment, of those that have come to another enterprise by its word. receipts: by shipment and recorder. Where none counts,
    what its recipient did nothing with, nor with anything in it, is missing; of what the sender never had, nothing is asked.

    above: by shipment, what packages of it were in, with these: what was done with that was done with them.
    """
    tolerance = work.options.tolerance_ms
    found = {one.id: word for one in sent if (word := received(one, receipts.get(one.id, {}), tolerance)) is not None}
    unsaid = [one for one in sent if one.id not in found and owner_of(one.destination) != owner_of(one.id)]
    loads = await contents(work, [(one.packages, one.departed_at) for one in unsaid])
    told: list[dict[str, Collection[str]]] = []
    for one, load in zip(unsaid, loads, strict=True):
        below: dict[str, Collection[str]] = {package: (listed,) for package, listed in load.items()}
        told.append(dict((above or {}).get(one.id, {})) | below)
    had = await held(work, ((package, owner_of(one.id)) for one, about in zip(unsaid, told, strict=True) for package in about))
    rows = [
        {"shipment": one.id, "id": package, "recipient": owner_of(one.destination), "since": one.departed_at - tolerance}
        for one, about in zip(unsaid, told, strict=True)
        for package in about
        if (package, owner_of(one.id)) in had
    ]
    handed: dict[str, dict[str, int]] = {}
    for start in range(0, len(rows), ROWS):
        [row] = await work.run(_HANDED_ON, rows=rows[start : start + ROWS])
        for shipment, package, at in row[0]:
            handed.setdefault(shipment, {})[package] = at
    for one, about in zip(unsaid, told, strict=True):
        if deeds := handed.get(one.id):
            got = set[str]().union(*(about[package] for package in deeds))
            missing = [package for package in one.packages if package not in got]
            found[one.id] = Word(one.id, owner_of(one.destination), missing, handed_on_at=min(deeds.values()))
    return found
