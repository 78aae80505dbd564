"""What is recorded leaves by itself, to a partner on a real socket: in letters that are signed, sent until they arrive, and logged."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from standardwebhooks import WebhookVerificationError

from api.delivery.deliverer import Deliverer
from api.errors import ApiError
from auth.actor import Actor, Duty
from auth.sealing import Sealing
from graph import capture
from graph.delivery import letters, owed
from graph.delivery.recipients import Content, Form
from graph.engine.driver import Graph
from graph.suspensions import suspend
from tests.capturing import CONSUMER, MAKER, PLATFORM, REGULATOR, STRANGER, ask, at, batch, item, product
from tests.component.delivering import ADD, DEAD, LOG, PARTNER, System, pack, prepared
from tests.component.reading import PUBLIC
from tests.letters import content_of, letter_problems
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.anyio


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Whatever letter came passes the schema that is published for it."""
    with receiving() as running:
        yield running
        for letter in running.received:
            form = Form.JSON if letter.headers["content-type"].startswith("application/json") else Form.XML
            content = Content(letter.told["content"]) if form is Form.JSON else content_of(letter.body)
            assert letter_problems(letter.body, content, form) == []


@pytest.fixture
async def system(graph: Graph) -> System:
    return await prepared(graph)


async def again(system: System) -> None:
    """When it is time for what failed."""
    await asyncio.sleep(0.1)
    await system.deliverer.once()


# --- who may


@pytest.mark.parametrize(
    "actor",
    [PUBLIC, CONSUMER, REGULATOR, PLATFORM, replace(MAKER, duties=frozenset(Duty) - {Duty.ADMIN})],
    ids=lambda actor: f"{actor.role.value}-{len(actor.duties)}",
)
async def test_who_adds_no_partner(system: System, actor: Actor) -> None:
    with pytest.raises(ApiError) as error:
        await system.ask(actor, ADD, partner={"name": "x", "address": "https://platform.example.cn"})
    assert error.value.code.value == ("UNAUTHENTICATED" if actor is PUBLIC else "FORBIDDEN")
    assert await ask(system.graph, "MATCH (r:Recipient) RETURN r.id") == []


async def test_others_see_and_change_nothing(system: System, receiver: Receiver) -> None:
    partner, _ = await system.add(receiver)
    receiver.answers = [422]
    await pack(system.graph, "G1")
    await system.deliverer.once()
    [letter] = await system.nodes(DEAD)
    for query in ("{ partners { totalCount nodes { id } } }", LOG, DEAD):
        assert await system.ask(STRANGER, query) == {"totalCount": 0, "nodes": []}
        assert (await system.ask(REGULATOR, query))["totalCount"] == 1
        bound = replace(REGULATOR, region="230000", supervised=frozenset({"OTHER1"}))
        assert (await system.ask(bound, query))["totalCount"] == 0
        for actor in (PUBLIC, CONSUMER, PLATFORM, replace(MAKER, duties=frozenset({Duty.SALES}))):
            with pytest.raises(ApiError):
                await system.ask(actor, query)
    for verb in ("pausePartner", "resumePartner", "removePartner"):
        with pytest.raises(ApiError) as error:
            await system.ask(STRANGER, f"mutation ($id: ID!) {{ {verb}(id: $id) {{ id }} }}", id=partner)
        assert error.value.code.value == "UNKNOWN_PARTNER"
    with pytest.raises(ApiError) as error:
        await system.ask(STRANGER, "mutation ($ids: [ID!]!) { sendAgain(letters: $ids) { letters } }", ids=[letter["id"]])
    assert error.value.code.value == "UNKNOWN_LETTER"
    assert len(await system.nodes("{ partners { nodes { id } } }")) == len(await system.nodes(DEAD)) == 1


async def test_the_packages_of_others_are_not_told(system: System, receiver: Receiver) -> None:
    await system.add(receiver)
    await capture.capture_batches(system.graph, STRANGER, [batch()])
    await capture.capture_packages(system.graph, STRANGER, [item("S1")])
    await pack(system.graph, "G1", parent=None)
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G1"]


# --- what is refused


