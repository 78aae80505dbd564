"""Half of a surrogate pair in a text costs the record that has it, and nothing else."""

import json
from typing import Any

import httpx2
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_required_input_field,
)

from api.http.surrogates import without_halves
from tests.functional.examples import ROOT
from tests.service import Service

HALF = "a\ud800"
MAKER = "6904321"
FARMS = "mutation ($records: [FarmInput!]!) { recordFarms(records: $records) { outcomes { id status problems { code path message } } } }"
SITES = FARMS.replace("Farm", "Site")
SCHEMA: GraphQLSchema = build_schema((ROOT / "api/schema/schema.graphql").read_text())


def ask(service: Service, query: str, variables: dict[str, Any], actor: str = MAKER) -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {service.token(actor)}"}
    return httpx2.post(f"{service.url}/graphql", content=json.dumps({"query": query, "variables": variables}), headers=headers, timeout=60)


def test_the_other_records_are_stored(arcadedb_service: Service) -> None:
    farms = [{"number": f"half-{name}", "name": name, "address": "1"} for name in ("one", HALF, "three")]
    farms[1]["number"] = "half-two"
    outcomes = ask(arcadedb_service, FARMS, {"records": farms}).json()["data"]["recordFarms"]["outcomes"]
    assert [outcome["status"] for outcome in outcomes] == ["CREATED", "REJECTED", "CREATED"]
    [problem] = outcomes[1]["problems"]
    assert (problem["code"], problem["path"]) == ("CONTROL_CHARACTER", "records[1].name")


def texts(given: GraphQLInputType) -> Any:
    """A value of the type, with a broken text wherever one can be."""
    if isinstance(given, GraphQLNonNull):
        return texts(given.of_type)
    if isinstance(given, GraphQLList):
        return [texts(given.of_type)]
    if isinstance(given, GraphQLEnumType):
        return next(iter(given.values))
    if isinstance(given, GraphQLInputObjectType):
        return {name: texts(field.type) for name, field in given.fields.items()}
    return {"Boolean": True, "Int": 1, "Float": 1.0}.get(get_named_type(given).name, HALF)


def inputs() -> list[tuple[str, str, str]]:
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    return [
        (name, get_named_type(field.args["records"].type).name, inner)
        for name, field in mutation.fields.items()
        if "records" in field.args
        for inner, one in get_named_type(field.args["records"].type).fields.items()
        if json.dumps(HALF) in json.dumps(texts(one.type))
    ]


@pytest.mark.parametrize(("mutation", "kind", "field"), inputs())
def test_no_field_of_a_record_is_answered_otherwise(arcadedb_service: Service, mutation: str, kind: str, field: str) -> None:
    given = SCHEMA.type_map[kind]
    assert isinstance(given, GraphQLInputObjectType)
    record = {name: texts(one.type) for name, one in given.fields.items() if name == field or is_required_input_field(one)}
    query = f"mutation ($records: [{kind}!]!) {{ {mutation}(records: $records) {{ outcomes {{ id status problems {{ code }} }} }} }}"
    [outcome] = ask(arcadedb_service, query, {"records": [record]}).json()["data"][mutation]["outcomes"]
    assert outcome["status"] == "REJECTED"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("query ($ids: [ID!]!) { backward(from: $ids) { nodes { totalCount } } }", {"ids": [HALF]}, "MALFORMED_ID"),
        ("query ($id: ID!) { node(id: $id) { id } }", {"id": HALF}, "MALFORMED_ID"),
        (f"{{ viewer {{ {HALF} }} }}", {}, "SYNTAX_ERROR"),
        (FARMS, {"records": [{HALF: "1"}]}, "VALIDATION_FAILED"),
        (
            FARMS.replace("Farm", "Site").replace("farm", "site"),
            {"records": [{"number": "1", "name": "1", "siteKind": HALF}]},
            "VALIDATION_FAILED",
        ),
        (FARMS, {"records": [HALF]}, "VALIDATION_FAILED"),
    ],
)
def test_elsewhere_it_is_an_error_like_another(arcadedb_service: Service, query: str, variables: dict[str, Any], code: str) -> None:
    errors = ask(arcadedb_service, query, variables).json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {code}


def test_a_code_with_half_a_character_is_malformed(arcadedb_service: Service) -> None:
    answer = ask(arcadedb_service, "query ($code: String!) { resolve(code: $code) { verdict } }", {"code": HALF}, "REGULATOR").json()
    assert answer["data"]["resolve"]["verdict"] == "MALFORMED"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r'"a\\ud800"', "a\\ud800"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\ud800\ud83d\ude00"', "\x1a\U0001f600"),
        (r'"\udc00\ud800"', "\x1a\x1a"),
        (r'"\\\ud800"', "\\\x1a"),
        (r'"\uD800x\uDFFF"', "\x1ax\x1a"),
    ],
)
def test_only_halves_are_replaced(sent: str, read: str) -> None:
    assert json.loads(without_halves(sent.encode())) == read
