"""Who holds a package, as plainly as may be (docs/decisions/0005-what-neighbours-know.md)."""

from __future__ import annotations

from .facts import Facts
from .world import World, owner_of


def had(facts: Facts, enterprise: str, item: str, at: int, known: World, *, whole: bool) -> bool:
    """Whether an enterprise may say that it destroyed an item at a time (docs/decisions/0020), by what is known, all that there is if
    whole: to it went the last shipment before by whoever had it then, or from it, unless that arrived; or it is its own and none left;
    and nobody else has sold it since."""
    left = float("-inf")
    having = {owner_of(item)}
    before = [one for one in known.shipments if item in facts.carried(one) and one.departed_at < at]
    for departed in sorted({one.departed_at for one in before}):
        last = [one for one in before if one.departed_at == departed and (not whole or owner_of(one.id) in having)]
        if last:
            left, having = departed, set()
        for one in last:
            missing = one.id in facts.receipts and item not in facts.delivered(one)
            having |= set() if missing else {owner_of(one.destination)}
            having |= set() if item in facts.delivered(one) else {owner_of(one.id)}
    for sale in known.sales:
        if facts.sells(sale, item) and left <= sale.sold_at <= at and owner_of(sale.store) != enterprise:
            return False
    return enterprise in having


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
