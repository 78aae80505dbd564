"""What events say of custody, by the table in docs/reference/epcis.md and plain loops, to be read beside it.

For documents that use EPC URNs, lot numbers and whole levels: enough to tell what a lineage over them has to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .world import Aggregation, Batch, Package, Receipt, Sale, Shipment, Site, Use, World


def check_digit(digits: str) -> str:
    return str(-sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))) % 10)


def name(urn: str) -> str:
    """The ID that an EPC URN names."""
    scheme, rest = re.fullmatch(r"urn:epc:(?:id|class):(\w+):(.+)", urn).groups()  # pyright: ignore[reportOptionalMemberAccess]
    prefix, reference, *serial = rest.split(".", 2)
    if scheme in ("sgtin", "lgtin"):
        digits = f"{reference[0]}{prefix}{reference[1:]}"
        kind = "package" if scheme == "sgtin" else "batch"
        return f"{kind}/{prefix}/{digits}{check_digit(digits)}.{serial[0]}"
    if scheme == "sscc":
        digits = f"{reference[0]}{prefix}{reference[1:]}"
        return f"package/{prefix}/{digits}{check_digit(digits)}"
    return f"site/{prefix}/{prefix}{reference}{check_digit(prefix + reference)}"


def level(urn: str) -> str:
    if ":sscc:" in urn:
        return "PALLET"
    return "ITEM" if urn.split(".")[1][0] in "09" else "CASE"


def world_of_events(events: Iterable[dict[str, Any]], recorder: str, at: Any) -> World:
    """events: as in JSON-LD. at: from an event's time to ms."""
    batches: dict[str, Batch] = {}
    packages: dict[str, Package] = {}
    sites: dict[str, Site] = {}
    aggregations: list[Aggregation] = []
    shipments: list[Shipment] = []
    receipts: list[Receipt] = []
    sales: list[Sale] = []

    def batch(record: str, time: int, inputs: tuple[Use, ...] = ()) -> None:
        before = batches.get(record, Batch(record, "FINISHED", time, time))
        batches[record] = Batch(record, "FINISHED", min(before.started_at, time), max(before.ended_at, time), before.inputs + inputs)

    def site(record: str) -> None:
        if record.split("/")[1] == recorder:
            sites.setdefault(record, Site(record))

    def there(epcs: Iterable[str], time: int) -> list[str]:
        for epc in epcs:
            if name(epc).split("/")[1] == recorder and name(epc) not in packages:
                packages[name(epc)] = Package(name(epc), level(epc), time)
        return [name(epc) for epc in epcs]

    for event in events:
        time, step, epcs = at(event["eventTime"]), event.get("bizStep"), event.get("epcList", [])
        lot = next((value for key, value in event.get("ilmd", {}).items() if key.endswith("lotNumber")), None)
        if event["type"] == "TransformationEvent":
            sources = [name(one["epcClass"]) for one in event["inputQuantityList"]]
            for source in sources:
                batch(source, time)
            for made in event["outputQuantityList"]:
                batch(name(made["epcClass"]), time, tuple(Use(source, time) for source in sources))
        elif event["type"] == "AggregationEvent":
            [parent] = there([event["parentID"]], time)
            action = {"ADD": "ADD", "DELETE": "REMOVE"}[event["action"]]
            aggregations.append(Aggregation(recorder, parent, tuple(there(event["childEPCs"], time)), action, time))
        elif event["action"] == "ADD":
            for epc in epcs:
                of = f"batch/{recorder}/{name(epc).split('/')[2].split('.')[0]}.{lot}" if level(epc) == "ITEM" else None
                packages[name(epc)] = Package(name(epc), level(epc), time, of)
                if of:
                    batch(of, time)
        elif step == "shipping":
            ends = [
                next(name(one[end]) for one in event[f"{end}List"] if one["type"].endswith("location")) for end in ("source", "destination")
            ]
            for end in ends:
                site(end)
            shipments.append(Shipment(f"shipment/{recorder}/{len(shipments)}", ends[0], ends[1], time, tuple(there(epcs, time))))
        elif step == "receiving":
            came = [one for one in shipments if set(one.packages) & {name(epc) for epc in epcs}]
            receipts.append(Receipt(recorder, came[-1].id, time))
        elif step == "retail_selling":
            store = name(event["bizLocation"]["id"])
            site(store)
            sales.append(Sale(recorder, store, tuple(there(epcs, time)), time))
    return World(
        batches=tuple(batches.values()),
        sites=tuple(sites.values()),
        packages=tuple(packages.values()),
        aggregations=tuple(aggregations),
        shipments=tuple(shipments),
        receipts=tuple(receipts),
        sales=tuple(sales),
    )
