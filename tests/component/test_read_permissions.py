"""The matrix of permissions, seen through the API: each role and each duty, with each kind of record."""

import pytest

from auth.actor import Actor, Duty, Role
from auth.policy import READERS, Relation, may_list, may_read
from auth.tiers import Tier
from graph.engine.driver import Graph
from graph.model.identifiers import Kind
from tests.component.reading import CONSUMER, OTHER, OWN, PLATFORM, PUBLIC, REGULATOR, ask, properties, put, refused

pytestmark = pytest.mark.anyio
NODE = "query ($id: ID!) { node(id: $id) { id ... on Record { owner recordedBy } } }"
LISTS = {
    Kind.ENTERPRISE: "enterprises",
    Kind.FARM: "farms",
    Kind.MILK_DELIVERY: "milkDeliveries",
    Kind.INGREDIENT_LOT: "ingredientLots",
    Kind.PRODUCT: "products",
    Kind.PRODUCTION_BATCH: "batches",
    Kind.PACKAGE: "packages",
    Kind.SHIPMENT: "shipments",
    Kind.SITE: "sites",
    Kind.CONSUMER_QUERY: "consumerQueries",
}
STAFF = {duty: Actor(duty.value, Role.ENTERPRISE, OWN, frozenset({duty})) for duty in Duty}
NOBODY = Actor("new", Role.ENTERPRISE, OWN)
EVERYBODY = [*STAFF.values(), NOBODY, REGULATOR, PLATFORM, CONSUMER, PUBLIC]


@pytest.mark.parametrize("actor", EVERYBODY, ids=lambda actor: f"{actor.role.value}-{'-'.join(actor.duties)}")
async def test_each_kind_of_record(graph: Graph, actor: Actor) -> None:
    own = {kind: f"enterprise/{OWN}" if kind is Kind.ENTERPRISE else f"{kind.value}/{OWN}/1" for kind in Kind}
    other = {kind: f"enterprise/{OTHER}" if kind is Kind.ENTERPRISE else f"{kind.value}/{OTHER}/1" for kind in Kind}
    await put(graph, *map(properties, (*own.values(), *other.values())))
    for kind in Kind:
        for record, relation in ((own[kind], Relation.OWNER), (other[kind], Relation.STRANGER)):
            node = (await ask(graph, actor, NODE, id=record))["node"]
            assert (node is not None) is may_read(actor, kind.value, Tier.SHARED, relation).allowed, (kind, relation)
            if node is not None:
                assert (node["recordedBy"] is not None) is may_read(actor, kind.value, Tier.INTERNAL, relation).allowed, (kind, relation)
        listed = f"{{ page: {LISTS[kind]} {{ nodes {{ id }} totalCount }} }}"
        if may_list(actor, kind.value):
            page = (await ask(graph, actor, listed))["page"]
            everything = actor.role is not Role.ENTERPRISE
            seen = sorted([own[kind], other[kind]]) if everything else [own[kind]]
            assert page == {"nodes": [{"id": record} for record in seen], "totalCount": len(seen)}
        else:
            code, message = await refused(graph, actor, listed)
            assert code == ("UNAUTHENTICATED" if actor.role is Role.PUBLIC else "FORBIDDEN")
            if actor.role is Role.ENTERPRISE:
                duties = ", ".join(sorted(READERS[kind.value]))
                assert message == f"found the duties: {', '.join(actor.duties) or 'none'}; right is one of: {duties}"
