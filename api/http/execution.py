"""One operation, executed."""

from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    execute,  # pyright: ignore[reportUnknownVariableType]  # its hooks, which are not used here, are typed by halves
)


async def run(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: object,
    variables: dict[str, Any],
    operation_name: str | None = None,
    *,
    hide_suggestions: bool = False,
) -> ExecutionResult:
    """The document must have been validated. Errors of resolvers are in the result. hide_suggestions: no "Did you mean …", which
    tells names of the schema."""
    pending = execute(
        schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation_name,
        hide_suggestions=hide_suggestions,
    )
    return await pending if isawaitable(pending) else pending
