"""Formulas, research records and contact persons: for named duties of the owner, and for nobody else who has not asked."""

from typing import Any

import pytest

from auth.actor import Actor, Duty, Role
from graph import capture
from graph.access import Opened
from graph.capture import Outcome, Status
from graph.engine.driver import Graph, observed
from tests.capturing import MAKER, STRANGER, farm, product
from tests.component.reading import CONSUMER, PLATFORM, PUBLIC, REGULATOR, ask, context

pytestmark = pytest.mark.anyio
ASKED = """{
  product: node(id: "product/MAKER1/P1") { ... on Product {
    formula { product formulaVersion version shares { ingredient sharePercent tolerancePercent heatSensitive } }
    researchRecords { number project result } } }
  enterprise: node(id: "enterprise/MAKER1") { ... on Enterprise { contactPerson { name position phone email } } }
}"""
FORMULA = {
    "product": "P1",
    "formulaVersion": "3",
    "shares": [
        {"ingredient": "脱脂乳粉", "sharePercent": "40.5", "tolerancePercent": "0.5"},
        {"ingredient": "乳铁蛋白", "sharePercent": "0.05", "heatSensitive": True},
    ],
}
RESEARCH = {"number": "R1", "product": "product/MAKER1/P1", "project": "A2", "result": "稳定"}
PERSON = {"name": "王某", "position": "质量负责人", "phone": "138", "email": "w@example.cn"}


def staff(*duties: Duty, enterprise: str = "MAKER1") -> Actor:
    return Actor("staff", Role.ENTERPRISE, enterprise, frozenset(duties))


@pytest.fixture
async def stocked(graph: Graph) -> Graph:
    await capture.capture_enterprises(graph, PLATFORM, [{"code": code, "name": code} for code in ("MAKER1", "OTHER1")])
    await capture.capture_products(graph, MAKER, [product()])
    await capture.capture_farms(graph, MAKER, [farm()])
    for outcomes in (
        await capture.capture_formulas(graph, MAKER, [FORMULA]),
        await capture.capture_research_records(graph, MAKER, [RESEARCH, RESEARCH | {"number": "R0", "project": "A1"}]),
        await capture.capture_contact_persons(graph, MAKER, [PERSON]),
    ):
        assert {outcome.status for outcome in outcomes} == {Status.CREATED}
    return graph


@pytest.mark.parametrize(
    "actor",
    [
        STRANGER,
        REGULATOR,
        PLATFORM,
        CONSUMER,
        PUBLIC,
        *(staff(duty) for duty in Duty if duty not in (Duty.RESEARCH, Duty.QUALITY, Duty.ADMIN)),
    ],
    ids=lambda actor: f"{actor.role.value}-{'-'.join(sorted(actor.duties)[:1])}",
)
async def test_nobody_else_reads_them_and_nothing_of_them_is_fetched(stocked: Graph, actor: Actor) -> None:
    with observed() as statements:
        answer = await ask(stocked, actor, ASKED)
    for record in filter(None, answer.values()):
        assert all(not value for value in record.values()), record
    assert not [each.name for each in statements if each.name.startswith("restricted/")]


async def test_named_duties_of_the_owner_read_them(stocked: Graph) -> None:
    answer = await ask(stocked, staff(Duty.RESEARCH), ASKED)
    [first, second] = FORMULA["shares"]
    shares = [{**first, "heatSensitive": None}, {**second, "tolerancePercent": None}]
    assert answer["product"]["formula"] == {"product": "product/MAKER1/P1", "formulaVersion": "3", "version": 1, "shares": shares}
    assert [each["number"] for each in answer["product"]["researchRecords"]] == ["R0", "R1"]
    assert answer["enterprise"]["contactPerson"] is None
    for duty in (Duty.QUALITY, Duty.ADMIN):
        answer = await ask(stocked, staff(duty), ASKED)
        assert answer["enterprise"]["contactPerson"] == PERSON
        assert answer["product"] == {"formula": None, "researchRecords": []}


async def test_reading_them_leaves_a_trace_of_the_fields(stocked: Graph) -> None:
    asking = context(stocked, MAKER)
    await asking.loaders.restricted("Product.formula", "product/MAKER1/P1")
    await asking.loaders.restricted("Product.formula", "product/MAKER1/P2")
    assert asking.loaders.opened == {"product/MAKER1/P1": Opened({"Product.formula"})}


async def test_an_amended_formula_keeps_its_product_as_it_was(stocked: Graph) -> None:
    [again] = await capture.capture_formulas(stocked, MAKER, [FORMULA])
    assert (again.id, again.status) == ("formula/MAKER1/P1", Status.UNCHANGED)
    [amended] = await capture.capture_formulas(stocked, staff(Duty.RESEARCH), [FORMULA | {"formulaVersion": "4"}])
    assert amended.status is Status.UPDATED
    answer = await ask(
        stocked, MAKER, '{ node(id: "product/MAKER1/P1") { ... on Product { version formula { version formulaVersion } } } }'
    )
    assert answer["node"] == {"version": 1, "formula": {"version": 2, "formulaVersion": "4"}}
    assert (await ask(stocked, MAKER, '{ node(id: "formula/MAKER1/P1") { id } }'))["node"] is None


@pytest.mark.parametrize(
    ("sent", "code", "path"),
    [
        (FORMULA | {"product": "P9"}, "UNKNOWN_REFERENCE", "records[0].product"),
        (FORMULA | {"product": "product/OTHER1/P1"}, "NOT_YOURS", "records[0].product"),
        (FORMULA | {"shares": []}, "EMPTY", "records[0].shares"),
        (FORMULA | {"shares": [{"ingredient": "a", "sharePercent": share} for share in (60, 41)]}, "DUPLICATE", "records[0].shares[1]"),
        (
            FORMULA | {"shares": [{"ingredient": str(share), "sharePercent": share} for share in (60, 41)]},
            "OUT_OF_RANGE",
            "records[0].shares",
        ),
        (FORMULA | {"shares": [{"ingredient": " ", "sharePercent": 1}]}, "BLANK", "records[0].shares[0].ingredient"),
        (FORMULA | {"shares": [{"ingredient": "a", "sharePercent": 0}]}, "NOT_POSITIVE", "records[0].shares[0].sharePercent"),
    ],
)
async def test_a_wrong_formula(stocked: Graph, sent: dict[str, Any], code: str, path: str) -> None:
    [outcome] = await capture.capture_formulas(stocked, MAKER, [sent])
    assert problems(outcome)[0] == (code, path)


def problems(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.code.value, problem.path) for problem in outcome.problems]
