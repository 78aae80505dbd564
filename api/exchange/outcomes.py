"""What became of the items of a document, and how reports and answers tell of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graph.capture import Status
from graph.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Note:
    """Something that an item says and that became no record. path: in the item."""

    path: str
    message: str


class ItemOutcome(Protocol):
    """index, line: of the item. called: what it is, with its index. named: by what else it is known, as far as that can be told."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int | None: ...
    @property
    def status(self) -> Status: ...
    @property
    def problems(self) -> Sequence[Problem]: ...
    @property
    def notes(self) -> Sequence[Note]: ...
    @property
    def called(self) -> str: ...
    @property
    def named(self) -> Mapping[str, Any]: ...


def as_told(outcome: ItemOutcome) -> dict[str, Any]:
    told: dict[str, Any] = {outcome.called: outcome.index, "status": outcome.status.value}
    if outcome.line is not None:
        told["line"] = outcome.line
    told |= outcome.named
    if outcome.problems:
        told["problems"] = [{"code": one.code.value, "path": one.path, "message": one.message} for one in outcome.problems]
    if outcome.notes:
        told["notes"] = [{"path": one.path, "message": one.message} for one in outcome.notes]
    return told
