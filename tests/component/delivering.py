"""Deliveries in tests: a graph of which something is recorded, its GraphQL, and deliverers over it."""

from dataclasses import dataclass
from typing import Any, cast

from api.context import Context
from api.delivery.deliverer import Deliverer
from api.delivery.names import LookUp, look_up
from api.resolvers.loaders import Loaders
from api.resolvers.root import SCHEMA
from api.settings import Settings
from auth.actor import Actor
from auth.sealing import Sealing
from graph import capture
from graph.engine.driver import Graph
from graph.statements import inline
from tests.capturing import MAKER, PLATFORM, batch, case, item, product
from tests.receiver import Receiver

KEY = Sealing(b"k" * 32)
LOCAL: dict[str, Any] = {
    "delivery_networks": "127.0.0.0/8",
    "delivery_seconds": 1,
    "delivery_backoff_seconds": 0.01,
    "suspension_seconds": 0,
}
PARTNER = "id enterprise name address form content everyMinutes dailyAt state failures detail arrivedAt madeBy"
ADD = f"mutation ($partner: PartnerInput!) {{ addPartner(partner: $partner) {{ secret partner {{ {PARTNER} }} }} }}"
LOG = """{ transferLog { totalCount nodes { id at tookMs enterprise partner partnerName address letter attempt outcome status detail
    records bytes sha256 } } }"""
DEAD = "{ deadLetters { totalCount nodes { id partner partnerName attempts detail records bytes triedAt madeAt } } }"


@dataclass(slots=True)
class System:
    """One graph, a deliverer over it, and its GraphQL."""

    graph: Graph
    settings: Settings

    def other(self, **settings: Any) -> "System":
        return System(self.graph, Settings(**LOCAL | settings))

    @property
    def deliverer(self) -> Deliverer:
        return self.deliverer_by(look_up)

    def deliverer_by(self, look_up: LookUp) -> Deliverer:
        return Deliverer(self.graph, self.settings, KEY, look_up)

    async def ask(self, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
        nothing = cast("Any", None)
        context = Context(actor, self.graph, self.settings, nothing, Loaders(self.graph, actor), nothing, nothing, nothing, sealing=KEY)
        result = await SCHEMA.execute(query, variables, context)
        for error in result.errors or ():
            raise error.original_error or error
        assert result.data is not None
        return next(iter(result.data.values()))

    async def add(self, receiver: Receiver, **given: Any) -> tuple[str, str]:
        """Its ID and its secret."""
        return await self.add_for(MAKER, f"{receiver.url}/take", **given)

    async def add_for(self, actor: Actor, address: str, **given: Any) -> tuple[str, str]:
        made = await self.ask(actor, ADD, partner={"name": "platform", "address": address} | given)
        return made["partner"]["id"], made["secret"]

    async def set_recipients(self, name: str) -> None:
        """A time, to one long ago."""
        await self.graph.administer(inline("tests/long_ago", f"MATCH (r:Recipient) SET r.{name} = 0"))

    async def nodes(self, query: str, actor: Actor = MAKER) -> list[dict[str, Any]]:
        return (await self.ask(actor, query))["nodes"]


async def prepared(graph: Graph) -> System:
    await capture.capture_enterprises(graph, PLATFORM, [{"code": "MAKER1", "name": "晨牧乳业", "address": "内蒙古"}])
    await capture.capture_products(graph, MAKER, [product(shelfLifeDays=730)])
    await capture.capture_batches(graph, MAKER, [batch(product="P1")])
    return System(graph, Settings(**LOCAL))


async def pack(graph: Graph, *numbers: str, parent: str | None = "C1", actor: Actor = MAKER) -> None:
    items = [item(number, parent=parent) if parent else item(number) for number in numbers]
    outcomes = await capture.capture_packages(graph, actor, [*([case()] if parent else []), *items])
    assert not [one.problems for one in outcomes if one.problems]
