"""What an operation may ask for: nesting, aliases, the number of fields that it may have to resolve, and the length of lists."""

from collections import Counter
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, cast

from graphql import DocumentNode, FieldNode, GraphQLSchema, Node, OperationDefinitionNode, OperationType, SelectionSetNode

from api.errors import ApiError, ErrorCode
from api.http.cost import Measure
from api.settings import Settings

_LISTED = 100_000
"""Entries that the lists of a call's records may have together (graph/capture)."""
_ASKED = 10_000
"""Entries that the lists in the variables of a query may have together."""

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
    """ApiError when the operation asks for more than the settings allow. Lists are counted before they are read as what the schema
    wants, which takes long."""
    _check_lists(operation, variables, settings)
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


def _check_lists(operation: OperationDefinitionNode, variables: Mapping[str, Any], settings: Settings) -> None:
    mutation = operation.operation is OperationType.MUTATION
    most = settings.records_per_call + _LISTED if mutation else max(_ASKED, settings.page_size + settings.lineage_seeds)
    left = most
    waiting: list[object] = [variables.get(definition.variable.name.value) for definition in operation.variable_definitions or ()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [each for each in cast("dict[str, object]", value).values() if isinstance(each, dict | list)]
        elif isinstance(value, list):
            entries = cast("list[object]", value)
            left -= len(entries)
            if left < 0:
                code = ErrorCode.TOO_MANY_RECORDS if mutation else ErrorCode.TOO_MANY_IDS
                raise ApiError(code, f"found more than {most} entries in the lists of the variables; right is at most {most}")
            waiting += [each for each in entries if isinstance(each, dict | list)]
