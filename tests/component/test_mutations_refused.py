"""Every mutation of the schema, by every actor whose it is not: an error that says so, and a graph that is as it was."""

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    get_nullable_type,
)

from api.errors import ApiError
from api.resolvers.root import SCHEMA
from auth.actor import Actor, Duty, Role
from auth.policy import DELIVERERS, PLATFORM_ALONE, RECORDERS
from auth.restricted import MUTATIONS
from graph import capture
from graph.engine.driver import Graph
from tests.capturing import CONSUMER, MAKER, PLATFORM, REGULATOR, digest, farm, product
from tests.component.reading import PUBLIC, context

pytestmark = pytest.mark.anyio
FOUND = build_schema(SCHEMA.as_str()).type_map["Mutation"]
STAFF = [Actor("staff", Role.ENTERPRISE, "MAKER1", frozenset({duty})) for duty in Duty]
BOUND = Actor("bound", Role.REGULATOR, region="230000", supervised=frozenset({"MAKER1"}))
ACTORS = [PUBLIC, CONSUMER, REGULATOR, BOUND, PLATFORM, Actor("new", Role.ENTERPRISE, "MAKER1"), *STAFF]
OTHERS = {"recordEnterprises": Role.PLATFORM, "requestAccess": Role.REGULATOR, "withdrawAccessRequest": Role.REGULATOR}


def allowed(actor: Actor, mutation: str) -> bool:
    if mutation in PLATFORM_ALONE:
        return actor.role is Role.PLATFORM
    if actor.role is Role.ENTERPRISE:
        return bool(actor.duties & {**RECORDERS, **MUTATIONS, **DELIVERERS}[mutation])
    return OTHERS.get(mutation) is actor.role


def given(argument: Any) -> Any:
    """A value that GraphQL takes for an argument of this type."""
    kind = get_named_type(argument.type)
    if isinstance(get_nullable_type(argument.type), GraphQLList):
        return [_single(kind)]
    return _single(kind)


def _single(kind: Any) -> Any:
    if isinstance(kind, GraphQLInputObjectType):
        return {name: given(field) for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return {"DateTime": "2026-12-01T00:00:00Z", "Date": "2026-12-01", "Decimal": "1", "Int": 1, "Float": 1.0, "Boolean": True}.get(
        kind.name, "x"
    )


def test_every_mutation_is_refused_to_somebody() -> None:
    """A mutation that is added is asked for here too, by everybody; somebody may make it, and somebody may not."""
    assert isinstance(FOUND, GraphQLObjectType)
    for mutation in FOUND.fields:
        assert {allowed(actor, mutation) for actor in ACTORS} == {True, False}, mutation


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: f"{actor.role.value}-{'-'.join(actor.duties)}")
async def test_a_refused_mutation_changes_nothing(graph: Graph, actor: Actor) -> None:
    await capture.capture_farms(graph, MAKER, [farm()])
    await capture.capture_products(graph, MAKER, [product()])
    before = await digest(graph)
    assert isinstance(FOUND, GraphQLObjectType)
    for mutation, field in FOUND.fields.items():
        if allowed(actor, mutation):
            continue
        declared = ", ".join(f"${name}: {argument.type}" for name, argument in field.args.items())
        passed = ", ".join(f"{name}: ${name}" for name in field.args)
        values = {name: given(argument) for name, argument in field.args.items()}
        query = f"mutation ({declared}) {{ {mutation}({passed}) {{ __typename }} }}"
        result = await SCHEMA.execute(query, values, context_value=context(graph, actor))
        assert result.errors, mutation
        error = result.errors[0].original_error
        assert isinstance(error, ApiError), (mutation, result.errors)
        # for the platform a request that is not its own to decide looks like none
        right = {"UNAUTHENTICATED"} if actor.role is Role.PUBLIC else {"FORBIDDEN", *["UNKNOWN_REQUEST"] * (actor is PLATFORM)}
        assert error.code.value in right, (mutation, error)
    assert await digest(graph) == before
