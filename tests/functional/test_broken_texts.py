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

from tests.functional.examples import ROOT
from tests.service import Service

HALF = "a\ud800"
MAKER = "6904321"
FARMS = "mutation ($records: [FarmInput!]!) { recordFarms(records: $records) { outcomes { id status problems { code path message } } } }"
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
    ("query", "variables", "where"),
    [
        ("query ($code: String!) { resolve(code: $code) { verdict } }", {"code": HALF}, "variables.code"),
        ("query ($ids: [ID!]!) { backward(from: $ids) { complete } }", {"ids": [HALF]}, "variables.ids[0]"),
        ("query ($w: [FarmFilter!]) { farms { totalCount } }", {"w": [{"name": HALF}]}, "variables.w[0].name"),
        (f"{{ viewer {{ role }} }} # {HALF}", {}, "query"),
        (FARMS, {"records": [{HALF: "1"}]}, "a name in variables.records[0]"),
    ],
)
def test_elsewhere_the_request_is_refused(arcadedb_service: Service, query: str, variables: dict[str, Any], where: str) -> None:
    answer = ask(arcadedb_service, query, variables, "REGULATOR")
    [error] = answer.json()["errors"]
    assert answer.status_code in (200, 400)
    assert error["extensions"]["code"] in ("MALFORMED_REQUEST", "VALIDATION_FAILED")
    assert where in error["message"] or error["extensions"]["code"] == "VALIDATION_FAILED"
