"""What events say is no more."""

from api.exchange.epcis.event import Action, Event
from api.exchange.epcis.said import level_of, some
from api.exchange.epcis.telling.ways import GIVEN_AWAY, Ways
from graph.model.identifiers import owner_of
from graph.model.kinds import PackageLevel

_ENDS = (None, "destroying", "decommissioning")
"""Business steps of a DELETE by which what it lists is no more; the latter two end it whatever the action."""
_ENDED = (None, "destroyed", "disposed", "inactive")
"""Dispositions that go with them. By all others the goods are still somewhere, or that is not known."""
RIGHT = "right for what is no more is an ObjectEvent that lists the cans, with bizStep destroying or disposition destroyed"


def may_destroy(event: Event) -> bool:
    return event.action is Action.DELETE or event.biz_step in _ENDS[1:] or event.disposition == "destroyed"


def destroys(event: Event) -> bool:
    """Whether what an ObjectEvent or TransactionEvent lists is no more. What is sold, sent or received is still somewhere."""
    if event.action is Action.ADD or event.biz_step in (*GIVEN_AWAY, "shipping", "receiving", "retail_selling"):
        return False
    return event.disposition == "destroyed" or (may_destroy(event) and event.biz_step in _ENDS and event.disposition in _ENDED)


class Ends(Ways):
    __slots__ = ()

    def _destroy(self) -> None:
        """Whose word counts is asked when a recall is: what brought the packages may be told later."""
        found = self._listed()
        if self.event.quantities:
            self._note("quantityList", "kept; classes of things are no cans; right is an epcList of those that were destroyed")
        if holding := [record for record, key in found if level_of(key) is not PackageLevel.ITEM]:
            more = "; what was in it counts where it is; right is an epcList of the cans that were destroyed with it"
            self._note("epcList", f"kept; found {some(holding)}, no can{more}")
        if others := [record for record, _ in found if owner_of(record) != self.custody.owner]:
            self._note("epcList", f"kept; found {some(others)}, another enterprise's; what you had then counts as destroyed")
        self.custody.destroyed(self.index, (record for record, _ in found))
