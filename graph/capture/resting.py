"""What captured events say of where goods are, and is known by a shipment, rests on that (docs/decisions/0018)."""

from collections.abc import Iterable
from typing import Any

from graph.capture.work import Work
from graph.statements import statement

_DOUBT = statement("capture/doubt")
_FORGET = statement("capture/forget_rests")


async def doubt(work: Work[Any], shipments: Iterable[str]) -> None:
    """These may have carried less than they did: what rests on them is in question, until the events are told again."""
    rows = [{"id": shipment} for shipment in sorted(set(shipments))]
    await work.run_rows(_DOUBT, rows)
    await work.run_rows(_FORGET, rows)
