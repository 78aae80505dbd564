"""resolve: the public look-up."""

import unicodedata
from typing import Annotated

import strawberry

from api.errors import ApiError, ErrorCode
from api.look_up_info import LookUpInfo
from api.schema.public_trace import Resolution
from graph.model.identifiers import shown
from graph.verdicts import Verdict

_MISSED = {Verdict.UNKNOWN_CODE, Verdict.UNKNOWN_ENTERPRISE}
_LENGTHS = {"enterprise": 20, "channel": 50, "place": 100}


@strawberry.type
class LookUpQuery:
    @strawberry.field(
        description="What is behind a code, for everybody: its verdict and the 33 public fields (QB/T 4971-2018 5.3, 6.7). Each call is "
        "itself recorded, as a ConsumerQuery (table 5 row 4 追溯查询记录)."
    )
    async def resolve(
        self,
        info: LookUpInfo,
        code: Annotated[
            str,
            strawberry.argument(
                description="As printed (`<enterprise code>.<number>`), as scanned (GS1 element string, Digital Link), or an ID."
            ),
        ],
        enterprise: Annotated[
            str | None, strawberry.argument(description="The enterprise's code, where the code alone does not name it.")
        ] = None,
        channel: Annotated[str | None, strawberry.argument(description="查询渠道: by which app or page, at most 50 characters.")] = None,
        place: Annotated[
            str | None, strawberry.argument(description="追溯查询地点, coarse, such as a city; at most 100 characters.")
        ] = None,
    ) -> Resolution:
        for name, value in (("enterprise", enterprise), ("channel", channel), ("place", place)):
            _check_text(name, value)
        visitor = info.context.visitor
        visitor.enter()
        found = await info.context.look_ups.resolve(code, enterprise, channel, place, visitor.admit)
        visitor.leave(missed=found.verdict in _MISSED)
        return Resolution(found=found)


def _check_text(name: str, value: str | None) -> None:
    if value is None:
        return
    if len(value) > _LENGTHS[name]:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"{name}: found {len(value)} characters; at most {_LENGTHS[name]}", path=name)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"{name}: found {shown(value)}; control characters have no place in it", path=name)
