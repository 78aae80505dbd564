"""What the resolvers of the public look-up may use, inside the whole service and in the outward one."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import strawberry

if TYPE_CHECKING:
    from api.door.limits import Visitor
    from graph.lookup import LookUps


class LooksUp(Protocol):
    @property
    def look_ups(self) -> "LookUps": ...
    @property
    def visitor(self) -> "Visitor": ...


@dataclass(slots=True)
class LookUpContext:
    """A request to the outward service."""

    look_ups: "LookUps"
    visitor: "Visitor"
    extensions: dict[str, Any] = field(default_factory=dict[str, Any])


LookUpInfo = strawberry.Info[LooksUp, None]
