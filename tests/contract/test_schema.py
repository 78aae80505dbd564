"""The schema is a product: its text is committed, the public contract stays whole in it, and everything in it is described.

After a change of the schema: `uv run python -m tests.contract.test_schema` writes its text anew; the difference belongs into the review.
"""

import csv
import re
from pathlib import Path

import pytest
from graphql import (
    EnumValueNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    find_breaking_changes,
    get_named_type,
)

from api.resolvers.root import SCHEMA
from api.web import fields

COMMITTED = Path(__file__).parents[2] / "api" / "schema" / "schema.graphql"
CORE = Path(__file__).with_name("core.graphql")
PUBLIC_FIELDS = Path(__file__).with_name("public-fields.csv")
SHARED = Path(__file__).parents[3] / "shared" / "contract"
TEXT = SCHEMA.as_str() + "\n"


def test_the_committed_text_is_the_schema() -> None:
    assert COMMITTED.read_text("utf-8") == TEXT, "run: uv run python -m tests.contract.test_schema"


def test_nothing_of_the_contract_is_broken() -> None:
    changes = find_breaking_changes(build_schema(CORE.read_text("utf-8")), build_schema(TEXT))
    assert [change.description for change in changes] == []


@pytest.mark.parametrize("copy", [CORE, PUBLIC_FIELDS], ids=lambda path: path.name)
def test_the_copies_are_the_contract(copy: Path) -> None:
    """Where the contract lies beside the project; elsewhere the copies are what there is."""
    original = SHARED / copy.name
    assert not original.exists() or original.read_bytes() == copy.read_bytes()


def test_every_public_field_can_be_looked_up() -> None:
    with PUBLIC_FIELDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    trace = build_schema(TEXT).type_map["PublicTrace"]
    assert isinstance(trace, GraphQLObjectType)
    assert {row["field"] for row in rows} <= trace.fields.keys()
    assert [row["field"] for row in rows if row["no"]] == list(fields.LABELS)
    for row in rows:
        assert row["zh"] in (trace.fields[row["field"]].description or ""), row


def test_everything_is_described() -> None:
    schema = build_schema(TEXT)
    silent: list[str] = []
    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in {"Boolean", "Float", "ID", "Int", "String"}:
            continue
        if not kind.description:
            silent.append(name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field, definition in kind.fields.items():
                silent += [f"{name}.{field}"] * (not definition.description)
                silent += [f"{name}.{field}({argument})" for argument, about in definition.args.items() if not about.description]
        if isinstance(kind, GraphQLInputObjectType):
            silent += [f"{name}.{field}" for field, about in kind.fields.items() if not about.description]
        if isinstance(kind, GraphQLEnumType):
            silent += [f"{name}.{value}" for value, about in kind.values.items() if not about.description]
    assert silent == []


DOORS = {"Query", "Mutation"}
"""What they lead to has tiers; they hold nothing themselves."""


def test_every_field_has_a_tier() -> None:
    """Its own, or that of its type; and a public field of the standard is public where it is kept."""
    schema = build_schema(TEXT)
    bare = [
        f"{name}.{field}"
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__") and name not in DOORS
        for field in kind.fields
        if tier_of(kind, field) is None
    ]
    assert bare == []


def test_what_the_standard_makes_public_is_of_tier_public() -> None:
    schema = build_schema(TEXT)
    elsewhere = {"productName": "name", "enterpriseName": "name", "enterpriseAddress": "address", "enterpriseWebsite": "website"}
    elsewhere |= {"batchNumber": "number", "traceCode": "code", "mainIngredientCertificates": "certificates"}
    kinds = {"ProductionBatch": "Batch"}
    with PUBLIC_FIELDS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["no"]]
    for row in rows:
        kept = [schema.type_map[kinds.get(held, held)] for held in row["held_by"].split("|")]
        field = elsewhere.get(row["field"], row["field"])
        tiers = [tier_of(kind, field) for kind in kept if isinstance(kind, GraphQLObjectType) and field in kind.fields]
        assert set(tiers) == {"PUBLIC"}, row


def test_whatever_holds_a_file_is_public() -> None:
    """GET /files gives to everybody what a record names: a file that is not for everybody needs another rule there (api/files.py)."""
    schema = build_schema(TEXT)
    holding = [
        (kind, field)
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for field, about in kind.fields.items()
        if get_named_type(about.type).name == "File"
    ]
    assert holding
    assert {tier_of(kind, field) for kind, field in holding} == {"PUBLIC"}


def tier_of(kind: GraphQLObjectType | GraphQLInterfaceType, field: str) -> str | None:
    for node in (kind.fields[field].ast_node, kind.ast_node):
        for directive in node.directives or () if node else ():
            if directive.name.value == "tier":
                values = [argument.value for argument in directive.arguments or ()]
                return next((value.value for value in values if isinstance(value, EnumValueNode)), None)
    return None


def test_records_name_the_clause_that_asks_for_them() -> None:
    """Each type of record and of input says where in the standard it comes from."""
    schema = build_schema(TEXT)
    clause = re.compile(r"table \d|\b\d+\.\d+|annex|7\.2|QB/T|GB/T|maternal")
    wanting = [
        name
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and any(interface.name == "Traceable" for interface in kind.interfaces)
        if not clause.search(kind.description or "")
    ]
    assert wanting == []


if __name__ == "__main__":
    COMMITTED.write_text(TEXT, "utf-8")
