"""A record as a file tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.exchange.records.kinds import RecordKind

COMMENT = "#"
"""What begins the names of fields that are no record's: a report says there what was wrong, and readers leave them out."""


@dataclass(frozen=True, slots=True)
class Told:
    """fields: by the names of the schema, or of Python, with values as JSON has them: texts, numbers, flags, lists and objects.

    elsewhere: by the field, what the file calls it where that is not its name; for the paths of problems. ends: of a piece of a file,
    that no other follows it.
    """

    kind: RecordKind
    fields: Mapping[str, object]
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])
    ends: bool = False
