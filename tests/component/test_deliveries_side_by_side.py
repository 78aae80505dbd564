"""Deliveries of one enterprise, however slow they are, hold up those of no other; and what is said of names and of answers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event

import pytest

from api.delivery.deliverer import Deliverer
from graph import capture
from graph.delivery.letters import READY_AT_ONCE
from graph.engine.driver import Graph
from graph.model.times import now_ms
from graph.suspensions import suspend
from tests.capturing import MAKER, PLATFORM, STRANGER, ask, batch
from tests.component.delivering import LOG, System, pack, prepared
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.anyio
SHARE = 4
"""Of an enterprise, of what goes on side by side."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running
        running.released.set()


@pytest.fixture
async def system(graph: Graph) -> System:
    """With a batch of a second enterprise."""
    system = await prepared(graph)
    await capture.capture_batches(graph, STRANGER, [batch()])
    return system


@dataclass(slots=True)
class Resolver:
    """Names in slow.example are looked up until `answered`, and then there are none; all others are this machine's."""

    answered: Event = field(default_factory=Event)
    asked: list[str] = field(default_factory=list[str])

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if host.endswith(".slow.example"):
            self.answered.wait(120)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["127.0.0.1", "127.0.0.1"]


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    resolver = Resolver()
    yield resolver
    resolver.answered.set()


