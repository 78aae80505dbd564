"""The five questions: about records that are there, in words that the contract's schema knows."""

from datetime import date
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from auth.actor import Role
from seed.chain import chain
from seed.portions import Packing, Stage, package
from seed.settings import SeedSettings
from seed.story import story

UNTIL = date(2026, 6, 30)


@pytest.mark.parametrize("items", [600, 6_000])
def test_the_records_are_in_the_chain(items: int) -> None:
    told = story(SeedSettings(items, UNTIL))
    there: set[str] = set()
    sold: set[str] = set()
    for portion in chain(SeedSettings(items, UNTIL)):
        if isinstance(portion, Packing):
            there.update(package(portion.enterprise, item) for case in portion.cases for item in case.items)
        elif portion.stage is Stage.SALE:
            sold.update(item for record in portion.records for item in record["packages"])
        elif portion.stage in (Stage.MILK, Stage.LOT, Stage.BATCH):
            there.update(f"{portion.stage.value}/{portion.enterprise}/{record['number']}" for record in portion.records)
    assert {told.milk, told.silo, told.whey, *told.cans} <= there
    assert set(told.cans) <= sold
    assert len({can.split("/")[1] for can in told.cans}) == 3


def test_questions_are_valid_with_variables_and_pasted() -> None:
    schema = build_schema((Path(__file__).parents[2] / "api" / "schema" / "schema.graphql").read_text("utf-8"))
    questions = story(SeedSettings(6_000, UNTIL)).questions
    assert len(questions) == 5
    for question in questions:
        assert validate(schema, parse(question.query)) == []
        assert validate(schema, parse(question.text)) == []
        assert "$" not in question.text
        assert question.variables.keys() == question.types.keys()
    # GraphiQL calls its tabs by them
    assert len({question.name for question in questions}) == 5
    assert {question.role for question in questions} == {Role.PUBLIC, Role.ENTERPRISE, Role.REGULATOR}
