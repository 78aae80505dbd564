"""What an operation may ask for: nesting, aliases, and the number of fields that it may have to resolve."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

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
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
)

from api.errors import ApiError, ErrorCode
from api.settings import Settings

PAGED = ("first", "last")


@dataclass(frozen=True, slots=True)
class Measured:
    """depth: fields within fields; aliases: each wherever it is spread; cost: fields that may have to be resolved."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0

    def beside(self, other: "Measured") -> "Measured":
        return Measured(max(self.depth, other.depth), self.aliases + other.aliases, self.cost + other.cost)


class Measure:
    """Measures one valid operation of a document for given variables. A fragment counts wherever it is spread, and is measured once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.schema = schema
        self.fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        self.variables = variables
        self.known: dict[tuple[str, int], Measured] = {}

    def operation(self, operation: OperationDefinitionNode) -> Measured:
        for definition in operation.variable_definitions or ():
            if isinstance(definition.default_value, IntValueNode):
                self.variables = {definition.variable.name.value: int(definition.default_value.value), **self.variables}
        return self._selections(operation.selection_set, self.schema.get_root_type(operation.operation), 0)

    def _selections(self, selections: SelectionSetNode, parent: object, size: int) -> Measured:
        """size: the length of the page that the selections are of, 0 when they are of none."""
        found = Measured()
        for selection in selections.selections:
            match selection:
                case FieldNode():
                    found = found.beside(self._field(selection, parent, size))
                case InlineFragmentNode():
                    found = found.beside(self._selections(selection.selection_set, self._narrowed(selection.type_condition, parent), size))
                case FragmentSpreadNode():
                    found = found.beside(self._fragment(selection.name.value, parent, size))
                case _:
                    pass
        return found

    def _fragment(self, name: str, parent: object, size: int) -> Measured:
        found = self.known.get((name, size))
        if found is None:
            fragment = self.fragments[name]
            found = self._selections(fragment.selection_set, self._narrowed(fragment.type_condition, parent), size)
            self.known[name, size] = found
        return found

    def _narrowed(self, condition: NamedTypeNode | None, parent: object) -> object:
        return parent if condition is None else self.schema.get_type(condition.name.value)

    def _field(self, field: FieldNode, parent: object, size: int) -> Measured:
        name = field.name.value
        itself = Measured(0 if name.startswith("__") else 1, int(field.alias is not None), 1)
        if field.selection_set is None or name.startswith("__"):
            return itself
        definition: Any = parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
        inner = None if definition is None else cast(object, get_named_type(definition.type))
        within = self._selections(field.selection_set, inner, self._page(field, definition))
        # a connection resolves once; its page of nodes or edges as often as the page is long
        times = size if name in {"nodes", "edges"} and size else 1
        return Measured(within.depth + 1, itself.aliases + within.aliases, 1 + times * within.cost)

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


_DIRECTIVES = 4
_REPEATS = 20


def check_repetition(document: DocumentNode) -> None:
    """ApiError for what no client needs and checking is slow on: a heap of directives at one place, one field again and again. Before
    the text is validated, whose errors would be as many."""
    waiting: list[Node] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        directives = len(getattr(node, "directives", None) or ())
        if directives > _DIRECTIVES:
            raise ApiError(ErrorCode.QUERY_TOO_COSTLY, f"found {directives} directives at one place; the limit is {_DIRECTIVES}")
        selection_set: SelectionSetNode | None = getattr(node, "selection_set", None)
        if selection_set is None:
            continue
        fields = Counter((each.alias or each.name).value for each in selection_set.selections if isinstance(each, FieldNode))
        name, repeats = max(fields.items(), key=itemgetter(1), default=("", 0))
        if repeats > _REPEATS:
            raise ApiError(ErrorCode.QUERY_TOO_COSTLY, f"found {name[:100]} {repeats} times at one place; the limit is {_REPEATS}")
        waiting += selection_set.selections


def check_limits(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any], settings: Settings
) -> None:
    """ApiError when the operation asks for more than the settings allow."""
    found = Measure(schema, document, variables).operation(operation)
    if found.depth > settings.query_depth:
        raise ApiError(ErrorCode.QUERY_TOO_DEEP, f"found fields nested {found.depth} deep; the limit is {settings.query_depth}")
    if found.aliases > settings.query_aliases:
        raise ApiError(ErrorCode.TOO_MANY_ALIASES, f"found {found.aliases} aliases; the limit is {settings.query_aliases}")
    if found.cost > settings.query_cost:
        raise ApiError(
            ErrorCode.QUERY_TOO_COSTLY,
            f"the page sizes allow for {found.cost} fields; the limit is {settings.query_cost}: ask for smaller pages or less in them",
        )
