"""What an operation may ask for: nesting, aliases, and the number of fields that it may have to resolve."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
)

from api.errors import ApiError, ErrorCode
from api.settings import Settings

PAGED = ("first", "last")


@dataclass(slots=True)
class _Measured:
    depth: int = 0
    aliases: int = 0
    cost: int = 0


class Measure:
    """Measures one operation of a document for given variables. A fragment is measured wherever it is spread."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], ceiling: int) -> None:
        self.schema = schema
        self.fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        self.variables = variables
        self.ceiling = ceiling
        self.found = _Measured()

    def operation(self, operation: OperationDefinitionNode) -> _Measured:
        root = self.schema.get_root_type(operation.operation)
        for definition in operation.variable_definitions or ():
            if isinstance(definition.default_value, IntValueNode):
                self.variables = {definition.variable.name.value: int(definition.default_value.value), **self.variables}
        self._selections(operation.selection_set, root, 1, 1, 0)
        return self.found

    def _selections(self, selections: SelectionSetNode, parent: object, depth: int, times: int, size: int) -> None:
        if self.found.cost > self.ceiling:
            return
        for selection in selections.selections:
            match selection:
                case FieldNode():
                    self._field(selection, parent, depth, times, size)
                case InlineFragmentNode():
                    self._selections(selection.selection_set, self._narrowed(selection.type_condition, parent), depth, times, size)
                case FragmentSpreadNode() if fragment := self.fragments.get(selection.name.value):
                    self._selections(fragment.selection_set, self._narrowed(fragment.type_condition, parent), depth, times, size)
                case _:
                    pass

    def _narrowed(self, condition: NamedTypeNode | None, parent: object) -> object:
        return parent if condition is None else self.schema.get_type(condition.name.value)

    def _field(self, field: FieldNode, parent: object, depth: int, times: int, size: int) -> None:
        name = field.name.value
        found = self.found
        found.aliases += field.alias is not None
        found.cost += times
        if name.startswith("__"):
            return
        found.depth = max(found.depth, depth)
        if field.selection_set is None:
            return
        definition = parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
        page = self._page(field, definition)
        # a connection resolves once; its page of nodes or edges as often as the page is long
        repeats = size if name in {"nodes", "edges"} and size else 1
        inner = get_named_type(definition.type) if definition is not None else None
        self._selections(field.selection_set, inner, depth + 1, times * repeats, page)

    def _page(self, field: FieldNode, definition: Any) -> int:
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        for name in PAGED:
            value = given.get(name)
            if isinstance(value, IntValueNode):
                return max(int(value.value), 1)
            if isinstance(value, VariableNode) and isinstance(number := self.variables.get(value.name.value), int):
                return max(number, 1)
        default = definition.args["first"].default_value if definition is not None and "first" in definition.args else Undefined
        return default if isinstance(default, int) else 1


def check_limits(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any], settings: Settings
) -> None:
    """ApiError when the operation asks for more than the settings allow."""
    found = Measure(schema, document, variables, settings.query_cost).operation(operation)
    if found.depth > settings.query_depth:
        raise ApiError(ErrorCode.QUERY_TOO_DEEP, f"found fields nested {found.depth} deep; the limit is {settings.query_depth}")
    if found.aliases > settings.query_aliases:
        raise ApiError(ErrorCode.TOO_MANY_ALIASES, f"found {found.aliases} aliases; the limit is {settings.query_aliases}")
    if found.cost > settings.query_cost:
        raise ApiError(
            ErrorCode.QUERY_TOO_COSTLY,
            f"the page sizes allow for more than {settings.query_cost} fields; ask for smaller pages, or for less within them",
        )
