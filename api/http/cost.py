"""What an operation costs: how deep it is, how many aliases it has, how many fields it may resolve."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, cast

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
    ListValueNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from api.page_size import DEFAULT_SIZE

_PAGED = ("first", "last")
_LINEAGE_PAGE = 100
"""Of a list of a lineage whose `first` is null."""
_UNPAGED = 10
"""What a list without pages is taken to hold, unless it is named below. What it does hold is counted when it is read (`Context.spend`)."""
_ASSUMED = {
    ("Batch", "inputs"): 100,
    ("RecallRadius", "batches"): 200,
    ("RecallRadius", "sites"): 200,
    ("AffectedBatch", "sharedInputs"): 20,
}
_LINEAGE = 90_000
_PRICES = {
    ("Query", "backward"): _LINEAGE,
    ("Query", "forward"): _LINEAGE,
    ("Query", "recallRadius"): _LINEAGE,
    ("Query", "commonSources"): _LINEAGE,
    ("PublicTrace", "mainIngredientCertificates"): 10_000,
    ("PublicTrace", "milkSourceOrigin"): 10_000,
}
"""Of fields that follow custody: what the work weighs, beside that of the fields of the answer."""


@dataclass(frozen=True, slots=True)
class Measured:
    """depth: fields within fields; aliases: each wherever it is spread; cost: fields that may have to be resolved."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0

    def beside(self, other: "Measured") -> "Measured":
        return Measured(max(self.depth, other.depth), self.aliases + other.aliases, self.cost + other.cost)


class _Within(NamedTuple):
    """page: the length of the page that selections are of, 0 when they are of none. seeds: records that each of common sources may name."""

    page: int = 0
    seeds: int = 0


class Measure:
    """Measures one valid operation of a document for given variables. A fragment counts wherever it is spread, and is measured once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.schema = schema
        self.fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        self.variables = variables
        self.known: dict[tuple[str, _Within], Measured] = {}

    def operation(self, operation: OperationDefinitionNode) -> Measured:
        self.variables = _with_defaults(operation, self.variables)
        return self._selections(operation.selection_set, self.schema.get_root_type(operation.operation), _Within())

    def _selections(self, selections: SelectionSetNode, parent: object, within: _Within) -> Measured:
        found = Measured()
        for selection in selections.selections:
            match selection:
                case FieldNode():
                    found = found.beside(self._field(selection, parent, within))
                case InlineFragmentNode():
                    found = found.beside(
                        self._selections(selection.selection_set, self._narrowed(selection.type_condition, parent), within)
                    )
                case FragmentSpreadNode():
                    found = found.beside(self._fragment(selection.name.value, parent, within))
                case _:
                    pass
        return found

    def _fragment(self, name: str, parent: object, within: _Within) -> Measured:
        found = self.known.get((name, within))
        if found is None:
            fragment = self.fragments[name]
            found = self._selections(fragment.selection_set, self._narrowed(fragment.type_condition, parent), within)
            self.known[name, within] = found
        return found

    def _narrowed(self, condition: NamedTypeNode | None, parent: object) -> object:
        return parent if condition is None else self.schema.get_type(condition.name.value)

    def _field(self, field: FieldNode, parent: object, within: _Within) -> Measured:
        name = field.name.value
        itself = Measured(0 if name.startswith("__") else 1, int(field.alias is not None), 1)
        if name.startswith("__"):
            return itself
        of = parent.name if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else ""
        price = 1 + _PRICES.get((of, name), 0)
        if field.selection_set is None:
            return replace(itself, cost=price + (within.seeds if name == "reached" else 0))
        definition: Any = parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
        inner = None if definition is None else cast(object, get_named_type(definition.type))
        page, seeds = self._page(field, definition), self._length(field, "of") if name == "commonSources" else 0
        found = self._selections(field.selection_set, inner, _Within(page, seeds))
        return Measured(found.depth + 1, itself.aliases + found.aliases, price + self._times(field, of, definition, within) * found.cost)

    def _times(self, field: FieldNode, of: str, definition: Any, within: _Within) -> int:
        """How often what is selected of a field is resolved."""
        name = field.name.value
        if definition is None or not str(definition.type).startswith("["):
            return 1
        if of == "Query":
            return self._length(field, "ids") if name == "nodes" else self._page(field, definition)
        # a connection resolves once; its page of nodes or edges as often as the page is long
        return within.page if name in {"nodes", "edges"} and within.page else _ASSUMED.get((of, name), _UNPAGED)

    def _page(self, field: FieldNode, definition: Any) -> int:
        """The length of the page that is asked for, 0 of what is no page."""
        given = {argument.name.value: argument.value for argument in field.arguments or ()}
        for name in _PAGED:
            number = _whole(self._value(given.get(name)))
            if number is not None:
                return max(number, 1)
        if definition is None or "first" not in definition.args:
            return 0
        default = definition.args["first"].default_value
        size = default if isinstance(default, int) else DEFAULT_SIZE
        # null, which the lists of a lineage take for 100, or of a type that will be refused
        return max(size, _LINEAGE_PAGE) if "first" in given else size

    def _length(self, field: FieldNode, name: str) -> int:
        """Of a list argument; what is no list is a list of one."""
        value = next((self._value(argument.value) for argument in field.arguments or () if argument.name.value == name), None)
        return max(len(cast("list[object]", value)), 1) if isinstance(value, list) else 1

    def _value(self, node: ValueNode | None) -> object:
        match node:
            case VariableNode():
                return self.variables.get(node.name.value)
            case IntValueNode():
                return int(node.value)
            case ListValueNode():
                return list(node.values)
            case _:
                return None


def _with_defaults(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables as they come, and the defaults of those that do not."""
    defaults: dict[str, Any] = {}
    for definition in operation.variable_definitions or ():
        default = definition.default_value
        if isinstance(default, IntValueNode):
            defaults[definition.variable.name.value] = int(default.value)
        elif isinstance(default, ListValueNode):
            defaults[definition.variable.name.value] = list(default.values)
    return {**defaults, **variables}


def _whole(value: object) -> int | None:
    """A number as the schema's Int takes it from JSON: 5.0 is 5."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None
