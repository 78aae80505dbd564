"""graphql-core's executor, with a short way for fields that are a plain attribute: a page of records is made of hardly anything else."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from graphql import Executor, GraphQLField, GraphQLNonNull, GraphQLObjectType, GraphQLOutputType, Undefined, is_leaf_type
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField


class Plain(NamedTuple):
    """A field whose value is an attribute, and of a scalar or an enum. shown: its value as the answer has it."""

    attribute: str
    shown: Callable[[Any], Any]
    nullable: bool


class PlainFirst(Executor[None]):
    """Whatever is unusual about a plain field, an error above all, goes the long way."""

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: FieldDetailsList, path: Path, position_context: None
    ) -> Any:
        plain = _plain(parent_type, field_details_list[0].node.name.value)
        shown = None
        if plain is not None:
            try:
                value = getattr(source, plain.attribute)
                if value is None and plain.nullable:
                    return None
                if value is not None and not hasattr(value, "__await__"):
                    shown = plain.shown(value)
            except Exception:
                shown = None  # the error comes again on the long way, where it is given its place
        if shown is None or shown is Undefined:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        return shown


@cache
def _plain(parent: GraphQLObjectType, name: str) -> Plain | None:
    field = parent.fields.get(name)
    if field is None or field.args:
        return None
    nullable = not isinstance(field.type, GraphQLNonNull)
    of: GraphQLOutputType = field.type if nullable else field.type.of_type  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not is_leaf_type(of) or (attribute := _attribute(field)) is None:
        return None
    return Plain(attribute, of.coerce_output_value, nullable)


def _attribute(field: GraphQLField) -> str | None:
    behind = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return behind.python_name if isinstance(behind, StrawberryField) and behind.is_basic_field else None
