"""Who holds a package, as plainly as may be (docs/decisions/0005-what-neighbours-know.md)."""

from __future__ import annotations

from .facts import Facts
from .world import owner_of


def surely_holds(facts: Facts, enterprise: str, package: str, at: float) -> bool:
    """Whether an enterprise may say at a time that it put the package somewhere, whatever else comes of what was later: it is its
    own, or the last shipment that carried it before that time brought it, by hands that held it, and was not said to lack it."""
    if owner_of(package) == enterprise:
        return True
    before = [one for one in facts.world.shipments if one.departed_at < at and package in facts.carried(one)]
    held = {owner_of(package)}
    for _ in before:
        held |= {owner_of(one.destination) for one in before if owner_of(one.id) in held}
    last = max((one.departed_at for one in before), default=None)
    return any(
        one.departed_at == last
        and owner_of(one.id) in held
        and owner_of(one.destination) == enterprise
        and not (one.id in facts.receipts and facts.among(facts.receipts[one.id].missing, package, one.departed_at))
        for one in before
    )
