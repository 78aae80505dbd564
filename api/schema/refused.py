"""Records of which the INTERNAL fields are not read: those that may be null are, the others are refused when they are asked for."""

from functools import cache
from typing import Any

from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryOptional

from api.errors import ApiError, ErrorCode
from api.schema.interfaces import Record
from api.schema.tiers import tier_of
from auth.tiers import Tier


def without_internal(kind: type[Record], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, which lack the INTERNAL ones, with an error in place of each that may not be null: GraphQL raises it where it is met."""
    return fields | _refusals(kind)


@cache
def _refusals(kind: type[Record]) -> dict[str, ApiError]:
    definition = get_object_definition(kind, strict=True)
    return {
        field.python_name: ApiError(
            ErrorCode.FORBIDDEN, "found a field of tier INTERNAL; the platform reads fields of the tiers PUBLIC and SHARED"
        )
        for field in definition.fields
        if field.is_basic_field and not isinstance(field.type, StrawberryOptional) and tier_of(field) is Tier.INTERNAL
    }