@pytest.mark.parametrize(
    "address",
    [
        "ftp://platform.example.cn",
        "https://",
        "https://user:word@platform.example.cn",
        "https://platform.example.cn/#there",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[fec0::1]/",
        "https://[3fff::1]/",
        "https://[2002:a00:1::]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://224.0.0.1/",
        "http://8.8.8.8/",
        "https://platform.example.cn:0/",
        "https://platform.example.cn/ a",
    ],
)
async def test_addresses_that_nothing_is_delivered_to(system: System, address: str) -> None:
    with pytest.raises(ApiError, match=r"found .*; right is") as error:
        await system.ask(MAKER, ADD, partner={"name": "x", "address": address})
    assert (error.value.code.value, error.value.path) == ("BAD_ADDRESS", "partner.address")


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"name": "  "}, "BAD_USER_INPUT", "partner.name"),
        ({"name": "x" * 101}, "BAD_USER_INPUT", "partner.name"),
        ({"everyMinutes": 0}, "BAD_USER_INPUT", "partner.everyMinutes"),
        ({"everyMinutes": 5, "dailyAt": "02:00"}, "BAD_USER_INPUT", "partner.dailyAt"),
        ({"dailyAt": "24:00"}, "BAD_USER_INPUT", "partner.dailyAt"),
        ({}, "NAME_TAKEN", "partner.name"),
        ({"name": "third"}, "TOO_MANY_PARTNERS", "partner"),
    ],
)
async def test_partners_that_cannot_be(system: System, given: dict[str, Any], code: str, path: str) -> None:
    few = system.other(partners=2)
    right = {"name": "platform", "address": "https://platform.example.cn"}
    await few.ask(MAKER, ADD, partner=right)
    await few.ask(MAKER, ADD, partner=right | {"name": "second"})
    with pytest.raises(ApiError, match="found") as error:
        await few.ask(MAKER, ADD, partner=right | given)
    assert (error.value.code.value, error.value.path) == (code, path)
    assert len(await few.nodes("{ partners { nodes { id } } }")) == 2


async def test_a_name_that_leads_into_the_network_is_not_followed(system: System, receiver: Receiver) -> None:
    """The name is looked up when a letter leaves, and what it leads to is told to nobody."""
    closed = system.other(delivery_networks="")
    port = receiver.url.rpartition(":")[2]
    await closed.ask(MAKER, ADD, partner={"name": "inside", "address": f"https://localhost:{port}/"})
    await pack(system.graph, "G1")
    await closed.deliverer.once()
    entry, *_ = await closed.nodes(LOG)
    assert (entry["outcome"], entry["status"]) == ("FAILED", None)
    assert "MILKLINE_DELIVERY_NETWORKS" in entry["detail"]
    assert receiver.received == []


# --- what is told


async def test_table_7_of_every_level(system: System, receiver: Receiver) -> None:
    _, secret = await system.add(receiver)
    await pack(system.graph, "G1")
    await system.deliverer.once()
    [letter] = receiver.received
    letter.verified(secret)
    with pytest.raises(WebhookVerificationError):
        letter.verified("whsec_" + "A" * 43 + "=")
    assert letter.headers["content-type"] == "application/json"
    assert letter.headers["idempotency-key"] == f'"{letter.id}"'
    assert letter.path == "/take"
    told = letter.told
    assert (told["id"], told["enterprise"], told["content"]) == (letter.id, "MAKER1", "SHARED")
    box, can = told["packages"]
    assert (box["level"], box["traceCode"], box["parentPackageCode"], box["enterpriseName"]) == ("CASE", "MAKER1.C1", None, "晨牧乳业")
    assert box["productName"] is box["batchNumber"] is None
    assert can == {
        "level": "ITEM",
        "standing": "NORMAL",
        "traceCode": "MAKER1.G1",
        "parentPackageCode": "MAKER1.C1",
        "productName": "Infant formula 1",
        "netContentAndSpecification": None,
        "batchNumber": "B1",
        "productionDate": "2026-03-14",
        "bestBefore": "2028-03-13",
        "shelfLifeDays": 730,
        "enterpriseName": "晨牧乳业",
        "enterpriseAddress": "内蒙古",
        "producerNameAndContact": None,
    }


