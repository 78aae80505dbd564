"""The kinds of records in files: one for each mutation that records, and their columns are the fields of its input."""

import pytest
import strawberry
from graphql import GraphQLInputObjectType, GraphQLList, GraphQLNonNull, build_schema, get_named_type
from strawberry.schema.config import StrawberryConfig

from api.exchange.records.columns import Column, Form, columns_of, typed
from api.exchange.records.kinds import KINDS, RecordKind, kind_named
from api.resolvers.capture import RecordMutations
from api.schema.scalars import SCALARS
from auth.policy import RECORDERS
from graph.model.problems import Problem
from graph.model.records.base import FileRef


@strawberry.type
class Query:
    nothing: bool


SCHEMA = build_schema(strawberry.Schema(Query, RecordMutations, config=StrawberryConfig(scalar_map=SCALARS)).as_str())
FORMS = {
    "String": Form.TEXT,
    "ID": Form.TEXT,
    "DateTime": Form.TIME,
    "Date": Form.DATE,
    "Decimal": Form.DECIMAL,
    "Float": Form.NUMBER,
    "Int": Form.WHOLE,
    "Boolean": Form.FLAG,
}


def test_each_mutation_that_records_has_a_kind() -> None:
    assert SCHEMA.mutation_type is not None
    inputs = {name: str(get_named_type(field.args["records"].type)) for name, field in SCHEMA.mutation_type.fields.items()}
    assert {kind.mutation: kind.input for kind in KINDS.values()} == inputs
    assert inputs.keys() <= RECORDERS.keys()


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_columns_of_a_kind_are_the_fields_of_its_input(kind: RecordKind) -> None:
    check(kind.input, dict(kind.columns))
    assert len({*kind.headings.values()}) == len(kind.columns)


def check(name: str, columns: dict[str, Column]) -> None:
    given = SCHEMA.type_map[name]
    assert isinstance(given, GraphQLInputObjectType)
    assert list(given.fields) == list(columns)
    for field, column in zip(given.fields.values(), columns.values(), strict=True):
        bare = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        assert column.many == isinstance(bare, GraphQLList), column
        if column.part is not None:
            check(str(get_named_type(field.type)), dict(columns_of(column.part)))
        else:
            assert column.form is FORMS.get(str(get_named_type(field.type)), Form.TEXT), column


def test_a_kind_goes_by_its_name_and_by_its_title() -> None:
    for kind in KINDS.values():
        assert kind_named(kind.name) is kind
        assert kind_named(kind.title) is kind
    for wrong in ("farms", "", None, 3):
        problem = kind_named(wrong)
        assert isinstance(problem, Problem)
        assert problem.path == "kind"
        assert "right is one of enterprise, contact_person" in problem.message


def test_texts_become_the_values_of_their_columns() -> None:
    texts: dict[str, object] = {
        "number": "007",
        "mainIngredient": "是",
        "heatSensitive": "FALSE",
        "certificates": [{"name": "1", "sha256": "2"}],
        "strange": "true",
    }
    assert typed(KINDS["ingredient_lot"].model, texts) == texts | {"mainIngredient": True, "heatSensitive": False}
    milk: dict[str, object] = {"arrivalTemperatureC": "4.5", "departureTemperatureC": "cold", "quantityKg": "12000.50"}
    assert typed(KINDS["milk_delivery"].model, milk) == milk | {"arrivalTemperatureC": 4.5}
    batch: dict[str, object] = {"inputs": [{"rework": "true", "quantityKg": "1"}, "odd"]}
    assert typed(KINDS["batch"].model, batch) == {"inputs": [{"rework": True, "quantityKg": "1"}, "odd"]}
    assert typed(KINDS["product"].model, {"shelfLifeDays": "730"}) == {"shelfLifeDays": 730}
    assert columns_of(FileRef).keys() == {"name", "sha256"}
