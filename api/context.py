"""What a resolver may use: who asks, what they may read, the graph, and one set of loaders for the request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry

from api.errors import ApiError, ErrorCode
from api.settings import Settings
from auth.actor import Actor
from auth.hidden import HiddenNames
from auth.policy import counts_hidden, leaves_a_trace, lineage_scope
from auth.scope import Scope
from auth.sealing import Sealing
from graph.engine.driver import Graph
from graph.lineage.answer import View

if TYPE_CHECKING:
    from api.door.limits import Visitor
    from api.files import FileStore
    from api.resolvers.loaders import Loaders
    from graph.lookup import LookUps

_FIELDS_OF_ENTRY = 10


@dataclass(slots=True)
class Context:
    """address: of the client. extensions: what a resolver has to say beside its data; it goes into the response's `extensions`.
    unpaged: entries of lists without pages that the operation has read."""

    actor: Actor
    graph: Graph
    settings: Settings
    hidden: HiddenNames
    loaders: "Loaders"
    files: "FileStore"
    look_ups: "LookUps"
    visitor: "Visitor"
    address: str | None = None
    sealing: Sealing | None = None
    extensions: dict[str, Any] = field(default_factory=dict[str, Any])
    unpaged: int = 0

    def read(self, records: Iterable[str]) -> None:
        """Notes what the operation shows of records, for the access log."""
        if leaves_a_trace(self.actor):
            self.loaders.shown.update(records)

    @property
    def scope(self) -> Scope:
        return lineage_scope(self.actor)

    @property
    def view(self) -> View:
        return View(self.scope, lambda record: self.hidden.of(self.actor, record), counts_hidden(self.actor))

    def spend(self, entries: int) -> None:
        """Counts what a list without pages holds; ApiError when the operation has read more than its cost allows."""
        self.unpaged += entries
        most = self.settings.query_cost // _FIELDS_OF_ENTRY
        if self.unpaged > most:
            found = f"found {self.unpaged} entries in lists without pages, such as inputs and history"
            raise ApiError(ErrorCode.QUERY_TOO_COSTLY, f"{found}; the limit is {most} in one operation: ask for fewer records at once")

    def display(self, record_id: str) -> tuple[str, bool]:
        """The ID that this viewer is shown, and whether it is the record's own."""
        shown = self.view.name(record_id)
        return shown, shown == record_id


Info = strawberry.Info[Context, None]