async def test_the_33_public_fields(system: System, receiver: Receiver) -> None:
    await system.add(receiver, content="PUBLIC")
    await pack(system.graph, "G1", parent=None)
    await system.deliverer.once()
    [told] = receiver.received[0].told["packages"]
    rows = (Path(__file__).parents[1] / "contract" / "public-fields.csv").read_text("utf-8").splitlines()[1:]
    assert len(named := [row.split(",")[2] for row in rows]) == 34
    assert told.keys() == {*named, "level", "standing", "shelfLifeDays"}
    assert (told["productName"], told["batchNumber"], told["mainIngredientCertificates"]) == ("Infant formula 1", "B1", [])


async def test_xml_in_the_form_of_annex_c(system: System, receiver: Receiver) -> None:
    _, secret = await system.add(receiver, form="XML")
    await pack(system.graph, "G1")
    await system.deliverer.once()
    [letter] = receiver.received
    letter.verified(secret)
    assert letter.headers["content-type"] == "application/xml; charset=utf-8"
    names = {"c": "http://www.abc.com"}
    root = etree.fromstring(letter.body)
    assert root.xpath("string(c:ListRecords/@metedataStandard)", namespaces=names) == "gongxiangxinxi"
    assert root.xpath("c:ListRecords/c:record/c:header/c:identifier/text()", namespaces=names) == ["MAKER1.C1", "MAKER1.G1"]
    assert root.xpath("//c:record[2]/c:header/c:validity/text()", namespaces=names) == ["730"]
    assert root.xpath("//c:record[2]/c:metadata/c:parentPackageCode/c:value/text()", namespaces=names) == ["MAKER1.C1"]


async def test_the_public_fields_in_xml(system: System, receiver: Receiver) -> None:
    await system.add(receiver, form="XML", content="PUBLIC")
    await pack(system.graph, "G1")
    await system.deliverer.once()
    body = receiver.received[0].body
    assert content_of(body) is Content.PUBLIC
    assert letter_problems(body, Content.PUBLIC, Form.XML) == []
    assert letter_problems(body, Content.SHARED, Form.XML) != []


async def test_what_changes_is_told_again(system: System, receiver: Receiver) -> None:
    await pack(system.graph, "G1", "G2")
    await system.add(receiver)
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.C1", "MAKER1.G1", "MAKER1.G2"]
    graph = system.graph

    async def told_after() -> list[str]:
        before = len(receiver.codes)
        await system.deliverer.once()
        return receiver.codes[before:]

    assert await told_after() == []
    await capture.capture_aggregations(
        graph, MAKER, [{"parent": "C1", "children": ["package/MAKER1/G2"], "action": "REMOVE", "at": at(200)}]
    )
    assert await told_after() == ["MAKER1.C1", "MAKER1.G2"]
    assert receiver.received[-1].told["packages"][1]["parentPackageCode"] is None
    await capture.capture_batches(graph, MAKER, [batch(product="P1", bestBefore="2027-01-01")])
    assert await told_after() == ["MAKER1.G1", "MAKER1.G2"]
    assert receiver.received[-1].told["packages"][0]["bestBefore"] == "2027-01-01"
    await capture.capture_products(graph, MAKER, [product(name="Stage 2", shelfLifeDays=730)])
    assert await told_after() == ["MAKER1.G1", "MAKER1.G2"]
    await capture.capture_enterprises(graph, PLATFORM, [{"code": "MAKER1", "name": "新名", "address": "内蒙古"}])
    assert await told_after() == ["MAKER1.C1", "MAKER1.G1", "MAKER1.G2"]
    assert receiver.received[-1].told["packages"][0]["enterpriseName"] == "新名"


