"""A field of a record is in three places: the mutation's input, the model that checks it, and the type that shows it."""

from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, build_schema, is_required_input_field
from strawberry.schema.config import StrawberryConfig

from api.resolvers.capture import RecordMutations
from api.schema.scalars import SCALARS
from graph.model.problems import ProblemCode
from graph.model.records.base import FileRef, Part
from graph.model.records.batch import Batch, BatchUse
from graph.model.records.contact_person import ContactPerson
from graph.model.records.enterprise import Enterprise
from graph.model.records.farm import Farm
from graph.model.records.formula import Formula, FormulaShare
from graph.model.records.ingredient_lot import IngredientLot
from graph.model.records.milk_delivery import MilkDelivery
from graph.model.records.package import Aggregation, Package
from graph.model.records.product import Product
from graph.model.records.research_record import ResearchRecord
from graph.model.records.sale import Sale
from graph.model.records.shipment import Receipt, Shipment
from graph.model.records.site import Site

PAIRS: dict[str, type[Part]] = {
    "EnterpriseInput": Enterprise,
    "FarmInput": Farm,
    "MilkDeliveryInput": MilkDelivery,
    "IngredientLotInput": IngredientLot,
    "ProductInput": Product,
    "BatchInput": Batch,
    "BatchInputUse": BatchUse,
    "SiteInput": Site,
    "PackageInput": Package,
    "AggregationInput": Aggregation,
    "ShipmentInput": Shipment,
    "ReceiptInput": Receipt,
    "SaleInput": Sale,
    "FormulaInput": Formula,
    "FormulaShareInput": FormulaShare,
    "ResearchRecordInput": ResearchRecord,
    "ContactPersonInput": ContactPerson,
    "FileInput": FileRef,
}
SHOWN = {
    **{
        name: name.removesuffix("Input") for name in PAIRS if name not in ("BatchInputUse", "AggregationInput", "ReceiptInput", "SaleInput")
    },
    "BatchInputUse": "BatchInputEdge",
}
"""Input -> output. An aggregation is seen in a package's parent, a receipt in its shipment, a sale in the packages' way."""
ROOT = Path(__file__).parents[2]
STORE_SAYS = {"mediaType", "size"}
"""What a file's store adds to a file, and no caller."""


@strawberry.type
class Query:
    nothing: bool


@strawberry.type
class Mutation(RecordMutations):
    pass


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    made = strawberry.Schema(Query, Mutation, config=StrawberryConfig(scalar_map=SCALARS))
    return build_schema(made.as_str())


def input_of(schema: GraphQLSchema, name: str) -> GraphQLInputObjectType:
    found = schema.type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_input_and_model_have_the_same_fields(schema: GraphQLSchema, name: str) -> None:
    asked = input_of(schema, name).fields
    checked = {field.alias or key: field for key, field in PAIRS[name].model_fields.items()}
    assert asked.keys() == checked.keys() - (STORE_SAYS if name == "FileInput" else set())
    for field, given in asked.items():
        assert is_required_input_field(given) == checked[field].is_required(), field


@pytest.mark.parametrize(("name", "shown"), SHOWN.items())
def test_what_is_recorded_can_be_read(name: str, shown: str) -> None:
    committed = build_schema((ROOT / "api" / "schema" / "schema.graphql").read_text("utf-8"))
    output = committed.type_map[shown]
    assert isinstance(output, GraphQLObjectType)
    assert not input_of(committed, name).fields.keys() - output.fields.keys()


def test_every_input_is_paired(schema: GraphQLSchema) -> None:
    inputs = {name for name, found in schema.type_map.items() if isinstance(found, GraphQLInputObjectType)}
    assert inputs == PAIRS.keys()


@pytest.mark.parametrize("name", PAIRS)
def test_each_field_says_where_it_comes_from(schema: GraphQLSchema, name: str) -> None:
    for field, given in input_of(schema, name).fields.items():
        assert given.description, field
        assert name == "FileInput" or "QB/T 4971-2018" in given.description or "maternal and baby" in given.description, field
        if field.endswith("Kg"):
            assert "kg" in given.description, field
        if field.endswith("Grams"):
            assert "in g" in given.description, field
        if field.endswith("TemperatureC"):
            assert "°C" in given.description, field


def test_the_contract_is_kept(schema: GraphQLSchema) -> None:
    """Each mutation and input of the contract, under its name and with its type."""
    core = build_schema((ROOT / "tests" / "contract" / "core.graphql").read_text("utf-8"))
    assert core.mutation_type is not None
    assert schema.mutation_type is not None
    for name, mutation in core.mutation_type.fields.items():
        ours: Any = schema.mutation_type.fields[name]
        assert (str(ours.type), str(ours.args["records"].type)) == (str(mutation.type), str(mutation.args["records"].type))
    for name, found in core.type_map.items():
        if isinstance(found, GraphQLInputObjectType):
            for field, given in found.fields.items():
                assert str(input_of(schema, name).fields[field].type) == str(given.type), (name, field)
            extra = input_of(schema, name).fields.keys() - found.fields.keys()
            assert not [field for field in extra if isinstance(input_of(schema, name).fields[field].type, GraphQLNonNull)]


def test_each_problem_has_a_meaning() -> None:
    assert all(code.meaning.endswith(".") and code.value == code.name for code in ProblemCode)
