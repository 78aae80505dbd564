"""A mutation that an actor may not make leaves the graph as it was, to the last property."""

import pytest

from auth.actor import Actor, Duty, Role
from auth.policy import RECORDERS
from graph import capture
from graph.capture.errors import NotAllowed, NotSignedIn
from graph.engine.driver import Graph
from tests.capturing import CAPTURES, CONSUMER, MAKER, PLATFORM, REGULATOR, digest, farm, product, site

pytestmark = pytest.mark.anyio
NAMED = ("number", "code", "parent", "shipment", "store")
RECORD = dict.fromkeys(NAMED, "1") | farm("1")


@pytest.fixture
async def stocked(graph: Graph) -> Graph:
    await capture.capture_farms(graph, MAKER, [farm()])
    await capture.capture_products(graph, MAKER, [product()])
    await capture.capture_sites(graph, MAKER, [site()])
    return graph


async def test_the_digest_sees_a_change(stocked: Graph) -> None:
    before = await digest(stocked)
    assert await digest(stocked) == before
    await capture.capture_farms(stocked, MAKER, [farm(name="Other")])
    assert await digest(stocked) != before


async def test_who_has_not_the_duty_records_nothing(stocked: Graph) -> None:
    assert CAPTURES.keys() == RECORDERS.keys()
    before = await digest(stocked)
    for duties in [*(frozenset({duty}) for duty in Duty), frozenset[Duty]()]:
        actor = Actor("staff", Role.ENTERPRISE, "MAKER1", duties)
        for mutation, record in CAPTURES.items():
            if not duties & RECORDERS[mutation]:
                with pytest.raises(NotAllowed) as refused:
                    await record(stocked, actor, [RECORD])
                found, right = (", ".join(sorted(some)) or "none" for some in (duties, RECORDERS[mutation]))
                assert str(refused.value) == f"found the duties: {found}; {mutation} is for one of: {right}"
    assert await digest(stocked) == before


@pytest.mark.parametrize("actor", [REGULATOR, CONSUMER, PLATFORM, Actor.ANONYMOUS], ids=lambda actor: actor.role.value)
async def test_who_has_not_the_role_records_nothing(stocked: Graph, actor: Actor) -> None:
    before = await digest(stocked)
    for mutation, record in CAPTURES.items():
        if (actor, mutation) != (PLATFORM, "recordEnterprises"):
            with pytest.raises(NotSignedIn if actor.role is Role.PUBLIC else NotAllowed):
                await record(stocked, actor, [RECORD])
    assert await digest(stocked) == before