async def test_where_milk_came_from_is_told_anew_of_all_it_went_into(system: System, receiver: Receiver) -> None:
    graph = system.graph
    await capture.capture_farms(graph, MAKER, [{"number": "F1", "name": "云草", "address": "云草镇"}])
    await capture.capture_milk_deliveries(
        graph, MAKER, [{"number": "M1", "farm": "farm/MAKER1/F1", "quantityKg": "10", "arrivedAt": at(0)}]
    )
    use = {"source": "milk/MAKER1/M1", "quantityKg": "5", "at": at(5)}
    await capture.capture_batches(graph, MAKER, [batch(product="P1", inputs=[use])])
    await pack(graph, "G1", parent=None)
    await system.add(receiver, content="PUBLIC")
    await system.add(receiver, name="of table 7")
    await system.deliverer.once()
    before = len(receiver.received)
    await capture.capture_farms(graph, MAKER, [{"number": "F1", "name": "云草", "address": "新镇"}])
    await system.deliverer.once()
    [letter] = receiver.received[before:]
    assert letter.told["packages"][0]["milkSourceOrigin"] == "新镇"


async def test_many_packages_are_told_each_once_in_letters_of_a_size(system: System, receiver: Receiver) -> None:
    await pack(system.graph, *(f"G{number:04d}" for number in range(1_203)))
    await system.add(receiver)
    await pack(system.graph, *(f"H{number:04d}" for number in range(600)), parent=None)
    await system.deliverer.once()
    sizes = [len(one.codes) for one in receiver.received]
    assert max(sizes) == 500
    assert len(set(receiver.codes)) == 1_804
    assert len({one.id for one in receiver.received}) == len(sizes)
    before = len(receiver.codes)
    await capture.capture_batches(system.graph, MAKER, [batch(product="P1", bestBefore="2027-01-01")])
    await system.deliverer.once()
    assert len(receiver.codes) - before == len(set(receiver.codes[before:])) == 1_803


async def test_only_what_is_new_where_that_is_wanted(system: System, receiver: Receiver) -> None:
    await pack(system.graph, "G1", parent=None)
    await owed.spread(system.graph)
    await system.add(receiver, existing=False)
    await pack(system.graph, "G2", parent=None)
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G2"]


# --- when


async def test_by_a_schedule(system: System, receiver: Receiver) -> None:
    await system.add(receiver, everyMinutes=30)
    await pack(system.graph, "G1", parent=None)
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G1"]
    await pack(system.graph, "G2", parent=None)
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G1"]
    assert await ask(system.graph, "MATCH (r:Recipient) RETURN r.idle") == [[False]]
    await system.set_recipients("nextAt")
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G1", "MAKER1.G2"]


async def test_once_a_day_in_china(system: System, receiver: Receiver) -> None:
    await system.add(receiver, dailyAt="02:30")
    [[next_at]] = await ask(system.graph, "MATCH (r:Recipient) RETURN r.nextAt")
    assert next_at % 86_400_000 == (18 * 60 + 30) * 60_000
    [partner] = await system.nodes(f"{{ partners {{ nodes {{ {PARTNER} }} }} }}")
    assert (partner["dailyAt"], partner["everyMinutes"], partner["state"]) == ("02:30", None, "ACTIVE")


async def test_paused_resumed_removed(system: System, receiver: Receiver) -> None:
    partner, _ = await system.add(receiver)

    async def set_to(verb: str) -> Any:
        return await system.ask(MAKER, f"mutation ($id: ID!) {{ {verb}(id: $id) {{ state }} }}", id=partner)

    assert await set_to("pausePartner") == {"state": "PAUSED"} == await set_to("pausePartner")
    await pack(system.graph, "G1", parent=None)
    await system.deliverer.once()
    assert receiver.received == []
    assert await set_to("resumePartner") == {"state": "ACTIVE"}
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G1"]
    await pack(system.graph, "G2", parent=None)
    assert await set_to("removePartner") == {"state": "REMOVED"}
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G1"]
    assert await ask(system.graph, "MATCH (n) WHERE n:Recipient OR n:Due OR n:Letter RETURN labels(n)") == []
    assert [one["outcome"] for one in await system.nodes(LOG)] == ["ARRIVED"]
    with pytest.raises(ApiError) as error:
        await set_to("removePartner")
    assert error.value.code.value == "UNKNOWN_PARTNER"
    log = await system.nodes("{ recordingLog(first: 4) { nodes { action } } }")
    assert [one["action"] for one in log] == ["removePartner", "commissionPackages", "resumePartner", "commissionPackages"]


