"""What the schema offers: the fields of its root, and of each type every field that can be asked for without arguments."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from api.resolvers.root import GRAPHQL_SCHEMA
from auth.tiers import Tier
from tests.contract.test_schema import tier_of
from tests.leaks.content import DECLARED
from tests.reference.calls import instant
from tests.reference.worlds import START, STEP


@dataclass(frozen=True, slots=True)
class Within:
    """first, step: the arguments of connections within records: how many, and the step of the time at which packages are opened; None for
    none. shared: without the fields that are refused to who reads the shared ones alone: where one of them is met, there is no record."""

    first: int | None
    step: int | None
    shared: bool

    def given(self, field: GraphQLField) -> str:
        given = [f"first: {self.first}"] if self.first is not None and "first" in field.args else []
        given += [f'at: "{instant(START + self.step * STEP)}"'] if self.step is not None and "at" in field.args else []
        return f"({', '.join(given)})" if given else ""


@cache
def _is_refused(name: str, field: str) -> bool:
    kind = DECLARED.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    about = kind.fields[field]
    internal = tier_of(kind, field) == Tier.INTERNAL and isinstance(about.type, GraphQLNonNull)
    return internal and is_leaf_type(get_named_type(about.type)) and any(one.name == "Record" for one in kind.interfaces)


@cache
def _selection(name: str, depth: int, within: Within, alias: str = "") -> str:
    """alias: before the name of each field, where fields of several types stand beside each other."""
    kind = GRAPHQL_SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    if isinstance(kind, GraphQLInterfaceType):
        if depth < 1:
            return "{ __typename id }"
        possible = GRAPHQL_SCHEMA.get_possible_types(kind)
        parts = (f"... on {one.name} {_selection(one.name, 1, within, one.name)}" for one in possible)
        return f"{{ __typename {' '.join(parts)} }}"
    chosen = ["__typename"]
    for field, about in kind.fields.items():
        if any(isinstance(argument.type, GraphQLNonNull) for argument in about.args.values()):
            continue
        if name.endswith("Edge") and field == "node" and "cursor" in kind.fields and name != "LineageNodeEdge":
            continue  # the connection's own list has it
        if within.shared and _is_refused(name, field):
            continue
        if is_leaf_type(get_named_type(about.type)):
            chosen.append(f"{alias}_{field}: {field}" if alias else field)
        else:
            asked = f"{field}{within.given(about)} {_inner(about, depth, within)}"
            chosen.append(f"{alias}_{field}: {asked}" if alias else asked)
    return f"{{ {' '.join(chosen)} }}"


def _inner(field: GraphQLField, depth: int, within: Within) -> str:
    kind = get_named_type(field.type)
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    records = isinstance(kind, GraphQLInterfaceType) or any(one.name == "Record" for one in kind.interfaces)
    further = depth - 1 if records else depth
    return _selection(kind.name, further, within) if further > 0 else "{ __typename id }"


def selection(kind: Any, depth: int, within: Within) -> str:
    """Every field that can be asked for without arguments, as many records deep."""
    named = get_named_type(kind)
    return "" if is_leaf_type(named) else _selection(named.name, depth, within)


def query_root() -> GraphQLObjectType:
    root = GRAPHQL_SCHEMA.query_type
    assert root is not None
    return root


@cache
def anchored_lists() -> list[tuple[str, str]]:
    """(field of the root, argument of its filter) for each list of what hangs on a record."""
    found: list[tuple[str, str]] = []
    for name, about in query_root().fields.items():
        given = about.args["filter"].type if "filter" in about.args else None
        if isinstance(given, GraphQLInputObjectType):
            found += [(name, argument) for argument, each in given.fields.items() if get_named_type(each.type).name == "ID"]
    return found


def selected_page(field: GraphQLField) -> bool:
    kind = get_named_type(field.type)
    return isinstance(kind, GraphQLObjectType) and "pageInfo" in kind.fields
