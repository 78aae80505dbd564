"""Operations, parsed and validated once and kept: the same text comes again and again."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    TypeNode,
    Undefined,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from api.errors import ApiError, ErrorCode
from api.http.limits import check_limits, check_repetition
from api.settings import Settings

_KEPT = 500
_KEPT_LENGTH = 20_000
_SHAPES = 100
"""Of the variables of an operation, so many are kept."""
_KEPT_VALUE = 100
_WEIGHTLESS = frozenset({"ID", "String", "Boolean", "Date", "DateTime", "Decimal"})
_TOKEN_LENGTH = 10
"""Characters to a token: with the limit on tokens, the limit on a text."""
# Whether the fields of a text can be merged takes the square of their number to find out; graphql-core's own limit
# is a second or more of that, in which nobody else is answered.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000


class InvalidOperation(Exception):
    """The text is not GraphQL, or does not fit the schema."""

    def __init__(self, code: ErrorCode, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


_Shape = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """An operation. variables: those that have a part in its limits; within: the shapes of theirs that were found within the limits."""

    operation: OperationDefinitionNode
    variables: tuple[str, ...]
    within: set[_Shape] = field(default_factory=set[_Shape])


@dataclass(frozen=True, slots=True)
class Prepared:
    """weighed: the document's operations that have been asked for, by name."""

    document: DocumentNode
    weighed: dict[str | None, Weighed] = field(default_factory=dict[str | None, Weighed])


@dataclass(slots=True)
class Operations:
    schema: GraphQLSchema
    settings: Settings
    _kept: OrderedDict[str, Prepared] = field(default_factory=OrderedDict[str, Prepared])

    def prepare(self, query: str, name: str | None, variables: Mapping[str, Any], *, may_mutate: bool) -> DocumentNode:
        """The document, ready to execute; InvalidOperation or ApiError when it is not to be executed."""
        prepared = self._kept.get(query)
        if prepared is not None:
            self._kept.move_to_end(query)
        else:
            prepared = Prepared(self._parsed(query))
            if len(query) <= _KEPT_LENGTH:
                self._kept[query] = prepared
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        operation = self._checked(prepared, name, variables)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise ApiError(ErrorCode.VALIDATION_FAILED, "found a subscription; there are queries and mutations")
        if operation.operation is OperationType.MUTATION and not may_mutate:
            raise ApiError(ErrorCode.METHOD_NOT_ALLOWED, "found a mutation in a GET request; mutations are sent by POST")
        return prepared.document

    def _checked(self, prepared: Prepared, name: str | None, variables: Mapping[str, Any]) -> OperationDefinitionNode:
        weighed = prepared.weighed.get(name) or self._weighed(prepared, name)
        shape = _shape(variables, weighed.variables)
        if shape is None or shape not in weighed.within:
            check_limits(self.schema, prepared.document, weighed.operation, variables, self.settings)
            if shape is not None and len(weighed.within) < _SHAPES:
                weighed.within.add(shape)
        return weighed.operation

    def _weighed(self, prepared: Prepared, name: str | None) -> Weighed:
        operation = get_operation_ast(prepared.document, name)
        if operation is None:
            names = [node.name.value for node in prepared.document.definitions if isinstance(node, OperationDefinitionNode) and node.name]
            found = f"operationName {name!r}" if name else "no operationName"
            raise ApiError(
                ErrorCode.VALIDATION_FAILED, f"found {found}; the document's operations are: {', '.join(names) or 'one without a name'}"
            )
        variables = (one.variable.name.value for one in operation.variable_definitions or () if _weighs(one.type))
        weighed = prepared.weighed[name] = Weighed(operation, tuple(variables))
        return weighed

    def _parsed(self, query: str) -> DocumentNode:
        tokens = self.settings.query_tokens
        longest = tokens * _TOKEN_LENGTH
        if len(query) > longest:
            raise ApiError(ErrorCode.QUERY_TOO_LONG, f"found {len(query)} characters; the limit is {longest} in one operation")
        try:
            document = parse(query, max_lexical_tokens=tokens, max_comments=tokens)
        except GraphQLError as error:
            if "nested too deeply" in error.message:
                found = f"the text is nested too deeply to be read; the limit is {self.settings.query_depth} fields"
                raise ApiError(ErrorCode.QUERY_TOO_DEEP, found) from error
            if "more than" in error.message:
                raise ApiError(ErrorCode.QUERY_TOO_LONG, f"the limit is {tokens} tokens, and as many comments, in one operation") from error
            raise InvalidOperation(ErrorCode.SYNTAX_ERROR, [error]) from error
        check_repetition(document)
        if not self.settings.introspection and validate(self.schema, document, [NoSchemaIntrospectionCustomRule], max_errors=1):
            raise ApiError(ErrorCode.INTROSPECTION_OFF, "this service does not tell its schema; its fields are in its documentation")
        errors = validate(self.schema, document, specified_rules, max_errors=20, hide_suggestions=not self.settings.introspection)
        if any(error.message == "Validation aborted." for error in errors):
            raise ApiError(ErrorCode.QUERY_TOO_COSTLY, "the text repeats fields or fragments too often to be checked")
        if errors:
            raise InvalidOperation(ErrorCode.VALIDATION_FAILED, errors)
        return document


def _weighs(given: TypeNode) -> bool:
    """Whether a variable's value has a part in the limits: numbers, lists, and inputs, which may hold lists."""
    while isinstance(given, NonNullTypeNode):
        given = given.type
    return not (isinstance(given, NamedTypeNode) and given.name.value in _WEIGHTLESS)


def _shape(variables: Mapping[str, Any], names: tuple[str, ...]) -> _Shape | None:
    """Equal for what weighs the same: of a list its length counts. None for what is not kept: lists in lists, inputs, long texts."""
    shape: list[object] = []
    for name in names:
        value: object = variables.get(name, Undefined)
        if isinstance(value, list):
            entries = cast("list[object]", value)
            if any(isinstance(entry, dict | list) for entry in entries):
                return None
            shape.append((list, len(entries)))
        elif value is None or value is Undefined or isinstance(value, int) or (isinstance(value, str) and len(value) <= _KEPT_VALUE):
            shape.append((type(value), value))
        else:
            return None
    return tuple(shape)
