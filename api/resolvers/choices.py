"""By what a list may be filtered, sorted and searched: by fields that the viewer reads of every record in it."""

from functools import cache

from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from api.errors import ApiError, ErrorCode
from api.schema.interfaces import RECORD_TYPES
from api.schema.tiers import tier_of
from auth.actor import Actor
from auth.policy import may_choose_by
from auth.tiers import Tier
from graph.model.identifiers import Kind
from graph.records import Selection
from graph.search import searched

_KEPT_AS = {"nameOrder": "name"}
"""Of a property that stands for a field, the field."""


@cache
def tiers_of(kind: Kind) -> dict[str, Tier]:
    """By name, the tiers of the fields of a kind of record."""
    fields = get_object_definition(RECORD_TYPES[kind], strict=True).fields
    return {to_camel_case(field.python_name): tier for field in fields if (tier := tier_of(field)) is not None}


def check_choice(actor: Actor, selection: Selection, sort: str, *, searching: bool) -> None:
    """ApiError FORBIDDEN for a choice by a field that the actor does not read. sort: a property."""
    kind = selection.kind
    for argument, names in (("filter", selection.chosen_by), ("sort", [sort]), ("search", searched(kind) if searching else ())):
        for name in (_KEPT_AS.get(name, name) for name in names):
            tier = tiers_of(kind)[name]
            if not may_choose_by(actor, kind.value, tier):
                found = f"found a {argument} by {name}, a field of tier {tier.value}"
                message = f"{argument}: {found}; right for the role {actor.role.value} is one by fields of the tiers PUBLIC and SHARED"
                raise ApiError(ErrorCode.FORBIDDEN, message, path=argument)