async def test_nothing_leaves_for_who_is_suspended(system: System, receiver: Receiver) -> None:
    await system.add(receiver)
    await pack(system.graph, "G1", parent=None)
    await suspend(system.graph, PLATFORM, "MAKER1", reason="停业", address=None)
    await system.deliverer.once()
    assert receiver.received == []


# --- what goes wrong


async def test_a_letter_is_sent_until_it_arrives_with_the_same_key_and_bytes(system: System, receiver: Receiver) -> None:
    partner, secret = await system.add(receiver)
    receiver.answers = [500, "hang", 302, 503]
    receiver.headers = {"location": f"{receiver.url}/elsewhere"}
    await pack(system.graph, "G1", parent=None)
    for _ in range(4):
        await again(system)
    await pack(system.graph, "G2", parent=None)
    for _ in range(3):
        await again(system)
    first, *others = receiver.received
    assert [one.id for one in others[:4]] == [first.id] * 4
    assert {one.body for one in receiver.received[:5]} == {first.body}
    for one in receiver.received:
        one.verified(secret)
        assert one.path == "/take"
    assert [one.codes for one in receiver.received[5:]] == [["MAKER1.G2"]]
    log = (await system.nodes(LOG))[::-1]
    assert [(one["outcome"], one["status"], one["attempt"]) for one in log] == [
        ("FAILED", 500, 1),
        ("FAILED", None, 2),
        ("FAILED", 302, 3),
        ("FAILED", 503, 4),
        ("ARRIVED", 200, 5),
        ("ARRIVED", 200, 1),
    ]
    assert {one["letter"] for one in log[:5]} == {first.id}
    assert {(one["enterprise"], one["partner"], one["address"], one["records"]) for one in log} == {
        ("MAKER1", partner, f"{receiver.url}/take", 1)
    }
    assert log[0]["bytes"] == len(first.body)
    assert log[1]["tookMs"] >= 1_000 and "no answer within 1 s" in log[1]["detail"]
    [state] = await system.nodes(f"{{ partners {{ nodes {{ {PARTNER} }} }} }}")
    assert (state["failures"], state["detail"]) == (0, None) and state["arrivedAt"] is not None


async def test_a_letter_that_is_refused_does_not_hold_up_the_others_and_is_sent_again(system: System, receiver: Receiver) -> None:
    partner, _ = await system.add(receiver)
    receiver.answers = [422]
    await pack(system.graph, "G1", parent=None)
    await system.deliverer.once()
    await pack(system.graph, "G2", parent=None)
    await system.deliverer.once()
    assert receiver.codes == ["MAKER1.G1", "MAKER1.G2"]
    [dead] = await system.nodes(DEAD)
    assert (dead["id"], dead["partner"], dead["attempts"], dead["records"]) == (receiver.received[0].id, partner, 1, 1)
    assert "422" in dead["detail"]
    await capture.capture_batches(system.graph, MAKER, [batch(product="P1", bestBefore="2027-01-01")])
    await system.deliverer.once()
    sent = await system.ask(MAKER, "mutation ($ids: [ID!]!) { sendAgain(letters: $ids) { letters } }", ids=[dead["id"]])
    assert sent == {"letters": [dead["id"]]}
    await system.deliverer.once()
    last = receiver.received[-1]
    assert last.id != dead["id"]
    assert [(one["traceCode"], one["bestBefore"]) for one in last.told["packages"]] == [("MAKER1.G1", "2027-01-01")]
    assert await system.nodes(DEAD) == []
    with pytest.raises(ApiError) as error:
        await system.ask(MAKER, "mutation ($ids: [ID!]!) { sendAgain(letters: $ids) { letters } }", ids=[dead["id"]])
    assert error.value.code.value == "UNKNOWN_LETTER"


async def test_a_letter_that_was_tried_often_enough_is_given_up(system: System, receiver: Receiver) -> None:
    few = system.other(delivery_attempts=2)
    await few.add(receiver)
    receiver.answers = [500, 500]
    await pack(system.graph, "G1", parent=None)
    for _ in range(2):
        await again(few)
    [dead] = await few.nodes(DEAD)
    assert dead["attempts"] == 2
    assert [one["outcome"] for one in await few.nodes(LOG)] == ["GIVEN_UP", "FAILED"]


