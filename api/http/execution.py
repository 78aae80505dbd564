"""One operation, executed."""

from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any, TypeGuard

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    execute,  # pyright: ignore[reportUnknownVariableType]  # its hooks, which are not used here, are typed by halves
)

from api.http.executor import PlainFirst


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
        executor_class=PlainFirst,
        is_awaitable=_is_awaitable,
    )
    return await pending if isawaitable(pending) else pending


def _is_awaitable(value: object) -> TypeGuard[Awaitable[Any]]:
    """Asked of every value; coroutines of generators, which no resolver is, are not looked for."""
    return hasattr(value, "__await__")
