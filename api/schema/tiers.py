"""The directive that says a field's disclosure tier; a tier on a type is that of all its fields."""

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from api.schema.described import described
from auth.tiers import Tier

described(
    Tier,
    "How far a field may travel (QB/T 4971-2018 4.6 按需、按权限). docs/reference/permissions.md says who may read which.",
    {
        "PUBLIC": "Everybody who holds a code, the owner, its partners, regulators, the platform.",
        "SHARED": "The owner, whoever sent or got what it is about, regulators, the platform.",
        "INTERNAL": "The owner's staff by their duties, and regulators.",
        "RESTRICTED": "Named duties of the owner; others by an approved request, for a time.",
    },
)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT, Location.INTERFACE],
    name="tier",
    description="The disclosure tier of a field, or of all fields of a type.",
)
class Disclosure:
    of: Tier = strawberry.directive_field(name="of")


def tier_of(field: StrawberryField) -> Tier | None:
    """That a field declares itself."""
    return next((one.of for one in field.directives if isinstance(one, Disclosure)), None)


PUBLIC = [Disclosure(of=Tier.PUBLIC)]
SHARED = [Disclosure(of=Tier.SHARED)]
INTERNAL = [Disclosure(of=Tier.INTERNAL)]
RESTRICTED = [Disclosure(of=Tier.RESTRICTED)]