async def test_a_secret_is_changed_without_a_gap(system: System, receiver: Receiver) -> None:
    partner, before = await system.add(receiver)
    changed = await system.ask(MAKER, "mutation ($id: ID!) { rotatePartnerSecret(id: $id) { secret } }", id=partner)
    await pack(system.graph, "G1", parent=None)
    await system.deliverer.once()
    [letter] = receiver.received
    for secret in (before, changed["secret"]):
        letter.verified(secret)
    kept = repr(await ask(system.graph, "MATCH (n) RETURN properties(n)"))
    assert before not in kept and changed["secret"] not in kept


async def test_without_the_key_that_seals_nothing_leaves(system: System, receiver: Receiver) -> None:
    await system.add(receiver)
    await pack(system.graph, "G1", parent=None)
    await Deliverer(system.graph, system.settings, Sealing(b"x" * 32)).once()
    assert receiver.received == []
    entry, *_ = await system.nodes(LOG)
    assert "sealing.key" in entry["detail"]


# --- several at once, and after a fall


async def test_several_deliverers_send_each_letter_once(system: System, receiver: Receiver) -> None:
    for number in range(4):
        await system.add(receiver, name=f"platform {number}")
    await asyncio.gather(*(pack(system.graph, f"G{number}", parent=None) for number in range(10)))
    await asyncio.gather(*(system.deliverer.once() for _ in range(4)))
    await system.deliverer.once()
    ids = [one.id for one in receiver.received]
    assert len(ids) == len(set(ids))
    for code in {f"MAKER1.G{number}" for number in range(10)}:
        assert receiver.codes.count(code) >= 4


async def test_what_was_cut_off_goes_on(system: System, receiver: Receiver) -> None:
    """Killed after the letter was sent and before that was written down: it is sent again, the same."""
    await system.add(receiver)
    receiver.answers = ["hang"]
    await pack(system.graph, "G1", parent=None)
    stopped = asyncio.create_task(system.other(delivery_seconds=30).deliverer.once())
    await asyncio.to_thread(receiver.wait, 1)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    await system.deliverer.once()
    assert len(receiver.received) == 1, "its lease holds"
    await system.set_recipients("leaseUntil")
    await system.deliverer.once()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert [one["outcome"] for one in await system.nodes(LOG)] == ["ARRIVED"]


async def test_who_lost_the_lease_writes_the_attempt_down_and_ends(system: System, receiver: Receiver) -> None:
    partner, _ = await system.add(receiver)
    await pack(system.graph, "G1", parent=None)
    await owed.spread(system.graph)
    slow, quick = letters.Holder("slow", 0), letters.Holder("quick", 60_000)
    assert await letters.take(system.graph, partner, slow) is not None
    taken = await letters.take(system.graph, partner, quick)
    assert taken is not None
    assert await letters.take(system.graph, partner, quick) is None
    portion = await owed.portion(system.graph, taken, system.settings.limits, 500)
    assert portion.records == ("package/MAKER1/G1",)
    assert not await letters.post(system.graph, taken, slow, None, portion)
    assert await letters.post(system.graph, taken, quick, None, portion)
    assert (await owed.portion(system.graph, taken, system.settings.limits, 500)).records == ()


async def test_pages_of_the_log(system: System, receiver: Receiver) -> None:
    await system.add(receiver)
    for number in range(3):
        await pack(system.graph, f"G{number}", parent=None)
        await system.deliverer.once()
    seen: list[str] = []
    after: str | None = None
    for left in (True, False):
        page = await system.ask(
            MAKER,
            "query ($after: String) { transferLog(first: 2, after: $after) { "
            "nodes { id } totalCount pageInfo { hasNextPage endCursor } } }",
            after=after,
        )
        after = page["pageInfo"]["endCursor"]
        seen += [one["id"] for one in page["nodes"]]
        assert (page["pageInfo"]["hasNextPage"], page["totalCount"]) == (left, 3)
    assert seen == sorted(seen, reverse=True)
    with pytest.raises(ApiError, match="cursor"):
        await system.ask(MAKER, '{ transferLog(after: "msg_x") { totalCount } }')