@asynccontextmanager
async def running(deliverer: Deliverer) -> AsyncIterator[None]:
    task = asyncio.create_task(deliverer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def called(name: str, receiver: Receiver) -> str:
    return f"http://{name}.example:{receiver.url.rpartition(':')[2]}/take"


async def details(system: System) -> list[str | None]:
    return [one["detail"] for one in await system.nodes(LOG)]


async def test_names_that_take_long_keep_no_other_enterprise_waiting(system: System, receiver: Receiver, resolver: Resolver) -> None:
    """Nor do more recipients than are looked at at once, all of them due first."""
    many = system.other(delivery_seconds=60, partners=1_000)
    for number in range(READY_AT_ONCE + 1):
        await many.add_for(MAKER, f"https://p{number}.slow.example/take", name=f"p{number}")
    await many.add_for(STRANGER, called("quick", receiver))
    await pack(many.graph, "G1", parent=None)
    await pack(many.graph, "S1", parent=None, actor=STRANGER)
    async with running(many.deliverer_by(resolver)):
        await asyncio.to_thread(receiver.wait, 1)
        assert receiver.codes == ["OTHER1.S1"]
        assert len(resolver.asked) <= SHARE + 1
        assert await many.nodes(LOG) == []


async def test_receivers_that_take_long_keep_no_other_enterprise_waiting(system: System, receiver: Receiver) -> None:
    slow = system.other(delivery_seconds=60, partners=20, delivery_pause_seconds=0.1)
    with receiving() as held:
        held.answers = ["hold"] * 20
        for number in range(20):
            await slow.add(held, name=f"p{number}")
        await slow.add_for(STRANGER, f"{receiver.url}/take")
        await pack(slow.graph, "G1", parent=None)
        async with running(slow.deliverer):
            await asyncio.to_thread(held.wait, SHARE)
            await pack(slow.graph, "S1", parent=None, actor=STRANGER)
            await asyncio.to_thread(receiver.wait, 1)
            assert receiver.codes == ["OTHER1.S1"]
            assert len(held.received) == SHARE
            held.released.set()
            await asyncio.to_thread(held.wait, 20)


async def test_suspended_enterprises_keep_no_other_waiting(system: System, receiver: Receiver) -> None:
    many = system.other(partners=1_000)
    for number in range(READY_AT_ONCE + 1):
        await many.add(receiver, name=f"p{number}")
    await many.add_for(STRANGER, f"{receiver.url}/take")
    await pack(many.graph, "G1", parent=None)
    await pack(many.graph, "S1", parent=None, actor=STRANGER)
    await suspend(many.graph, PLATFORM, "MAKER1", reason="停业", address=None)
    await many.deliverer.once()
    assert receiver.codes == ["OTHER1.S1"]


async def test_a_look_up_that_was_given_up_counts_while_it_goes_on(system: System, receiver: Receiver, resolver: Resolver) -> None:
    short = system.other(delivery_backoff_seconds=3_600)
    for number in range(SHARE + 2):
        await short.add_for(MAKER, f"https://p{number}.slow.example/take", name=f"p{number}")
    await pack(short.graph, "G1", parent=None)
    deliverer = short.deliverer_by(resolver)
    await deliverer.once()
    assert len(resolver.asked) == SHARE
    said = await details(short)
    assert len(said) == SHARE + 2
    for name in resolver.asked:
        assert f"looking up the name {name} took longer than 1 s; the receiver was not asked" in said
    waited = [one for one in said if one and "since look-ups of other names still went on; the receiver was not asked" in one]
    assert len(waited) == 2
    resolver.answered.set()
    await short.add_for(MAKER, called("quick", receiver), name="quick")
    await deliverer.once()
    assert receiver.codes == ["MAKER1.G1"]


async def test_a_name_that_is_not_found_is_told(system: System, resolver: Resolver) -> None:
    resolver.answered.set()
    await system.add_for(MAKER, "https://gone.slow.example/take")
    await pack(system.graph, "G1", parent=None)
    await system.other(delivery_attempts=1).deliverer_by(resolver).once()
    said = "found no address of the name gone.slow.example: Name or service not known; the receiver was not asked"
    assert await details(system) == [said]


async def test_a_name_that_cannot_be_is_told(system: System) -> None:
    """By the resolver of the system, which asks nobody for it."""
    name = f"{'a' * 64}.example"
    await system.add_for(MAKER, f"https://{name}/take")
    await pack(system.graph, "G1", parent=None)
    await system.other(delivery_attempts=1).deliverer.once()
    [said] = await details(system)
    assert said is not None and said.startswith(f"found no address of the name {name}: ")


async def test_a_name_one_of_whose_addresses_is_inside_is_not_followed(system: System, receiver: Receiver) -> None:
    await system.add_for(MAKER, called("both", receiver))
    await pack(system.graph, "G1", parent=None)
    await system.other(delivery_attempts=1).deliverer_by(lambda _: ["127.0.0.1", "10.0.0.1"]).once()
    [said] = await details(system)
    assert said is not None and "MILKLINE_DELIVERY_NETWORKS" in said
    assert receiver.received == []


async def test_what_of_the_time_the_name_took_is_told(system: System, receiver: Receiver) -> None:
    slow = system.other(delivery_seconds=3, delivery_attempts=1)
    receiver.answers = ["hold"]
    await slow.add_for(MAKER, called("late", receiver))
    await pack(slow.graph, "G1", parent=None)

    def late(_: str) -> Sequence[str]:
        Event().wait(1)
        return ["127.0.0.1"]

    await slow.deliverer_by(late).once()
    [said] = await details(slow)
    assert said is not None and said.startswith("found no answer within 3 s, of which looking up the name late.example took 1.")


@pytest.mark.parametrize("after", ["9" * 5_000, "soon", "-1", "Fri, 99 Foo 2026 00:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", "٣"])
async def test_an_answer_is_what_its_status_says(system: System, receiver: Receiver, after: str) -> None:
    patient = system.other(delivery_backoff_seconds=3_600)
    receiver.headers = {"retry-after": after.encode().decode("latin-1")}
    await patient.add(receiver)
    for number, status in enumerate((200, 503)):
        receiver.answers = [status]
        await pack(patient.graph, f"G{number}", parent=None)
        await patient.deliverer.once()
    assert await details(patient) == ["found HTTP 503; right is one of 200 to 299", None]
    assert [one["outcome"] for one in await patient.nodes(LOG)] == ["FAILED", "ARRIVED"]


@pytest.mark.parametrize(
    ("after", "seconds"), [("1800", 1_800), ("9999999999", 6 * 3_600), (None, 1_800)], ids=["seconds", "longest", "a date"]
)
async def test_a_receiver_is_left_alone_as_long_as_it_asks(system: System, receiver: Receiver, after: str | None, seconds: int) -> None:
    began = now_ms()
    asked = after or format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    receiver.headers, receiver.answers = {"retry-after": asked}, [503]
    await system.add(receiver)
    await pack(system.graph, "G1", parent=None)
    await system.deliverer.once()
    [[next_at]] = await ask(system.graph, "MATCH (r:Recipient) RETURN r.nextAt")
    # dates have whole seconds
    assert began + (seconds - 1) * 1_000 <= next_at <= now_ms() + (seconds + 1) * 1_000
