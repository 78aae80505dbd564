"""Operations made from the schema: every field of the query root, with arguments drawn from what either graph of a pair holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from api.pagination import write_cursor
from api.resolvers.root import GRAPHQL_SCHEMA
from tests.leaks.content import WORDS
from tests.leaks.pairs import Pair
from tests.reference.calls import instant
from tests.reference.world import number_of, owner_of, recorded_ids, referred_ids
from tests.reference.worlds import START, STEP

LINEAGE = ("backward", "forward", "recallRadius", "commonSources")
_DEPTH = 2
_PAGES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """after: the root field whose further pages are asked for by the cursors of its answers."""

    text: str
    variables: dict[str, Any]
    paged: bool = False

    def following(self, data: dict[str, Any] | None) -> "Question | None":
        """The question of the next page."""
        page = ((data or {}).get("asked") or {}).get("pageInfo") if self.paged else None
        if not page or not page["hasNextPage"] or self.variables.get("last") is not None:
            return None
        return replace(self, variables={**self.variables, "after": page["endCursor"]})


@dataclass(slots=True)
class Asking:
    """ids: of all records of both sides and one of none; actor: whose questions these are."""

    pair: Pair
    chance: Random
    ids: Sequence[str]

    @classmethod
    def about(cls, pair: Pair, chance: Random) -> "Asking":
        ids = set[str]()
        for side in pair.sides:
            ids |= recorded_ids(side.world) | referred_ids(side.world) | {one.id for one in side.world.products}
        return cls(pair, chance, [*sorted(ids), "lot/AAAA/unheard-of", "package/BBBB/unheard-of"])

    def questions(self, count: int) -> list[Question]:
        root = GRAPHQL_SCHEMA.query_type
        assert root is not None
        names = [*root.fields, *LINEAGE, *LINEAGE]
        if not self.pair.codes:
            names.remove("resolve")
        # what a look-up leaves behind has a name and a time of its own: they come when nothing else is asked any more
        chosen = sorted(self.chance.choices(names, k=count), key=lambda name: name == "resolve")
        return [self._question(name, root.fields[name]) for name in chosen]

    def _question(self, name: str, field: GraphQLField) -> Question:
        declared: list[str] = []
        given: list[str] = []
        variables: dict[str, Any] = {}
        for argument, about in field.args.items():
            needed = isinstance(about.type, GraphQLNonNull)
            if needed or self.chance.random() < 0.4:
                declared.append(f"${argument}: {about.type}")
                given.append(f"{argument}: ${argument}")
                variables[argument] = self._value(argument, about.type, name)
        paged = "after" in field.args and bool(selected_page(field))
        if paged and "after" not in variables:
            declared.append("$after: String")
            given.append("after: $after")
            if self.chance.random() < 0.7:
                variables["first"] = self.chance.randrange(1, 4)
                if "$first: Int" not in declared:
                    declared.append("$first: Int")
                    given.append("first: $first")
        signature = f"({', '.join(declared)})" if declared else ""
        arguments = f"({', '.join(given)})" if given else ""
        return Question(f"query {signature} {{ asked: {name}{arguments} {selection(field.type, _DEPTH)} }}", variables, paged)

    def _value(self, name: str, kind: Any, root: str) -> Any:
        bare = get_nullable_type(kind)
        if isinstance(bare, GraphQLList):
            several = [self._value(name, bare.of_type, root) for _ in range(self.chance.choice((1, 1, 2, 3)))]
            return [one for one in several if one is not None]
        if isinstance(bare, GraphQLEnumType):
            return self.chance.choice(list(bare.values))
        if isinstance(bare, GraphQLInputObjectType):
            wanted = [
                field for field, about in bare.fields.items() if isinstance(about.type, GraphQLNonNull) or self.chance.random() < 0.25
            ]
            return {field: self._value(field, bare.fields[field].type, root) for field in wanted}
        match bare.name:
            case "ID":
                return self._id(name, root)
            case "Int":
                return self.chance.choice((0, 1, 2, 2, 3, 5, 50))
            case "Boolean":
                return self.chance.random() < 0.5
            case "DateTime":
                return instant(START + self.chance.randrange(-2, 14) * STEP)
            case "Date":
                return f"2026-01-{self.chance.randrange(1, 8):02d}"
            case _:
                return self._text(name, root)

    def _id(self, name: str, root: str) -> str:
        kinds = {"product": "product", "batch": "batch", "origin": "site", "destination": "site", "farm": "farm", "supplier": "enterprise"}
        kinds["package"] = "package"
        fitting = [one for one in self.ids if one.partition("/")[0] == kinds.get(name)]
        ids = [one for one in self.ids if not one.startswith("product/")] if root in LINEAGE else self.ids
        mine = [one for one in ids if owner_of(one) == self.pair.actor.enterprise]
        return self.chance.choice(fitting or (mine if mine and self.chance.random() < 0.6 else ids))

    def _text(self, name: str, root: str) -> str:
        record = self.chance.choice(self.ids)
        if name in ("after", "before"):
            return write_cursor("id", (record, record))
        if name in ("code", "codes"):
            # of the side that is as it was: what the other has beside it, its codes tell
            there = [one.id for one in self.pair.sides[0].world.packages]
            package = self.chance.choice([*there, "package/BBBB/unheard-of"])
            return f"{owner_of(package)}.{number_of(package)}"
        if name in ("owners", "enterprise"):
            return owner_of(record)
        if name in ("numbers", "numberStartsWith", "codeStartsWith"):
            number = number_of(record)
            return number[: self.chance.randrange(1, len(number) + 1)] if name.endswith("With") else number
        return self.chance.choice((*WORDS, f"{self.chance.choice(WORDS)} {self.chance.randrange(4)}", number_of(record)))


def selected_page(field: GraphQLField) -> bool:
    kind = get_named_type(field.type)
    return isinstance(kind, GraphQLObjectType) and "pageInfo" in kind.fields


@cache
def _selection(name: str, depth: int, alias: str = "") -> str:
    """alias: before the name of each field, where fields of several types stand beside each other."""
    kind = GRAPHQL_SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    if isinstance(kind, GraphQLInterfaceType):
        if depth < 1:
            return "{ __typename id }"
        parts = (f"... on {one.name} {_selection(one.name, 1, one.name)}" for one in GRAPHQL_SCHEMA.get_possible_types(kind))
        return f"{{ __typename {' '.join(parts)} }}"
    chosen = ["__typename"]
    for field, about in kind.fields.items():
        if any(isinstance(argument.type, GraphQLNonNull) for argument in about.args.values()):
            continue
        if name.endswith("Edge") and field == "node" and "cursor" in kind.fields and name != "LineageNodeEdge":
            continue  # the connection's own list has it
        if is_leaf_type(get_named_type(about.type)):
            chosen.append(f"{alias}_{field}: {field}" if alias else field)
        else:
            chosen.append(f"{alias}_{field}: {field} {_inner(about, depth)}" if alias else f"{field} {_inner(about, depth)}")
    return f"{{ {' '.join(chosen)} }}"


def _inner(field: GraphQLField, depth: int) -> str:
    kind = get_named_type(field.type)
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    records = isinstance(kind, GraphQLInterfaceType) or any(one.name == "Record" for one in kind.interfaces)
    further = depth - 1 if records else depth
    return _selection(kind.name, further) if further > 0 else "{ __typename id }"


def selection(kind: Any, depth: int) -> str:
    """Every field that can be asked for without arguments, as many records deep."""
    named = get_named_type(kind)
    return "" if is_leaf_type(named) else _selection(named.name, depth)
