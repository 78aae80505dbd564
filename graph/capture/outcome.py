"""What became of each record of a call."""

from dataclasses import dataclass
from enum import StrEnum

from graph.model.problems import Problem


class Status(StrEnum):
    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """id: the record's own, as far as it could be read; without any of it the place in the call. problems: none unless REJECTED.
    news: the packages, batches and shipments of which something new is recorded, those of a refused record
    by what was recorded with it."""

    id: str
    status: Status
    problems: tuple[Problem, ...] = ()
    news: tuple[str, ...] = ()
