"""What the mutations answer."""

import strawberry

from api.schema.described import described
from api.schema.tiers import INTERNAL
from graph.capture.outcome import Status

described(
    Status,
    "What became of a record (QB/T 4971-2018 9.1 及时、可靠).",
    {
        "CREATED": "It is new.",
        "UPDATED": "It differs from what was there, whose content is kept as an earlier version.",
        "UNCHANGED": "It was there already, the same.",
        "REJECTED": "It was not stored; its problems say why.",
    },
    name="RecordStatus",
)


@strawberry.type(directives=INTERNAL, description="Why a record was not stored.")
class Problem:
    code: str = strawberry.field(description="What is wrong, in a word that stays the same (docs/reference/problems.md lists them).")
    path: str = strawberry.field(description="Where in the argument, such as `records[3].inputs[0].quantityKg`.")
    message: str = strawberry.field(description="What was found, and what would be right.")


@strawberry.type(directives=INTERNAL, description="What became of one record.")
class RecordOutcome:
    id: strawberry.ID = strawberry.field(
        description="The record's ID; of a rejected one as far as it could be told, or else its place in the call, such as `records[3]`."
    )
    status: Status = strawberry.field(description="Whether it is stored.")
    problems: list[Problem] = strawberry.field(description="None unless it was rejected.")


@strawberry.type(directives=INTERNAL, description="What became of the records of a call.")
class RecordPayload:
    outcomes: list[RecordOutcome] = strawberry.field(description="One for each record, in their order.")
