"""Enums of the schema, with a description for each of their values."""

from collections.abc import Mapping
from enum import Enum
from typing import cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition


def described(cls: type[Enum], description: str, values: Mapping[str, str], *, name: str | None = None) -> None:
    """Makes an enum a GraphQL enum, each of its values with a description."""
    strawberry.enum(cls, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", cls.__strawberry_definition__)  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
