"""Whether an operation reads records by their IDs, as its text tells."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    get_operation_ast,
)

_NO_RECORDS = frozenset(
    {"resolve", "viewer", "accessLog", "accessRequestsReceived", "accessRequestsSent", "requestAccess", "withdrawAccessRequest"}
)


def reads_records(document: DocumentNode, operation_name: str | None) -> bool:
    """document: valid."""
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        return False
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    return any(name not in _NO_RECORDS and not name.startswith("__") for name in _fields(operation.selection_set, fragments))


def _fields(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[str]:
    for selection in selections.selections:
        match selection:
            case FieldNode():
                yield selection.name.value
            case InlineFragmentNode():
                yield from _fields(selection.selection_set, fragments)
            case FragmentSpreadNode():
                yield from _fields(fragments[selection.name.value].selection_set, fragments)
            case _:
                pass
